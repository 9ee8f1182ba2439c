import CommandLineKit
import Testing

private let utf8 = Terminal(isInteractive: false, columns: 80) { $0 == "LANG" ? "C.UTF-8" : nil }
private let colored = Terminal(isInteractive: true, columns: 80) { _ in nil }

@Suite struct DrawingTests {
  @Test(
    "The cells of a bar are its shares by largest remainders, the last those left blank",
    arguments: [
      // 10 × 1/3 = 3.33 each: the first gets the odd cell.
      ([1, 1, 1], 0, 10, [4, 3, 3, 0]),
      // 61, 1 and 11 of 79 in 60 cells: 46.33, 0.76, 8.35, and 4.56 left.
      ([61, 1, 11], 79, 60, [46, 1, 8, 5]),
      // 0.01 of a cell each, yet seen: taken from the largest.
      ([1, 9998, 1], 0, 10, [1, 8, 1, 0]),
      ([0, 5], 10, 4, [0, 2, 2]),
      // More than the whole: the segments share the width.
      ([30, 10], 20, 8, [6, 2, 0]),
      // Too narrow for all: the larger ones stay.
      ([1, 5, 4], 0, 2, [0, 1, 1, 0]),
      ([0, 0], 0, 4, [0, 0, 4]),
      ([-5, 5], 0, 4, [0, 4, 0]),
      ([], 7, 3, [3]),
      ([Int.max, Int.max], Int.max, 5, [3, 2, 0]),
      ([1, 2], 3, 0, [0, 0, 0]),
    ])
  func cells(_ amounts: [Int], _ total: Int, _ width: Int, _ expected: [Int]) {
    let bar = Bar(amounts.map { Bar.Segment($0, glyph: "█", ascii: "#") }, of: total)
    #expect(bar.cells(width: width) == expected)
  }

  @Test("A bar is as wide as asked at every width", arguments: 0..<130)
  func exact(_ width: Int) {
    let glyphs: [Character] = ["█", "▓", "▒", "░"]
    let segments = zip([613, 7, 4, 108], glyphs).map { Bar.Segment($0, glyph: $1, ascii: "#", .blue) }
    let bar = Bar(segments, of: 791)
    #expect(bar.cells(width: width).reduce(0, +) == width)
    #expect(bar.drawn(on: colored, width: width).displayWidth == width)
    if width >= 5 { #expect(bar.cells(width: width).allSatisfy { $0 > 0 }) }
  }

  @Test("A bar falls back to its ASCII glyphs and to no colour")
  func falls() {
    let bar = Bar([.init(2, glyph: "█", ascii: "#", .red), .init(1, glyph: "░", ascii: ":")], of: 4)
    #expect(bar.drawn(on: .plain, width: 4) == "##: ")
    #expect(bar.drawn(on: utf8, width: 4) == "██░ ")
    #expect(bar.drawn(on: colored, width: 4) == "\u{1B}[31m##\u{1B}[0m: ")
  }

  @Test("Columns align by what is displayed, and no line ends in spaces")
  func table() {
    let table = Table(
      [.init("name"), .init("size", .right), .init("note")],
      rows: [["a", "1", ""], ["\u{1B}[1mlonger\u{1B}[0m", "1,000", "x"], ["日本", "20"]])
    #expect(
      table.lines(on: .plain, indent: 1) == [
        " name     size  note", " a           1", " \u{1B}[1mlonger\u{1B}[0m  1,000  x", " 日本       20",
      ])
    #expect(Table([.init(""), .init("", .right)], rows: [["a", "b"]]).lines(on: colored) == ["a  b"])
    #expect(Table([.init("n")]).lines(on: colored) == ["\u{1B}[1mn\u{1B}[0m"])
  }

  @Test(
    "A terminal shows so many cells",
    arguments: [
      ("", 0), ("abc", 3), ("日本", 4), ("e\u{301}", 1), ("\u{1B}[1;31mab\u{1B}[0m", 2), ("█▓·", 3),
      ("\u{1B}]8;;http://x\u{1B}\\ab\u{1B}]8;;\u{7}", 2), ("한", 2), ("😀", 2),
    ])
  func width(_ text: String, _ cells: Int) { #expect(text.displayWidth == cells) }

  @Test(
    "A Double is written to its decimals from its exact value, halves away from zero",
    arguments: [
      (0.125, 2, "0.13"), (-0.125, 2, "-0.13"), (0.375, 2, "0.38"), (2.5, 0, "3"), (-0.5, 0, "-1"),
      // 1.005 is 1.00499999999999989…, 1.45 is 1.4499999999999999556…, 0.285 is 0.28499999999999997…
      (1.005, 2, "1.00"), (1.45, 1, "1.4"), (0.285, 2, "0.28"), (2.675, 2, "2.67"),
      (0.999, 2, "1.00"), (9.999, 2, "10.00"), (-0.001, 2, "0.00"), (0, 1, "0.0"), (61, 1, "61.0"),
      (1e-300, 3, "0.000"), (.leastNonzeroMagnitude, 9, "0.000000000"), (1e-9, 9, "0.000000001"),
      (5e-10, 9, "0.000000001"),
      // 5e-10 is 5.00000000000000031e-10, above the half; 2^-31 is 0.00000000046566…
      (4.656612873077393e-10, 9, "0.000000000"),
      (123456789.5, 0, "123456790"), (9_007_199_254_740_991, 2, "9007199254740991.00"), (1e300, 2, "1e+300"),
      (.infinity, 2, "inf"), (-.infinity, 2, "-inf"), (.nan, 2, "nan"), (79.14, 2, "79.14"), (1.5, -1, "2"),
    ])
  func decimals(_ value: Double, _ places: Int, _ text: String) { #expect(value.fixed(places) == text) }

  @Test(
    "A whole number is written in groups of three",
    arguments: [
      (0, "0"), (999, "999"), (1000, "1,000"), (-1000, "-1,000"), (-999, "-999"), (32768, "32,768"),
      (1_234_567, "1,234,567"), (Int.min, "-9,223,372,036,854,775,808"),
    ])
  func groups(_ value: Int, _ text: String) { #expect(value.grouped == text) }

  @Test("Decimals and groups go together")
  func grouped() { #expect((-1234567.891).fixed(2, grouped: true) == "-1,234,567.89") }
}
