import Deployments
import ModelFiles
import Testing

/// What PyYAML 6.0.4's safe loader made of the same texts.
@Suite struct YAMLTests {
  @Test(
    "A plain word means what YAML 1.1 says",
    arguments: [
      ("yes", true), ("No", false), ("on", true), ("OFF", false), ("true", true), ("True", true), ("TRUE", true),
      ("tRue", "tRue"), ("y", "y"), ("n", "n"), ("null", nil), ("~", nil), ("Null", nil), ("nUll", "nUll"), ("1", 1),
      ("-1", -1), ("+1", 1), ("010", 8), ("08", "08"), ("0o10", "0o10"), ("0x1F", 31), ("0b101", 5), ("1_000", 1000),
      ("1__0", 10), ("_1", "_1"), ("1:30", 90), ("1:60", "1:60"), ("01:30", "01:30"), ("190:20:30", 685230),
      ("1.5", 1.5), ("1.", 1.0), (".5", 0.5), ("-.5", "-.5"), (".", "."), ("1e3", "1e3"), ("1.5e3", "1.5e3"),
      ("1.5e+3", 1500.0), ("1.5E-3", 0.0015), ("1_0.5", 10.5), (".inf", .number(.infinity)),
      ("-.inf", .number(-.infinity)), ("+.Inf", .number(.infinity)), ("NaN", "NaN"), ("inf", "inf"), ("32k", "32k"),
      ("0.9", 0.9), ("1.0", 1.0), ("8K", "8K"), ("1-2", "1-2"), ("a:b", "a:b"), ("http://x:80/y", "http://x:80/y"),
      ("a#b", "a#b"), ("0", 0), ("00", 0), ("0_7", 7), ("0x", "0x"), ("0b2", "0b2"), ("+0x10", 16), ("-010", -8),
      ("1,000", "1,000"), ("--x", "--x"), ("12345678901234567890", "12345678901234567890"),
    ] as [(String, JSON)])
  func scalars(_ word: String, _ value: JSON) throws {
    #expect(try YAMLBlock.parse(Array("a: \(word)".utf8))["a"] == value)
  }

  @Test(
    "A document means what YAML says",
    arguments: [
      ("a: 'it''s'", ["a": "it's"]),
      (#"a: "x\ty\u00e9\x41""#, ["a": "x\tyéA"]),
      (#"k: "a\/b""#, ["k": "a/b"]),
      ("a: [1, b, 'c, d', {e: f}]", ["a": [1, "b", "c, d", ["e": "f"]]]),
      ("a: {b: 1, c: [x, y], d}", ["a": ["b": 1, "c": ["x", "y"], "d": nil]]),
      ("a:\n- 1\n- 2\nb: 3", ["a": [1, 2], "b": 3]),
      ("a:\n  - x: 1\n    y: 2\n  - z", ["a": [["x": 1, "y": 2], "z"]]),
      ("a:\n  b:\n    c: 1\n  d: 2", ["a": ["b": ["c": 1], "d": 2]]),
      ("a: 1 # c\n# x\nb: 'a # b'\nc: a#b", ["a": 1, "b": "a # b", "c": "a#b"]),
      ("---\na: 1", ["a": 1]), ("a: 1\n...\n", ["a": 1]), ("a: 1\r\nb: 2\r\n", ["a": 1, "b": 2]),
      ("a: [1,\n  2]\nb: 1", ["a": [1, 2], "b": 1]),
      ("a: {x: 1,\n  y: 2}", ["a": ["x": 1, "y": 2]]),
      ("\"a b\": 1\n'c': 2", ["a b": 1, "c": 2]),
      ("a:b", "a:b"), ("- 1\n- 2", [1, 2]), ("", nil), ("# nothing", nil), ("a:   ", ["a": nil]),
      ("on: 1", ["true": 1]), ("a: {yes: 1, 2: x, null: y}", ["a": ["true": 1, "2": "x", "null": "y"]]),
      ("a: x y  z", ["a": "x y  z"]), ("a: {a:1}", ["a": ["a:1": nil]]), ("a: [1 2]", ["a": ["1 2"]]),
      ("a: ?x", ["a": "?x"]), ("a: ':x'", ["a": ":x"]), ("a: [1,]", ["a": [1]]), ("a: {b: c,}", ["a": ["b": "c"]]),
      ("- a: 1\n  b: 2\n- c", [["a": 1, "b": 2], "c"]), ("a:\n  - - 1\n    - 2", ["a": [[1, 2]]]),
      ("a: {\"b\":1}", ["a": ["b": 1]]), ("a: [x:1]", ["a": ["x:1"]]),
    ] as [(String, JSON)])
  func documents(_ text: String, _ value: JSON) throws {
    #expect(try YAMLBlock.parse(Array(text.utf8)) == value)
  }

  @Test("A key that is written twice keeps its last value")
  func twice() throws {
    #expect(try YAMLBlock.parse(Array("a: 1\na: 2".utf8))["a"] == 2)
  }

  @Test(
    "What is no YAML, or is not of the part that is read, is refused with its line and its name",
    arguments: [
      ("a: b: c", 1, "second"), ("a: 1\n  b: 2", 2, "several lines"), ("a:\n\tb: 1", 2, "tab"),
      ("a: 'x' y", 1, "behind"),
      ("a: - 1", 1, "list"), ("a: -", 1, "list"), ("a: [,]", 1, "comma"), ("a: @x", 1, "quote"), ("a: %x", 1, "quote"),
      ("a: 'x", 1, "quote"), ("a: 1\n---\nb: 2", 2, "documents"), ("a: &x 1\nb: *x", 1, "anchors"),
      ("a: 1\nb: *x", 2, "aliases"), ("a: !!str 1", 1, "tags"), ("a: 1\nb: |\n  x", 2, "over several lines"),
      ("a: >\n  x", 1, "over several lines"), ("%YAML 1.1\n---\na: 1", 1, "directives"), ("? a\n: b", 1, "?"),
      ("a: x\n  y", 2, "several lines"), ("a: [1", 1, "missing"), ("a: {b: 1", 1, "missing"), ("<<: 1", 1, "merged"),
      ("a: [b: 1]", 1, "braces"), ("a: \"\\q\"", 1, "escape"), ("a: 1\n b", 2, "several lines"), ("a: 1\nb", 2, "key"),
      ("[a]: 1", 1, "behind"), ("\ta: 1", 1, "tab"), ("- a\nb: 1", 2, "indentation"),
    ])
  func refused(_ text: String, _ line: Int, _ part: String) {
    let error = #expect(throws: YAMLError.self) { try YAMLBlock.parse(Array(text.utf8)) }
    #expect(error?.line == line)
    #expect(error?.reason.contains(part) == true, "\(error?.message ?? "")")
  }

  @Test("Deep nesting ends in an error, in brackets and by indentation")
  func deep() {
    let brackets = "a: " + String(repeating: "[", count: 100_000)
    let lines = (0..<2_000).map { String(repeating: " ", count: $0) + "a:" }.joined(separator: "\n")
    let items = String(repeating: "- ", count: 20_000) + "x"
    for text in [brackets, lines, items] {
      #expect(throws: YAMLError.self) { try YAMLBlock.parse(Array(text.utf8)) }
    }
  }
}
