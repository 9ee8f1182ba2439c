/// The experts that the rank which limits holds of a layer.
public struct ExpertShare: Hashable, Sendable {
  /// Ranks that experts are spread over.
  public var ranks: Int
  /// Experts, copies included, on the ranks that hold most; it is such a rank that is counted.
  public var most: Int
  /// How many ranks hold most, from the first on.
  public var ranksWithMost: Int
  /// Experts on the other ranks.
  public var least: Int

  /// The experts of a layer of `count` that copies of them raise to a number for each rank.
  init?(of count: Int, _ parallelism: Parallelism) {
    guard parallelism.usesExpertParallel, count > 0 else { return nil }
    let copies = count + parallelism.redundantExperts
    ranks = parallelism.expertRanks
    most = parallelism.localExperts(of: count)
    let rest = copies % ranks
    ranksWithMost = rest == 0 ? ranks : rest
    least = copies / ranks
  }
}

extension Evaluation {
  /// How the experts of a layer lie on the ranks; nil without expert parallelism.
  public func expertShare(of model: ModelShape) -> ExpertShare? {
    ExpertShare(of: FlagContext(model).numExperts, parallelism)
  }

  /// The rank that bounds the pool in words, where stages or ranks differ.
  public func limitingRankText(of model: ModelShape) -> String? {
    var parts: [String] = []
    if stages.count > 1 {
      let stage = stages[limitingStage]
      let holds = pool.map { !$0.isEmpty } == true ? "the fewest blocks" : "the most weights"
      parts.append(
        "stage \(stage.stage) of \(stages.count) (counted from 0), layers \(stage.layers.lowerBound) to "
          + "\(stage.layers.upperBound - 1): \(holds)")
    }
    if let share = expertShare(of: model), share.ranksWithMost < share.ranks {
      parts.append(
        "the first \(share.ranksWithMost) of \(share.ranks) expert ranks, with \(share.most) experts a layer where the "
          + "others hold \(share.least)")
    }
    return parts.isEmpty ? nil : parts.joined(separator: "; ")
  }
}
