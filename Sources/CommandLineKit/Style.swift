/// A way to set text off, by its number in ANSI's "select graphic rendition".
package enum Style: Int, Sendable, CaseIterable {
  case bold = 1
  case dim = 2
  case red = 31
  case green = 32
  case yellow = 33
  case blue = 34
  case magenta = 35
  case cyan = 36
}

extension Terminal {
  /// The text in these styles where the terminal shows colour, else the text.
  package func paint(_ text: String, _ styles: Style...) -> String { paint(text, styles) }

  package func paint(_ text: String, _ styles: [Style]) -> String {
    guard color, !text.isEmpty, !styles.isEmpty else { return text }
    return "\u{1B}[\(styles.map { String($0.rawValue) }.joined(separator: ";"))m\(text)\u{1B}[0m"
  }
}
