import Foundation
import Testing

@testable import Plimsoll

/// Works the coefficients of ``MeasuredTerms`` out again, each from the starts that show it alone.
///
/// Medians, so that no single start moves a coefficient far. What the engine fixes is taken off first.
@Suite("Coefficients follow from the starts")
struct CoefficientTests {
  /// What a start did on its last stage, and what its log said.
  struct Case {
    var start: Start
    var evaluation: Evaluation
    var work: RankWork
    var terms: MeasuredTerms
  }

  static func cases(_ isWanted: (Start) -> Bool) throws -> [Case] {
    try Start.all.filter(isWanted).map { start in
      let deployment = try start.deployment()
      let flags = deployment.resolved
      let stages = flags.parallelism.stages(of: deployment.model)
      let work = deployment.work(stage: stages.count - 1, range: stages[stages.count - 1], flags, blockSize: 16)
      return Case(
        start: start, evaluation: deployment.evaluate(), work: work, terms: deployment.release.terms)
    }
  }

  /// The values of a coefficient, one for each source, so that many starts of one machine count once.
  static func bySource(_ values: [(source: String, value: Double)]) -> [Double] {
    Dictionary(grouping: values, by: \.source).values.map { $0.map(\.value).median }
  }

  /// Every value's median with one source left out.
  static func leavingOneOut(_ values: [(source: String, value: Double)]) -> [Double] {
    Set(values.map(\.source)).map { out in values.filter { $0.source != out }.map(\.value).median }
  }

  @Test("the sampler that sorts holds 36 bytes a logit beside the logit, through 0.16")
  func sortingSampler() throws {
    // Printed peaks above 1 GiB of the V1 runner, where nothing else comes near: 38.1 bytes with the logit's two.
    let values = try Self.cases { ($0.printed.activation ?? 0) > 1 && $0.isBefore("0.12.0") }
      .map { c -> (source: String, value: Double) in
        let rows = min(c.work.maxNumSeqs, c.work.maxNumBatchedTokens)
        let states = (c.work.maxNumBatchedTokens + rows) * c.work.hiddenSize * 2
        let peak = Bytes(gib: c.start.printed.activation ?? 0).count - states - c.work.matrixWorkspace.count
        return (c.start.source, Double(peak) / Double(rows * c.work.vocabSize.roundedUp(toMultipleOf: 64)) - 2)
      }
    #expect(values.count >= 5)
    for median in [values.map(\.value).median] + Self.leavingOneOut(values) {
      #expect(Int(median.rounded()) == Self.terms("0.10.2").fitted.samplerV1)
    }
    // They spread by less than a byte, whatever the model, the GPU and the release.
    #expect(values.allSatisfy { abs($0.value - 36) < 1 })
  }

  @Test("about three copies of the hidden state live beside the widest product of a dense layer")
  func hiddenCopies() throws {
    // Printed peaks of dense models whose batch is too small for the sampler to matter.
    let values = try Self.cases { ["L010", "L031"].contains($0.id) }.map { c -> Double in
      let tokens = c.work.maxNumBatchedTokens
      guard case .dense(let width)? = c.work.layers.first?.feedForward else { return 0 }
      let products = 3 * tokens * width * 2 + c.work.matrixWorkspace.count
      let left = Bytes(gib: c.start.printed.activation ?? 0).count - products
      return Double(left) / Double(tokens * c.work.hiddenSize * 2)
    }
    #expect(values.count == 2)
    // 4.6 and 2.9: two decimals of a GiB leave 0.6 of a copy open in the first.
    #expect(values.allSatisfy { $0 > 2.5 && $0 < 5 })
    #expect(Int((values.min() ?? 0).rounded()) == Self.terms("0.12.0").fitted.hiddenCopies)
  }

  @Test("a first start shows 1,040 MiB of the compiler's own, whatever the model")
  func compileFloor() throws {
    // Printed peaks between 1.0 and 1.1 GiB where the warm estimate is less than half of that.
    let values = try Self.cases { start in
      guard let printed = start.printed.activation else { return false }
      return printed > 0.9 && printed < 1.1 && !start.isBefore("0.12.0")
    }.map { c in
      (c.start.source, (Bytes(gib: c.start.printed.activation ?? 0) - c.work.matrixWorkspace).gib * 1024)
    }
    #expect(values.count >= 4)
    let floor = Self.terms("0.26.0").fitted.compileFloor.gib * 1024
    #expect(abs(Self.bySource(values).median - floor) < 24)
    #expect(values.allSatisfy { abs($0.1 - floor) < 48 })
    #expect(Self.terms("0.11.2").fitted.compileFloor == .zero)
  }

  @Test("memory outside PyTorch on one GPU lies in the interval of its machine")
  func nonTorchSingle() throws {
    let starts = try Self.cases { start in
      start.printed.nonTorch.map { $0 > 0 } ?? false && !start.flags.contains { $0.hasPrefix("--tensor") }
    }
    #expect(starts.count >= 8)
    var inside = 0
    for c in starts {
      let estimate = c.work.nonTorch(c.terms)
      let printed = Bytes(gib: c.start.printed.nonTorch ?? 0)
      if estimate.low <= printed && printed <= estimate.high { inside += 1 }
      #expect(printed <= estimate.worst, "\(c.start)")
    }
    #expect(Double(inside) >= 0.85 * Double(starts.count), "\(inside) of \(starts.count)")
  }

  @Test("a captured graph takes 172 KiB a layer of an unquantized model on one GPU, in pieces or whole")
  func graphs() throws {
    // 0.11.2 and 0.12 print differences of free memory that other threads take part in, often negative.
    let values = try Self.cases {
      ($0.printed.graphs ?? 0) > 0.1 && $0.gpu != "gb10" && ($0.isBefore("0.11.1") || !$0.isBefore("0.13.0"))
    }
    .filter {
      !$0.work.isQuantized && $0.work.parallelism.tensor == 1 && $0.work.numPieceGraphs > 8
        && $0.work.layers.allSatisfy { $0.mixer.keptState == nil }
    }
    .map { c -> (source: String, value: Double) in
      let pool = Bytes(gib: c.start.printed.graphs ?? 0) - c.terms.fitted.graphBase
      let graphs = (c.work.numPieceGraphs + c.work.numFullGraphs) * c.work.numLayers
      return (c.start.source, Double(pool.count) / 1024 / Double(graphs))
    }
    #expect(values.count >= 12)
    let each = Double(Self.terms("0.33.0").fitted.graphPerLayer.count) / 1024
    #expect(abs(Self.bySource(values).median / each - 1) < 0.15, "\(Self.bySource(values).median) KiB")
    for median in Self.leavingOneOut(values) { #expect(abs(median / each - 1) < 0.2) }
  }

  static func terms(_ release: String) -> MeasuredTerms {
    guard case .found(let row) = EngineRelease.named(release) else { return .v0_33 }
    return row.terms
  }
}
