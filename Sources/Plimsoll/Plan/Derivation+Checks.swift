extension Deriver {
  /// What vLLM checks when it starts, and what must be free after it has measured.
  func checks(_ pool: KVCachePool) -> Derivation {
    let checks = evaluation.checks
    var parts: [Derivation] = []
    if let startup = startup(checks) { parts.append(startup) }
    if !pool.isEmpty { parts.append(fit(pool, checks)) }
    if release.cache.states.needsBlockForEachSequence, deployment.model.hasStates,
      flags.cudagraphMode.capturesFullGraphs
    {
      parts.append(
        Derivation(
          "states", "a block for the state of each sequence, which full graphs need", outcome(checks.mambaBlocks),
          "S ≤ N",
          [.count("S", "max-num-seqs", flags.maxNumSeqs), .count("N", "blocks of the pool", evaluation.numBlocks)],
          source: source(sources.states)))
    }
    if let after = after(checks) { parts.append(after) }
    return Derivation("checks", "the checks of a start", outcome(checks.worst), nil, parts)
  }

  private func outcome(_ outcome: Evaluation.Checks.Outcome) -> Derivation.Value {
    switch outcome {
    case .passes: .outcome("passes")
    case .tight: .outcome("tight")
    case .fails: .outcome("fails")
    }
  }

  /// A check at the best estimate, and below it the same at the pessimistic end.
  private func check(
    _ symbol: String, _ name: String, _ result: Evaluation.Checks.Outcome, _ formula: String, _ best: [Derivation],
    _ worst: [Derivation], source: Derivation.Source?, note: String? = nil
  ) -> Derivation {
    var children = best
    if worst.map(\.value) != best.map(\.value) {
      children.append(
        Derivation(
          "at_worst", "the same at the pessimistic end", outcome(result == .passes ? .passes : .fails), formula, worst))
    }
    return Derivation(symbol, name, outcome(result), formula, children, source: source, note: note)
  }

  private var knownFree: Bytes? { deployment.knownFree(evaluation.parallelism) }

  /// Free memory at the best or at the pessimistic end.
  private func free(_ stage: StageLedger, atWorst: Bool) -> Derivation? {
    guard let free = stage.free(measured: knownFree) else { return nil }
    let name = "free when vLLM looks first"
    if knownFree != nil { return Derivation("free", name, .bytes(free.best), note: "as given") }
    guard let total = stage.total else { return nil }
    let cost = startCost(stage)
    let gone = atWorst ? .bytes("start_cost", cost.name, stage.startCost.worst) : cost
    return Derivation(
      "free", name, .bytes(atWorst ? free.worst : free.best), "total − start_cost",
      [.bytes("total", "the card's memory", atWorst ? free.worst + stage.startCost.worst : total), gone])
  }

  /// What vLLM asks for, of the card's memory at the best or at the pessimistic end.
  private func asked(_ stage: StageLedger, atWorst: Bool) -> Derivation {
    var requested = stage.requested ?? .zero
    if atWorst, let estimate = stage.requestedEstimate {
      // Of a card with less memory less is asked for; where the free memory was measured, one with more is the worse.
      requested = knownFree == nil ? estimate.worst : estimate.high
    }
    return .bytes("requested", "what vLLM asks for", requested)
  }

  private func startup(_ checks: Evaluation.Checks) -> Derivation? {
    guard release.budget.startupCheck, flags.kvCacheMemoryBytes == nil, let stage = evaluation.stages.first,
      stage.requested != nil, let best = free(stage, atWorst: false), let worst = free(stage, atWorst: true)
    else { return nil }
    return check(
      "startup", "start-up check: so much is free", checks.startup, "requested ≤ free",
      [asked(stage, atWorst: false), best], [asked(stage, atWorst: true), worst],
      source: source(sources.request))
  }

  /// The fit check, of the stage that is nearest to failing it.
  private func fit(_ pool: KVCachePool, _ checks: Evaluation.Checks) -> Derivation {
    let length = evaluation.maxModelLen
    func need(_ stage: Int) -> Bytes {
      pool.counting.needed == .sumOfGroups
        ? pool.blockBytes[stage] * pool.blocksPerRequest(length: length) : pool.need(length: length, stage: stage)
    }
    func null(_ stage: Int) -> Bytes { pool.reservesNullBlock ? pool.blockBytes[stage] : .zero }
    let rooms = evaluation.roomForFitCheck(evaluation.available)
    let stages = evaluation.stages.indices.filter { pool.blockBytes[$0] > .zero }
    // By what share of its need a stage is short.
    func slack(_ stage: Int) -> Double {
      Double((rooms[stage] - null(stage) - need(stage)).count) / Double(max(1, pool.blockBytes[stage].count))
    }
    let stage = stages.min { slack($0) < slack($1) } ?? 0
    let block = pool.blockBytes[stage]
    let needed: Derivation
    if pool.counting.needed == .sumOfGroups {
      needed = Derivation(
        "need", "what one request of full length needs", .bytes(need(stage)), "block · b",
        [
          .bytes("block", "a block", block),
          .count("b", "blocks of one request", pool.blocksPerRequest(length: length)),
        ], source: source(sources.need))
    } else {
      let how =
        pool.counting.needed == .firstGroup
        ? "a block times the blocks of the first group, as this release counts"
        : "each layer by itself, without groups, as this release counts"
      needed = Derivation(
        "need", "what one request of full length needs", .bytes(need(stage)), source: source(sources.need), note: how)
    }
    let isOverridden = evaluation.blocksForFitCheck != nil
    func room(_ bytes: Bytes) -> Derivation {
      .bytes("room", isOverridden ? "--num-gpu-blocks-override blocks" : "KV memory", bytes)
    }
    let held = pool.reservesNullBlock ? [Derivation.bytes("null", "the null block, held back", block)] : []
    let worst = evaluation.roomForFitCheck(evaluation.availableAtWorst)[stage]
    let formula = pool.reservesNullBlock ? "need ≤ room − null" : "need ≤ room"
    let stageNote = evaluation.stages.count > 1 ? "stage \(stage), the nearest to failing" : nil
    return check(
      "fit", "fit check: one request of full length", checks.kvCache, formula, [needed, room(rooms[stage])] + held,
      [needed.again, room(worst)] + held, source: source(sources.fitCheck), note: stageNote)
  }

  /// What is allocated once the cache is sized, which must fit beside the requested memory.
  private func after(_ checks: Evaluation.Checks) -> Derivation? {
    func left(_ stage: StageLedger) -> Bytes { .zero - claim(stage).reduce(stage.afterBudget.best) { $0 + $1.amount } }
    guard let stage = evaluation.stages.min(by: { left($0) < left($1) }), stage.requested != nil,
      let best = free(stage, atWorst: false), let worst = free(stage, atWorst: true)
    else { return nil }
    let held = claim(stage)
    let after = Derivation(
      "after", "tables, workspaces and graphs made after vLLM has measured", stage.afterBudget,
      source: newest(sources.tables), note: "see docs/runtime.md")
    let formula = Self.sum(held + [after]) + " ≤ free"
    let far = Derivation.bytes("after", after.name, stage.afterBudget.worst)
    return check(
      "after_budget", "after the budget: what comes later fits outside", checks.afterBudget, formula,
      held + [after, best], claim(stage, atWorst: true) + [far, worst], source: nil,
      note: "no check of vLLM: it runs out of memory later")
  }

  /// What a stage holds of the free memory: what it asked for, or all of it where the cache's size is given.
  private func claim(_ stage: StageLedger, atWorst: Bool = false) -> [Derivation] {
    if let cache = evaluation.givenCache(of: stage) {
      return [
        .bytes("weights", "weights", stage.loaded.best), .bytes("activation", "activation", stage.activation.best),
        .bytes("buffers", "buffers", stage.persistentBuffers.best),
        .bytes("non_torch", "growth outside PyTorch", stage.nonTorch.best),
        .bytes("cache", "the cache as given", cache),
      ]
    }
    let request = asked(stage, atWorst: atWorst)
    guard release.budget.subtraction == .nonKVIncrease else { return [request] }
    return [request, .bytes("buffers", "buffers, which this release does not take off", stage.persistentBuffers.best)]
  }
}
