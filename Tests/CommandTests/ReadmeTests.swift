import Catalog
import CommandLineKit
import Foundation
import Testing

@testable import PlimsollCommand

@Suite("The README and pages like it")
struct ReadmeTests {
  /// Each block of a page that begins with `$ plimsoll …`: the words, and what stands below them.
  ///
  /// `PLIMSOLL_RECORD=1 swift test --filter ReadmeTests` writes the blocks anew.
  @Test(
    "A page shows what the tool says today",
    arguments: ["README.md", "docs/multimodal.md", "docs/deployments.md", "docs/probe.md"])
  func showsRealOutput(_ page: String) throws {
    let file = Self.page(page)
    let readme = try String(contentsOf: file, encoding: .utf8)
    var blocks = readme.components(separatedBy: "```\n$ plimsoll ")
    try #require(blocks.count > 1)
    for index in blocks.indices.dropFirst() {
      let lines = blocks[index].components(separatedBy: "\n")
      let end = try #require(lines.firstIndex(of: "```"))
      let output = Self.output(of: lines[0]) + "```"
      let shown = lines[1...end].joined(separator: "\n")
      if ProcessInfo.processInfo.environment["PLIMSOLL_RECORD"] == "1" {
        blocks[index] = ([lines[0], output] + lines[(end + 1)...]).joined(separator: "\n")
      } else {
        #expect(shown == output, "plimsoll \(lines[0])")
      }
    }
    let recorded = blocks.joined(separator: "```\n$ plimsoll ")
    if recorded != readme { try recorded.write(to: file, atomically: true, encoding: .utf8) }
  }

  @Test("The README counts the models that are built in")
  func countsModels() throws {
    let readme = try String(contentsOf: Self.page("README.md"), encoding: .utf8)
    #expect(readme.contains("what is built in: \(Catalog.modelIDs.count) models"))
  }

  private static func page(_ name: String) -> URL {
    URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: name)
  }

  /// What the tool writes into a pipe of 80 columns under a UTF-8 locale.
  private static func output(of line: String) -> String {
    let terminal = Terminal(isInteractive: false, columns: 80) { $0 == "LANG" ? "C.UTF-8" : nil }
    var context = Context.memory(terminal)
    _ = PlimsollCommand.tool.run(line.split(separator: " ").map(String.init), &context)
    return context.out.text
  }
}
