extension JSONReader {
  /// Reads a string, its opening quote at the current position.
  mutating func string() throws(JSONError) -> String {
    position += 1
    let start = position
    while position < count {
      let byte = bytes[position]
      if byte == Ascii.quote {
        defer { position += 1 }
        return text(start..<position)
      }
      // Most strings have no escape and are copied whole; the others are put together piece by piece.
      if byte == Ascii.backslash { return try escapedString(from: start) }
      try skipPlain(byte)
    }
    throw unexpected(.closingQuote)
  }

  private mutating func escapedString(from first: Int) throws(JSONError) -> String {
    var result = ""
    var start = first
    while position < count {
      let byte = bytes[position]
      if byte == Ascii.quote {
        result += text(start..<position)
        position += 1
        return result
      }
      if byte == Ascii.backslash {
        result += text(start..<position)
        result.unicodeScalars.append(try escape())
        start = position
      } else {
        try skipPlain(byte)
      }
    }
    throw unexpected(.closingQuote)
  }

  mutating func escape() throws(JSONError) -> Unicode.Scalar {
    let start = position
    position += 1
    guard position < count else { throw unexpected(.escape) }
    let letter = bytes[position]
    switch letter {
    case Ascii.quote, Ascii.backslash, Ascii.slash:
      position += 1
      return Unicode.Scalar(letter)
    case Ascii.b: return simple("\u{8}")
    case Ascii.f: return simple("\u{C}")
    case Ascii.n: return simple("\n")
    case Ascii.r: return simple("\r")
    case Ascii.t: return simple("\t")
    case Ascii.u:
      position += 1
      return try unicodeEscape(from: start)
    default: throw unexpected(.escape)
    }
  }

  private mutating func simple(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
    position += 1
    return scalar
  }

  /// Reads the digits after `\u`, and the second half of a pair where the first asks for it.
  private mutating func unicodeEscape(from start: Int) throws(JSONError) -> Unicode.Scalar {
    let unit = try fourDigits()
    if let scalar = Unicode.Scalar(unit) { return scalar }
    // The rest are surrogates: D800 to DBFF is a first half, DC00 to DFFF a second.
    if unit < 0xDC00, skip(Ascii.backslash), skip(Ascii.u) {
      let second = try fourDigits()
      if 0xDC00...0xDFFF ~= second,
        let scalar = Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (second - 0xDC00))
      {
        return scalar
      }
    }
    position = start
    throw error(.loneSurrogate)
  }

  private mutating func fourDigits() throws(JSONError) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard position < count else { throw unexpected(.hexDigit) }
      let digit: UInt8
      switch bytes[position] {
      case let byte where Ascii.zero...Ascii.nine ~= byte: digit = byte - Ascii.zero
      case let byte where 0x41...0x46 ~= byte: digit = byte - 0x41 + 10
      case let byte where 0x61...0x66 ~= byte: digit = byte - 0x61 + 10
      default: throw unexpected(.hexDigit)
      }
      value = value << 4 | UInt32(digit)
      position += 1
    }
    return value
  }

  mutating func skipPlain(_ byte: UInt8) throws(JSONError) {
    if byte < 0x20 { throw error(.controlCharacter(byte)) }
    if byte < 0x80 {
      position += 1
    } else {
      let length = utf8Length(at: position)
      guard length > 0 else { throw error(.invalidUTF8) }
      position += length
    }
  }

  /// Bytes that were checked to be UTF-8.
  private func text(_ range: Range<Int>) -> String {
    String(decoding: UnsafeBufferPointer(rebasing: bytes[range]), as: UTF8.self)
  }

  /// The bytes of the well-formed scalar at a position, or 0: table 3-7 of the Unicode standard.
  func utf8Length(at place: Int) -> Int {
    func next(_ offset: Int, _ range: ClosedRange<UInt8> = 0x80...0xBF) -> Bool {
      place + offset < count && range ~= bytes[place + offset]
    }
    switch bytes[place] {
    case 0x00...0x7F: return 1
    case 0xC2...0xDF: return next(1) ? 2 : 0
    case 0xE0: return next(1, 0xA0...0xBF) && next(2) ? 3 : 0
    case 0xED: return next(1, 0x80...0x9F) && next(2) ? 3 : 0
    case 0xE1...0xEF: return next(1) && next(2) ? 3 : 0
    case 0xF0: return next(1, 0x90...0xBF) && next(2) && next(3) ? 4 : 0
    case 0xF1...0xF3: return next(1) && next(2) && next(3) ? 4 : 0
    case 0xF4: return next(1, 0x80...0x8F) && next(2) && next(3) ? 4 : 0
    default: return 0
    }
  }
}
