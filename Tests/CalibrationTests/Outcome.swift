import Foundation

@testable import Plimsoll

/// What was predicted of a start and what its log printed, quantity by quantity.
struct Outcome: Sendable {
  var start: Start
  var rule: BudgetRule
  var evaluation: Evaluation
  /// What the model is made of, for the tables.
  var family: String
  var machine: String

  init(of c: Case, with coefficients: Coefficients? = nil) {
    let deployment = coefficients.map(c.deployment(with:)) ?? c.deployment
    (start, rule, evaluation) = (c.start, deployment.release.budget, deployment.evaluate())
    family = c.family
    machine = c.machineName
  }

  /// A quantity, in GiB or tokens.
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

    init?(tokens: Int?, _ printed: Int?) {
      guard let tokens, let printed else { return nil }
      (predicted, low, high, worst) = (Double(tokens), Double(tokens), Double(tokens), Double(tokens))
      self.printed = Double(printed)
    }
  }

  private var stage: StageLedger? { evaluation.stages.last }
  /// Whether its weights were predicted too.
  var isMeasured: Bool { !start.takesPrintedWeights }
  /// Whether the GPU is known, so that the pool is predicted from nothing that the log printed.
  var hasPool: Bool { start.gpu != nil && kvCache != nil }

  var weights: Quantity? { isMeasured ? Quantity(stage?.loaded, start.printed.weights) : nil }
  var activation: Quantity? {
    isMeasured ? Quantity(stage?.printedPeak(rule), start.printed.activation) : nil
  }
  var nonTorch: Quantity? {
    start.flags.contains("--enable-sleep-mode") ? nil : Quantity(stage?.nonTorch, start.printed.nonTorch)
  }
  var graphs: Quantity? { Quantity(stage?.cudaGraphs, start.printed.graphs) }
  /// The pool of the stage that holds the least, as vLLM prints it.
  var kvCache: Quantity? {
    Quantity(evaluation.stages.map(\.kvCache).min { $0.best < $1.best }, start.printed.kvCache)
  }
  var tokens: Quantity? { hasPool ? Quantity(tokens: evaluation.tokens, start.printed.tokens) : nil }
}

extension Case {
  /// Whether its log is compared with predictions.
  var isCompared: Bool { !start.isInferred && start.outcome == "started" }

  fileprivate var family: String {
    if hasStates { return "states beside attention" }
    for group in work.layers { if case .latentAttention = group.mixer { return "latent attention" } }
    return work.usesExperts ? "routed experts" : "dense"
  }

  fileprivate var machineName: String {
    if isIntegrated { return "memory shared with the host" }
    if tensor > 1 { return work.ranksShareSwitch ? "several, over switches" : "several, other" }
    return work.isDataCentre ? "one, data-centre from 9.0" : "one, other"
  }
}
