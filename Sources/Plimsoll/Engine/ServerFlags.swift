extension ServeFlags {
  /// Whether a flag is of the HTTP server alone, and no argument of the engine behind it.
  ///
  /// Source: `FrontendArgs`, entrypoints/common/cli_args.py, without the fields of `AsyncEngineArgs`, release 0.33.0.
  package static func isOfServer(_ name: String) -> Bool {
    let positive = name.hasPrefix("--no-") ? "--" + name.dropFirst(5) : name
    return serverFlags.utf8.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\n") }.contains { word in
      word.elementsEqual(positive.utf8)
    }
  }

  /// The long name of a flag that moves no memory, `-` for `_` up to a point: `--api-server-count` of `-asc`.
  package static func longName(of name: String) -> String {
    let written = FlagName.normalized(name)
    for entry in IgnoredFlags.all where entry.names.contains(where: { $0 == written }) { return String(entry.names[0]) }
    return written
  }

  private static let serverFlags = """
    --allow-credentials --allowed-headers --allowed-methods --allowed-origins
    --anthropic-disabled-thinking-effort --api-key --api-server-count --chat-template
    --chat-template-content-format --cohere-format --cohere-is-reasoning-model --data-parallel-supervisor-port
    --default-chat-template-kwargs --disable-access-log-for-endpoints --disable-fastapi-docs
    --disable-uvicorn-access-log --dp-supervisor-probe-failure-threshold --dp-supervisor-probe-interval-s
    --dp-supervisor-probe-timeout-s --enable-auto-tool-choice --enable-flash-late-interaction
    --enable-force-include-usage --enable-log-deltas --enable-log-outputs --enable-offline-docs
    --enable-per-request-metrics --enable-prompt-tokens-details --enable-request-id-headers --enable-scale-out
    --enable-server-load-tracking --enable-ssl-refresh --enable-tokenizer-info-endpoint
    --exclude-tools-when-tool-choice-none --fingerprint-mode --fingerprint-value --grpc --grpc-port
    --h11-max-header-count --h11-max-incomplete-event-size --host --log-error-stack --lora-modules --max-log-len
    --middleware --port --reasoning-effort-map --response-role --return-tokens-as-token-ids --root-path
    --sse-keep-alive-interval --ssl-ca-certs --ssl-cert-reqs --ssl-certfile --ssl-ciphers --ssl-keyfile
    --tool-call-parser --tool-parser-plugin --tool-server --tool-strict-level --trust-request-chat-template
    --trust-request-mm-kwargs --uds --uvicorn-log-level
    """
}
