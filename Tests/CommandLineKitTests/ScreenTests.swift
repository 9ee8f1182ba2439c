import Testing

@testable import CommandLineKit

@Suite struct ScreenTests {
  @Test("lines are put over the last ones, and nothing of longer ones stays")
  func inPlace() {
    var screen = Screen()
    #expect(screen.draw(["one", "two"], columns: 40, rows: 10) == "one\u{1B}[K\ntwo\u{1B}[K\n\u{1B}[J")
    #expect(screen.draw(["three"], columns: 40, rows: 10) == "\u{1B}[2A\rthree\u{1B}[K\n\u{1B}[J")
    #expect(screen.draw(["four"], columns: 40, rows: 10) == "\u{1B}[1A\rfour\u{1B}[K\n\u{1B}[J")
  }

  @Test("after a change of width the screen is cleared, since old lines may take more rows")
  func resized() {
    var screen = Screen()
    _ = screen.draw(["one"], columns: 40, rows: 10)
    #expect(screen.draw(["one"], columns: 20, rows: 10).hasPrefix("\u{1B}[H\u{1B}[2J"))
  }

  @Test("what does not fit is left out, so that the screen does not scroll")
  func tall() {
    var screen = Screen()
    let text = screen.draw((1...20).map { "\($0)" }, columns: 40, rows: 5)
    // 4 rows: three lines, and how many more there are.
    #expect(text.split(separator: "\n").count == 5)
    #expect(text.contains("... 17 more lines"))
  }

  @Test(
    "a line is cut by what it shows, not by what colours it",
    arguments: [
      ("abcdef", 3, "abc"), ("abc", 3, "abc"), ("\u{1B}[1mabcdef\u{1B}[0m", 3, "\u{1B}[1mabc\u{1B}[0m"),
      ("日本語", 5, "日本"), ("", 0, ""),
    ])
  func clipped(text: String, width: Int, cut: String) { #expect(text.clipped(to: width) == cut) }
}
