import ModelFiles

/// Values of vLLM's production-stack chart, for one node.
///
/// Source: helm/values.schema.json and helm/templates/deployment-vllm-multi.yaml of vllm-project/production-stack, chart
/// 0.1.12. The template passes whole numbers from a million on as `1e+06`, and turns prefix caching off where it is not
/// named.
enum HelmValues {
  /// The keys that `vllmConfig` has of its own for flags; all others are `extraArgs`.
  private static let keys = [
    "--tensor-parallel-size": "tensorParallelSize", "--max-model-len": "maxModelLen", "--max-num-seqs": "maxNumSeqs",
    "--gpu-memory-utilization": "gpuMemoryUtilization", "--dtype": "dtype",
    "--enable-chunked-prefill": "enableChunkedPrefill", "--enable-prefix-caching": "enablePrefixCaching",
  ]

  static func text(_ spec: DeploymentSpec) throws(FormatError) -> String {
    if spec.port != 8000 {
      throw FormatError(format: .helm, reason: "the chart names the port itself; take --port out, and set containerPort")
    }
    let (repository, tag) = image(spec)
    var lines = CommentLines.head(spec)
    lines += ["servingEngineSpec:"] + CommentLines.of(startReason(spec), indent: 2)
    lines += [
      "  startupProbe:", "    initialDelaySeconds: 10", "    periodSeconds: 10",
      "    failureThreshold: \(spec.needs.probes ?? 180)", "    httpGet: {path: /health, port: 8000}", "  modelSpec:",
      "    - name: " + spec.label, "      repository: " + YAMLText.scalar(repository),
      "      tag: " + YAMLText.scalar(tag), "      modelURL: " + YAMLText.scalar(YAMLText.withoutVariables(spec.containerModel)),
      "      replicaCount: 1",
    ]
    lines += CommentLines.of(HostNeeds.coresReason, indent: 6)
    lines.append("      requestCPU: \(spec.needs.cores ?? spec.gpusPerNode + 2)")
    lines += CommentLines.of(spec.needs.hostMemory?.reason ?? HostNeeds.setMe, indent: 6)
    lines += [
      "      requestMemory: " + (spec.needs.hostMemory?.gibibytes ?? "16Gi"), "      requestGPU: \(spec.gpusPerNode)",
      "      requestGPUType: " + YAMLText.scalar(spec.accelerator.resource),
    ]
    lines += CommentLines.of(spec.needs.volume?.reason ?? HostNeeds.setMe, indent: 6)
    lines.append("      pvcStorage: " + (spec.needs.volume?.gibibytes ?? "100Gi"))
    if spec.isFolder { lines.append("      # set me: the model's files have to be on a volume that is mounted at /model") }
    if let shared = spec.needs.sharedMemory {
      lines += CommentLines.of(shared.reason, indent: 6) + ["      shmSize: " + shared.gibibytes]
    }
    for secret in spec.secrets where secret == "HF_TOKEN" {
      lines += ["      # set me: the secret has to be there; take both lines out where no token is needed"]
      lines.append("      hf_token: {secretName: \(KubernetesPod.secretName(secret)), secretKey: \(secret)}")
    }
    if !spec.environment.isEmpty { lines.append("      env:") }
    for variable in spec.environment {
      let value = YAMLText.quoted(YAMLText.withoutVariables(variable.value))
      lines += ["        - name: " + YAMLText.scalar(variable.name), "          value: " + value]
    }
    return (lines + flags(spec)).joined(separator: "\n") + "\n"
  }

  private static func startReason(_ spec: DeploymentSpec) -> String {
    spec.needs.startSeconds == nil ? "set me: how long a start may take, in tens of seconds" : spec.needs.startReason
  }

  private static func flags(_ spec: DeploymentSpec) -> [String] {
    var (own, more): ([String], [String]) = ([], [])
    var named: Set<String> = []
    for flag in spec.flags {
      let comment = flag.comment.map { ($0, 8) }
      if let key = keys[flag.name], !isLarge(flag.value) {
        named.insert(key)
        own += comment.map { CommentLines.of($0.0, indent: 8) } ?? []
        own.append("        \(key): " + YAMLText.scalar(flag.value))
      } else {
        more += comment.map { CommentLines.of($0.0, indent: 10) } ?? []
        more += flag.items.map { "          - " + YAMLText.scalar(YAMLText.withoutVariables($0)) }
      }
    }
    // The chart mounts /dev/shm where this key is.
    if !named.contains("tensorParallelSize") { own.insert("        tensorParallelSize: 1", at: 0) }
    if !named.contains("enablePrefixCaching") {
      own.append("        enablePrefixCaching: \(spec.cachesPrefixes) # the chart turns it off where it is not named")
    }
    return ["      vllmConfig:"] + own + (more.isEmpty ? [] : ["        extraArgs:"] + more)
  }

  private static func isLarge(_ value: JSON) -> Bool {
    switch value {
    case .integer(let number): number >= 1_000_000
    case .string(let text): text == "auto"
    default: false
    }
  }

  private static func image(_ spec: DeploymentSpec) -> (repository: String, tag: String) {
    let image = spec.image
    guard let colon = image.lastIndex(of: ":"), !image[colon...].utf8.contains(UInt8(ascii: "/")) else {
      return (image, "latest")
    }
    return (String(image[..<colon]), String(image[image.index(after: colon)...]))
  }
}
