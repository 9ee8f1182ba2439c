import Testing

@testable import EngineLogs

@Suite struct LinePatternTests {
  @Test(arguments: [
    ("a {n} b", "a 1,234 b", "1234"), ("took {n} GiB", "took -0.97 GiB", "-0.97"),
    ("length is {n}", "length is 190272. Try", "190272"), ("({n}/", "(22.06/23.56", "22.06"),
    ("from {w:word}, to", "from here, to there", "here"),
    ("version {w:word}", "version 0.33.0+cu129 now", "0.33.0+cu129"),
    ("need {~}{n} GiB", "need (about (7.57 GiB", "7.57"), ("the {_} len {n}", "the model's len 5", "5"),
  ])
  func aPatternTakesOut(pattern: String, text: String, value: String) {
    #expect(LinePattern(pattern).match(in: Array(text.utf8))?.captures.map(\.text) == [value])
  }

  @Test(arguments: [
    ("a {n} b", "a x b"), ("a {n} b", "a {n} b"), ("the {_} len", "the  len"), ("Killed{$}", "Killed by hand"),
    ("need {~} GiB", "need " + String(repeating: "x", count: 300) + " GiB"),
  ])
  func whatIsElseDoesNotMatch(pattern: String, text: String) {
    #expect(LinePattern(pattern).match(in: Array(text.utf8)) == nil)
  }

  @Test func anAnchorHasNoBlankThatALineEndCouldReplace() {
    #expect(LinePattern("less than {n} desired GPU memory").anchor(onOneLine: false).text == Array("desired".utf8))
    // Words that are too short to be found by, and no more of them than it takes: `Exit Code:    137` is aligned.
    let short = LinePattern("exit code 137").anchor(onOneLine: false)
    #expect(short.text == Array("exit code".utf8))
    #expect(short.after == Array(" 137".utf8))
  }

  /// `tokens` is in most lines that a server prints; each would be taken apart.
  @Test func whatStandsOnOneLineIsFoundByItsLongestText() {
    let size = LinePattern("KV cache size: {n} tokens").anchor(onOneLine: true)
    #expect(size.text == Array("KV cache size:".utf8))
  }
}
