extension JSONReader {
  /// Steps over a string, its opening quote at the current position; nothing is made of it.
  ///
  /// - Returns: Where its characters stand, and whether any is written with a `\`.
  mutating func skipString() throws(JSONError) -> (range: Range<Int>, isEscaped: Bool) {
    guard position < count, bytes[position] == Ascii.quote else { throw unexpected(.key) }
    position += 1
    let start = position
    var isEscaped = false
    while true {
      skipPlainWords()
      guard position < count else { throw unexpected(.closingQuote) }
      let byte = bytes[position]
      if byte == Ascii.quote {
        position += 1
        return (start..<position - 1, isEscaped)
      }
      if byte == Ascii.backslash {
        isEscaped = true
        _ = try escape()
      } else {
        try skipPlain(byte)
      }
    }
  }

  /// Steps over whole words of 8 bytes that are plain: ASCII, no control character, quote or `\`.
  private mutating func skipPlainWords() {
    let raw = UnsafeRawBufferPointer(bytes)
    let ones: UInt64 = 0x0101_0101_0101_0101
    var place = position
    while place + 8 <= count {
      let word = raw.loadUnaligned(fromByteOffset: place, as: UInt64.self)
      // The high bit of a byte is set where the byte is one of those: by a borrow below 0x20, or from 0 of a difference.
      let quotes = word ^ (ones &* UInt64(Ascii.quote))
      let escapes = word ^ (ones &* UInt64(Ascii.backslash))
      let marks = word | (word &- ones &* 0x20) | (quotes &- ones) | (escapes &- ones)
      if marks & (ones &* 0x80) != 0 { break }
      place += 8
    }
    position = place
  }

  /// Whether the bytes of a string are these.
  func holds(_ text: StaticString, in range: Range<Int>) -> Bool {
    guard range.count == text.utf8CodeUnitCount else { return false }
    for (index, place) in range.enumerated() where bytes[place] != text.utf8Start[index] { return false }
    return true
  }

  /// The bytes of a string.
  func slice(_ range: Range<Int>) -> UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(rebasing: bytes[range]) }

  /// Steps over any value.
  mutating func skipValue(depth: Int = 1) throws(JSONError) {
    guard position < count else { throw unexpected(.value) }
    switch bytes[position] {
    case Ascii.quote: _ = try skipString()
    case Ascii.openBrace:
      try skipMembers(to: Ascii.closeBrace, depth: depth) { reader throws(JSONError) in
        _ = try reader.skipString()
        reader.skipSpace()
        guard reader.skip(Ascii.colon) else { throw reader.unexpected(.colon) }
        reader.skipSpace()
      }
    case Ascii.openBracket: try skipMembers(to: Ascii.closeBracket, depth: depth) { _ throws(JSONError) in }
    case Ascii.minus, Ascii.zero...Ascii.nine: _ = try number()
    case Ascii.t: _ = try literal("true", .null)
    case Ascii.f: _ = try literal("false", .null)
    case Ascii.n: _ = try literal("null", .null)
    default: throw unexpected(.value)
    }
  }

  private mutating func skipMembers(
    to end: UInt8, depth: Int, _ key: (inout JSONReader) throws(JSONError) -> Void
  ) throws(JSONError) {
    guard depth <= JSON.depthLimit else { throw error(.tooDeep(limit: JSON.depthLimit)) }
    position += 1
    skipSpace()
    if skip(end) { return }
    while true {
      try key(&self)
      try skipValue(depth: depth + 1)
      skipSpace()
      if skip(end) { return }
      guard skip(Ascii.comma) else {
        throw unexpected(end == Ascii.closeBrace ? .commaOrObjectEnd : .commaOrArrayEnd)
      }
      skipSpace()
    }
  }
}
