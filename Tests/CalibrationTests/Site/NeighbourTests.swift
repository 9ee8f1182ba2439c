import Foundation
import Testing

@testable import Plimsoll

/// Starts of one source, predicted from the record of one of them.
@Suite("Predictions from a record of the site")
struct NeighbourTests {
  /// Starts whose blocks are not those of their row: the draft's layers are left out of it.
  static let drafts = ["L112"]
  static let starts = Neighbour.all.filter(\.isSame)
  static let neighbours = Neighbour.all.filter { !$0.isSame }

  @Test("With its own log a start is predicted to the printed token, and to the rounding of the printed memory")
  func own() throws {
    #expect(Self.starts.count >= 45)
    for start in Self.starts where !Self.drafts.contains(start.asked.id) {
      if let printed = start.asked.printed.tokens {
        #expect(start.after.tokens == printed, "\(start.asked)")
      } else if let printed = start.asked.printed.kvCache {
        #expect(abs(Neighbour.cache(start.after).best.gib - printed) <= 0.005, "\(start.asked)")
      }
    }
  }

  @Test("Neighbours by length, sequences or utilization are predicted to half a percent, each from the other")
  func bar() throws {
    let pairs = Self.neighbours.filter(\.isOfBar)
    #expect(pairs.count >= 6)
    for pair in pairs {
      let error = try #require(pair.errors?.after)
      #expect(abs(error) <= 0.005, "\(pair.record) to \(pair.asked): \(error)")
    }
  }

  @Test("A first start and one that finds its kernels are told from each other, and within the interval")
  func compiling() throws {
    for (record, asked) in [("L024", "L023"), ("L023", "L024")] {
      let pair = try #require(Self.neighbours.first { $0.record.id == record && $0.asked.id == asked })
      let errors = try #require(pair.errors)
      #expect(abs(errors.after) <= 0.005)
      #expect(pair.isInside == true)
    }
    // Where nothing is said of the next start, the pessimistic end of the later one holds what a first one takes.
    let pair = try #require(Self.neighbours.first { $0.record.id == "L023" && $0.asked.id == "L024" })
    var unsaid = pair.deployment
    unsaid.calibrations = [
      try #require(Calibration(record: "L023", of: pair.known, printing: PrintedStart(pair.record)))
    ]
    #expect(unsaid.evaluate().tokens == pair.record.printed.tokens)
    #expect(Neighbour.cache(unsaid.evaluate()).worst.gib <= pair.asked.printed.kvCache ?? 0)
  }

  /// `PLIMSOLL_RECORD=1 swift test --filter NeighbourTests` writes the table anew.
  @Test("The table of docs/calibrate.md is what the starts show today")
  func page() throws {
    let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().appending(path: "docs/calibrate.md")
    let page = try String(contentsOf: file, encoding: .utf8)
    let head = "| record | start |"
    let lines = page.components(separatedBy: "\n")
    let first = try #require(lines.firstIndex { $0.hasPrefix(head) })
    let end = try #require(lines[first...].firstIndex { !$0.hasPrefix("|") })
    let shown = (lines[..<first] + Self.table + lines[end...]).joined(separator: "\n")
    if ProcessInfo.processInfo.environment["PLIMSOLL_RECORD"] == "1" {
      return try shown.write(to: file, atomically: true, encoding: .utf8)
    }
    #expect(shown == page, "the table of docs/calibrate.md is out of date; record it with PLIMSOLL_RECORD=1")
  }

  static var table: [String] {
    func percent(_ value: Double) -> String { String(format: "%.2f %%", value * 100) }
    let head = [
      "| record | start | model | GPU | vLLM | what the record had | without | with the record | in its 90 % |",
      "| --- | --- | --- | --- | --- | --- | ---: | ---: | --- |",
    ]
    return head
      + neighbours.compactMap { pair in
        guard let errors = pair.errors else { return nil }
        let differences = pair.differences.isEmpty ? "the same" : pair.differences.joined(separator: ", ")
        return
          "| \(pair.record.id) | \(pair.asked.id) | \(pair.asked.model) | \(pair.asked.gpu ?? "") | \(pair.asked.release) | "
          + "\(differences) | \(percent(errors.before)) | \(percent(errors.after)) | \(pair.isInside == true ? "yes" : "no") |"
      }
  }
}
