/// One pass over the bytes of a JSON text.
///
/// Every read of a byte is behind a comparison with `count`, so that no text, however cut, is read past its end.
struct JSONReader {
  let bytes: UnsafeBufferPointer<UInt8>
  let count: Int
  var position = 0

  init(_ bytes: UnsafeBufferPointer<UInt8>) {
    self.bytes = bytes
    count = bytes.count
  }
}

extension JSONReader {
  mutating func document() throws(JSONError) -> JSON {
    skipMark()
    skipSpace()
    let result = try value(depth: 0)
    skipSpace()
    guard position == count else { throw unexpected(.end) }
    return result
  }

  /// Steps over a byte order mark.
  mutating func skipMark() {
    if count >= 3, bytes[0] == 0xEF, bytes[1] == 0xBB, bytes[2] == 0xBF { position = 3 }
  }

  mutating func value(depth: Int) throws(JSONError) -> JSON {
    guard position < count else { throw unexpected(.value) }
    switch bytes[position] {
    case Ascii.quote: return .string(try string())
    case Ascii.openBrace: return .object(try object(depth: depth + 1))
    case Ascii.openBracket: return .array(try array(depth: depth + 1))
    case Ascii.minus, Ascii.zero...Ascii.nine: return try number()
    case Ascii.t: return try literal("true", .bool(true))
    case Ascii.f: return try literal("false", .bool(false))
    case Ascii.n: return try literal("null", .null)
    case Ascii.upperN: return try literal("NaN", .number(.nan))
    case Ascii.upperI: return try literal("Infinity", .number(.infinity))
    default: throw unexpected(.value)
    }
  }

  private mutating func object(depth: Int) throws(JSONError) -> JSONObject {
    guard depth <= JSON.depthLimit else { throw error(.tooDeep(limit: JSON.depthLimit)) }
    var members: [JSONObject.Member] = []
    position += 1
    skipSpace()
    if skip(Ascii.closeBrace) { return JSONObject() }
    var expectation = JSONError.Expectation.keyOrEnd
    while true {
      guard position < count, bytes[position] == Ascii.quote else { throw unexpected(expectation) }
      let key = try string()
      skipSpace()
      guard skip(Ascii.colon) else { throw unexpected(.colon) }
      skipSpace()
      members.append(JSONObject.Member(key: key, value: try value(depth: depth)))
      skipSpace()
      if skip(Ascii.closeBrace) { return JSONObject(members) }
      guard skip(Ascii.comma) else { throw unexpected(.commaOrObjectEnd) }
      skipSpace()
      expectation = .key
    }
  }

  private mutating func array(depth: Int) throws(JSONError) -> [JSON] {
    guard depth <= JSON.depthLimit else { throw error(.tooDeep(limit: JSON.depthLimit)) }
    var elements: [JSON] = []
    position += 1
    skipSpace()
    if skip(Ascii.closeBracket) { return elements }
    while true {
      elements.append(try value(depth: depth))
      skipSpace()
      if skip(Ascii.closeBracket) { return elements }
      guard skip(Ascii.comma) else { throw unexpected(.commaOrArrayEnd) }
      skipSpace()
    }
  }

  mutating func literal(_ word: StaticString, _ value: JSON) throws(JSONError) -> JSON {
    let letters = UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount)
    for letter in letters {
      guard skip(letter) else { throw unexpected(.literal) }
    }
    return value
  }

  mutating func skipSpace() {
    while position < count {
      switch bytes[position] {
      case Ascii.space, Ascii.newline, Ascii.carriageReturn, Ascii.tab: position += 1
      default: return
      }
    }
  }

  /// Steps over a byte if it is the one that stands here.
  mutating func skip(_ byte: UInt8) -> Bool {
    guard position < count, bytes[position] == byte else { return false }
    position += 1
    return true
  }
}
