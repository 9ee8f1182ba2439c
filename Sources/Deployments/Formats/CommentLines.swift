/// Comments as most formats have them: a `#` and text to the end of the line.
enum CommentLines {
  private static let width = 110

  /// A text as comment lines of their own, broken between words. What could end a line is a blank.
  static func of(_ text: String, indent: Int = 0) -> [String] {
    let blanks = String(repeating: " ", count: indent)
    var lines: [String] = []
    var line = ""
    for word in oneLine(text).split(separator: " ") {
      if !line.isEmpty, indent + 2 + line.count + 1 + word.count > width {
        lines.append(blanks + "# " + line)
        line = ""
      }
      line += (line.isEmpty ? "" : " ") + word
    }
    return line.isEmpty ? lines : lines + [blanks + "# " + line]
  }

  /// A text without anything that ends a line: control characters and the separators of Unicode.
  static func oneLine(_ text: String) -> String {
    var line = ""
    for scalar in text.unicodeScalars {
      let isBreak =
        scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) || (0x2028...0x2029).contains(scalar.value)
      line.unicodeScalars.append(isBreak ? " " : scalar)
    }
    // Behind a backslash at its end, some formats go on.
    while line.hasSuffix("\\") || line.hasSuffix(" ") { line.removeLast() }
    return line
  }

  /// The head of a file: what it is, a line each.
  static func head(_ spec: DeploymentSpec) -> [String] { spec.title.flatMap { of($0) } }

  /// What there is to say of the flags, for formats in which a command cannot hold comments.
  static func flags(_ spec: DeploymentSpec) -> [String] {
    spec.flags.flatMap { flag in
      flag.comment.map { of(flag.words.joined(separator: " ") + ": " + $0) } ?? []
    }
  }
}
