/// Words as a POSIX shell reads them back.
package enum ShellWords {
  package static func joined(_ words: [String]) -> String { words.map(quoted).joined(separator: " ") }

  package static func quoted(_ word: String) -> String {
    let isPlain = !word.isEmpty && word.unicodeScalars.allSatisfy(isPlain)
    return isPlain
      ? word : "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
  }

  /// A command over several lines: its first words, then a flag with its values a line.
  static func command(_ head: [String], _ flags: [[String]], indent: String = "") -> String {
    ([head] + flags).map(joined).joined(separator: " \\\n" + indent + "  ")
  }

  private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "a"..."z", "A"..."Z", "0"..."9", "-", "_", ".", "/", ":", "=", "@", "%", "+", ",": true
    default: false
    }
  }
}
