/// The flags of `vllm serve` that move no GPU memory, so that a command line that carries them can be read.
///
/// Source: `EngineArgs.add_cli_args` and `AsyncEngineArgs.add_cli_args` in engine/arg_utils.py, `make_arg_parser` in
/// entrypoints/common/cli_args.py, release 0.33.0.
enum IgnoredFlags {
  /// Names, the long one first, and how many words follow.
  static let all: [(names: [Substring], arity: FlagArity)] =
    entries(switches, .none) + entries(pairs, .pair) + entries(values, .one) + entries(optionalValues, .optional)
    + entries(lists, .many)

  /// One entry a word, its short name after a `/`.
  private static func entries(_ words: String, _ arity: FlagArity) -> [(names: [Substring], arity: FlagArity)] {
    // By bytes: the names are ASCII, and splitting by characters takes ten times as long.
    words.utf8.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\n") }.map { entry in
      (entry.split(separator: UInt8(ascii: "/")).map { Substring($0) }, arity)
    }
  }

  private static let switches = """
    --aggregate-engine-logging --data-parallel-multi-port-external-lb/-dpm --disable-log-stats --grpc --headless
    """

  private static let pairs = """
    --allow-credentials --cohere-is-reasoning-model --cudagraph-metrics --data-parallel-external-lb/-dpe
    --data-parallel-hybrid-lb/-dph --disable-cascade-attn --disable-fastapi-docs
    --disable-nccl-for-dp-synchronization --disable-uvicorn-access-log --enable-auto-tool-choice --enable-elastic-ep
    --enable-ep-weight-filter --enable-fault-tolerance --enable-flash-late-interaction --enable-flashinfer-autotune
    --enable-force-include-usage --enable-hc-sp --enable-layerwise-nvtx-tracing --enable-log-deltas
    --enable-log-outputs --enable-log-requests --enable-logging-iteration-details
    --enable-mamba-shared-prefix-checkpoint --enable-mfu-metrics --enable-nccl-comm-suspend --enable-offline-docs
    --enable-per-request-metrics --enable-prompt-tokens-details --enable-request-id-headers --enable-scale-out
    --enable-server-load-tracking --enable-shm-tensor-arena --enable-ssl-refresh --enable-tokenizer-info-endpoint
    --enable-trace-replay --exclude-tools-when-tool-choice-none --fail-on-environ-validation --interleave-mm-strings
    --jit-monitor-verbose --kv-cache-metrics --log-error-stack --long-prefill-token-threshold-adaptive
    --mm-device-do-normalize --monokernel --numa-bind --ray-workers-use-nsight --return-tokens-as-token-ids
    --skip-tokenizer-init --tokens-only --trust-remote-code --trust-request-chat-template --trust-request-mm-kwargs
    --use-fp64-gumbel --use-tqdm-on-load
    """

  private static let values = """
    --additional-config --allowed-headers --allowed-local-media-path --allowed-methods --allowed-origins
    --anthropic-disabled-thinking-effort --api-server-count/-asc --aux-output-config --chat-template
    --chat-template-content-format --code-revision --cohere-format --config --config-format
    --cpu-distributed-timeout-seconds --custom-histogram-buckets --data-parallel-address/-dpa
    --data-parallel-backend/-dpb --data-parallel-rank/-dpn --data-parallel-rpc-port/-dpp
    --data-parallel-start-rank/-dpr --data-parallel-supervisor-port --dbo-decode-token-threshold
    --dbo-prefill-token-threshold --dcp-comm-backend --dcp-kv-cache-interleave-size --default-chat-template-kwargs
    --default-mm-loras --device-ids --diffusion-config/-dc --disable-access-log-for-endpoints
    --distributed-timeout-seconds --download-dir --dp-supervisor-probe-failure-threshold
    --dp-supervisor-probe-interval-s --dp-supervisor-probe-timeout-s --dp-sync-interval --ec-manager-config
    --ec-transfer-config --elastic-ep-max-dp-size --engram-config --expert-placement-strategy
    --fault-tolerance-config --fingerprint-mode --fingerprint-value --gdn-prefill-backend --generation-config
    --grpc-port --h11-max-header-count --h11-max-incomplete-event-size --hf-config-path --host --io-processor-plugin
    --ir-op-priority --jit-monitor-mode --kda-decode-backend --kda-prefill-backend --kernel-config
    --kv-cache-metrics-sample --kv-events-config --log-config-file --log-level --logging-config --mamba-backend
    --mamba-cache-philox-rounds --mamba-ssu-algorithm --master-addr --master-port --max-log-len
    --max-num-queued-reqs --max-num-queued-tokens --max-parallel-loading-workers --middleware
    --mm-encoder-attn-backend --mm-encoder-fp8-scale-path --mm-encoder-fp8-scale-save-margin
    --mm-encoder-fp8-scale-save-path --mm-hasher-algorithm --mm-processor-cache-gb --mm-processor-cache-type
    --mm-processor-device --mm-shm-cache-max-object-size-mb --mm-tensor-ipc --model --model-class-overrides
    --model-impl --model-loader-extra-config --nnodes/-n --node-rank/-r --otlp-traces-endpoint
    --override-generation-config --per-request-spec-decode-metrics --pooler-config --port
    --prefill-schedule-interval --prefix-caching-hash-algo --profiler-config --pt-load-map-location
    --reasoning-config --reasoning-effort-map --reasoning-parser --reasoning-parser-plugin --renderer-num-workers
    --response-role --revision --root-path --safetensors-load-strategy --safetensors-prefetch-block-size
    --safetensors-prefetch-num-threads --scheduler-cls --scheduling-policy --seed --show-hidden-metrics-for-version
    --shutdown-timeout --sleep-mode-backend --sparse-indexer-topk-backend --sse-keep-alive-interval --ssl-ca-certs
    --ssl-cert-reqs --ssl-certfile --ssl-ciphers --ssl-keyfile --stream-interval --tokenizer --tokenizer-mode
    --tokenizer-revision --tool-call-parser --tool-parser-plugin --tool-server --tool-strict-level --uds
    --uvicorn-log-level --video-pruning-method --watchdog-config --watermark-config --weight-transfer-config
    --worker-cls --worker-extension-cls
    """

  private static let optionalValues = """
    --hf-token
    """

  private static let lists = """
    --allowed-media-domains --api-key --collect-detailed-traces --ignore-patterns --lora-modules --numa-bind-cpus
    --numa-bind-nodes --served-model-name --sleep-preserve-parameter-names
    """
}

extension ServeFlags {
  /// The names of vLLM's flags, opposites included, that start with a text: a name's start stands for it where there
  /// is only one.
  ///
  /// Source: `_get_option_tuples` of argparse, which looks at every spelling.
  package static func names(startingWith start: String) -> [String] {
    let own = descriptors.flatMap { [$0.name] + $0.aliases + $0.negations }
    let others = IgnoredFlags.all.flatMap { entry in
      let names = entry.names.map { String($0) }
      return names + (entry.arity == .pair ? FlagName.negations(of: names[0]) : [])
    }
    // `-O` is rewritten before argparse sees it.
    var seen = Set<String>()
    return (own + others + ["--help"]).filter { $0.hasPrefix(start) && $0 != "-O" && seen.insert($0).inserted }
  }
}
