/// What is asked for, and whether a start passes vLLM's tests with it.
extension Deployment {
  /// The length and the checks that follow from what is left for the cache.
  func settle(_ result: inout Evaluation) {
    result.maxModelLen = result.flags.maxModelLen
    if result.flags.fitsMaxModelLen, let longest = result.longestRequest {
      result.maxModelLen = min(result.maxModelLen, longest)
    }
    result.checks = checks(result)
  }

  /// The checks at another utilization: it changes what is asked for and what that leaves for the cache, and no term
  /// beside, so that a search over it need not count the terms again.
  func checks(_ evaluation: Evaluation, utilization: Double) -> Evaluation.Checks {
    var trial = evaluation
    setBudgets(of: &trial, utilization: utilization)
    settle(&trial)
    return trial.checks
  }

  /// Asks for another share of the memory; length and checks stay as they are.
  func setBudgets(of evaluation: inout Evaluation, utilization: Double) {
    evaluation.flags.gpuMemoryUtilization = utilization
    for index in evaluation.stages.indices { setBudget(of: &evaluation.stages[index], evaluation.flags) }
  }

  /// What is asked for, and what the terms of the stage leave of it for the cache.
  func setBudget(of stage: inout StageLedger, _ flags: ResolvedFlags) {
    stage.requestedEstimate = stage.totalEstimate?.map {
      release.budget.requested(ofTotal: $0, utilization: flags.gpuMemoryUtilization)
    }
    if let available = availableKVCacheMemory ?? flags.kvCacheMemoryBytes {
      stage.kvCache = .exact(available, basis: availableKVCacheMemory == nil ? .exact : .measured)
    } else if let requested = stage.requestedEstimate {
      stage.kvCache = .remainder(of: requested.best, after: release.budget.spent(by: stage) + [requested.shortfall])
      if let width = stage.width {
        stage.kvCache = width.narrowed(stage.kvCache, utilization: flags.gpuMemoryUtilization)
      }
    } else {
      stage.kvCache = .zero
    }
  }

  private func checks(_ result: Evaluation) -> Evaluation.Checks {
    var checks = Evaluation.Checks()
    guard let pool = result.pool else { return checks }
    let length = result.maxModelLen
    if !pool.holds(length: length, available: result.roomForFitCheck(result.available)) {
      checks.kvCache = .fails
    } else if !pool.holds(length: length, available: result.roomForFitCheck(result.availableAtWorst)) {
      checks.kvCache = .tight
    }
    if checks.kvCache < .fails { checks.mambaBlocks = stateBlocks(result) }
    for stage in result.stages {
      guard let room = room(beside: stage, result) else { break }
      if let start = room.atStart { checks.startup = max(checks.startup, .of(start, holding: (.zero, .zero))) }
      let after = (best: stage.afterBudget.best, worst: stage.afterBudget.worst)
      checks.afterBudget = max(checks.afterBudget, .of(room.after, holding: after))
    }
    return checks
  }

  /// Whether there is a block for the state of each sequence, where full CUDA graphs need one
  /// (`resolve_cudagraph_mode_and_sizes`, config/compilation.py).
  func stateBlocks(_ result: Evaluation) -> Evaluation.Checks.Outcome {
    guard let pool = result.pool, needsBlockForEachSequence(result.flags) else { return .passes }
    if result.numBlocks < result.flags.maxNumSeqs { return .fails }
    let atWorst = result.flags.numGPUBlocksOverride ?? pool.numBlocks(available: result.availableAtWorst)
    return atWorst < result.flags.maxNumSeqs ? .tight : .passes
  }

  /// Whether a release asks for a block for each sequence of this model.
  func needsBlockForEachSequence(_ flags: ResolvedFlags) -> Bool {
    release.cache.states.needsBlockForEachSequence && model.hasStates && flags.cudagraphMode.capturesFullGraphs
  }

  /// What is known to be free before a start with that layout.
  func knownFree(_ layout: Parallelism) -> Bytes? {
    let isSeveral = layout.tensor * layout.pipeline > 1
    return measured.free ?? (isSeveral ? freeMemoryOfSeveral : nil) ?? freeMemory
  }

  /// What stays free beside a stage's budget, at the best estimate and at the 99 % end: when vLLM looks first, where
  /// the release holds that against what it asks for, and for what comes after the budget. Nil where the total is not
  /// known.
  func room(
    beside stage: StageLedger, _ result: Evaluation
  ) -> (atStart: (best: Bytes, worst: Bytes)?, after: (best: Bytes, worst: Bytes))? {
    let known = knownFree(result.parallelism)
    guard let free = stage.free(measured: known), let outside = stage.outside(measured: known) else { return nil }
    let isChecked = release.budget.startupCheck && result.flags.kvCacheMemoryBytes == nil
    if let claimed = result.givenCache(of: stage).map(stage.claimed) {
      return (isChecked ? outside : nil, (free.best - claimed, free.worst - claimed))
    }
    let uncounted = release.budget.uncounted(of: stage)
    return (isChecked ? outside : nil, (outside.best - uncounted, outside.worst - uncounted))
  }
}

extension BudgetRule {
  /// What the release takes off the requested memory for a rank.
  func spent(by stage: StageLedger) -> [Estimate] {
    var spent = [stage.loaded, stage.activation, stage.nonTorch]
    switch subtraction {
    case .consumed: spent.append(stage.persistentBuffers)
    case .peakOfDevice: spent.append(stage.startCost)
    case .nonKVIncrease: break
    }
    if stage.cudaGraphsInsideBudget { spent.append(stage.cudaGraphs) }
    return spent
  }

  /// What 0.9 to 0.26 do not take off the cache, so that it lies beside the requested memory.
  func uncounted(of stage: StageLedger) -> Bytes {
    subtraction == .nonKVIncrease ? stage.persistentBuffers.best : .zero
  }
}

extension StageLedger {
  /// What a rank holds when the cache's size is given: nothing is measured, all of it must lie in free memory.
  func claimed(cache: Bytes) -> Bytes {
    loaded.best + activation.best + persistentBuffers.best + nonTorch.best + cache
  }
}
