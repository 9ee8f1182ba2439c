extension Recommender {
  /// What came of a layout, and what the goal makes of it.
  struct Met {
    var recommendation: Recommendation
    var candidate: Candidate
    var key: Ranking.Key

    /// - Parameter candidate: The configuration that the search met, before it was settled.
    init(_ candidate: Candidate, _ found: Recommendation, _ ranking: Ranking) {
      var settled = candidate
      let evaluation = found.evaluation
      let engines = evaluation.parallelism.data
      (settled.maxModelLen, settled.maxNumSeqs) = (evaluation.maxModelLen, evaluation.flags.maxNumSeqs)
      settled.figures.tokens = evaluation.tokens
      settled.figures.allTokens = (evaluation.tokens ?? 0) * engines
      let held = found.capacities.first?.requests ?? settled.maxNumSeqs
      settled.figures.requests = found.workload?.running ?? min(settled.maxNumSeqs, held) * engines
      settled.figures.headroom = found.reserve.left
      (self.candidate, recommendation) = (settled, found)
      key = ranking.key(of: settled)
    }

    var accelerators: Int { candidate.layout.accelerators }
    /// GPUs of one engine.
    var engine: Int { candidate.layout.tensor * candidate.layout.pipeline }
  }

  /// The share of the best below which a layout counts as worse. Of layouts that are closer, measured throughput was told
  /// in the right order in two of three cases (public benchmarks of vLLM, 42 groups of one model and GPU): fewer GPUs,
  /// and then fewer ranks that wait for each other, decide.
  private static let tooCloseToCall = 0.8

  /// What was met, the best for the goal first.
  ///
  /// - Parameter mindsCloseness: Whether layouts that are too close to call are told apart by their cost and by their
  ///   engines' size; not where all fall short of a wish.
  func ordered(_ met: [Met], _ goal: Goal, mindsCloseness: Bool) -> [Met] {
    let order = met.ordered { $1.key < $0.key }
    guard mindsCloseness, let top = order.first, goal == .balanced || goal == .concurrency else { return order }
    func share(_ one: Met) -> Double { goal == .balanced ? one.key.second : one.key.first }
    func isClose(_ one: Met) -> Bool {
      one.candidate.figures.loss == top.candidate.figures.loss
        && one.candidate.maxModelLen >= top.candidate.maxModelLen && share(one) >= Self.tooCloseToCall * share(top)
        && (goal == .balanced || one.accelerators == top.accelerators)
    }
    let close = order.filter(isClose).ordered { ($0.accelerators, $0.engine) < ($1.accelerators, $1.engine) }
    return close + order.filter { !isClose($0) }
  }

  /// The model has routed experts.
  var hasExperts: Bool {
    request.deployment.model.layers.contains { if case .experts = $0.feedForward { true } else { false } }
  }

  private var perNode: Int { request.count / max(1, request.deployment.nodes) }

  /// Whether nodes are filled alike, no engine lies on parts of two, and, in a usual layout, stages lie between nodes.
  func isWhole(_ layout: Layout, isUsual: Bool) -> Bool {
    let nodes = max(1, request.deployment.nodes)
    guard nodes > 1 else { return true }
    let engine = layout.tensor * layout.pipeline
    let isSettled = request.deployment.flags.pipelineParallelSize != nil
    if isUsual, !isSettled, layout.pipeline > 1, layout.tensor != perNode { return false }
    guard layout.accelerators > perNode else { return true }
    let each = layout.accelerators / nodes
    return layout.accelerators % nodes == 0 && (each % engine == 0 || engine % each == 0)
  }

  /// A layout that one node holds is started on one.
  func onNodes(_ deployment: Deployment) -> Deployment {
    var deployment = deployment
    if deployment.resolved.parallelism.worldSize <= perNode { deployment.nodes = 1 }
    return deployment
  }
}

extension Recommender {
  /// Shares of memory to try for a layout, the one to take first: about the largest that surely starts and leaves free
  /// what is to stay free, by which seats and length that are not settled yet may move it; for the goal of headroom
  /// all, from the least on.
  func shares(
    _ pass: Pass, _ cell: Candidate, in space: SearchSpace, _ goal: Goal, reusing base: inout Evaluation?
  ) -> [Double?] {
    guard choosesUtilization else { return [nil] }
    func share(_ hundredths: Int) -> Double? { Double(hundredths) / 100 }
    if goal == .headroom { return pass.shares.map(share) }
    var trial = request.deployment
    trial.flags = cell.outerFlags(over: space.starts[0])
    if case .each(let seats) = space.sequences { trial.flags.maxNumSeqs = seats.first }
    let evaluation = trial.evaluate(reusing: base)
    if base == nil { base = evaluation }
    // What a rule refuses is refused with any share.
    guard evaluation.violations.isEmpty, !evaluation.stages.isEmpty else { return [share(pass.shares.upperBound)] }
    let most = trial.largest(upTo: pass.shares.upperBound) { hundredths in
      let other = trial.with { $0.gpuMemoryUtilization = share(hundredths) }
      let evaluation = other.evaluate(reusing: evaluation, checksRules: false)
      let reserve = other.reserve(evaluation, servesPromptLogprobs: request.servesPromptLogprobs)
      return max(evaluation.checks.startup, evaluation.checks.afterBudget) == .passes
        && isEnough(reserve)
    }
    let range = (most - 3...most + 2).clamped(to: pass.shares)
    return range.reversed().map(share)
  }
}

extension SearchSpace {
  /// The space of one layout and of one choice of what changes output or speed.
  func holding(_ cell: Candidate, _ shares: [Double?]) -> SearchSpace {
    var space = self
    (space.tensor, space.pipeline, space.data) = ([cell.layout.tensor], [cell.layout.pipeline], [cell.layout.data])
    (space.decodeContext, space.expertParallel) = ([cell.layout.decodeContext], [cell.layout.expertParallel])
    (space.kvCacheDTypes, space.eager, space.utilizations) = ([cell.kvCacheDType], [cell.eager], shares)
    return space
  }
}

extension Exclusion {
  /// A rule that whole experts on ranks may satisfy.
  var isOfExperts: Bool {
    !layouts.contains(where: \.expertParallel)
      && [RuleViolation.Rule.groupsDivisible.rawValue, RuleViolation.Rule.expertParallel.rawValue].contains(code)
  }
}
