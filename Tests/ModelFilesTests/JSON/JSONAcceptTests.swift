import ModelFiles
import Testing

/// Texts that RFC 8259 (and Python's writer) allow, with what they mean.
@Suite struct JSONAcceptTests {
  struct Case: CustomTestStringConvertible {
    var name: String
    var text: String
    var value: JSON
    init(_ name: String, _ text: String, _ value: JSON) {
      self.name = name
      self.text = text
      self.value = value
    }
    var testDescription: String { name }
  }

  @Test(arguments: values + numbers + strings)
  func isReadAsItsMeaning(_ example: Case) throws {
    #expect(try JSON.parse(example.text) == example.value)
  }

  /// What is written reads back as the same value, in both layouts.
  @Test(arguments: values + numbers + strings)
  func survivesARoundTrip(_ example: Case) throws {
    let finite = example.value != .number(.infinity) && example.value != .number(-.infinity)
    for pretty in [false, true] {
      let again = try JSON.parse(example.value.serialized(pretty: pretty))
      #expect(again == (finite ? example.value : .null))
    }
  }

  @Test func nanIsPythonsNaN() throws {
    guard case .number(let value) = try JSON.parse("NaN") else {
      Issue.record("not a number case")
      return
    }
    #expect(value.isNaN)
  }

  @Test func minusZeroKeepsItsSignOnlyAsADouble() throws {
    #expect(try JSON.parse("-0") == .integer(0))
    guard case .number(let value) = try JSON.parse("-0.0") else {
      Issue.record("not a number case")
      return
    }
    #expect(value.sign == .minus)
    #expect(JSON.number(value).serialized(pretty: false) == "-0.0")
  }

  @Test func aByteOrderMarkIsSkippedAtTheStartOnly() throws {
    #expect(try JSON.parse([0xEF, 0xBB, 0xBF, 0x31]) == .integer(1))
    #expect(throws: JSONError.self) { try JSON.parse([0x31, 0xEF, 0xBB, 0xBF]) }
  }

  static let values = [
    Case("null", "null", .null), Case("true", "true", true), Case("false", "false", false),
    Case("empty array", "[]", []), Case("empty object", "{}", [:]),
    Case("array with space in it", "[ ]", []), Case("object with space in it", "{ \t\r\n}", [:]),
    Case("space around", " \t\r\n null \t\r\n ", .null), Case("array of one", "[1]", [1]),
    Case("array of all kinds", "[null,true,1,1.5,\"a\",[],{\"a\":0}]", [nil, true, 1, 1.5, "a", [], ["a": 0]]),
    Case("space between elements", "[ 1 , 2 ]", [1, 2]), Case("nested arrays", "[[[[]]]]", [[[[]]]]),
    Case("object", "{\"a\":1,\"b\":2}", ["a": 1, "b": 2]), Case("empty key", "{\"\":0}", ["": 0]),
    Case("space between members", "{ \"a\" : 1 , \"b\" : 2 }", ["a": 1, "b": 2]),
    Case("escaped key", "{\"\\u0061\":1}", ["a": 1]), Case("key with NUL", "{\"a\\u0000b\":1}", ["a\u{0}b": 1]),
    Case("object in array in object", "{\"a\":[{\"b\":{}}]}", ["a": [["b": [:]]]]),
    Case("line breaks", "{\n\"a\":\n1\n}", ["a": 1]), Case("Infinity", "Infinity", .number(.infinity)),
    Case("-Infinity", "-Infinity", .number(-.infinity)), Case("closing bracket after number", "[-1]", [-1]),
  ]

  static let numbers = [
    Case("0", "0", 0), Case("-1", "-1", -1), Case("10", "10", 10), Case("1234567890", "1234567890", 1_234_567_890),
    Case("one past 2^53", "9007199254740993", 9_007_199_254_740_993),
    Case("greatest Int", "9223372036854775807", .integer(.max)),
    Case("least Int", "-9223372036854775808", .integer(.min)),
    Case("2^63", "9223372036854775808", .bigInteger("9223372036854775808")),
    Case("-2^63-1", "-9223372036854775809", .bigInteger("-9223372036854775809")),
    Case("2^64", "18446744073709551616", .bigInteger("18446744073709551616")),
    Case("40 digits", "1" + String(repeating: "0", count: 39), .bigInteger("1" + String(repeating: "0", count: 39))),
    Case("0.5", "0.5", 0.5), Case("-0.5", "-0.5", -0.5), Case("4096.0", "4096.0", .number(4096)),
    Case("1e5", "1e5", .number(100_000)), Case("1E5", "1E5", .number(100_000)), Case("1e+5", "1e+5", .number(100_000)),
    Case("1e-5", "1e-5", .number(0.00001)), Case("0e1", "0e1", .number(0)), Case("0E+1", "0E+1", .number(0)),
    Case("1.5e3", "1.5e3", .number(1500)), Case("-1.5E-3", "-1.5E-3", .number(-0.0015)),
    Case("exponent with zeros", "1e005", .number(100_000)), Case("0.1", "0.1", .number(0x1.999999999999ap-4)),
    // Halfway cases and limits of binary64, with the nearest double in hexadecimal.
    Case("2^53 + 1 is a tie to even", "9007199254740993.0", .number(0x1p53)),
    Case("just above the tie", "9007199254740993.00000000000000000001", .number(0x1.0000000000001p53)),
    Case("1e23", "1e23", .number(0x1.52d02c7e14af6p76)),
    Case("least subnormal", "4.9406564584124654e-324", .number(0x1p-1074)),
    Case("half the least subnormal", "2.4703282292062327e-324", .number(0)),
    Case("least normal", "2.2250738585072014e-308", .number(0x1p-1022)),
    Case("greatest subnormal", "2.2250738585072011e-308", .number(0x1p-1022 - 0x1p-1074)),
    Case("greatest double", "1.7976931348623157e308", .number(0x1.fffffffffffffp1023)),
    Case("too large becomes infinite", "1e309", .number(.infinity)),
    Case("huge exponent", "-1e99999", .number(-.infinity)), Case("tiny exponent", "1e-99999", .number(0)),
    Case("number before a comma", "[1.0,2]", [1.0, 2]), Case("rms_norm_eps", "1e-05", .number(1e-5)),
  ]

  static let strings = [
    Case("empty string", "\"\"", ""), Case("ascii", "\"abc\"", "abc"), Case("space", "\" \"", " "),
    Case("all short escapes", #""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"),
    Case("\\u0041", #""\u0041""#, "A"), Case("\\u lower and upper case", #""\u00e9\u00E9""#, "éé"),
    Case("\\u0000", #""\u0000""#, "\u{0}"), Case("\\u001f", #""\u001f""#, "\u{1F}"),
    Case("\\uFFFF", #""\uFFFF""#, "\u{FFFF}"), Case("\\uFFFE", #""\uFFFE""#, "\u{FFFE}"),
    Case("pair", #""\ud83d\ude00""#, "😀"), Case("first pair", #""\uD800\uDC00""#, "\u{10000}"),
    Case("last pair", #""\uDBFF\uDFFF""#, "\u{10FFFF}"), Case("two pairs", #""\ud83d\ude00\ud83d\ude01""#, "😀😁"),
    Case("escaped backslash before u", #""\\u0041""#, "\\u0041"), Case("escape in the middle", #""a\nb""#, "a\nb"),
    Case("quote at the end", #""a\"""#, "a\""), Case("2 bytes", "\"é\"", "é"), Case("3 bytes", "\"第\"", "第"),
    Case("4 bytes", "\"😀\"", "😀"),
    Case("mixed", #""größe \u00fc 😀""#, "größe ü 😀"), Case("DEL", "\"\u{7F}\"", "\u{7F}"),
    Case("U+2028", "\"\u{2028}\"", "\u{2028}"), Case("U+D7FF", "\"\u{D7FF}\"", "\u{D7FF}"),
    Case("U+E000", "\"\u{E000}\"", "\u{E000}"), Case("U+10FFFF", "\"\u{10FFFF}\"", "\u{10FFFF}"),
    Case("BOM inside", "\"\u{FEFF}\"", "\u{FEFF}"), Case("slash as it is", "\"a/b\"", "a/b"),
    Case("brackets inside", "\"[{,}]:\"", "[{,}]:"), Case("comment inside", "\"// no\"", "// no"),
    Case("long", "\"" + String(repeating: "x", count: 5000) + "\"", .string(String(repeating: "x", count: 5000))),
  ]
}
