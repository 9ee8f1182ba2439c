/// Chooses one flag set: searches layouts and lengths, and of those found settles seats and the share of memory so that
/// the start is sure and enough stays free.
public struct Recommender: Sendable {
  public var request: RecommendRequest
  private var deployment: Deployment { request.deployment }

  public init(_ request: RecommendRequest) { self.request = request }

  /// What came of it.
  public enum Outcome: Hashable, Sendable {
    case found(Recommendation)
    /// Nothing fits: why, and the nearest changes that do, each planned again.
    case nothing([Finding])
    /// Part of it is not modelled.
    case unknown(Finding)
  }

  /// The utilization of the release where none is asked.
  var defaultUtilization: Double { deployment.release.budget.defaultGPUMemoryUtilization }

  /// Whether the share of memory is ours to choose.
  private var choosesUtilization: Bool {
    deployment.flags.gpuMemoryUtilization == nil && deployment.flags.kvCacheMemoryBytes == nil
      && deployment.availableKVCacheMemory == nil && deployment.total != nil
  }

  /// Ways to search, the least loss first: the defaults, a smaller batch, and only then more memory than the release
  /// takes by itself. A wish that nothing meets is given up before memory is.
  private var passes: [(utilizations: [Double?], batch: Int?, meetsWish: Bool)] {
    let now = deployment.resolved.maxNumBatchedTokens
    let smaller = deployment.flags.maxNumBatchedTokens == nil && now > 2048 ? [2048] : []
    let usual: [Double?]
    var above: [Double?] = []
    if choosesUtilization {
      let hundredths = Int((defaultUtilization * 100).rounded())
      usual = (0...12).map { Double(hundredths - $0) / 100 }
      above = stride(from: hundredths + 1, through: 98, by: 1).map { Double($0) / 100 }
    } else {
      usual = [nil]
    }
    var passes: [(utilizations: [Double?], batch: Int?, meetsWish: Bool)] = []
    for meetsWish in request.concurrency == nil ? [false] : [true, false] {
      passes += ([nil] + smaller).map { (usual, $0, meetsWish) }
    }
    if !above.isEmpty { passes += ([nil] + smaller).map { (above, $0, false) } }
    return passes
  }

  /// The flag set, or why there is none.
  public func recommend() -> Outcome {
    let first = deployment.evaluate()
    if let unknown = deployment.unknown(first) { return .unknown(unknown) }
    var exclusions: [Exclusion] = []
    for pass in passes {
      let space = self.space(pass.utilizations, batch: pass.batch)
      let ranking = Ranking(request.goal, in: space)
      var met: [(candidate: Candidate, key: Ranking.Key)] = []
      let solution = Solver(space).enumerate { met.append(($0, ranking.key(of: $0))) }
      if exclusions.isEmpty { exclusions = solution.exclusions }
      let ordered = met.enumerated().sorted {
        $0.element.key == $1.element.key ? $0.offset < $1.offset : $1.element.key < $0.element.key
      }
      var base: Evaluation?
      for (_, entry) in ordered.prefix(400) {
        let found = settle(space.deployment(of: entry.candidate), reusing: &base)
        guard var found, !pass.meetsWish || meetsWish(found) else { continue }
        found.findings += remarks(found, exclusions: exclusions)
        found.reasons = reasons(found)
        return .found(found)
      }
    }
    return nothing(exclusions)
  }

  private func space(_ utilizations: [Double?], batch: Int?) -> SearchSpace {
    let flags = deployment.flags
    var open = deployment
    open.count = nil
    var space = SearchSpace([SearchSpace.Start(open, count: request.count)])
    space.tensor = flags.tensorParallelSize.map { [$0] }
    space.pipeline = flags.pipelineParallelSize.map { [$0] }
    space.data = flags.dataParallelSize.map { [$0] }
    space.expertParallel = flags.enableExpertParallel.map { [$0] }
    space.decodeContext = [flags.decodeContextParallelSize ?? 1]
    space.utilizations = utilizations
    space.batchedTokens = [batch]
    space.gates = request.gates
    space.gates.guaranteesFullLength = request.guaranteesFullLength
    // Demands in requests of the workload are held against what is settled, not against full lengths.
    if request.workload != nil { space.gates.minConcurrency = nil }
    return space
  }

  /// Why nothing fits, and what would: remedies of the layout that takes all GPUs, which change one thing each.
  private func nothing(_ exclusions: [Exclusion]) -> Outcome {
    var whole = deployment
    whole.count = nil
    if whole.flags.tensorParallelSize == nil, whole.flags.pipelineParallelSize == nil {
      // The layout that memory excludes rather than a rule: the largest there is.
      let tried = exclusions.filter { Self.memoryCodes.contains($0.code) }.flatMap(\.layouts)
      if let layout = tried.max(by: { $0.accelerators < $1.accelerators }) { layout.apply(to: &whole.flags) }
    }
    let plan = Planner.plan(whole)
    var findings = plan.findings.filter { $0.severity == .error }
    if findings.isEmpty {
      findings = exclusions.map { Finding($0.code, .error, $0.reason) }
    }
    if findings.isEmpty {
      findings = [
        Finding("nothing-keeps-the-reserve", .error, "nothing that starts leaves the memory free that is to stay free")
      ]
    }
    return .nothing(findings)
  }

  private static let memoryCodes: Set<String> = [
    "startup-check", "kv-cache-too-small", "mamba-blocks", "after-budget", "demands",
  ]
}
