/// One step of caution: a flag set that fits, and when to leave it for the next.
public struct Rung: Hashable, Sendable {
  public var name: Name
  /// Deviations that the pool keeps free.
  public var margin: Double
  public var utilization: Double
  /// Nil where this step does not surely start.
  public var recommendation: Recommendation?
  /// What to see before the next step up.
  public var watch: String

  /// The three of them, the most careful first.
  public enum Name: String, Hashable, Sendable, CaseIterable { case conservative, balanced, aggressive }
}

extension Recommender {
  /// Three rungs around a recommendation, each planned again at the pessimistic end: 3 deviations and 0.05 below the
  /// release's default; 2 at the default; 1 with all but the reserve. What is recommended below it bounds the first two.
  public func ladder(_ found: Recommendation) -> [Rung] {
    // What a recommendation gives up its rungs do too.
    var search = self
    search.givesUpReserve = choosesUtilization && !found.reserve.isKept
    return search.rungs(around: found)
  }

  private func rungs(around found: Recommendation) -> [Rung] {
    let usual = min(defaultUtilization, found.evaluation.flags.gpuMemoryUtilization)
    let most = found.deployment.largest(upTo: 99) { hundredths in
      let trial = found.deployment.with { $0.gpuMemoryUtilization = Double(hundredths) / 100 }
      let evaluation = trial.evaluate(reusing: found.evaluation, checksRules: false)
      return max(evaluation.checks.startup, evaluation.checks.afterBudget) == .passes
        && isEnough(trial.reserve(evaluation, servesPromptLogprobs: request.servesPromptLogprobs))
    }
    let careful = Double(Int((defaultUtilization * 100).rounded()) - 5) / 100
    return [
      rung(.conservative, 3, min(careful, usual), found),
      rung(.balanced, 2, usual, found),
      rung(.aggressive, 1, max(Double(most) / 100, usual), found),
    ]
  }

  private func rung(_ name: Rung.Name, _ margin: Double, _ utilization: Double, _ found: Recommendation) -> Rung {
    var rung = Rung(name: name, margin: margin, utilization: utilization, watch: Self.watch(name))
    var deployment = found.deployment
    if deployment.flags.kvCacheMemoryBytes == nil { deployment.flags.gpuMemoryUtilization = utilization }
    var evaluation = deployment.evaluate(reusing: found.evaluation)
    if request.workload != nil, request.deployment.flags.maxNumSeqs == nil {
      guard let seats = seats(deployment, evaluation, margin: margin) else { return rung }
      deployment.flags.maxNumSeqs = seats
      evaluation = deployment.evaluate(reusing: found.evaluation)
    }
    guard evaluation.startsSurely else { return rung }
    rung.recommendation = recommendation(deployment, evaluation)
    return rung
  }

  private static func watch(_ name: Rung.Name) -> String {
    switch name {
    case .conservative:
      "climb when requests wait (vllm:num_requests_waiting above 0) while none are preempted "
        + "(vllm:num_preemptions_total stands still) and nvidia-smi shows what this plan leaves free"
    case .balanced:
      "climb when requests wait and vllm:num_preemptions_total grows by less than 2 in 100 requests, over a day with its "
        + "busiest hour, and no start has come near the limit"
    case .aggressive:
      "step down when preemptions pass 8 in 100 requests, when a start fails, or when anything else is to run on the GPU"
    }
  }
}
