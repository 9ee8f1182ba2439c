/// The cells of one layout and one choice of every flag that changes the terms: lengths, sequences and utilizations.
struct CellBlock {
  let base: Evaluation
  let space: SearchSpace
  let deployment: Deployment
  let cell: Candidate
  let lengths: Axis
  let sequences: Axis
  private(set) var utilizations: [Double]
  /// The engine's own number of sequences, where it is left to the engine.
  private var usualSequences: Int?
  /// No term but tables depends on the length, so that a row is good for all of them.
  private var isLengthFree = false
  /// A term is not known to grow with the length alone.
  private let isIrregular: Bool
  private var rows: [RowKey: CellRow] = [:]
  /// Cells looked at, each value of a solved axis counted as one.
  private(set) var cells = 0

  private struct RowKey: Hashable {
    var seqs: Int
    var length: Int
  }

  /// Values of an axis, cut to what vLLM's rules admit.
  enum Axis: Hashable {
    case each([Int])
    case most(ClosedRange<Int>)

    var least: Int {
      switch self {
      case .each(let values): values.min() ?? 1
      case .most(let range): range.lowerBound
      }
    }

    var greatest: Int {
      switch self {
      case .each(let values): values.max() ?? 1
      case .most(let range): range.upperBound
      }
    }
  }

  /// Why a block has no cells to look at.
  struct Problem: Error {
    var base: Evaluation?
    var code: String
    var reason: String
    var isUnknown = false
  }

  // MARK: Making it

  /// Reads the axes for this block and holds it against vLLM's rules.
  static func make(
    _ space: SearchSpace, _ cell: Candidate, reusing known: Evaluation?
  ) -> Result<CellBlock, Problem> {
    let start = space.starts[cell.start]
    var deployment = start.deployment
    deployment.flags = cell.outerFlags(over: start)
    let context = known?.context ?? deployment.flagContext
    var cell = cell
    let resolved = deployment.resolved(for: context)
    // The batch as it is by default, and not a smaller one of few and short requests.
    if deployment.flags.maxNumBatchedTokens == nil, resolved.enableChunkedPrefill {
      cell.batchedTokens = resolved.maxNumBatchedTokens
      deployment.flags.maxNumBatchedTokens = cell.batchedTokens
    }
    let lengths = space.lengthAxis(of: start, resolved)
    let sequences = space.sequenceAxis(of: start, resolved)
    let rules = BlockRules(deployment: deployment, context: context)
    let corners = [
      (sequences.greatest, lengths.greatest), (sequences.least, lengths.least), (sequences.greatest, lengths.least),
      (sequences.least, lengths.greatest),
    ]
    let legal = corners.first { rules.admit(seqs: $0.0, length: $0.1) } ?? corners[1]
    let trial = deployment.with(seqs: legal.0, length: legal.1)
    let base = trial.evaluate(reusing: known)
    func problem(_ code: String, _ reason: String, isUnknown: Bool = false) -> Result<CellBlock, Problem> {
      .failure(Problem(base: base, code: code, reason: reason, isUnknown: isUnknown))
    }
    if let unknown = trial.unknown(base) { return problem(unknown.code, unknown.message, isUnknown: true) }
    if let broken = base.violations.first { return problem(broken.rule.rawValue, broken.reason) }
    switch base.cacheProblem {
    case .refused(let refusal)?: return problem("attention-backend", refusal.text)
    case .grouping?: return problem("kv-cache-grouping", "the layers' caches cannot be brought to one type")
    case nil: break
    }
    guard base.pool != nil else { return problem("layout", "the model's layers or widths do not divide so") }
    let admitted = rules.cut(sequences: sequences, lengths: lengths, around: legal)
    guard let admitted else { return problem("max-model-len", "no length and number of sequences is admitted") }
    let utilizations = space.utilizations.map { $0 ?? base.flags.gpuMemoryUtilization }.filter { $0 > 0 && $0 <= 1 }
    cell.figures.loss = cell.loss(in: start)
    var block = CellBlock(
      base: base, space: space, deployment: deployment, cell: cell, lengths: admitted.lengths,
      sequences: admitted.sequences, utilizations: utilizations)
    if space.sequences == .most(nil), start.deployment.flags.maxNumSeqs == nil {
      block.usualSequences = resolved.maxNumSeqs
    }
    if let lower = block.lowerUtilization { block.utilizations.append(lower) }
    return .success(block)
  }

  /// Where the share is left to the engine and its default leaves too little beside it: the largest hundredth below
  /// that leaves enough for as many sequences as there are to be.
  private var lowerUtilization: Double? {
    let flags = deployment.flags
    guard space.utilizations == [nil], flags.gpuMemoryUtilization == nil, flags.kvCacheMemoryBytes == nil,
      deployment.availableKVCacheMemory == nil, deployment.total != nil,
      let row = makeRow(sequences.greatest, lengths.least)
    else { return nil }
    let length = CellLength(lengths.least, row, nil)
    func passes(_ share: Double) -> Bool {
      let outcome = row.budget(utilization: share).asked(by: length, row).outcomeBeside(length)
      return outcome == .passes || gates.admitsTight && outcome == .tight
    }
    let usual = base.flags.gpuMemoryUtilization
    guard !passes(usual) else { return nil }
    let hundredths = deployment.largest(upTo: Int(usual * 100 - 1e-6)) { passes(Double($0) / 100) }
    return hundredths > 0 ? Double(hundredths) / 100 : nil
  }

  private init(
    base: Evaluation, space: SearchSpace, deployment: Deployment, cell: Candidate, lengths: Axis, sequences: Axis,
    utilizations: [Double]
  ) {
    self.base = base
    self.space = space
    self.deployment = deployment
    var cell = cell
    let price = space.starts[cell.start].price
    cell.figures.accelerators = base.parallelism.worldSize
    cell.figures.cost = price.map { $0 * Double(base.parallelism.worldSize) }
    self.cell = cell
    self.lengths = lengths
    self.sequences = sequences
    self.utilizations = utilizations
    let model = deployment.model
    isIrregular = model.sparseAttention != nil || model.compressedAttention != nil || model.blockIndex != nil
    isLengthFree = lengths.least == lengths.greatest
    if !isLengthFree, !isIrregular {
      // Terms do not shrink as the length grows: alike at both ends, they are alike between.
      isLengthFree = Set([sequences.least, sequences.greatest]).allSatisfy { seqs in
        guard let short = makeRow(seqs, lengths.least), let long = makeRow(seqs, lengths.greatest) else { return false }
        return short.hasSameTerms(as: long)
      }
    }
  }

  private func makeRow(_ seqs: Int, _ length: Int) -> CellRow? {
    let trial = deployment.with(seqs: seqs, length: length)
    return CellRow(trial, trial.evaluate(reusing: base, checksRules: false))
  }

  /// The terms for so many sequences, counted once.
  mutating func row(_ seqs: Int, _ length: Int) -> CellRow? {
    let key = RowKey(seqs: seqs, length: isLengthFree ? lengths.least : length)
    if let row = rows[key] { return row }
    let row = makeRow(seqs, key.length)
    rows[key] = row
    return row
  }

  // MARK: Going over it

  /// Calls `visit` for each valid cell.
  mutating func enumerate(_ visit: (Candidate) -> Void) {
    switch (sequences, lengths) {
    case (.each(let seqs), .each(let lengths)): scan(seqs, lengths, visit)
    case (.each(let seqs), .most(let range)):
      for seqs in seqs {
        for utilization in utilizations {
          cells += 1
          if let length = longest(seqs, range, utilization) { give(seqs, length, utilization, visit) }
        }
      }
    case (.most(let range), .each(let lengths)):
      for length in lengths {
        for utilization in utilizations {
          cells += 1
          guard let seqs = most(range, length, utilization) else { continue }
          give(raised(seqs, range, length, utilization), length, utilization, visit)
        }
      }
    case (.most(let seats), .most(let range)):
      for utilization in utilizations {
        cells += 1
        if gates.guaranteesFullLength, space.sequences == .most(nil) {
          // All are to reach the length, so that seats give way before it does.
          guard let length = longest(seats.lowerBound, range, utilization),
            let seqs = most(seats, length, utilization)
          else { continue }
          give(seqs, length, utilization, visit)
          continue
        }
        // As many sequences as the shortest length admits, then the longest for as many.
        guard let seqs = most(seats, range.lowerBound, utilization),
          let length = longest(seqs, range, utilization)
        else { continue }
        give(seqs, length, utilization, visit)
        if space.sequences != .most(nil), space.lengths != .most(nil),
          let far = longest(seats.lowerBound, range, utilization), far > length,
          let few = most(seats, far, utilization)
        {
          give(few, far, utilization, visit)
        }
      }
    }
  }

  /// Every cell of a grid.
  private mutating func scan(_ seqs: [Int], _ lengths: [Int], _ visit: (Candidate) -> Void) {
    var measured: [CellLength] = []
    for seqs in seqs {
      cells += lengths.count * utilizations.count
      rows.removeAll(keepingCapacity: true)
      guard isLengthFree, let row = row(seqs, self.lengths.least), lengths.allSatisfy(row.asksAlike) else {
        for utilization in utilizations {
          for length in lengths { give(seqs, length, utilization, visit) }
        }
        continue
      }
      if measured.isEmpty { measured = lengths.map { CellLength($0, row, space.workload) } }
      for index in measured.indices { measured[index].tables = row.tables(stage: 0, length: measured[index].tokens) }
      var candidate = cell
      candidate.maxNumSeqs = seqs
      if let usualSequences, seqs < usualSequences { candidate.figures.loss = max(cell.figures.loss, .speed) }
      for utilization in utilizations {
        let budget = row.budget(utilization: utilization)
        candidate.utilization = utilization
        for length in measured {
          let outcome = budget.outcome(length)
          guard passes(seqs, budget, length, outcome) else { continue }
          fill(&candidate, budget, length, outcome)
          visit(candidate)
        }
      }
    }
  }

  private mutating func give(_ seqs: Int, _ length: Int, _ utilization: Double, _ visit: (Candidate) -> Void) {
    guard let row = row(seqs, length) else { return }
    let measured = CellLength(length, row, space.workload)
    let budget = row.budget(utilization: utilization).asked(by: measured, row)
    let outcome = budget.outcome(measured)
    guard passes(seqs, budget, measured, outcome) else { return }
    var candidate = cell
    (candidate.maxNumSeqs, candidate.utilization) = (seqs, utilization)
    if let usualSequences, seqs < usualSequences { candidate.figures.loss = max(cell.figures.loss, .speed) }
    fill(&candidate, budget, measured, outcome)
    visit(candidate)
  }

  /// What comes of a cell of the candidate's sequences.
  private func fill(
    _ candidate: inout Candidate, _ budget: CellBudget, _ length: CellLength, _ outcome: Evaluation.Checks.Outcome
  ) {
    candidate.maxModelLen = length.tokens
    candidate.figures.isTight = outcome == .tight
    candidate.figures.concurrency = budget.concurrency(length)
    candidate.figures.tokens = budget.tokens(length)
    candidate.figures.allTokens = (candidate.figures.tokens ?? 0) * cell.layout.data
    candidate.figures.requests = requests(candidate.maxNumSeqs, budget, length)
    candidate.figures.headroom = budget.headroom(length)
  }
}

extension CellBlock {
  /// Whether a cell starts and has what is demanded.
  func passes(
    _ seqs: Int, _ budget: CellBudget, _ length: CellLength, _ outcome: Evaluation.Checks.Outcome,
    guaranteed: Bool = false, countsTokens: Bool = true
  ) -> Bool {
    guard outcome == .passes || gates.admitsTight && outcome == .tight else { return false }
    if let least = gates.minConcurrency {
      guard Double(seqs) * Double(cell.layout.data) >= least else { return false }
      if space.workload != nil {
        guard Double(requests(seqs, budget, length)) >= least else { return false }
      } else {
        guard Double(seqs) >= least, budget.concurrency(length) ?? .infinity >= least else { return false }
      }
    }
    if let least = gates.minHeadroom, let left = budget.headroom(length), left < least { return false }
    if countsTokens, let least = gates.minKVTokens, let tokens = budget.tokens(length), tokens < least { return false }
    if gates.guaranteesFullLength || guaranteed, budget.concurrency(length) != nil {
      return budget.requests(length) >= seqs
    }
    return true
  }

  /// Requests at once on all engines: what their pools hold or sustain, and what they have seats for.
  private func requests(_ seqs: Int, _ budget: CellBudget, _ length: CellLength) -> Int {
    guard budget.concurrency(length) != nil else { return seqs * cell.layout.data }
    let held = space.workload == nil ? budget.requests(length) : budget.sustained(length)
    return min(seqs, held) * cell.layout.data
  }

  /// The same for a cell by its values.
  mutating func isValid(
    _ seqs: Int, _ length: Int, _ utilization: Double, guaranteed: Bool = false, countsTokens: Bool = true
  ) -> Bool {
    guard let row = row(seqs, length) else { return false }
    let measured = CellLength(length, row, space.workload)
    let budget = row.budget(utilization: utilization).asked(by: measured, row)
    return passes(
      seqs, budget, measured, budget.outcome(measured), guaranteed: guaranteed, countsTokens: countsTokens)
  }

  var gates: SearchSpace.Gates { space.gates }
}
