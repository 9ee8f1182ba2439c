/// What the stages have for the cache and for what comes after it, under one utilization.
struct CellBudget {
  /// One stage, where each has to be asked by itself.
  private struct Stage {
    /// What the fit check plans with.
    var fit: (best: Bytes, worst: Bytes)
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
  private let isEmpty: Bool
  private let heldBack: Int
  /// Only whether the cache holds a request decides.
  private let isArithmetic: Bool
  private let isTokensOverLength: Bool
  private var numBlocks = 0
  /// The printed size of the cache where it does not depend on the length.
  private var printedTokens: Int?

  init(_ terms: CellTerms, _ utilization: Double) {
    isEmpty = terms.pool.isEmpty
    heldBack = terms.pool.reservesNullBlock ? 1 : 0
    isArithmetic = terms.isArithmetic
    isTokensOverLength = terms.pool.counting.concurrency == .tokensOverLength
    var fewest = (best: Int.max, worst: Int.max)
    for stage in terms.stages {
      let room = stage.room(terms, utilization)
      var fit = room.cache
      if let blocks = terms.blocksForFitCheck { fit = (stage.block * blocks, stage.block * blocks) }
      if let start = room.start { startup = max(startup, .of(start, holding: (.zero, .zero))) }
      if let beside = room.beside {
        leastBeside = (min(leastBeside.best, beside.best), min(leastBeside.worst, beside.worst))
      } else {
        isTotalKnown = false
      }
      if !isEmpty {
        mostBlocks = (
          min(mostBlocks.best, blocks(fit.best, stage.block)), min(mostBlocks.worst, blocks(fit.worst, stage.block))
        )
      }
      if stage.block > .zero {
        fewest = (
          min(fewest.best, max(0, room.cache.best / stage.block)),
          min(fewest.worst, max(0, room.cache.worst / stage.block))
        )
      }
      if !terms.isAlike { stages.append(Stage(fit: fit, beside: room.beside)) }
    }
    func whole(_ blocks: Int) -> Int { terms.givenBlocks ?? (isEmpty || blocks == .max ? 1 : blocks) }
    numBlocks = whole(fewest.best)
    printedTokens = terms.pool.printedTokens(numBlocks: numBlocks)
    if terms.needsStates, whole(fewest.worst) < terms.maxNumSeqs {
      states = numBlocks < terms.maxNumSeqs ? .fails : .tight
    }
  }

  /// Blocks that are left of an amount after what is held back; -1 where nothing is.
  private func blocks(_ room: Bytes, _ block: Bytes) -> Int {
    let usable = heldBack == 1 ? room - block : room
    return usable <= .zero ? -1 : block == .zero ? .max : usable / block
  }

  /// How a start with a length comes out.
  func outcome(_ length: CellLength, _ terms: CellTerms) -> Evaluation.Checks.Outcome {
    let cache = terms.isAlike ? outcomeOfCache(length) : outcomeOfCache(length, terms)
    return isArithmetic ? cache : max(cache, states, outcomeBeside(length, terms))
  }

  private func outcomeOfCache(_ length: CellLength) -> Evaluation.Checks.Outcome {
    length.blocks <= mostBlocks.worst ? .passes : length.blocks <= mostBlocks.best ? .tight : .fails
  }

  /// The same where stages are asked one by one.
  private func outcomeOfCache(_ length: CellLength, _ terms: CellTerms) -> Evaluation.Checks.Outcome {
    guard !isEmpty else { return .passes }
    var outcome = Evaluation.Checks.Outcome.passes
    for (index, stage) in stages.enumerated() {
      let held = heldBack == 1 ? terms.stages[index].block : .zero
      // What is left after the reservation has to be something, also where nothing is needed.
      let need = max(terms.pool.need(length: length.tokens, stage: index), Bytes(1)) + held
      outcome = max(outcome, .of(stage.fit, holding: (need, need)))
    }
    return outcome
  }

  /// The same but for the cache: whether what is asked for is there, and what comes after it has room.
  func outcomeBeside(_ length: CellLength, _ terms: CellTerms) -> Evaluation.Checks.Outcome {
    let left = terms.isAlike ? beside(length) : beside(length, terms)
    return max(startup, .of(left, holding: (.zero, .zero)))
  }

  private func beside(_ length: CellLength) -> (best: Bytes, worst: Bytes) {
    (leastBeside.best - length.tables, leastBeside.worst - length.tables)
  }

  /// The same where tables of stages differ.
  private func beside(_ length: CellLength, _ terms: CellTerms) -> (best: Bytes, worst: Bytes) {
    var least = (best: Bytes(.max), worst: Bytes(.max))
    for (index, stage) in stages.enumerated() {
      guard let beside = stage.beside else { continue }
      let tables = terms.stages[index].tables.bytes(length: length.tokens)
      least = (min(least.best, beside.best - tables), min(least.worst, beside.worst - tables))
    }
    return least
  }

  /// Requests of a length at once, as the release prints them; nil without a cache.
  func concurrency(_ length: CellLength) -> Double? {
    guard !isEmpty, length.blocks > 0 else { return nil }
    if isTokensOverLength, let printedTokens { return Double(printedTokens) / Double(length.tokens) }
    return Double(numBlocks) / Double(length.blocks)
  }

  /// The printed size of the cache, at such a concurrency.
  func tokens(_ length: CellLength, _ concurrency: Double?) -> Int? {
    concurrency.map { printedTokens ?? Int($0 * Double(length.tokens)) }
  }

  /// Whole requests of a length that the pool holds at once.
  func requests(_ length: CellLength) -> Int { max(0, numBlocks - heldBack) / max(1, length.blocks) }

  /// Requests of the workload that the pool sustains; none where the length admits none.
  func sustained(_ length: CellLength) -> Int {
    length.footprint?.sustained(by: max(0, numBlocks - heldBack), margin: WorkloadFit.margin) ?? 0
  }

  /// What stays free beside all of it, on the rank with the least; nil where the total is not known.
  func headroom(_ length: CellLength, _ terms: CellTerms) -> Bytes? {
    guard isTotalKnown else { return nil }
    return terms.isAlike ? leastBeside.best - length.tables : beside(length, terms).best
  }
}

extension CellTerms.Stage {
  /// What there is at a utilization: for the cache, beside what is asked for when vLLM looks first, where the release
  /// checks that, and for tables; as `Deployment.setBudget` and `Deployment.room` have them of one evaluation.
  fileprivate func room(
    _ terms: CellTerms, _ utilization: Double
  ) -> (cache: (best: Bytes, worst: Bytes), start: (best: Bytes, worst: Bytes)?, beside: (best: Bytes, worst: Bytes)?) {
    guard let total else { return ((given ?? .zero, given ?? .zero), nil, nil) }
    func requested(_ total: Bytes) -> Bytes { terms.rule.requested(ofTotal: total, utilization: utilization) }
    let asked = (best: requested(total.best), worst: requested(total.worst))
    var cache = (best: asked.best - spent, worst: Bytes.zero)
    if let given {
      cache = (given, given)
    } else if let width {
      cache.worst = cache.best - width.reach(utilization: utilization)
    } else {
      cache.worst = cache.best - Bytes(Int((squares + Estimate.square(asked.best - asked.worst)).squareRoot()))
    }
    let outside = (
      best: freeBest - asked.best,
      worst: freeWorst - (terms.isFreeMeasured ? requested(total.high) : asked.worst)
    )
    var beside = (best: outside.best - uncounted, worst: outside.worst - uncounted)
    var held = terms.isCacheGiven ? cache.best : nil
    if held == nil, let blocks = terms.givenBlocks, block * blocks > cache.best { held = block * blocks }
    if let held { beside = (freeBest - claimed - held, freeWorst - claimed - held) }
    return (cache, terms.checksStart ? outside : nil, (beside.best - afterBest, beside.worst - afterWorst))
  }
}

/// A length, and what a request of it asks: no more than numbers.
struct CellLength {
  var tokens: Int
  /// Blocks that a request holds.
  var blocks: Int
  /// Block tables and their like, on the stage with the most.
  var tables: Bytes
  /// What a request of the workload holds, of those that the length admits; nil without a workload, or where none is.
  var footprint: Footprint?

  init(_ tokens: Int, _ terms: CellTerms, _ workload: Workload?) {
    self.tokens = tokens
    blocks = terms.blocks(length: tokens)
    tables = terms.tables(length: tokens)
    footprint = workload.flatMap { terms.footprint(of: $0, length: tokens) }
  }
}
