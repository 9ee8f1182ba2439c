extension Recommender {
  /// States every flag that matters, gives the seats their number, and holds the outcome against what is asked; nil
  /// where it does not surely start, or does not leave free what is to stay free.
  func settle(_ candidate: Deployment, reusing base: inout Evaluation?) -> Recommendation? {
    var deployment = candidate
    let resolved = deployment.resolved
    deployment.flags.maxNumBatchedTokens = resolved.maxNumBatchedTokens
    if deployment.flags.kvCacheDType == nil { deployment.flags.kvCacheDType = .auto }
    if deployment.flags.kvCacheMemoryBytes == nil, deployment.availableKVCacheMemory == nil {
      deployment.flags.gpuMemoryUtilization = resolved.gpuMemoryUtilization
    }
    deployment.flags.maxNumSeqs = rounded(resolved.maxNumSeqs)
    var evaluation = deployment.evaluate(reusing: base)
    if base == nil { base = evaluation }
    guard evaluation.startsSurely else { return nil }
    if let rounded = withRoundLength(deployment, evaluation) {
      let again = rounded.evaluate(reusing: base)
      if again.startsSurely { (deployment, evaluation) = (rounded, again) }
    }
    if request.deployment.flags.maxNumSeqs == nil, request.workload != nil || request.guaranteesFullLength {
      guard let seats = seats(deployment, evaluation, margin: WorkloadFit.margin) else { return nil }
      deployment.flags.maxNumSeqs = seats
      evaluation = deployment.evaluate(reusing: base)
    }
    // Stated, so that another release's default does not change it; left out where a rule forbids to name it.
    if deployment.flags.enablePrefixCaching == nil {
      var stated = deployment
      stated.flags.enablePrefixCaching = evaluation.flags.enablePrefixCaching
      let again = stated.evaluate(reusing: base)
      if again.startsSurely, again.numBlocks == evaluation.numBlocks { (deployment, evaluation) = (stated, again) }
    }
    guard evaluation.startsSurely else { return nil }
    return recommendation(deployment, evaluation)
  }

  /// With a length that a person would write, where it was searched for and the model would take more.
  private func withRoundLength(_ deployment: Deployment, _ evaluation: Evaluation) -> Deployment? {
    let length = evaluation.maxModelLen
    var open = deployment.flags
    open.maxModelLen = nil
    guard choosesLength, request.gates.minKVTokens == nil, length > 1024,
      length < open.derivedMaxModelLen(for: evaluation.context, release: deployment.release)
    else { return nil }
    return deployment.with { $0.maxModelLen = .tokens(length / 1024 * 1024) }
  }

  /// A deployment that starts, where it keeps the reserve and has what is demanded.
  func recommendation(_ deployment: Deployment, _ evaluation: Evaluation) -> Recommendation? {
    let reserve = deployment.reserve(evaluation, servesPromptLogprobs: request.servesPromptLogprobs)
    let isAsked = request.deployment.flags.gpuMemoryUtilization != nil || evaluation.flags.kvCacheMemoryBytes != nil
    guard isAsked || isEnough(reserve) else { return nil }
    var found = Recommendation(deployment: deployment, evaluation: evaluation, reserve: reserve)
    found.blocks = freeBlocks(evaluation)
    found.workload = request.workload.flatMap { WorkloadFit($0, on: evaluation) }
    found.workload?.blocks = found.blocks
    if let workload = found.workload, let least = request.gates.minConcurrency, Double(workload.running) < least {
      return nil
    }
    if request.workload != nil, found.workload == nil, evaluation.pool.map({ !$0.isEmpty }) == true { return nil }
    if let pool = evaluation.pool, !pool.isEmpty {
      found.capacities = Self.lengths(upTo: evaluation.maxModelLen).map { length in
        .init(length: length, requests: found.blocks / max(1, pool.blocksPerRequest(length: length)))
      }
      if request.guaranteesFullLength, let full = found.capacities.first, full.requests < evaluation.flags.maxNumSeqs {
        return nil
      }
    }
    return found
  }

  /// Whether what stays free is as much as is asked, or anything where that is given up.
  func isEnough(_ reserve: Reserve) -> Bool { givesUpReserve ? reserve.isAbove : reserve.isKept }

  /// Blocks of the pessimistic end that are not kept for prefixes.
  func freeBlocks(_ evaluation: Evaluation) -> Int {
    let kept = evaluation.pool?.sharedBlocks(prefix: request.prefixReserve) ?? 0
    return max(0, evaluation.usableBlocks(surely: true) - kept)
  }

  /// Full length and two common ones below it.
  static func lengths(upTo longest: Int) -> [Int] {
    [longest, longest > 8192 ? 8192 : longest / 4, longest > 8192 ? 1200 : longest / 16].filter { $0 > 0 }
  }

  /// The most sequences that the workload can keep running beside what their seats take themselves; no more than are
  /// wished for. Without a workload, as many as can all be at full length. Nil where not one is.
  func seats(_ deployment: Deployment, _ evaluation: Evaluation, margin: Double) -> Int? {
    let rule = deployment.release.captureSizes
    guard let workload = request.workload else {
      let seats = deployment.largest(upTo: evaluation.flags.maxNumSeqs) { seqs in
        let trial = deployment.with { $0.maxNumSeqs = seqs }.evaluate(reusing: evaluation, checksRules: false)
        let blocks = trial.pool?.blocksPerRequest(length: trial.maxModelLen) ?? 0
        return trial.startsSurely && (blocks == 0 || freeBlocks(trial) / blocks >= seqs)
      }
      return seats > 0 ? rounded(seats) : nil
    }
    var most = min(evaluation.flags.maxNumBatchedTokens, 1024)
    if let wished = request.concurrency {
      most = min(most, rule.gridSize(from: wished.dividedRoundingUp(by: evaluation.parallelism.data)))
    }
    let seats = deployment.largest(upTo: most) { seqs in
      let trial = deployment.with { $0.maxNumSeqs = seqs }.evaluate(reusing: evaluation, checksRules: false)
      guard trial.startsSurely, let footprint = trial.footprint(of: workload) else { return false }
      if request.guaranteesFullLength, trial.requests(of: trial.maxModelLen) < seqs { return false }
      return footprint.sustained(by: freeBlocks(trial), margin: margin) >= seqs
    }
    return seats > 0 ? rounded(seats) : nil
  }

  /// Seats down to a batch size that graphs are captured for, where that costs less than one in eight: between two sizes
  /// a batch runs in the graph of the larger.
  private func rounded(_ seats: Int) -> Int {
    guard request.deployment.flags.maxNumSeqs == nil else { return seats }
    let captured = request.deployment.release.captureSizes.gridSize(upTo: seats)
    return (seats - captured) * 8 < seats ? captured : seats
  }

  /// Whether as many run at once as are wished for.
  func meetsWish(_ found: Recommendation) -> Bool {
    guard let wished = request.concurrency else { return true }
    if let workload = found.workload { return workload.running >= wished }
    return found.evaluation.flags.maxNumSeqs * found.evaluation.parallelism.data >= wished
  }

  /// What a user should know beside the flags.
  func remarks(_ found: Recommendation) -> [Finding] {
    var findings: [Finding] = []
    let flags = found.evaluation.flags
    if let wished = request.concurrency, !meetsWish(found) {
      let running = found.workload?.running ?? flags.maxNumSeqs * found.evaluation.parallelism.data
      findings.append(
        Finding(
          "concurrency-not-reached", .warning,
          "\(Deployment.grouped(wished)) requests at once are wished for, and these GPUs keep about "
            + "\(Deployment.grouped(running)) of them running; the others wait"))
    }
    let used = found.evaluation.parallelism.worldSize
    if used <= request.count / 2, request.deployment.flags.dataParallelSize == nil, request.concurrency == nil {
      findings.append(
        Finding(
          "gpus-left", .note,
          "it takes \(used) of \(request.count) GPUs; more engines on the others serve more requests, none of them longer: "
            + "--goal concurrency, or --concurrency N"))
    }
    if flags.gpuMemoryUtilization > defaultUtilization + 0.0001, request.deployment.flags.gpuMemoryUtilization == nil,
      flags.kvCacheMemoryBytes == nil
    {
      findings.append(
        Finding(
          "utilization-above-default", .warning,
          "nothing fits at the release's --gpu-memory-utilization \(Deployment.text(defaultUtilization)); this takes more"
        ))
    }
    if choosesLength,
      found.evaluation.maxModelLen < min(Recommender.usefulLength, request.deployment.resolved.maxModelLen)
    {
      findings.append(
        Finding(
          "short-length", .warning,
          "no more than \(Deployment.grouped(found.evaluation.maxModelLen)) tokens of a request surely fit; more or larger "
            + "GPUs, or fewer bits of weights, make room"))
    }
    if !found.reserve.isKept, let left = found.reserve.left {
      findings.append(
        Finding(
          "reserve-not-kept", .warning,
          "the memory asked for leaves \(left.text) free at the worst, and \(found.reserve.asked.text) are advised"))
    }
    if request.prefixReserve > 0, !flags.enablePrefixCaching {
      findings.append(Finding("prefix-not-cached", .warning, "--prefix-reserve: prefixes are not cached here"))
    }
    if let workload = found.workload, workload.tooLong > 0.001 {
      findings += workload.workload.findings(on: found.evaluation).filter { $0.code == "workload-too-long" }
    }
    return findings
  }
}
