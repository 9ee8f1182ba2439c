import Foundation
import Plimsoll
import Testing

/// Whole predictions against whole starts: from model, GPU, release and flags alone to what the log printed.
@Suite("Predictions against real starts")
struct AccuracyTests {
  static func results() throws -> [Outcome] {
    try Start.all.filter { !$0.isInferred && $0.outcome == "started" }.map(Outcome.init(of:))
  }

  @Test("KV memory is right to 1 % at the median, and to 5 % in four of five starts")
  func kvMemory() throws {
    let results = try Self.results().filter { $0.start.gpu != nil }
    let errors = results.compactMap(\.kvCache?.error).map(abs)
    #expect(errors.count >= 35)
    // Memory of its own: what the host takes of a GB10's meanwhile no plan knows.
    let own = results.filter { $0.start.gpu != "gb10" }.compactMap(\.kvCache?.error).map(abs)
    #expect(own.median <= 0.01, "\(own.median)")
    #expect(errors.median <= 0.015, "\(errors.median)")
    #expect(errors.quantile(0.8) <= 0.05, "\(errors.quantile(0.8))")
  }

  @Test("a source left out, the rest err alike: no single machine carries the figure")
  func leavingOneSourceOut() throws {
    let results = try Self.results().filter { $0.start.gpu != nil && $0.kvCache != nil }
    let all = results.compactMap(\.kvCache?.error).map(abs).median
    for source in Set(results.map(\.start.source)) {
      let rest = results.filter { $0.start.source != source }.compactMap(\.kvCache?.error).map(abs).median
      #expect(rest <= all * 1.5 && all <= rest * 1.5, "\(source): \(rest) against \(all)")
    }
  }

  @Test("intervals of 90 % hold four in five of the printed figures, and the pessimistic end nearly all")
  func intervals() throws {
    let pools = try Self.results().filter { $0.start.gpu != nil }.compactMap(\.kvCache)
    #expect(Double(pools.filter(\.isInside).count) >= 0.8 * Double(pools.count))
    #expect(Double(pools.filter { $0.worst <= $0.printed * 1.001 }.count) >= 0.9 * Double(pools.count))
  }

  @Test("printed activations are right to 10 % at the median")
  func activation() throws {
    let errors = try Self.results().filter { !$0.start.takesPrintedWeights }.compactMap(\.activation?.error).map(abs)
    #expect(errors.count >= 7)
    #expect(errors.median <= 0.1)
  }

  @Test("weights are right to 0.3 % at the median")
  func weights() throws {
    let errors = try Self.results().filter { !$0.start.takesPrintedWeights }.compactMap(\.weights?.error).map(abs)
    #expect(errors.count >= 40)
    #expect(errors.median <= 0.003)
    #expect(errors.quantile(0.9) <= 0.015)
  }

  @Test("what started is not said to fail, but where the page of accuracy explains it")
  func verdicts() throws {
    for result in try Self.results() where result.start.gpu != nil && result.evaluation.checks.kvCache == .fails {
      #expect(AccuracyPage.explained[result.start.id] != nil, "\(result.start)")
    }
  }

  /// `PLIMSOLL_RECORD=1 swift test --filter AccuracyTests` writes the page anew.
  @Test("docs/accuracy.md is what the starts show today")
  func page() throws {
    let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "docs/accuracy.md")
    let page = AccuracyPage(results: try Self.results()).text
    if ProcessInfo.processInfo.environment["PLIMSOLL_RECORD"] == "1" {
      return try page.write(to: file, atomically: true, encoding: .utf8)
    }
    let recorded = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
    #expect(recorded == page, "docs/accuracy.md is out of date; record it with PLIMSOLL_RECORD=1")
  }
}

/// What was predicted of a start and what its log printed, quantity by quantity.
struct Outcome {
  var start: Start
  var evaluation: Evaluation

  init(of start: Start) throws {
    self.start = start
    let deployment = try start.deployment()
    release = deployment.release.budget
    evaluation = deployment.evaluate()
  }

  /// A quantity, in GiB.
  struct Quantity {
    var predicted, low, high, worst, printed: Double
    var error: Double { predicted / printed - 1 }
    /// Inside the 90 % interval, but for the rounding of the print.
    var isInside: Bool { low <= printed + 0.005 && printed - 0.005 <= high }

    init?(_ estimate: Estimate?, _ printed: Double?) {
      guard let estimate, let printed, printed > 0 else { return nil }
      (predicted, low, high) = (estimate.best.gib, estimate.low.gib, estimate.high.gib)
      (worst, self.printed) = (estimate.worst.gib, printed)
    }
  }

  private var stage: StageLedger? { evaluation.stages.last }
  private var release: BudgetRule
  var weights: Quantity? { Quantity(stage?.loaded, start.printed.weights) }
  var activation: Quantity? { Quantity(stage?.printedPeak(release), start.printed.activation) }
  var graphs: Quantity? { Quantity(stage?.cudaGraphs, start.printed.graphs) }
  /// The pool of the stage that holds the least, as vLLM prints it.
  var kvCache: Quantity? {
    Quantity(evaluation.stages.map(\.kvCache).min { $0.best < $1.best }, start.printed.kvCache)
  }
}
