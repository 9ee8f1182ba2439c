import Foundation

@testable import Plimsoll

extension Fit {
  /// The profile's peak.
  static let activation = [
    Fit(
      "samplerV1", through: "0.16.0", "printed peaks above 1 GiB through 0.11, less logits and hidden states", sorting),
    Fit("samplerV1Least", through: "0.16.0", "as samplerV1", sorting),
    Fit(
      "hiddenCopies", "printed peaks of dense models in batches of few requests, less the products of the MLP", copies),
    Fit("compileFloor", "printed peaks that lie nearer to it than to what a warm start takes", floor),
    Fit("activationShares", "printed peaks of warm starts, by what is worked out") { fit in
      fit.samples { c in
        guard !c.start.isInferred, let printed = c.start.printed.activation, !fit.isCold(c) else { return nil }
        return printed / fit.warmPeak(c).gib
      }.shares(prior: 0.1)
    },
  ]

  private static func sorting(_ fit: Refit) -> Fitted? {
    fit.samples { c in
      guard let printed = c.start.printed.activation, printed > 1, c.isBefore("0.12.0") else { return nil }
      let rows = min(c.work.maxNumSeqs, c.work.maxNumBatchedTokens)
      let states = (c.work.maxNumBatchedTokens + rows) * c.work.hiddenSize * 2
      let peak = Bytes(gib: printed).count - states - c.work.matrixWorkspace.count
      return Double(peak) / Double(rows * c.work.vocabSize.roundedUp(toMultipleOf: 64)) - 2
    }.median()
  }

  /// Each start counts by how closely its print, rounded to 0.01 GiB, tells a copy.
  private static func copies(_ fit: Refit) -> Fitted? {
    var (sum, weights) = (0.0, 0.0)
    var samples: [Sample] = []
    for c in fit.cases {
      guard let printed = c.start.printed.activation, c.work.maxNumSeqs <= 8, !fit.isCold(c), !c.start.isInferred,
        case .dense(let width)? = c.work.layers.first?.feedForward
      else { continue }
      let tokens = c.work.maxNumBatchedTokens
      let copy = Double(tokens * c.work.hiddenSize * 2)
      let products = 3 * tokens * width / c.tensor * 2 + c.work.matrixWorkspace.count
      let value = Double(Bytes(gib: printed).count - products) / copy
      samples.append(Sample(id: c.start.id, source: c.start.source, value: value))
      (sum, weights) = (sum + value * copy * copy, weights + copy * copy)
    }
    guard var fitted = samples.median() else { return nil }
    fitted.best = Int((sum / weights).rounded())
    return fitted
  }

  private static func floor(_ fit: Refit) -> Fitted? {
    fit.samples { c in
      guard let printed = c.start.printed.activation, fit.isCold(c) else { return nil }
      return (Bytes(gib: printed) - c.work.matrixWorkspace).mib
    }.spread(prior: 0.03)
  }
}

extension Refit {
  /// The peak of a warm start, as its release prints it.
  func warmPeak(_ c: Case) -> Bytes {
    let (terms, isConsumed) = (terms(of: c), c.deployment.release.budget.subtraction == .consumed)
    let peak = c.work.activation(terms, isWorkspaceInside: !isConsumed).best
    return isConsumed && c.takesGraphsOff ? peak + c.work.cudaGraphs(terms).best : peak
  }

  /// Whether a compiler's own peak, which starts show at 1.0 to 1.1 GiB, is nearer than that of a warm start.
  func isCold(_ c: Case) -> Bool {
    guard let printed = c.start.printed.activation, !c.isBefore("0.12.0"), c.work.isCompiled else { return false }
    return abs(log(printed / 1.03)) < min(0.08, abs(log(printed / warmPeak(c).gib)))
  }
}
