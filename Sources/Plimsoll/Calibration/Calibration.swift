/// What a start of this site showed beside what was predicted of it: how its ranks differ from the estimate.
///
/// What a log pins down best is the sum of all that is not cache: requested memory less the cache. What it prints of
/// single terms parts that sum; the rest goes to the terms that are known least. Carried to another deployment, each
/// term changes as its formula says, and keeps what it was off by.
public struct Calibration: Hashable, Sendable {
  /// The name of the record.
  public var record: String
  /// What the recorded start had that the deployment at hand has not: flags, as words.
  public var differences: [String] = []
  /// What stands in the way of taking it as it is: another release, driver or host, in words.
  public var drifts: [String] = []
  /// Records of the same flags that printed another cache, and by how much more at the most.
  public var conflicts: [String] = []
  public var conflict = Bytes.zero

  var parallelism: Parallelism
  /// The terms as they were predicted of the recorded start, and what they are off by.
  var predicted: [Double]
  var residuals: Conditioned
  /// By how much what was gone before vLLM looked first is off; nil where it is not known.
  var startShift: Double?
  var utilization: Double
  /// How far the total of the recorded device is known.
  var totalDeviation: Double
  /// Kernels were compiled in the recorded start, so that its peak holds what a first start takes more.
  var isFirst: Bool
  /// What the recorded start found compiled; nil where nothing tells.
  public var cache: CompileCache?
  /// The cache was measured, and so the sum of all terms.
  public var measuresCache: Bool
  /// How far it is known by what was printed.
  var cacheDeviation: Double

  /// The terms, in the order in which they are kept.
  enum Term: Int, CaseIterable {
    case loaded, activation, persistentBuffers, nonTorch, cudaGraphs

    /// It shrinks with what makes it, and its residual with it; weights and libraries are there whole.
    var isTransient: Bool { self != .loaded && self != .nonTorch }
  }

  /// Of a figure with two decimals: a hundredth over √12.
  static let rounding = 0.01 / 12.0.squareRoot()
  /// Half a 90 % interval, and the 99 % end, in standard deviations.
  static let interval = 1.645
  static let far = 2.326
  /// A release, driver or host that is another one puts half of the doubt back that there is without a record.
  public static let driftShare = 0.5
}

extension Calibration {
  /// What a start shows; nil where it prints nothing that its plan has.
  public init?(record: String, of deployment: Deployment, printing printed: PrintedStart) {
    var deployment = deployment
    deployment.measured = MeasuredOverrides()
    deployment.calibrations = []
    deployment.availableKVCacheMemory = nil
    if let total = printed.total { deployment.totalMemory = total }
    deployment.compileCache = printed.compiled.map { $0 ? .cold : .warm }
    let evaluation = deployment.evaluate()
    guard !evaluation.stages.isEmpty else { return nil }
    let stage = evaluation.stages[evaluation.limitingStage]
    let rule = deployment.release.budget
    let terms = stage.terms
    predicted = terms.map(\.best.gib)
    self.record = record
    parallelism = evaluation.parallelism
    utilization = evaluation.flags.gpuMemoryUtilization
    isFirst = printed.compiled ?? evaluation.flags.enforceEager
    cache = deployment.compileCache
    totalDeviation =
      printed.total != nil
      ? Self.rounding : stage.totalEstimate.map { Self.deviation(of: $0) } ?? 0
    // Loaded weights are printed with up to 0.08 GiB that no formula has.
    residuals = Conditioned(
      deviations: terms.enumerated().map { max($0 == Term.loaded.rawValue ? 0.05 : 0.001, Self.deviation(of: $1)) })
    let start = Self.startShift(stage, printed)
    // Beside the budget the captured pool is the term itself; some releases print less than nothing of it.
    let captured = printed.graphs.flatMap { $0 > .zero && !stage.cudaGraphsInsideBudget ? $0 : nil }
    startShift = start
    let seen = [
      residuals.see(printed.weights, beyond: terms, [.loaded]),
      residuals.see(
        printed.activation, beyond: terms,
        rule.subtraction == .consumed && stage.cudaGraphsInsideBudget ? [.activation, .cudaGraphs] : [.activation]),
      residuals.see(printed.nonTorch, beyond: terms, [.nonTorch]),
      residuals.see(printed.consumed, beyond: terms, [.loaded, .persistentBuffers, .nonTorch]),
      residuals.see(printed.estimatedGraphs ?? captured, beyond: terms, [.cudaGraphs]),
    ]
    let cache = Self.cache(evaluation, printed, stage)
    measuresCache = cache != nil
    cacheDeviation = cache?.deviation ?? 0
    if let cache {
      var rest = stage.kvCache.best.gib - cache.amount
      if rule.subtraction == .peakOfDevice { rest -= start ?? 0 }
      // What single figures of other ranks leave of it or lack moves no token: the sum stands.
      residuals.see(rest, of: stage.spent(rule), deviation: 0)
    }
    guard measuresCache || start != nil || seen.contains(true) else { return nil }
  }

  /// The standard deviation of an estimate, by the wider half of its 90 % interval.
  static func deviation(of estimate: Estimate) -> Double {
    max(estimate.high - estimate.best, estimate.best - estimate.low).gib / interval
  }

  /// What a start took of the device before vLLM looked first, beyond the estimate; nil where others held more than a
  /// start does.
  private static func startShift(_ stage: StageLedger, _ printed: PrintedStart) -> Double? {
    guard let total = printed.total, let free = printed.free, free <= total else { return nil }
    let cost = total - free
    return cost <= stage.startCost.worst ? (cost - stage.startCost.best).gib : nil
  }
}

extension Conditioned {
  /// Takes in a printed amount of some terms together; false where nothing was printed.
  fileprivate mutating func see(
    _ amount: Bytes?, beyond terms: [Estimate], _ members: [Calibration.Term]
  ) -> Bool {
    guard let amount else { return false }
    let isMember = Calibration.Term.allCases.map { members.contains($0) }
    let expected = zip(terms, isMember).reduce(0) { $0 + ($1.1 ? $1.0.best.gib : 0) }
    see(amount.gib - expected, of: isMember, deviation: Calibration.rounding)
    return true
  }
}

extension StageLedger {
  /// The terms in the order of ``Calibration/Term``.
  var terms: [Estimate] { [loaded, activation, persistentBuffers, nonTorch, cudaGraphs] }

  /// Which of them come off the cache.
  func spent(_ rule: BudgetRule) -> [Bool] {
    [true, true, rule.subtraction == .consumed, true, cudaGraphsInsideBudget]
  }
}
