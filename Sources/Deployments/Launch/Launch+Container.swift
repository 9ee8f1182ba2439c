import Plimsoll

/// `docker run [options] IMAGE [arguments]`, and what is like it.
extension Launch {
  mutating func takeContainer(_ program: String, _ words: ArraySlice<String>, depth: Int) throws(LineError) {
    var rest = words
    // Options of the program itself, which may have values, stand before the verb.
    while let word = rest.first, !["run", "create", "exec"].contains(word) { rest.removeFirst() }
    switch rest.popFirst() {
    case "run", "create": try takeRun(rest, depth: depth)
    case "exec": try takeExec(rest, depth: depth)
    default:
      throw LineError("not-a-serve-line", "'\(program) run' is expected, with the image and the arguments of vLLM")
    }
  }

  /// `docker exec [options] CONTAINER vllm serve …`: what the container may use is not on the line.
  private mutating func takeExec(_ words: ArraySlice<String>, depth: Int) throws(LineError) {
    var rest = words
    while !rest.isEmpty, !Launch.isHead(rest) { rest.removeFirst() }
    guard !rest.isEmpty else { throw Self.noServer }
    try take(rest, depth: depth + 1)
  }

  private mutating func takeRun(_ words: ArraySlice<String>, depth: Int) throws(LineError) {
    var rest = words
    var entryPoint: String?
    while let word = rest.first, word.hasPrefix("-") {
      rest.removeFirst()
      if word == "--" { break }
      let (name, stuck) = Self.dockerOption(word)
      if stuck == nil, Self.isDockerSwitch(name) { continue }
      guard let value = stuck ?? rest.popFirst() else { throw LineError("bad-value", "\(name) needs a value") }
      switch name {
      case "-e", "--env": takeVariable(value)
      case "--env-file":
        notes.append(
          Finding("env-file-not-read", .warning, "\(value) is not read; give the VLLM_ variables in it with --env"))
      case "--gpus": granted = VisibleDevices.fromDocker(value)
      case "--device": takeDevice(value)
      case "--entrypoint": entryPoint = value
      default: break
      }
    }
    guard let name = rest.popFirst() else {
      throw LineError("not-a-serve-line", "the line names no image; 'vllm/vllm-openai:v0.33.0' is one")
    }
    if Unexpanded.isIn(name) { throw .unexpanded("the image", name) }
    if let error = Stranger.error(image: name) { throw error }
    let image = ContainerImage(name)
    self.image = image
    if let entryPoint {
      try take((entryPoint.isEmpty ? [] : [entryPoint]) + rest, depth: depth + 1)
    } else if image.isServer {
      if Launch.isHead(rest) {
        throw LineError(
          "not-a-serve-line",
          "the image starts 'vllm serve' by itself: begin with the model after '\(name)', or give --entrypoint")
      }
      arguments = Array(rest)
    } else if Launch.isHead(rest) || rest.first.map(Launch.isAssignment) == true {
      try take(rest, depth: depth + 1)
    } else {
      throw LineError(
        "not-a-serve-line",
        "what the image '\(Secrets.masked(name))' starts is not known; write 'vllm serve' behind it, or --entrypoint")
    }
  }

  /// `NAME=VALUE`, or a name whose value docker takes from its own surroundings.
  private mutating func takeVariable(_ word: String) {
    if Launch.isAssignment(word) {
      environment.append(word)
    } else if word.hasPrefix("VLLM_") {
      notes.append(
        Finding("variable-without-value", .warning, "\(word) comes from the shell's own variables; give it with --env"))
    }
  }

  /// Podman's way to name GPUs: `--device nvidia.com/gpu=0`, once for each.
  private mutating func takeDevice(_ word: String) {
    guard let equals = word.firstIndex(of: "="), word.hasPrefix("nvidia.com/gpu") else { return }
    guard word[word.index(after: equals)...] != "all" else { return }
    let before = granted?.count ?? 0
    granted = VisibleDevices(count: before + 1, source: "--device \(word)")
  }

  /// An option's name, and its value where it is part of the word: `--env=A=B`, `-eA=B`, `-p8000:8000`.
  private static func dockerOption(_ word: String) -> (name: String, value: String?) {
    if word.hasPrefix("--") {
      guard let equals = word.firstIndex(of: "=") else { return (word, nil) }
      return (String(word[..<equals]), String(word[word.index(after: equals)...]))
    }
    let letters = word.dropFirst()
    // `-it` are switches together; any other letter takes what is stuck to it.
    guard letters.utf8.count > 1, let first = letters.utf8.first, !"ditPq".utf8.contains(first) else {
      return (word, nil)
    }
    let rest = letters.dropFirst()
    return ("-" + String(letters.prefix(1)), String(rest.hasPrefix("=") ? rest.dropFirst() : rest))
  }

  /// Options that take no word; every other one takes the next.
  private static func isDockerSwitch(_ name: String) -> Bool {
    if !name.hasPrefix("--") { return name.utf8.dropFirst().allSatisfy { "ditPq".utf8.contains($0) } }
    return [
      "--detach", "--interactive", "--tty", "--rm", "--privileged", "--init", "--read-only", "--no-healthcheck",
      "--oom-kill-disable", "--publish-all", "--sig-proxy", "--disable-content-trust", "--quiet", "--replace", "--rmi",
      "--no-hosts", "--use-api-socket", "--tls-verify", "--http-proxy", "--env-host",
    ].contains(name)
  }
}
