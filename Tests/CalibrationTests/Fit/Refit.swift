import Foundation

@testable import Plimsoll

/// All coefficients worked out again, in an order in which each needs only those before it.
struct Refit {
  var cases: [Case]
  var observations: [Observation]
  var coefficients: Coefficients

  /// - Parameter source: The source whose starts are left out.
  init(without source: String? = nil) throws {
    cases = Case.all.filter { $0.start.source != source }
    observations = Observation.all.filter { $0.source != source }
    coefficients = Coefficients(file: try MeasuredTermsFile.read())
    for fit in Fit.all {
      guard let fitted = fit.value(self) else { continue }
      coefficients.set(fit.name, through: fit.through, fitted, how: fit.how)
    }
  }

  func terms(of c: Case) -> MeasuredTerms { c.deployment(with: coefficients).release.terms }

  func samples(_ value: (Case) -> Double?) -> [Sample] {
    cases.compactMap { c in value(c).map { Sample(id: c.start.id, source: c.start.source, value: $0) } }
  }

  /// What the printed KV memory says of a term that else is `amount`, in MiB; nil where it was not printed.
  ///
  /// Through 0.11 FlashInfer samples with a fifth of the memory wherever it is installed: what shows more than half of
  /// that is left out. So is what lies nearer to a compiler's own peak than to a warm start's.
  func implied(_ c: Case, _ amount: Bytes) -> Double? {
    guard c.isWhole, let printed = c.start.printed.kvCache else { return nil }
    let evaluation = c.deployment(with: coefficients).evaluate()
    guard let stage = evaluation.stages.min(by: { $0.kvCache.best < $1.kvCache.best }) else { return nil }
    let over = stage.kvCache.best - Bytes(gib: printed)
    let spared = stage.activation.best - stage.activation.low
    if c.isBefore("0.12.0"), over < Bytes(-spared.count / 2) { return nil }
    let floor = terms(of: c).fitted.compileFloor.best
    let cold = c.work.isCompiled && !c.isIntegrated ? (floor - stage.activation.best).mib : 0
    if cold > 128, over.mib > cold / 2 { return nil }
    return (amount + over).mib
  }
}

/// How one value of a coefficient follows from starts.
struct Fit: Sendable {
  var name: String
  /// The newest release that the value holds through; nil for the newest of all.
  var through: String?
  var how: String
  var value: @Sendable (Refit) -> Fitted?

  init(_ name: String, through: String? = nil, _ how: String, _ value: @escaping @Sendable (Refit) -> Fitted?) {
    (self.name, self.through, self.how, self.value) = (name, through, how, value)
  }

  static let all = activation + graphs + outside
}

extension Bytes {
  var mib: Double { Double(count) / 1_048_576 }
}
