import Catalog
import Foundation
import ModelFiles
import Plimsoll
import Testing

/// What starts of vLLM 0.9 to 0.27 printed of their KV cache, from public logs: `Fixtures/printed-by-releases.tsv`.
///
/// The memory that a log prints is rounded to 0.01 GiB, so that what follows from it is a range.
@Suite("KV caches that older releases printed")
struct PrintedByReleasesTests {
  struct Start: Sendable, CustomTestStringConvertible {
    var release: String
    var model: String
    var gpu: String
    var line: String
    var available: Double
    var tokens: Int
    var concurrency: Double?
    var blockSize: Int?
    var testDescription: String { "\(release) \(model) \(line)" }

    init?(_ row: Substring) {
      let cells = row.split(separator: "\t", omittingEmptySubsequences: false).map { String($0) }
      guard cells.count == 9, let available = Double(cells[4]), let tokens = Int(cells[5]) else { return nil }
      (release, model, gpu, line) = (cells[0], cells[1], cells[2], cells[3])
      (self.available, self.tokens) = (available, tokens)
      (concurrency, blockSize) = (Double(cells[6]), Int(cells[7]))
    }

    /// The deployment with a memory that lies `shift` GiB beside the printed one.
    func evaluate(shift: Double) throws -> Evaluation {
      guard case .found(let row) = EngineRelease.named(release) else { throw CancellationError() }
      let shape = try ArchitectureTable.shape(of: try Catalog.model(named: model).config)
      var flags = ServeFlags()
      var words = line.split(separator: " ").map { String($0) }[...]
      while let name = words.popFirst() {
        let takesValue = words.first.map { !$0.hasPrefix("-") } ?? false
        try flags.apply(name: name, value: takesValue ? words.popFirst() : nil)
      }
      var deployment = Deployment(model: shape, device: try Catalog.gpu(named: gpu), flags: flags, release: row)
      deployment.availableKVCacheMemory = Bytes(Int((available + shift) * 1_073_741_824))
      return deployment.evaluate()
    }
  }

  static let starts: [Start] = {
    let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/printed-by-releases.tsv")
    let text = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
    return text.split(separator: "\n").dropFirst().compactMap(Start.init)
  }()

  @Test("The file is read whole") func whole() { #expect(Self.starts.count == 32) }

  @Test("tokens, requests at once and the block size are those printed", arguments: starts)
  func printed(_ start: Start) throws {
    let (low, high) = (try start.evaluate(shift: -0.005), try start.evaluate(shift: 0.005))
    let (fewest, most) = (try #require(low.tokens), try #require(high.tokens))
    #expect(fewest <= start.tokens && start.tokens <= most)
    if let printed = start.concurrency {
      let (least, largest) = (try #require(low.maxConcurrency), try #require(high.maxConcurrency))
      #expect(least - 0.005 <= printed && printed <= largest + 0.005)
    }
    if let size = start.blockSize { #expect(low.placement?.blockSize == size) }
  }
}
