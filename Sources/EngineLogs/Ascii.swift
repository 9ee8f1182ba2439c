/// Kinds of characters that lines of logs are made of.
enum Ascii {
  static let newline = UInt8(ascii: "\n")
  static let space = UInt8(ascii: " ")

  static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }

  static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- 0x61 < 26 }

  /// Where a number ends that begins at a place: digits with commas between them, a sign, a fraction; the place
  /// itself where none begins. The point at the end of a sentence is none of it.
  static func numberEnd(_ text: [UInt8], from start: Int) -> Int {
    var place = start
    if place < text.count, text[place] == UInt8(ascii: "-") { place += 1 }
    let digits = place
    var end = place
    var hasPoint = false
    while place < text.count {
      let byte = text[place]
      if isDigit(byte) {
        end = place + 1
      } else if byte == UInt8(ascii: "."), !hasPoint, end == place, end > digits {
        hasPoint = true
      } else if byte != UInt8(ascii: ",") || hasPoint || end != place || end == digits || !isGroup(text, after: place) {
        break
      }
      place += 1
    }
    return end > digits ? end : start
  }

  /// Whether a comma is followed by three digits.
  private static func isGroup(_ text: [UInt8], after comma: Int) -> Bool {
    comma + 3 < text.count && (1...3).allSatisfy { isDigit(text[comma + $0]) }
  }
}
