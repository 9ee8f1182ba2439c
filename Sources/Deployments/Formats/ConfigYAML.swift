import ModelFiles

/// A file for `vllm serve --config`, and the variables that go with it as a file for a shell.
///
/// Source: `FlexibleArgumentParser.load_config_file`, utils/argparse_utils.py, release 0.33.0; what it makes of a value
/// is ``FlagWords``.
enum ConfigYAML {
  static func written(_ spec: DeploymentSpec) throws(FormatError) -> WrittenDeployment {
    var lines = CommentLines.head(spec) + CommentLines.of("vllm serve --config FILE.yaml")
    lines.append("model: " + YAMLText.scalar(spec.model))
    for flag in spec.flags {
      if flag.words.count == 1, flag.words[0].utf8.contains(UInt8(ascii: "=")) {
        throw FormatError(
          format: .config, reason: "a value that begins with a dash, as in '\(flag.words[0])', cannot stand in the file")
      }
      if let comment = flag.comment { lines += CommentLines.of(comment) }
      lines.append(line(flag))
    }
    let text = lines.joined(separator: "\n") + "\n"
    guard !spec.environment.isEmpty else { return WrittenDeployment(text) }
    let exports = spec.environment.map { "export " + $0.name + "=" + ShellWords.quoted($0.value) }
    let note = CommentLines.of("Before it: ") + exports.map { "#   " + CommentLines.oneLine($0) }
    let head = ["# Variables of the file beside: . THIS FILE && vllm serve --config FILE.yaml"]
    return WrittenDeployment(
      (note + lines).joined(separator: "\n") + "\n",
      beside: .init(ending: ".env.sh", text: (head + exports).joined(separator: "\n") + "\n"))
  }

  /// `vllm serve` drops a false, so that a switch that is off stands under the name of its opposite.
  private static func line(_ flag: ServedFlag) -> String {
    let name = flag.value == .bool(false) ? flag.words[0] : flag.name
    let value = flag.value == .bool(false) ? .bool(true) : flag.value
    return YAMLText.scalar(String(name.dropFirst(2))) + ": " + YAMLText.scalar(value)
  }
}
