import ModelFiles

/// The command itself: as a line of a shell, and as its words in JSON.
enum ShellCommand {
  /// Comments, then the command with its variables in front and a flag a line.
  static func text(_ spec: DeploymentSpec) -> String {
    var lines = CommentLines.head(spec) + CommentLines.flags(spec)
    for secret in spec.secrets { lines += CommentLines.of(secret + " is taken from the environment, where it is set") }
    // In quotes a name would be no variable's.
    let variables = spec.environment.map { $0.name + "=" + ShellWords.quoted($0.value) + " " }.joined()
    let command = ShellWords.command(["vllm", "serve", spec.model], spec.flags.map(\.words))
    lines.append(variables + command)
    return lines.joined(separator: "\n") + "\n"
  }

  /// The words, behind `env` where variables go with them.
  static func json(_ spec: DeploymentSpec) -> String {
    let variables = spec.environment.map { $0.name + "=" + $0.value }
    let words = (variables.isEmpty ? [] : ["env"] + variables) + spec.command
    return JSON.array(words.map { .string($0) }).serialized(pretty: true) + "\n"
  }
}
