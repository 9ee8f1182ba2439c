import ModelFiles
import Testing

/// Texts that are not JSON: each is refused, at the column given (line 1 unless the text has lines).
@Suite struct JSONRejectTests {
  struct Case: CustomTestStringConvertible {
    var text: String
    var column: Int
    init(_ text: String, at column: Int) {
      self.text = text
      self.column = column
    }
    var testDescription: String { text }
  }

  @Test(arguments: structure + words + numbers + strings)
  func isRefusedWhereItGoesWrong(_ example: Case) {
    let error = #expect(throws: JSONError.self) { try JSON.parse(example.text) }
    #expect(error?.line == 1)
    #expect(error?.column == example.column)
  }

  static let structure = [
    Case("", at: 1), Case(" ", at: 2), Case("[", at: 2), Case("{", at: 2), Case("]", at: 1), Case("}", at: 1),
    Case("[1", at: 3), Case("[1,", at: 4), Case("[,", at: 2), Case("[,1]", at: 2), Case("[1,]", at: 4),
    Case("[1,,2]", at: 4), Case("[1 2]", at: 4), Case("[1]]", at: 4), Case("[1}", at: 3), Case("[\"a\":1]", at: 5),
    Case("[1];", at: 4), Case("1 2", at: 3), Case("null null", at: 6), Case("{}{}", at: 3), Case("[][]", at: 3),
    Case("{\"a\"", at: 5), Case("{\"a\":", at: 6), Case("{\"a\":1", at: 7), Case("{\"a\":1,", at: 8),
    Case("{\"a\":1,}", at: 8), Case("{,\"a\":1}", at: 2), Case("{\"a\":1,,\"b\":2}", at: 8), Case("{\"a\" 1}", at: 6),
    Case("{\"a\"::1}", at: 6), Case("{\"a\",1}", at: 5), Case("{\"a\":}", at: 6), Case("{a:1}", at: 2),
    Case("{'a':1}", at: 2), Case("{1:1}", at: 2), Case("{null:1}", at: 2), Case("{[]:1}", at: 2),
    Case("{\"a\":1 \"b\":2}", at: 8), Case("{\"a\":1]", at: 7), Case("{\"a\":1}}", at: 8), Case("{\"a\":1}#", at: 8),
    Case("[1]//", at: 4), Case("[1/**/]", at: 3), Case("/**/1", at: 1), Case("# a\n1", at: 1), Case("\u{B}1", at: 1),
    Case("[\u{C}]", at: 2), Case("\u{A0}1", at: 1), Case("[1\u{2060}]", at: 3), Case("1\u{0}", at: 2),
    Case("\u{0}", at: 1), Case("*", at: 1), Case(":", at: 1), Case(",", at: 1), Case("<null>", at: 1),
    Case("é", at: 1), Case("[é]", at: 2), Case("[\"é\"é]", at: 5), Case("\u{FEFF}", at: 1),
    Case("\u{FEFF}\u{FEFF}1", at: 1),
    Case("\u{FEFF}[1 2]", at: 4), Case("{\"a\":[1,{\"b\":2]}", at: 15),
  ]

  static let words = [
    Case("nul", at: 4), Case("tru", at: 4), Case("fals", at: 5), Case("nulL", at: 4), Case("True", at: 1),
    Case("None", at: 2), Case("NULL", at: 2), Case("FALSE", at: 1), Case("nan", at: 2), Case("NAN", at: 2),
    Case("-NaN", at: 2), Case("inf", at: 1), Case("Inf", at: 4), Case("infinity", at: 1), Case("-Inf", at: 5),
    Case("+Infinity", at: 1), Case("Infinit", at: 8), Case("nullx", at: 5), Case("truefalse", at: 5),
    Case("undefined", at: 1), Case("[nu]", at: 4),
  ]

  static let numbers = [
    Case("-", at: 2), Case("+1", at: 1), Case("+", at: 1), Case("--1", at: 2), Case("-a", at: 2), Case("- 1", at: 2),
    Case("01", at: 1), Case("-01", at: 2), Case("00", at: 1), Case("-00", at: 2), Case("012.5", at: 1),
    Case(".5", at: 1),
    Case("-.5", at: 2), Case("1.", at: 3), Case("[1.]", at: 4), Case("1.e5", at: 3), Case("1.5.5", at: 4),
    Case("1e", at: 3), Case("1E+", at: 4), Case("1e-", at: 4), Case("1e+-5", at: 4), Case("1ee5", at: 3),
    Case("1e5.5", at: 4), Case("1.5e", at: 5), Case("0x1F", at: 2), Case("0b1", at: 2), Case("1_000", at: 2),
    Case("1,000", at: 2), Case("1a", at: 2), Case("1 000", at: 3), Case("$1", at: 1), Case("1/2", at: 2),
    Case("１", at: 1), Case("1f", at: 2), Case("0x1p3", at: 2), Case("-e5", at: 2), Case("[-]", at: 3),
    Case("[1e]", at: 4), Case("2.e+3", at: 3),
  ]

  static let strings = [
    Case("\"", at: 2), Case("\"a", at: 3), Case("\"é", at: 3), Case("'a'", at: 1), Case("\"\\", at: 3),
    Case("\"\\\"", at: 4), Case("\"\\a\"", at: 3), Case("\"\\x00\"", at: 3), Case("\"\\'\"", at: 3),
    Case("\"\\é\"", at: 3), Case("\"\\U0041\"", at: 3), Case("\"\\u\"", at: 4), Case("\"\\u0", at: 5),
    Case("\"\\u004\"", at: 7), Case("\"\\u004g\"", at: 7), Case("\"\\u-041\"", at: 4), Case("\"\\u 041\"", at: 4),
    Case("\"\n\"", at: 2), Case("\"\t\"", at: 2), Case("\"a\u{0}\"", at: 3), Case("\"\u{1F}\"", at: 2),
    Case("\"\r\"", at: 2), Case("\"\\\n\"", at: 3), Case("\"\\ud800\"", at: 2), Case("\"\\udc00\"", at: 2),
    Case("\"a\\ud800b\"", at: 3), Case("\"\\ud800\\n\"", at: 2), Case("\"\\ud800\\ud800\"", at: 2),
    Case("\"\\ud800\\u0041\"", at: 2), Case("\"\\udfff\\ud800\"", at: 2), Case("\"\\ud800\\u00\"", at: 12),
    Case("\"\\ud800\\", at: 2), Case("\"a\"b", at: 4), Case("\"a\"\"b\"", at: 4), Case("{\"a\\q\":1}", at: 5),
    Case("{\"a", at: 4),
  ]

  /// Stray, overlong, cut, surrogate and too large sequences.
  static let notUTF8: [[UInt8]] = [
    [0x80], [0xBF], [0xC0, 0x80], [0xC1, 0xBF], [0xC3], [0xC3, 0x28], [0xE0, 0x80, 0x80], [0xE0, 0x9F, 0xBF],
    [0xE2, 0x82], [0xE2, 0x28, 0xA1], [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF], [0xF0, 0x80, 0x80, 0x80],
    [0xF0, 0x8F, 0xBF, 0xBF], [0xF0, 0x9F, 0x98], [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xFE], [0xFF],
  ]

  @Test(arguments: notUTF8)
  func bytesThatAreNotUTF8AreRefused(_ bytes: [UInt8]) {
    let expected = JSONError(line: 1, column: 3, problem: .invalidUTF8)
    #expect(throws: expected) { try JSON.parse([0x22, 0x61] + bytes + [0x22]) }
    #expect(throws: expected) { try JSON.parse([0x22, 0x61] + bytes) }
    #expect(throws: JSONError(line: 1, column: 1, problem: .invalidUTF8)) { try JSON.parse(bytes) }
  }

  @Test func utf16IsRefused() {
    #expect(throws: JSONError.self) { try JSON.parse([0xFF, 0xFE, 0x5B, 0x00, 0x5D, 0x00]) }
    #expect(throws: JSONError.self) { try JSON.parse([0x00, 0x5B, 0x00, 0x5D]) }
  }
}
