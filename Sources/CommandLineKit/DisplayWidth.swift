extension String {
  /// The terminal cells that this text takes: escape sequences none, East Asian wide characters and emoji two.
  package var displayWidth: Int {
    var width = 0
    var escape = Escape.none
    for scalar in unicodeScalars {
      if !escape.takes(scalar) { width += scalar.displayWidth }
    }
    return width
  }

  /// The start of the text that takes no more cells than this; what is cut off takes its escape sequences along.
  package func clipped(to width: Int) -> String {
    guard displayWidth > width else { return self }
    var (text, used, escape) = ("".unicodeScalars, 0, Escape.none)
    for scalar in unicodeScalars {
      let cells = escape.takes(scalar) ? 0 : scalar.displayWidth
      if used + cells > width { break }
      used += cells
      text.append(scalar)
    }
    return String(text) + (utf8.contains(0x1B) ? "\u{1B}[0m" : "")
  }

  /// The text with spaces on its right, or left, up to a display width.
  package func padded(to width: Int, _ alignment: Alignment = .left) -> String {
    let space = String(repeating: " ", count: max(0, width - displayWidth))
    return alignment == .left ? self + space : space + self
  }

  private enum Escape {
    case none, began, control, system

    /// Whether the next scalar belongs to an escape sequence.
    mutating func takes(_ scalar: Unicode.Scalar) -> Bool {
      switch (self, scalar.value) {
      case (.none, 0x1B): self = .began
      case (.none, _): return false
      case (.began, 0x5B): self = .control
      case (.began, 0x5D): self = .system
      case (.began, _): self = .none
      case (.control, 0x40...0x7E): self = .none
      case (.system, 0x07): self = .none
      // ESC \ ends it; the backslash is taken by `.began`.
      case (.system, 0x1B): self = .began
      default: break
      }
      return true
    }
  }
}

/// The side of its column that a text keeps to.
package enum Alignment: Sendable { case left, right }

extension Unicode.Scalar {
  fileprivate var displayWidth: Int {
    switch value {
    case 0..<0x20, 0x7F..<0xA0: 0
    case 0x300...0x36F, 0x200B...0x200F, 0x20D0...0x20FF, 0xFE00...0xFE0F: 0
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF: 2
    case 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F900...0x1F9FF: 2
    case 0x20000...0x3FFFD: 2
    default: 1
    }
  }
}
