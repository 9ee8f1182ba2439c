/// Lines that are drawn over each other in place, at the end of what a terminal shows.
///
/// Nothing is switched that would have to be switched back: the cursor stays visible and below the last line, so that
/// the terminal is right whenever and however the process ends.
package struct Screen {
  private var drawn = 0
  private var columns = 0

  package init() {}

  /// The text that puts these lines in the place of the last ones.
  ///
  /// Every line is cleared behind its end, and what is left below; lines that do not fit are left out.
  package mutating func draw(_ lines: [String], columns: Int, rows: Int) -> String {
    // One column stays free: behind a full line some terminals clear its last character.
    var lines = lines.map { $0.clipped(to: max(1, columns - 1)) }
    let room = max(1, rows - 1)
    if rows > 1, lines.count > room {
      lines = lines.prefix(room - 1) + ["... \(lines.count - room + 1) more lines"]
    }
    var text = ""
    if drawn > 0 {
      // After a change of width no one knows how many rows the old lines take.
      text = self.columns == columns ? "\u{1B}[\(drawn)A\r" : "\u{1B}[H\u{1B}[2J"
    }
    for line in lines { text += line + "\u{1B}[K\n" }
    text += "\u{1B}[J"
    (drawn, self.columns) = (lines.count, columns)
    return text
  }
}
