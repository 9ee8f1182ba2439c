/// Axes of which the most is asked: found by halving, and the same as trying every value.
extension CellBlock {
  /// The longest request with which a cell is valid; nil where none is.
  ///
  /// What is left shrinks and what is needed grows with the length, but for two things. Workspaces of some kernels are
  /// smaller from a length on: on each side of it is searched. And the printed size of the cache, which may be
  /// demanded, is largest where a request fills its last block: from the longest down, each number of blocks is tried
  /// at the longest length that it holds.
  mutating func longest(_ seqs: Int, _ range: ClosedRange<Int>, _ utilization: Double) -> Int? {
    guard var length = longestWithoutTokens(seqs, range, utilization) else { return nil }
    guard let wanted = gates.minKVTokens, let first = terms(seqs, length) else { return length }
    while length >= range.lowerBound {
      guard let terms = self.terms(seqs, length) else { return nil }
      let asked = CellLength(length, terms, nil)
      let budget = terms.budget(utilization: utilization)
      let tokens = budget.tokens(asked, budget.concurrency(asked))
      if tokens.map({ $0 >= wanted }) ?? true { return length }
      let blocks = first.blocks(length: length)
      // The longest length of fewer blocks.
      var (fits, over) = (range.lowerBound - 1, length)
      while over - fits > 1 {
        let middle = fits + (over - fits) / 2
        if first.blocks(length: middle) < blocks { fits = middle } else { over = middle }
      }
      length = fits
    }
    return nil
  }

  private mutating func longestWithoutTokens(
    _ seqs: Int, _ range: ClosedRange<Int>, _ utilization: Double
  ) -> Int? {
    var top = range.upperBound
    for lower in deployment.model.lengthBreaks.reversed() + [0] where lower < top {
      let bottom = max(range.lowerBound, lower + 1)
      guard bottom <= top else { break }
      if isValid(seqs, top, utilization, countsTokens: false) { return top }
      if isValid(seqs, bottom, utilization, countsTokens: false) {
        var (fits, fails) = (bottom, top)
        while fails - fits > 1 {
          let middle = fits + (fails - fits) / 2
          if isValid(seqs, middle, utilization, countsTokens: false) { fits = middle } else { fails = middle }
        }
        return fits
      }
      top = bottom - 1
    }
    return nil
  }

  /// The most sequences with which a cell is valid; nil where none are.
  ///
  /// Terms grow with the sequences and with the batch sizes that graphs are captured for. A number of sequences that is
  /// none of the grid's sizes may be captured beside them, so that 257 can cost a graph more than 272: on the grid
  /// terms only grow, so it is searched first, and then what lies above the last of it that is valid.
  mutating func most(_ range: ClosedRange<Int>, _ length: Int, _ utilization: Double, guaranteed: Bool = false) -> Int?
  {
    let least = max(range.lowerBound, space.leastSequences(engines: cell.layout.data))
    let greatest = range.upperBound
    guard least <= greatest else { return nil }
    func valid(_ block: inout CellBlock, _ seqs: Int) -> Bool {
      block.isValid(seqs, length, utilization, guaranteed: guaranteed)
    }
    if valid(&self, greatest) { return greatest }
    let rule = deployment.release.captureSizes
    var fits: Int?
    var fails = greatest
    let first = rule.gridSize(from: least)
    if first < greatest, valid(&self, first) {
      var best = first
      // `best` lies on the grid and is valid; nothing on it from `fails` on is.
      while case let next = rule.gridSize(from: best + 1), next < fails {
        let middle = max(next, rule.gridSize(upTo: best + (fails - best) / 2))
        if valid(&self, middle) { best = middle } else { fails = middle }
      }
      fits = best
    } else {
      fails = min(fails, first)
    }
    // Beyond the last that is valid no number off the grid is tried further than the grid's next.
    var seqs = min(fails, rule.gridSize(from: (fits ?? least) + 1)) - 1
    while seqs >= max(least, (fits ?? 0) + 1) {
      if valid(&self, seqs) { return seqs }
      seqs -= 1
    }
    return fits
  }

  /// More sequences than the engine's default, where all of those can be at full length and still more could.
  mutating func raised(_ seqs: Int, _ range: ClosedRange<Int>, _ length: Int, _ utilization: Double) -> Int {
    guard space.raisesSequences, seqs == range.upperBound else { return seqs }
    return most(seqs...max(seqs, base.flags.maxNumBatchedTokens), length, utilization, guaranteed: true) ?? seqs
  }

  /// Why nothing of the block is valid: what its least demanding cell lacks.
  var reason: (code: String, reason: String) {
    guard let utilization = utilizations.max() else {
      return ("range", "gpu_memory_utilization must be greater than 0 and less than or equal to 1")
    }
    var trial = deployment.with(seqs: sequences.least, length: lengths.least)
    trial.flags.gpuMemoryUtilization = utilization
    let evaluation = trial.evaluate(reusing: base, checksRules: false)
    let checks = evaluation.checks
    for gravity in [Evaluation.Checks.Outcome.fails, .tight] {
      if checks.kvCache == gravity { return ("kv-cache-too-small", trial.cacheText(evaluation)) }
      if checks.startup == gravity { return ("startup-check", trial.startupText(evaluation)) }
      if checks.mambaBlocks == gravity { return ("mamba-blocks", trial.stateText(evaluation)) }
      if checks.afterBudget == gravity { return ("after-budget", trial.afterText(evaluation)) }
    }
    return ("demands", "it starts, and does not have what is demanded")
  }
}

extension CaptureSizeRule {
  /// The smallest size of the grid that is not below a number: 1, 2, 4, then fine steps, then coarse ones.
  func gridSize(from number: Int) -> Int {
    if number <= 1 { return 1 }
    if number <= 2 { return 2 }
    if number <= 4 { return 4 }
    let fine = number.roundedUp(toMultipleOf: fineStep)
    if fine < coarseFrom { return fine }
    return coarseFrom + max(0, number - coarseFrom).roundedUp(toMultipleOf: coarseStep)
  }

  /// The largest size of the grid that is not above a number.
  func gridSize(upTo number: Int) -> Int {
    if number >= coarseFrom { return coarseFrom + (number - coarseFrom) / coarseStep * coarseStep }
    if number >= fineStep { return number / fineStep * fineStep }
    return number >= 4 ? 4 : number >= 2 ? 2 : 1
  }
}
