import Foundation
import Testing

/// The wording and layout of what a person sees. The figures in it are tested elsewhere, and these files say nothing
/// of whether they are right; `PLIMSOLL_RECORD=1` writes them anew.
@Suite struct GoldenTests {
  @Test("There are cases to look at") func cases() { #expect(GoldenCase.all.count >= 15) }

  @Test("Each case exits as stated and writes what was recorded", arguments: GoldenCase.all)
  func golden(_ golden: GoldenCase) throws {
    let answer = try golden.run()
    #expect(answer.status == answer.expected)
    if ProcessInfo.processInfo.environment["PLIMSOLL_RECORD"] == "1" { return try golden.record(answer.text) }
    guard let recorded = golden.recorded else {
      Issue.record("Cases/\(golden.name)/output is missing; PLIMSOLL_RECORD=1 writes it")
      return
    }
    #expect(answer.text == recorded)
  }

  @Test("A plain terminal is shown ASCII alone, and no line of a help page passes its width", arguments: GoldenCase.all)
  func plain(_ golden: GoldenCase) throws {
    let command = try golden.command()
    let text = try golden.run().text
    if !command.unicode { #expect(text.utf8.allSatisfy { $0 < 128 }) }
    if command.line.contains("help") || command.line.hasSuffix("-h") {
      // A line to paste and the spelling of an option are kept whole.
      let lines = text.split(separator: "\n").filter { !$0.contains("plimsoll ") && !$0.hasPrefix("  --") }
      let widest = lines.map(\.count).max() ?? 0
      #expect(widest <= command.columns)
    }
  }
}
