import Plimsoll

/// What stands around the arguments of vLLM on a line: variables, wrappers, a container, Python.
struct Launch {
  var form = ServeForm.verb
  var arguments: [String] = []
  var environment: [String] = []
  var image: ContainerImage?
  /// The GPUs that a container or a job gets, before the variables are looked at.
  var granted: VisibleDevices?
  var notes: [Finding] = []

  /// How many programs may start one another.
  private static let deepest = 32

  static func read(_ words: [String]) throws(LineError) -> Launch {
    var launch = Launch()
    try launch.take(words[...], depth: 0)
    return launch
  }

  /// The fewest GPUs that anything on the line leaves visible.
  var visibleDevices: VisibleDevices? {
    let shown = VisibleDevices.fromVariables(environment)
    guard let granted, let shown else { return granted ?? shown }
    return granted.count <= shown.count ? granted : shown
  }

  /// Takes the words from the first program on.
  mutating func take(_ words: ArraySlice<String>, depth: Int) throws(LineError) {
    guard depth < Self.deepest else {
      throw LineError(
        "not-a-serve-line", "the line starts programs within programs, too many to follow; give the inner one")
    }
    var rest = words
    while let word = rest.first, Self.isAssignment(word) {
      environment.append(word)
      rest.removeFirst()
    }
    guard let program = rest.popFirst() else { throw Self.noServer }
    if Unexpanded.isIn(program) { throw .unexpanded("the program", program) }
    switch Self.name(of: program) {
    case "vllm": try takeVerb(rest)
    case "docker", "podman", "nerdctl": try takeContainer(program, rest, depth: depth)
    case "sh", "bash", "dash", "zsh", "ash": try takeShell(program, rest, depth: depth)
    case let name where Self.isPython(name): try takePython(program, rest)
    case let name where Wrapper.names.contains(name): try takeWrapped(name, rest, depth: depth)
    case let name: throw Stranger.error(name) ?? Self.notAServer(program)
    }
  }

  /// `vllm serve …`.
  private mutating func takeVerb(_ words: ArraySlice<String>) throws(LineError) {
    var rest = words
    guard let verb = rest.popFirst() else { throw Self.noServer }
    guard verb == "serve" else {
      let others = ["chat", "complete", "bench", "collect-env", "launch", "run-batch", "snapshot"]
      if others.contains(verb) {
        throw LineError("not-a-serve-line", "'vllm \(verb)' is not planned; give its flags as a 'vllm serve' line")
      }
      throw LineError(
        "not-a-serve-line", "after 'vllm' the verb 'serve' is expected, and '\(Secrets.masked(verb))' was found")
    }
    arguments = Array(rest)
  }

  /// `python -m vllm.entrypoints.openai.api_server …`.
  private mutating func takePython(_ program: String, _ words: ArraySlice<String>) throws(LineError) {
    var rest = words
    while let word = rest.popFirst() {
      if word == "-m" {
        guard let module = rest.popFirst() else { throw Self.noServer }
        return try takeModule(module, rest)
      }
      if word.hasPrefix("-m"), word.utf8.count > 2 { return try takeModule(String(word.dropFirst(2)), rest) }
      if word == "-X" || word == "-W" {
        _ = rest.popFirst()
        continue
      }
      if word == "-c" {
        throw LineError("not-a-serve-line", "what a program behind python -c starts is not on the line")
      }
      if word.hasPrefix("-") { continue }
      if Self.name(of: word) == "vllm" { return try takeVerb(rest) }
      if word.hasSuffix("vllm/entrypoints/openai/api_server.py") {
        return try takeModule("vllm.entrypoints.openai.api_server", rest)
      }
      throw LineError(
        "not-a-serve-line",
        "'\(Secrets.masked(word))' is a program of its own, whose use of vLLM is not known; give the 'vllm serve' line of it"
      )
    }
    throw Self.noServer
  }

  private mutating func takeModule(_ module: String, _ words: ArraySlice<String>) throws(LineError) {
    switch module {
    case "vllm.entrypoints.openai.api_server", "vllm.entrypoints.launchers.api_server.entry":
      form = .module
      arguments = Array(words)
    case "vllm.entrypoints.cli.main": try takeVerb(words)
    case "vllm.entrypoints.api_server":
      throw LineError(
        "not-a-serve-line", "vLLM \(EngineRelease.newest.name) has no module \(module)",
        suggestions: ["python -m vllm.entrypoints.openai.api_server"])
    default: throw Stranger.error(module) ?? Self.notAServer("python -m " + module)
    }
  }

  /// `sh -c "…"`, one level of it.
  private mutating func takeShell(_ program: String, _ words: ArraySlice<String>, depth: Int) throws(LineError) {
    var rest = words
    while let word = rest.popFirst() {
      guard word.hasPrefix("-") else { break }
      // `-o pipefail`, also as the last of several letters.
      if !word.hasPrefix("--"), !word.utf8.contains(UInt8(ascii: "c")), word.hasSuffix("o") || word.hasSuffix("O") {
        _ = rest.popFirst()
        continue
      }
      if word.hasPrefix("--") || !word.utf8.contains(UInt8(ascii: "c")) { continue }
      guard let script = rest.first else { break }
      let command = try ShellScript.command(of: script)
      environment += command.exports
      return try take(command.words[...], depth: depth + 1)
    }
    throw LineError(
      "not-a-serve-line", "'\(program)' is followed by no -c \"vllm serve …\"; give the line that the script runs")
  }

  /// Programs that start another one: what they are told themselves is passed over, save for variables and GPUs.
  private mutating func takeWrapped(_ name: String, _ words: ArraySlice<String>, depth: Int) throws(LineError) {
    if name == "srun" { granted = VisibleDevices.fromJob(words) ?? granted }
    var rest = words
    while let word = rest.first {
      if Launch.isHead(rest) { return try take(rest, depth: depth + 1) }
      if Launch.isAssignment(word) { environment.append(word) }
      for option in ["--env=", "--export="] where word.hasPrefix(option) {
        environment += word.dropFirst(option.count).split(separator: ",").map { String($0) }.filter(Launch.isAssignment)
      }
      if word == "--env", let next = rest.dropFirst().first {
        environment += next.split(separator: ",").map { String($0) }.filter(Launch.isAssignment)
        rest.removeFirst()
      }
      rest.removeFirst()
    }
    for word in words {
      if let error = Stranger.error(Self.name(of: word)) { throw error }
    }
    throw Self.noServer
  }
}
