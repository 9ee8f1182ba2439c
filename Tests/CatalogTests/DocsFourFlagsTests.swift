import Catalog
import Foundation
import ModelFiles
import Plimsoll
import Testing

@Suite("The tables of docs/four-flags.md")
struct DocsFourFlagsTests {
  /// A row of a table: what is set beside the defaults, and the cells at the row's ends.
  struct Row: Sendable, CustomTestStringConvertible {
    var set: String
    var length = 32_768
    var seqs: Int?
    var batched: Int?
    var utilization: Double?
    var verdict: Verdict
    /// Blocks of the pool, or of a request in the table of lengths.
    var blocks: Int?

    var testDescription: String { "\(length) \(set)" }
  }

  static let rows = [
    Row(set: "0.85", utilization: 0.85, verdict: .doesNotFit, blocks: 1_153),
    Row(set: "0.90", utilization: 0.90, verdict: .tight, blocks: 2_167),
    Row(set: "0.91", utilization: 0.91, verdict: .tight, blocks: 2_370),
    Row(set: "0.92", utilization: 0.92, verdict: .fits, blocks: 2_572),
    Row(set: "0.95", utilization: 0.95, verdict: .fits, blocks: 3_181),
    Row(set: "0.99", utilization: 0.99, verdict: .tight, blocks: 3_992),
    Row(set: "1.00", utilization: 1, verdict: .doesNotFit),
    Row(set: "8,192", length: 8_192, verdict: .fits, blocks: 512),
    Row(set: "16,384", length: 16_384, verdict: .fits, blocks: 1_024),
    Row(set: "32,768", verdict: .fits, blocks: 2_048),
    Row(set: "40,960", length: 40_960, verdict: .tight, blocks: 2_560),
    Row(set: "4", seqs: 4, verdict: .fits, blocks: 2_869),
    Row(set: "64", seqs: 64, verdict: .fits, blocks: 2_796),
    Row(set: "256", seqs: 256, verdict: .fits, blocks: 2_572),
    Row(set: "512", seqs: 512, verdict: .tight, blocks: 2_357),
    Row(set: "973", seqs: 973, verdict: .tight, blocks: 2_049),
    Row(set: "974", seqs: 974, verdict: .doesNotFit, blocks: 2_048),
    Row(set: "2,048", batched: 2_048, verdict: .fits, blocks: 2_572),
    Row(set: "4,096", batched: 4_096, verdict: .fits, blocks: 2_516),
    Row(set: "8,192", batched: 8_192, verdict: .tight, blocks: 2_324),
    Row(set: "16,384", batched: 16_384, verdict: .doesNotFit, blocks: 1_940),
  ]

  @Test("each row has the verdict and the blocks that the page says", arguments: rows)
  func says(_ row: Row) throws {
    var flags = ServeFlags()
    flags.maxModelLen = .tokens(row.length)
    flags.maxNumSeqs = row.seqs
    flags.maxNumBatchedTokens = row.batched
    flags.gpuMemoryUtilization = row.utilization
    let shape = try ArchitectureTable.shape(of: try Catalog.model(named: "Qwen/QwQ-32B").config)
    let plan = Planner.plan(
      Deployment(model: shape, device: try Catalog.gpu(named: "a100-80gb-sxm"), flags: flags))
    #expect(plan.verdict == row.verdict)
    let isLength = row.seqs == nil && row.batched == nil && row.utilization == nil
    if let blocks = row.blocks {
      #expect((isLength ? plan.evaluation.blocksPerRequest : plan.evaluation.numBlocks) == blocks)
    }
    let words = row.verdict.rawValue.split(separator: "-").joined(separator: " ")
    let shown = try Self.page().split(separator: "\n").contains { line in
      let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
      guard cells.first == row.set, let last = cells.last, last.hasPrefix(words) else { return false }
      return row.blocks.map { cells.contains(Deployment.grouped($0)) } ?? true
    }
    #expect(shown, "docs/four-flags.md has no such row")
  }

  private static func page() throws -> String {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    return try String(contentsOf: root.appending(path: "docs/four-flags.md"), encoding: .utf8)
  }
}
