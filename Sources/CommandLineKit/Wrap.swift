/// The text in lines of at most `width` cells, broken at spaces; a longer word has a line of its own.
///
/// Line ends in the text stay, so paragraphs do too.
package func wrap(_ text: String, to width: Int) -> [String] {
  text.split(separator: "\n", omittingEmptySubsequences: false).flatMap { paragraph in
    var lines: [String] = []
    var line = ""
    var used = 0
    for word in paragraph.split(separator: " ") {
      let cells = String(word).displayWidth
      if used > 0, used + 1 + cells > width {
        lines.append(line)
        line = ""
        used = 0
      }
      line += (used > 0 ? " " : "") + word
      used += cells + (used > 0 ? 1 : 0)
    }
    return lines + [line]
  }
}

/// A label in a column of its own and text wrapped beside it; a long label stands above its text.
func entry(_ label: String, _ text: String, column: Int, width: Int, painted: (String) -> String) -> String {
  let indent = String(repeating: " ", count: column)
  let lines = wrap(text, to: max(20, width - column))
  let used = label.displayWidth + 2
  let gap = used + 2 <= column ? String(repeating: " ", count: column - used) : "\n" + indent
  return "  \(painted(label))\(gap)\(lines.joined(separator: "\n" + indent))\n"
}
