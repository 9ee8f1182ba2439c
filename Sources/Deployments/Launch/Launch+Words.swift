/// What single words of a line are.
extension Launch {
  static let noServer = LineError(
    "not-a-serve-line", "after '--' a line that starts vLLM's server is expected, such as 'vllm serve MODEL'")

  static func notAServer(_ program: String) -> LineError {
    LineError(
      "not-a-serve-line",
      "'\(Secrets.masked(program))' does not start vLLM; after '--' a line such as 'vllm serve MODEL' is expected")
  }

  /// `NAME=VALUE`.
  static func isAssignment(_ word: String) -> Bool {
    guard let equals = word.utf8.firstIndex(of: UInt8(ascii: "=")), let first = word.utf8.first else { return false }
    let name = word.utf8[..<equals]
    func isLetter(_ byte: UInt8) -> Bool {
      (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) || byte == UInt8(ascii: "_")
    }
    return !name.isEmpty && isLetter(first)
      && name.allSatisfy { isLetter($0) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
  }

  /// The program of a path.
  static func name(of program: String) -> String {
    program.split(separator: "/").last.map { String($0) } ?? program
  }

  /// `python`, `python3`, `python3.12`.
  static func isPython(_ name: String) -> Bool {
    guard name.hasPrefix("python") else { return false }
    return name.utf8.dropFirst(6).allSatisfy { "0123456789.".utf8.contains($0) }
  }

  /// Whether the words begin with a program that leads to vLLM, rather than with a wrapper's own option.
  static func isHead(_ words: ArraySlice<String>) -> Bool {
    guard let word = words.first else { return false }
    let next = words.dropFirst().first ?? ""
    switch name(of: word) {
    case "vllm": return ["serve", "chat", "complete", "bench", "launch", "run-batch", "collect-env"].contains(next)
    case "docker", "podman", "nerdctl": return ["run", "container", "exec", "create"].contains(next)
    case "sh", "bash", "dash", "zsh", "ash": return next.hasPrefix("-")
    case let name where isPython(name): return next.hasPrefix("-") || next.hasSuffix(".py") || next.hasSuffix("/vllm")
    case let name where Wrapper.names.contains(name): return true
    default: return false
    }
  }
}

/// Programs that start the one behind them.
enum Wrapper {
  static let names: Set<String> = [
    "env", "exec", "nohup", "time", "nice", "ionice", "numactl", "taskset", "chrt", "timeout", "setsid", "stdbuf",
    "sudo", "doas", "command", "srun", "mpirun", "apptainer", "singularity", "enroot", "tini", "dumb-init", "nsys",
    "uv", "uvx", "pipx", "poetry", "pdm", "hatch", "pixi", "conda", "mamba", "micromamba", "rye", "kubectl",
    "systemd-run", "systemd-inhibit", "unbuffer", "script", "ddtrace-run", "opentelemetry-instrument",
  ]
}
