extension JSONReader {
  /// An error at the current position; lines are counted only now, since most texts have no error.
  func error(_ problem: JSONError.Problem) -> JSONError {
    var line = 1
    var column = 1
    // The byte order mark is no character of the first line.
    let start = count >= 3 && bytes[0] == 0xEF && bytes[1] == 0xBB && bytes[2] == 0xBF ? 3 : 0
    for place in start..<max(start, min(position, count)) {
      let byte = bytes[place]
      if byte == Ascii.newline {
        line += 1
        column = 1
      } else if byte & 0xC0 != 0x80 {
        column += 1
      }
    }
    return JSONError(line: line, column: column, problem: problem)
  }

  /// The error of whatever stands here in place of what should.
  func unexpected(_ expectation: JSONError.Expectation) -> JSONError {
    guard position < count else { return error(.unexpected(found: nil, expected: expectation)) }
    let length = utf8Length(at: position)
    guard length > 0 else { return error(.invalidUTF8) }
    var decoder = UTF8()
    var iterator = bytes[position..<position + length].makeIterator()
    guard case .scalarValue(let found) = decoder.decode(&iterator) else { return error(.invalidUTF8) }
    return error(.unexpected(found: found, expected: expectation))
  }
}
