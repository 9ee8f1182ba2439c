extension Deployment {
  /// What bounds this deployment, other flags as given.
  func limits(_ evaluation: Evaluation) -> Plan.Limits {
    let own = flags.derivedMaxModelLen(for: evaluation.context, release: release)
    let byMemory = evaluation.longestRequest
    return Plan.Limits(
      maxNumSeqsStarts: largest(
        upTo: evaluation.flags.maxNumBatchedTokens,
        from: (evaluation.flags.maxNumSeqs, evaluation.checks.worst < .fails)
      ) { seqs in
        let trial = self.with { $0.maxNumSeqs = seqs }.evaluate(reusing: evaluation, checksRules: false)
        return trial.checks.worst < .fails
      },
      maxNumSeqsFullLength: fullLengthSeqs(evaluation),
      maxModelLen: byMemory.map { min($0, own) } ?? own, maxModelLenByMemory: byMemory,
      minAccelerators: minAccelerators(evaluation), utilization: utilizationInterval(evaluation))
  }

  /// The largest number that still passes, 0 where not even one does; the test must hold for all below it.
  ///
  /// - Parameter known: A number whose outcome is known already, to search on one side of it only.
  func largest(upTo bound: Int, from known: (number: Int, passes: Bool)? = nil, _ passes: (Int) -> Bool) -> Int {
    var (good, bad) = (0, bound + 1)
    if let known, known.number >= 1, known.number <= bound {
      if known.passes { good = known.number } else { bad = known.number }
    }
    if good == 0, bad > 1 {
      guard passes(1) else { return 0 }
      good = 1
    }
    if bad > bound, good > 0, good < bound {
      if passes(bound) { return bound }
      bad = bound
    }
    while bad - good > 1 {
      let middle = good + (bad - good) / 2
      if passes(middle) { good = middle } else { bad = middle }
    }
    return good
  }

  /// The most sequences that fit at full length beside what they cost themselves.
  private func fullLengthSeqs(_ evaluation: Evaluation) -> Int? {
    guard let pool = evaluation.pool, !pool.isEmpty else { return nil }
    func requests(_ seqs: Int) -> Int {
      let trial = with { $0.maxNumSeqs = seqs }.evaluate(reusing: evaluation, checksRules: false)
      guard trial.blocksPerRequest > 0, trial.checks.worst < .fails else { return 0 }
      return trial.requests(of: trial.maxModelLen)
    }
    // More sequences leave less for the cache, so that no more can pass than there is room for beside one.
    let most = min(evaluation.flags.maxNumBatchedTokens, requests(1))
    return largest(upTo: most, from: (1, true)) { requests($0) >= $0 }
  }

  /// The fewest accelerators with which it starts: TP by powers of two within a node, then PP over nodes of eight.
  func minAccelerators(_ base: Evaluation) -> Int? {
    for (tensor, pipeline) in Self.layouts {
      let trial = with {
        $0.tensorParallelSize = tensor
        $0.pipelineParallelSize = pipeline
      }
      let evaluation = trial.evaluate(reusing: base)
      if evaluation.starts { return accelerators(tensor, pipeline) }
    }
    return nil
  }

  /// Tensor and pipeline sizes that are tried, the fewest accelerators first.
  public static let layouts = [(1, 1), (2, 1), (4, 1), (8, 1), (8, 2), (8, 4), (8, 8)]

  /// The accelerators of a layout of one engine, over all engines and prefill ranks.
  func accelerators(_ tensor: Int, _ pipeline: Int) -> Int {
    let now = resolved.parallelism
    return tensor * pipeline * now.data * now.prefillContext
  }

  /// The utilizations between which it starts, in steps of 0.001; nil where none do or the total is not known.
  func utilizationInterval(_ evaluation: Evaluation) -> Plan.Interval? {
    guard total != nil, availableKVCacheMemory == nil, flags.kvCacheMemoryBytes == nil else { return nil }
    func checks(_ thousandths: Int) -> Evaluation.Checks {
      self.checks(evaluation, utilization: Double(thousandths) / 1000)
    }
    let most = largest(upTo: 1000) { thousandths in
      let checks = checks(thousandths)
      return max(checks.startup, checks.afterBudget) < .fails
    }
    guard most > 0, checks(most).kvCache < .fails else { return nil }
    let below = largest(upTo: most) { checks($0).kvCache == .fails }
    return Plan.Interval(min: Double(below + 1) / 1000, max: Double(most) / 1000)
  }

  /// What one more of each costs, from the terms without the floor of a cold compile.
  func marginal(_ evaluation: Evaluation) -> Plan.Marginal? {
    guard let pool = evaluation.pool else { return nil }
    let length = evaluation.maxModelLen
    let now = spent(evaluation.flags)
    var seqs = evaluation.flags
    seqs.maxNumSeqs += 1
    var batch = evaluation.flags
    batch.maxNumBatchedTokens += 1024
    return Plan.Marginal(
      oneMoreSequence: spent(seqs) - now,
      modelLen1024: pool.need(length: length + 1024) - pool.need(length: length),
      batchedTokens1024: spent(batch) - now,
      utilization001: total.map { Bytes($0.count / 100) })
  }

  /// Transient peak and persistent buffers of the last stage, which samples.
  func spent(_ flags: ResolvedFlags) -> Bytes {
    let stages = flags.parallelism.stages(of: model)
    let last = stages.count - 1
    let work = self.work(stage: last, range: stages[last], flags, blockSize: flags.blockSize)
    return work.forwardPeak(release.terms) + work.persistentBuffers(release.terms).best
  }

  /// The same deployment with other flags.
  func with(_ change: (inout ServeFlags) -> Void) -> Deployment {
    var copy = self
    change(&copy.flags)
    return copy
  }
}
