extension Deployment {
  /// What bounds this deployment, other flags as given.
  func limits(_ evaluation: Evaluation) -> Plan.Limits {
    let context = flagContext
    let own = flags.derivedMaxModelLen(for: context, release: release)
    let byMemory = evaluation.longestRequest
    return Plan.Limits(
      maxNumSeqsStarts: largest(upTo: evaluation.flags.maxNumBatchedTokens) { seqs in
        let trial = self.with { $0.maxNumSeqs = seqs }.evaluate(reusing: evaluation, checksRules: false)
        return trial.checks.worst < .fails
      },
      maxNumSeqsFullLength: fullLengthSeqs(evaluation),
      maxModelLen: byMemory.map { min($0, own) } ?? own, maxModelLenByMemory: byMemory,
      minAccelerators: minAccelerators(evaluation), utilization: utilizationInterval(evaluation))
  }

  /// The largest number that still passes, 0 where not even one does; the test must hold for all below it.
  func largest(upTo bound: Int, _ passes: (Int) -> Bool) -> Int {
    guard bound >= 1, passes(1) else { return 0 }
    if passes(bound) { return bound }
    var (good, bad) = (1, bound)
    while bad - good > 1 {
      let middle = good + (bad - good) / 2
      if passes(middle) { good = middle } else { bad = middle }
    }
    return good
  }

  /// The most sequences that fit at full length beside what they cost themselves.
  private func fullLengthSeqs(_ evaluation: Evaluation) -> Int? {
    guard let pool = evaluation.pool, !pool.isEmpty else { return nil }
    return largest(upTo: evaluation.flags.maxNumBatchedTokens) { seqs in
      let trial = self.with { $0.maxNumSeqs = seqs }.evaluate(reusing: evaluation, checksRules: false)
      guard trial.blocksPerRequest > 0, trial.checks.worst < .fails else { return false }
      return trial.requests(of: trial.maxModelLen) >= seqs
    }
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
    func trial(_ thousandths: Int) -> Evaluation {
      with { $0.gpuMemoryUtilization = Double(thousandths) / 1000 }.evaluate(reusing: evaluation, checksRules: false)
    }
    let most = largest(upTo: 1000) { thousandths in
      let checks = trial(thousandths).checks
      return max(checks.startup, checks.afterBudget) < .fails
    }
    guard most > 0, trial(most).checks.kvCache < .fails else { return nil }
    let below = largest(upTo: most) { trial($0).checks.kvCache == .fails }
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
  private func spent(_ flags: ResolvedFlags) -> Bytes {
    let stages = flags.parallelism.stages(of: model)
    let last = stages.count - 1
    let work = self.work(stage: last, range: stages[last], flags, blockSize: flags.blockSize)
    return work.forwardPeak(release.terms) + work.persistentBuffers().best
  }

  /// The same deployment with other flags.
  func with(_ change: (inout ServeFlags) -> Void) -> Deployment {
    var copy = self
    change(&copy.flags)
    return copy
  }
}
