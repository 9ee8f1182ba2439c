/// Cells that differ in utilization and length alone: the terms of one evaluation, kept for all of them.
///
/// Of the terms only block tables grow with the length; where another does, a row is good for its own length alone.
struct CellRow {
  var deployment: Deployment
  var evaluation: Evaluation
  /// What the ranks of each stage run, for the tables of another length.
  private var works: [RankWork] = []
  private var backends: [AttentionBackend]
  /// What comes after the budget without tables, stage by stage.
  private var after: [(best: Bytes, worst: Bytes)] = []
  var pool: KVCachePool

  /// Nil where there is nothing to count: the cache cannot be planned.
  init?(_ deployment: Deployment, _ evaluation: Evaluation) {
    guard let pool = evaluation.pool, evaluation.cacheProblem == nil else { return nil }
    self.deployment = deployment
    self.evaluation = evaluation
    self.pool = pool
    backends = evaluation.placement?.backends ?? []
    for stage in evaluation.stages {
      let work = deployment.work(
        stage: stage.stage, range: stage.layers, evaluation.flags, blockSize: evaluation.placement?.blockSize ?? 16)
      let tables = work.tables(pool: pool, backends: backends)
      works.append(work)
      after.append((stage.afterBudget.best - tables, stage.afterBudget.worst - tables))
    }
  }

  var maxNumSeqs: Int { evaluation.flags.maxNumSeqs }

  /// Block tables and their like at a length, on a stage.
  func tables(stage: Int, length: Int) -> Bytes {
    var work = works[stage]
    work.maxModelLen = length
    return work.tables(pool: pool, backends: backends)
  }

  /// The same on the stage with the most.
  func tables(length: Int) -> Bytes {
    works.indices.reduce(.zero) { max($0, tables(stage: $1, length: length)) }
  }

  /// Stages ask alike for a length: blocks of their own size, and tables of one size.
  func asksAlike(at length: Int) -> Bool {
    guard pool.counting.needed == .sumOfGroups else { return false }
    let first = tables(stage: 0, length: length)
    return works.indices.allSatisfy { tables(stage: $0, length: length) == first }
  }

  /// Whether another row holds the same terms but for tables.
  func hasSameTerms(as other: CellRow) -> Bool {
    guard pool == other.pool, after.count == other.after.count else { return false }
    for (index, stage) in evaluation.stages.enumerated() {
      let its = other.evaluation.stages[index]
      let isSame =
        stage.loaded == its.loaded && stage.activation == its.activation && stage.nonTorch == its.nonTorch
        && stage.persistentBuffers == its.persistentBuffers && stage.cudaGraphs == its.cudaGraphs
        && after[index] == other.after[index]
      if !isSame { return false }
    }
    return true
  }

  /// What the stages have at a utilization.
  func budget(utilization: Double) -> CellBudget {
    var trial = evaluation
    if utilization != trial.flags.gpuMemoryUtilization { deployment.setBudgets(of: &trial, utilization: utilization) }
    return CellBudget(deployment, trial, after)
  }
}

/// What each stage has for the cache and for what comes after it, under one utilization.
struct CellBudget {
  private struct Stage {
    /// What the fit check plans with.
    var fit: (best: Bytes, worst: Bytes)
    var block: Bytes
    /// What is free for tables; nil where the total is not known.
    var beside: (best: Bytes, worst: Bytes)?
  }

  private var stages: [Stage] = []
  /// The blocks that every stage has for a request, and what the one with the least has for tables.
  private var mostBlocks = (best: Int.max, worst: Int.max)
  private var leastBeside = (best: Bytes(.max), worst: Bytes(.max))
  private var isTotalKnown = true
  private var startup = Evaluation.Checks.Outcome.passes
  private var states = Evaluation.Checks.Outcome.passes
  private var isEmpty: Bool
  private var heldBack: Int
  /// Only whether the cache holds a request decides.
  private var isGiven: Bool
  private var counting: ConcurrencyRule
  var numBlocks: Int
  /// The printed size of the cache where it does not depend on the length.
  private var printedTokens: Int?

  init(_ deployment: Deployment, _ evaluation: Evaluation, _ after: [(best: Bytes, worst: Bytes)]) {
    let pool = evaluation.pool
    isEmpty = pool?.isEmpty ?? true
    heldBack = pool?.reservesNullBlock == true ? 1 : 0
    isGiven = deployment.availableKVCacheMemory != nil
    counting = pool?.counting.concurrency ?? .blocksOverGroupBlocks
    numBlocks = evaluation.numBlocks
    printedTokens = pool?.printedTokens(numBlocks: numBlocks)
    states = deployment.stateBlocks(evaluation)
    let best = evaluation.roomForFitCheck(evaluation.available)
    let worst = evaluation.roomForFitCheck(evaluation.availableAtWorst)
    for (index, stage) in evaluation.stages.enumerated() {
      var entry = Stage(fit: (best[index], worst[index]), block: pool?.blockBytes[index] ?? .zero)
      if let room = deployment.room(beside: stage, evaluation) {
        if let start = room.atStart { startup = max(startup, .of(start, holding: (.zero, .zero))) }
        entry.beside = (room.after.best - after[index].best, room.after.worst - after[index].worst)
      }
      stages.append(entry)
      if let beside = entry.beside {
        leastBeside = (min(leastBeside.best, beside.best), min(leastBeside.worst, beside.worst))
      } else {
        isTotalKnown = false
      }
      if !isEmpty {
        mostBlocks = (
          min(mostBlocks.best, blocks(entry.fit.best, entry.block)),
          min(mostBlocks.worst, blocks(entry.fit.worst, entry.block))
        )
      }
    }
  }

  /// Blocks that are left of an amount after what is held back; -1 where nothing is.
  private func blocks(_ room: Bytes, _ block: Bytes) -> Int {
    let usable = heldBack == 1 ? room - block : room
    return usable <= .zero ? -1 : block == .zero ? .max : usable / block
  }

  /// How a start with a length comes out.
  func outcome(_ length: CellLength) -> Evaluation.Checks.Outcome {
    var cache = Evaluation.Checks.Outcome.passes
    if length.blocks > mostBlocks.worst {
      if length.blocks > mostBlocks.best { return .fails }
      cache = .tight
    }
    return isGiven ? cache : max(cache, states, outcomeBeside(length))
  }

  /// This budget for one length, where each stage has to be asked by itself.
  func asked(by length: CellLength, _ row: CellRow) -> CellBudget {
    guard !row.asksAlike(at: length.tokens) else { return self }
    var budget = self
    budget.mostBlocks = (.max, .max)
    budget.leastBeside = (Bytes(.max), Bytes(.max))
    for (index, stage) in stages.enumerated() {
      if !isEmpty {
        let held = heldBack == 1 ? stage.block : .zero
        // What is left after the reservation has to be something, also where nothing is needed.
        let need = max(row.pool.need(length: length.tokens, stage: index), Bytes(1)) + held
        if stage.fit.best < need { budget.mostBlocks.best = -1 }
        if stage.fit.worst < need { budget.mostBlocks.worst = -1 }
      }
      if let beside = stage.beside {
        let less = length.tables - row.tables(stage: index, length: length.tokens)
        budget.leastBeside = (
          min(budget.leastBeside.best, beside.best + less), min(budget.leastBeside.worst, beside.worst + less)
        )
      }
    }
    return budget
  }

  /// The same but for the cache: whether what is asked for is there, and what comes after it has room.
  func outcomeBeside(_ length: CellLength) -> Evaluation.Checks.Outcome {
    if length.tables > leastBeside.worst { return length.tables > leastBeside.best ? .fails : max(startup, .tight) }
    return startup
  }

  /// Requests of a length at once, as the release prints them; nil without a cache.
  func concurrency(_ length: CellLength) -> Double? {
    guard !isEmpty, length.blocks > 0 else { return nil }
    if counting == .tokensOverLength, let printedTokens { return Double(printedTokens) / Double(length.tokens) }
    return Double(numBlocks) / Double(length.blocks)
  }

  /// The printed size of the cache.
  func tokens(_ length: CellLength) -> Int? {
    concurrency(length).map { printedTokens ?? Int($0 * Double(length.tokens)) }
  }

  /// Whole requests of a length that the pool holds at once.
  func requests(_ length: CellLength) -> Int { max(0, numBlocks - heldBack) / max(1, length.blocks) }

  /// Requests of the workload that the pool sustains; none where the length admits none.
  func sustained(_ length: CellLength) -> Int {
    length.footprint?.sustained(by: max(0, numBlocks - heldBack), margin: WorkloadFit.margin) ?? 0
  }

  /// What stays free beside all of it, on the rank with the least; nil where the total is not known.
  func headroom(_ length: CellLength) -> Bytes? { isTotalKnown ? leastBeside.best - length.tables : nil }
}

/// A length, and what a request of it asks, as far as all stages ask alike: no more than numbers.
struct CellLength {
  var tokens: Int
  /// Blocks that a request holds.
  var blocks: Int
  /// Block tables and their like, on the stage with the most.
  var tables: Bytes
  /// What a request of the workload holds, of those that the length admits; nil without a workload, or where none is.
  var footprint: Footprint?

  init(_ tokens: Int, _ row: CellRow, _ workload: Workload?) {
    self.tokens = tokens
    blocks = row.pool.blocksPerRequest(length: tokens)
    tables = row.tables(length: tokens)
    footprint = workload.flatMap {
      row.pool.footprint(of: $0, maxModelLen: tokens, cachesPrefixes: row.evaluation.flags.enablePrefixCaching)
    }
  }
}
