import Plimsoll

/// A Compose file with one service.
///
/// Source: the Compose specification, 05-services.md and deploy.md; a `$` begins a variable, two stand for one.
enum ComposeFile {
  static func text(_ spec: DeploymentSpec) -> String {
    var lines = CommentLines.head(spec)
    lines += [
      "services:", "  vllm:", "    image: " + item(spec.image), "    entrypoint: [vllm, serve]", "    command:",
    ]
    lines += FlagItems.lines(spec, indent: 6, scalar: item)
    lines += ["    environment:"]
    lines += spec.secrets.map { "      - \($0) # passed on from the environment, where it is set" }
    lines += spec.environment.map { "      - " + item($0.name + "=" + $0.value) }
    if spec.secrets.isEmpty, spec.environment.isEmpty { lines[lines.count - 1] += " []" }
    lines += ["    ports: [\"\(spec.port):\(spec.port)\"]"]
    if let shared = spec.needs.sharedMemory {
      lines += CommentLines.of(shared.reason, indent: 4) + ["    shm_size: \(shared.size.count >> 30)gb"]
    }
    lines += volumes(spec) + gpus(spec) + health(spec)
    // A limit, since a container that starts for ever hides that it never comes up.
    lines += ["    restart: on-failure:3", "volumes:", "  vllm-cache:"]
    return lines.joined(separator: "\n") + "\n"
  }

  private static func item(_ text: String) -> String { YAMLText.scalar(YAMLText.withoutVariables(text)) }

  private static func volumes(_ spec: DeploymentSpec) -> [String] {
    let cache = "      - vllm-cache:/root/.cache/vllm"
    if spec.isFolder {
      // The long form takes a path with colons.
      let source = spec.model.hasPrefix("/") || spec.model.hasPrefix(".") ? spec.model : "./" + spec.model
      return [
        "    volumes:", "      - type: bind", "        source: " + item(source), "        target: /model",
        "        read_only: true", cache,
      ]
    }
    let size = spec.needs.volume.map { CommentLines.of("\($0.size.text): " + $0.reason, indent: 6) } ?? []
    return ["    volumes:"] + size + ["      - ${HOME}/.cache/huggingface:/root/.cache/huggingface", cache]
  }

  private static func gpus(_ spec: DeploymentSpec) -> [String] {
    if spec.isAMD {
      return [
        "    devices: [/dev/kfd, /dev/dri]", "    group_add: [video]", "    cap_add: [SYS_PTRACE]",
        "    security_opt: [\"seccomp=unconfined\"]",
      ]
    }
    var lines = ["    deploy:", "      resources:", "        reservations:", "          devices:"]
    lines.append("            - driver: nvidia")
    if spec.accelerator.slice != nil {
      let slices = (0..<spec.gpusPerNode).map { "\"0:\($0)\"" }.joined(separator: ", ")
      lines.append("              device_ids: [\(slices)] # set me: GPU:SLICE or uuid, as nvidia-smi -L lists them")
    } else {
      lines.append("              count: \(spec.gpusPerNode)")
    }
    return lines + ["              capabilities: [gpu]"]
  }

  private static func health(_ spec: DeploymentSpec) -> [String] {
    let start = spec.needs.startSeconds.map { "\($0)s" } ?? "1800s # set me: how long a start may take"
    return [
      "    healthcheck:", "      test: [CMD, curl, -f, \"http://localhost:\(spec.port)/health\"]",
      "      interval: 10s", "      timeout: 5s", "      retries: 6",
    ] + CommentLines.of(spec.needs.startReason, indent: 6) + ["      start_period: \(start)"]
  }
}
