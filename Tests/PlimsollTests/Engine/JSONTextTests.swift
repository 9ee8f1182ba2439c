import Foundation
import Plimsoll
import Testing

/// Flags that take JSON, written out again: what a strict parser reads is what was given.
@Suite struct JSONTextTests {
  /// The JSON that a flag of a line is written out as, read by Foundation's parser.
  private func written(_ name: String, _ value: String) throws -> [String: Any] {
    var flags = ServeFlags()
    try flags.apply(name: name, value: value)
    let words = flags.arguments
    let place = try #require(words.firstIndex { $0 == "--compilation-config" })
    let object = try JSONSerialization.jsonObject(with: Data(words[place + 1].utf8))
    return try #require(object as? [String: Any])
  }

  /// RFC 8259, 7: `"`, `\` and U+0000 to U+001F have to be escaped.
  @Test(arguments: [
    "\u{1}", "\u{1F}", "a\u{8}b", "\u{C}", "tab\tline\nreturn\r", "quote\"back\\slash", "\u{7F}é\u{2028}",
  ])
  func `a word of a dotted flag may hold control characters`(word: String) throws {
    let object = try written("--compilation-config.debug_dump_path", word)
    #expect(object["debug_dump_path"] as? String == word)
  }

  /// RFC 8259, 7: `\u` and four digits, two of them in a row for what lies beyond the basic plane.
  @Test(arguments: [
    (#"k\u0041"#, "kA"), (#"k\u0001"#, "k\u{1}"), (#"\b\f"#, "\u{8}\u{C}"), (#"\ud83d\ude00"#, "😀"), (#"\/"#, "/"),
  ])
  func `a key keeps its escapes`(inside: String, key: String) throws {
    let object = try written("--compilation-config", "{\"\(inside)\": 1}")
    #expect(object.keys.first.map { Array($0.unicodeScalars) } == Array(key.unicodeScalars))
  }
}
