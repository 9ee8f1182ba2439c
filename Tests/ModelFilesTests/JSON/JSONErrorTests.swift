import Foundation
import ModelFiles
import Testing

@Suite struct JSONErrorTests {
  @Test(arguments: [
    ("{\n  \"a\": 1\n  \"b\": 2\n}", "line 3, column 3: found '\"', expected ',' or '}'"),
    ("{\n  \"größe\": tru\n}", "line 2, column 15: found U+000A, expected null, true, false, NaN or Infinity"),
    ("{\r\n\"a\": 01}", "line 2, column 6: found a number with a leading zero, expected it without"),
    ("", "line 1, column 1: the text ends where a value is expected"),
    ("[1,\n2", "line 2, column 2: the text ends where ',' or ']' is expected"),
    ("<html>", "line 1, column 1: found '<', expected a value"),
    ("\"a\tb\"", "line 1, column 3: found U+0009 inside a string, expected it written with a '\\'"),
    ("\"\\ud83d\"", "line 1, column 2: found half of a surrogate pair, expected both halves as \\uD8xx\\uDCxx"),
    ("[1] x", "line 1, column 5: found 'x', expected the end of the text"),
    ("[1.x]", "line 1, column 4: found 'x', expected a digit"),
    ("[😀]", "line 1, column 2: found '😀', expected a value"),
  ])
  func saysWhereAndWhatIsExpected(_ text: String, _ message: String) {
    let error = #expect(throws: JSONError.self) { try JSON.parse(text) }
    #expect(error?.message == message)
  }

  @Test(arguments: [("[", "]"), ("{\"k\":", "}")])
  func hundredAndTwentyEightLevelsAreReadAndOneMoreIsNot(_ open: String, _ close: String) throws {
    func nested(_ levels: Int) -> String {
      String(repeating: open, count: levels) + (open == "[" ? "" : "1") + String(repeating: close, count: levels)
    }
    // What can be read can be written and read again.
    let deepest = try JSON.parse(nested(128))
    #expect(try JSON.parse(deepest.serialized(pretty: true)) == deepest)

    let expected = JSONError(line: 1, column: 128 * open.utf8.count + 1, problem: .tooDeep(limit: 128))
    #expect(throws: expected) { try JSON.parse(nested(129)) }
    #expect(throws: expected) { try JSON.parse(nested(200)) }
    #expect(throws: expected) { try JSON.parse(String(repeating: open, count: 1_000_000)) }
    #expect(expected.message.hasSuffix("nested too deep, expected at most 128 levels"))
  }

  /// A thread of macOS has 512 KiB, which has to do without the optimiser too.
  @Test func theDeepestTextFitsASmallStack() async throws {
    let text = String(repeating: "{\"k\":", count: 128) + "1" + String(repeating: "}", count: 128)
    let written = await withCheckedContinuation { continuation in
      let thread = Thread {
        let value = try? JSON.parse(text)
        continuation.resume(returning: value == (try? JSON.parse(text)) ? value?.serialized(pretty: false) : nil)
      }
      thread.stackSize = 512 << 10
      thread.start()
    }
    #expect(written == text)
  }

  @Test(arguments: Fixture.all)
  func everyTruncationOfAConfigIsRefused(_ fixture: Fixture) throws {
    let end = try #require(fixture.bytes.lastIndex(of: UInt8(ascii: "}")))
    for length in 0...end {
      #expect(throws: JSONError.self) { try JSON.parse(Array(fixture.bytes[..<length])) }
    }
  }
}
