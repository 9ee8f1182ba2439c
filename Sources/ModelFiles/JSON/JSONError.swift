/// Why a text is not JSON, and where.
package struct JSONError: Error, Hashable, Sendable {
  /// The line of the first character that cannot stand where it does, counted from 1.
  package var line: Int
  /// Its column in characters (Unicode scalars), counted from 1.
  package var column: Int
  package var problem: Problem

  package init(line: Int, column: Int, problem: Problem) {
    self.line = line
    self.column = column
    self.problem = problem
  }

  package enum Problem: Hashable, Sendable {
    /// Something else had to stand here; `found` is nil at the end of the text.
    case unexpected(found: Unicode.Scalar?, expected: Expectation)
    /// A character below U+0020 inside a string.
    case controlCharacter(UInt8)
    case invalidUTF8
    /// One half of a surrogate pair without the other.
    case loneSurrogate
    case leadingZero
    case tooDeep(limit: Int)
  }

  package enum Expectation: String, Hashable, Sendable {
    case value = "a value"
    case key = "a key in double quotes"
    case keyOrEnd = "a key in double quotes or '}'"
    case colon = "':'"
    case commaOrObjectEnd = "',' or '}'"
    case commaOrArrayEnd = "',' or ']'"
    case closingQuote = "'\"' to end the string"
    case escape = "one of \" \\ / b f n r t u after '\\'"
    case hexDigit = "a hexadecimal digit"
    case digit = "a digit"
    case literal = "null, true, false, NaN or Infinity"
    case end = "the end of the text"
  }
}

extension JSONError {
  /// The sentence for the user, without the name of the file.
  package var message: String {
    "line " + String(line) + ", column " + String(column) + ": " + problem.sentence
  }
}

extension JSONError.Problem {
  fileprivate var sentence: String {
    switch self {
    case .unexpected(nil, let expected): "the text ends where " + expected.rawValue + " is expected"
    case .unexpected(let found?, let expected): "found " + Self.quoted(found) + ", expected " + expected.rawValue
    case .controlCharacter(let byte):
      "found " + Self.quoted(Unicode.Scalar(byte)) + " inside a string, expected it written with a '\\'"
    case .invalidUTF8: "found bytes that are not UTF-8, expected text in UTF-8"
    case .loneSurrogate: "found half of a surrogate pair, expected both halves as \\uD8xx\\uDCxx"
    case .leadingZero: "found a number with a leading zero, expected it without"
    case .tooDeep(let limit): "nested too deep, expected at most " + String(limit) + " levels"
    }
  }

  private static func quoted(_ scalar: Unicode.Scalar) -> String {
    if scalar.value >= 0x20 && scalar.value != 0x7F { return "'" + String(Character(scalar)) + "'" }
    let digits = String(scalar.value, radix: 16, uppercase: true)
    return "U+" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
  }
}
