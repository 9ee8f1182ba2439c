import CommandLineKit
import Foundation
import Testing

@testable import PlimsollCommand

@Suite("The reference page")
struct ReferenceTests {
  /// `PLIMSOLL_RECORD=1 swift test --filter ReferenceTests` writes the page anew.
  @Test("docs/reference.md is what the tables of commands and options say")
  func isCurrent() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let file = root.appending(path: "docs").appending(path: "reference.md")
    let page = PlimsollCommand.tool.reference()
    if ProcessInfo.processInfo.environment["PLIMSOLL_RECORD"] == "1" {
      try page.write(to: file, atomically: true, encoding: .utf8)
    }
    let recorded = try String(contentsOf: file, encoding: .utf8)
    #expect(recorded == page, "docs/reference.md is out of date; record it with PLIMSOLL_RECORD=1")
  }
}
