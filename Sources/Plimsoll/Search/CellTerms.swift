/// The terms of one evaluation as plain numbers, for the cells that differ from it in utilization and length alone.
///
/// Of the terms only block tables grow with the length; where another does, these are good for some lengths alone.
struct CellTerms: Equatable {
  /// What a stage takes, whatever the utilization.
  struct Stage: Equatable {
    var block: Bytes
    var total: Estimate?
    /// The cache's memory where it is given.
    var given: Bytes?
    /// What is taken off the budget at the best estimate, and the squares of what each of it may take beyond.
    var spent = Bytes.zero
    var squares = 0.0
    /// How far a record of the site knows the cache, where one does.
    var width: Calibration.Width?
    /// What is taken off what lies beside the budget.
    var uncounted: Bytes
    /// What a rank holds beside a cache whose size is given.
    var claimed: Bytes
    var freeBest = Bytes.zero
    var freeWorst = Bytes.zero
    /// What comes after the budget, without tables.
    var afterBest: Bytes
    var afterWorst: Bytes
    var tables: BlockTables
  }

  private(set) var stages: [Stage] = []
  let pool: KVCachePool
  /// The pool with one layer of those that count alike.
  private let counted: KVCachePool
  let maxNumSeqs: Int
  let cachesPrefixes: Bool
  let rule: BudgetRule
  /// What is asked for is held against what is free before anything is loaded.
  let checksStart: Bool
  let isFreeMeasured: Bool
  /// The cache's memory is given for the block arithmetic to stand alone, or as a flag.
  let isArithmetic: Bool
  let isCacheGiven: Bool
  let givenBlocks: Int?
  let blocksForFitCheck: Int?
  /// Each sequence needs a block for its state.
  let needsStates: Bool
  /// Stages ask alike for a length: blocks of their own size, and tables of one size.
  private(set) var isAlike = true

  /// Nil where there is nothing to count: the cache cannot be planned.
  init?(_ deployment: Deployment, _ evaluation: Evaluation) {
    guard let pool = evaluation.pool, evaluation.cacheProblem == nil else { return nil }
    self.pool = pool
    counted = pool.withoutRepeats
    let flags = evaluation.flags
    maxNumSeqs = flags.maxNumSeqs
    cachesPrefixes = flags.enablePrefixCaching
    rule = deployment.release.budget
    checksStart = rule.startupCheck && flags.kvCacheMemoryBytes == nil
    let measured = deployment.knownFree(flags.parallelism)
    isFreeMeasured = measured != nil
    isArithmetic = deployment.availableKVCacheMemory != nil
    isCacheGiven = flags.kvCacheMemoryBytes != nil
    givenBlocks = flags.numGPUBlocksOverride
    blocksForFitCheck = evaluation.blocksForFitCheck
    needsStates = deployment.needsBlockForEachSequence(flags)
    let backends = evaluation.placement?.backends ?? []
    for stage in evaluation.stages {
      let work = deployment.work(
        stage: stage.stage, range: stage.layers, flags, blockSize: evaluation.placement?.blockSize ?? 16,
        encodes: false)
      let tables = BlockTables(work, pool: pool, backends: backends)
      let now = tables.bytes(length: flags.maxModelLen)
      var terms = Stage(
        block: stage.blockBytes, total: stage.totalEstimate,
        given: deployment.availableKVCacheMemory ?? flags.kvCacheMemoryBytes,
        width: stage.width, uncounted: rule.uncounted(of: stage), claimed: stage.claimed(cache: .zero),
        afterBest: stage.afterBudget.best - now, afterWorst: stage.afterBudget.worst - now, tables: tables)
      for term in rule.spent(by: stage) {
        terms.spent += term.best
        terms.squares += Estimate.square(term.worst - term.best)
      }
      if let free = stage.free(measured: measured) { (terms.freeBest, terms.freeWorst) = free }
      stages.append(terms)
      if terms.tables != stages[0].tables { isAlike = false }
    }
    if pool.counting.needed != .sumOfGroups { isAlike = false }
  }

  /// Blocks that a request of a length holds.
  func blocks(length: Int) -> Int { counted.blocksPerRequest(length: length) }

  /// What a request of the workload holds, of those that a length admits.
  func footprint(of workload: Workload, length: Int) -> Footprint? {
    counted.footprint(of: workload, maxModelLen: length, cachesPrefixes: cachesPrefixes)
  }

  /// Block tables and their like at a length, on the stage with the most.
  func tables(length: Int) -> Bytes {
    var most = Bytes.zero
    for index in stages.indices where index == 0 || !isAlike {
      most = max(most, stages[index].tables.bytes(length: length))
    }
    return most
  }

  /// The same on a device that has another memory and is alike in the rest.
  func on(total: Estimate?) -> CellTerms {
    var terms = self
    for index in stages.indices {
      if !isFreeMeasured, let old = stages[index].total, let total {
        terms.stages[index].freeBest += total.best - old.best
        terms.stages[index].freeWorst += total.worst - old.worst
      }
      terms.stages[index].total = total
    }
    return terms
  }

  /// What the stages have at a utilization.
  func budget(utilization: Double) -> CellBudget { CellBudget(self, utilization) }
}

extension KVCachePool {
  /// The same for counting what requests hold: of layers that stand together and are alike, one.
  fileprivate var withoutRepeats: KVCachePool {
    var pool = self
    for index in groups.indices {
      var specs: [KVCacheSpec] = []
      for spec in groups[index].specs where spec != specs.last { specs.append(spec) }
      pool.groups[index] = KVCacheGroup(layers: [], specs: specs)
    }
    return pool
  }
}
