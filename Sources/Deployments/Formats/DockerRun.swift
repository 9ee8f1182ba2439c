import Plimsoll

/// `docker run`, one container on one node.
///
/// Source: docs/deployment/docker.md of vLLM. The entry point is stated, since that of older images was another.
enum DockerRun {
  static func text(_ spec: DeploymentSpec) -> String {
    var lines = CommentLines.head(spec) + CommentLines.flags(spec)
    func say(_ text: String) { lines += CommentLines.of(text) }
    var options: [String] = ["--rm"] + gpus(spec)
    if spec.accelerator.slice != nil {
      say("--gpus: set me: the slices by GPU:SLICE or their uuid, as nvidia-smi -L lists them")
    }
    if let shared = spec.needs.sharedMemory {
      say("--shm-size: " + shared.reason)
      options.append("--shm-size=\(shared.size.count >> 30)g")
    }
    if let volume = spec.needs.volume { say("the cache needs \(volume.size.text): " + volume.reason) }
    options += volumes(spec)
    options.append("-p \(spec.port):\(spec.port)")
    for secret in spec.secrets {
      say("\(secret) is passed on from the environment, where it is set")
      options.append("-e " + secret)
    }
    options += spec.environment.map { "-e " + ShellWords.quoted($0.name + "=" + $0.value) }
    options.append("--entrypoint vllm")
    let model = ShellWords.joined([spec.image, "serve", spec.containerModel])
    let flags = spec.flags.map { ShellWords.joined($0.words) }
    lines.append((["docker run"] + options + [model] + flags).joined(separator: " \\\n  "))
    return lines.joined(separator: "\n") + "\n"
  }

  private static func gpus(_ spec: DeploymentSpec) -> [String] {
    if spec.isAMD {
      return [
        "--device /dev/kfd", "--device /dev/dri", "--group-add video", "--cap-add SYS_PTRACE",
        "--security-opt seccomp=unconfined",
      ]
    }
    guard spec.accelerator.slice != nil else { return ["--gpus \(spec.gpusPerNode)"] }
    return ["--gpus '\"device=" + (0..<spec.gpusPerNode).map { "0:\($0)" }.joined(separator: ",") + "\"'"]
  }

  private static func volumes(_ spec: DeploymentSpec) -> [String] {
    let cache = "-v vllm-cache:/root/.cache/vllm"
    guard spec.isFolder else { return ["-v \"$HOME/.cache/huggingface\":/root/.cache/huggingface", cache] }
    // A mount wants the whole path, and reads it as a field of CSV.
    let isWhole = spec.model.hasPrefix("/")
    let doubled = spec.model.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"")
    let source = (isWhole ? "" : "\"$PWD\"/") + ShellWords.quoted(doubled)
    return ["--mount 'type=bind,\"src='" + source + "'\",dst=/model,readonly'", cache]
  }
}

extension DeploymentSpec {
  /// The model as a container sees it.
  var containerModel: String { isFolder ? "/model" : model }
}
