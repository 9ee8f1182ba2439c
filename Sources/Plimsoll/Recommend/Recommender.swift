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

  /// One way to search.
  private struct Pass {
    var utilizations: [Double?]
    /// `--max-num-batched-tokens`; nil: the engine's.
    var batch: Int?
    /// Tensor parallel within a node and stages between nodes, or whatever is legal.
    var isUsualLayout: Bool
    var meetsWish: Bool
  }

  /// Ways to search, the least loss first: the defaults, a smaller batch, and only then more memory than the release
  /// takes by itself. A wish that nothing meets is given up before memory is.
  private var passes: [Pass] {
    let flags = deployment.flags
    let now = deployment.resolved.maxNumBatchedTokens
    let batches: [Int?] = flags.maxNumBatchedTokens == nil && now > 2048 ? [nil, 2048] : [nil]
    let isFixed = flags.tensorParallelSize != nil && flags.pipelineParallelSize != nil
    let layouts = request.count == 1 || isFixed ? [true] : [true, false]
    let hundredths = Int((defaultUtilization * 100).rounded())
    let usual: [Double?] = choosesUtilization ? (0...12).map { Double(hundredths - $0) / 100 } : [nil]
    let above: [Double?] = choosesUtilization ? (hundredths + 1...98).map { Double($0) / 100 } : []
    var passes: [Pass] = []
    for meetsWish in request.concurrency == nil ? [false] : [true, false] {
      for batch in batches {
        passes += layouts.map { Pass(utilizations: usual, batch: batch, isUsualLayout: $0, meetsWish: meetsWish) }
      }
    }
    if !above.isEmpty {
      passes += batches.flatMap { batch in
        layouts.map { Pass(utilizations: above, batch: batch, isUsualLayout: $0, meetsWish: false) }
      }
    }
    return passes
  }

  /// The flag set, or why there is none.
  public func recommend() -> Outcome {
    let first = deployment.evaluate()
    if let unknown = deployment.unknown(first) { return .unknown(unknown) }
    var exclusions: [Exclusion] = []
    for pass in passes {
      let space = self.space(pass)
      let ranking = Ranking(request.goal, in: space)
      var met: [(candidate: Candidate, key: Ranking.Key)] = []
      let solution = Solver(space).enumerate { met.append(($0, ranking.key(of: $0))) }
      exclusions += solution.exclusions.filter { !exclusions.contains($0) }
      var base: Evaluation?
      for candidate in ordered(met) {
        let found = settle(space.deployment(of: candidate), reusing: &base)
        guard var found, !pass.meetsWish || meetsWish(found) else { continue }
        found.findings += remarks(found)
        found.reasons = reasons(found)
        return .found(found)
      }
    }
    return nothing(exclusions)
  }

  /// Layouts by their best candidate, and of each the largest share of memory first: that seats take more of it is
  /// settled later, and must not make a smaller share look better.
  private func ordered(_ met: [(candidate: Candidate, key: Ranking.Key)]) -> [Candidate] {
    var layouts: [(best: Ranking.Key, candidates: [Candidate])] = []
    for (candidate, key) in met {
      if let index = layouts.firstIndex(where: { $0.candidates[0].layout == candidate.layout }) {
        layouts[index].candidates.append(candidate)
        if layouts[index].best < key { layouts[index].best = key }
      } else {
        layouts.append((key, [candidate]))
      }
    }
    let order = layouts.enumerated().sorted {
      $0.element.best == $1.element.best ? $0.offset < $1.offset : $1.element.best < $0.element.best
    }
    let isLeast = request.goal == .headroom
    return order.flatMap { layout in
      layout.element.candidates.enumerated().sorted { left, right in
        let (first, second) = (left.element.utilization ?? 0, right.element.utilization ?? 0)
        return first == second ? left.offset < right.offset : (first > second) != isLeast
      }.map(\.element)
    }
  }

  private func space(_ pass: Pass) -> SearchSpace {
    let flags = deployment.flags
    var open = deployment
    open.count = nil
    let start = SearchSpace.Start(open, count: request.count)
    var space = SearchSpace([start])
    let nodes = deployment.nodes
    let isUsual = pass.isUsualLayout
    space.tensor = flags.tensorParallelSize.map { [$0] } ?? (isUsual ? Array(1...start.perNode) : nil)
    space.pipeline = flags.pipelineParallelSize.map { [$0] } ?? (isUsual ? nodes > 1 ? [1, nodes] : [1] : nil)
    space.data = [flags.dataParallelSize ?? 1]
    space.expertParallel = flags.enableExpertParallel.map { [$0] } ?? (isUsual ? [false] : nil)
    if pass.meetsWish, flags.maxNumSeqs == nil, let wished = request.concurrency {
      let each = wished.dividedRoundingUp(by: max(1, flags.dataParallelSize ?? 1))
      let seats = deployment.release.captureSizes.gridSize(from: each)
      space.sequences = .each([request.workload == nil ? max(seats, deployment.resolved.maxNumSeqs) : seats])
    }
    space.decodeContext = [flags.decodeContextParallelSize ?? 1]
    space.utilizations = pass.utilizations
    space.batchedTokens = [pass.batch]
    space.gates = request.gates
    space.gates.guaranteesFullLength = request.guaranteesFullLength
    // What is surely left is no more than what is left by the best estimate.
    if choosesUtilization { space.gates.minHeadroom = max(request.gates.minHeadroom ?? .zero, deployment.leastReserve) }
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
    if findings.isEmpty, plan.evaluation.startsSurely {
      let reserve = whole.reserve(plan.evaluation, servesPromptLogprobs: request.servesPromptLogprobs)
      findings = [
        Finding("demands", .error, "it starts, and does not have what is demanded, or to stay free (\(reserve.text))")
      ]
    }
    if findings.isEmpty { findings = exclusions.map { Finding($0.code, .error, $0.reason) } }
    return .nothing(findings)
  }

  private static let memoryCodes: Set<String> = [
    "startup-check", "kv-cache-too-small", "mamba-blocks", "after-budget", "demands",
  ]
}
