/// Going over the cells of a block.
extension CellBlock {
  /// Hands each valid cell to `sink`.
  mutating func goOver<Sink: CellSink>(_ sink: inout Sink) {
    switch (sequences, lengths) {
    case (.each(let seqs), .each(let lengths)): scan(seqs, lengths, &sink)
    case (.each(let seqs), .most(let range)):
      for seqs in seqs {
        for utilization in utilizations {
          cells += 1
          if let length = longest(seqs, range, utilization) { give(seqs, length, utilization, &sink) }
        }
      }
    case (.most(let range), .each(let lengths)):
      for length in lengths {
        for utilization in utilizations {
          cells += 1
          guard let seqs = most(range, length, utilization) else { continue }
          give(raised(seqs, range, length, utilization), length, utilization, &sink)
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
          give(seqs, length, utilization, &sink)
          continue
        }
        // As many sequences as the shortest length admits, then the longest for as many.
        guard let seqs = most(seats, range.lowerBound, utilization),
          let length = longest(seqs, range, utilization)
        else { continue }
        give(seqs, length, utilization, &sink)
        if space.sequences != .most(nil), space.lengths != .most(nil),
          let far = longest(seats.lowerBound, range, utilization), far > length,
          let few = most(seats, far, utilization)
        {
          cells += 1
          give(few, far, utilization, &sink)
        }
      }
    }
  }

  private mutating func give<Sink: CellSink>(_ seqs: Int, _ length: Int, _ utilization: Double, _ sink: inout Sink) {
    guard let terms = terms(seqs, length) else { return }
    let length = CellLength(length, terms, space.workload)
    var candidate = candidate(seqs)
    candidate.utilization = utilization
    decide(&candidate, length, terms.budget(utilization: utilization), terms, place: nil, &sink)
  }

  /// A cell of the block with so many sequences.
  func candidate(_ seqs: Int) -> Candidate {
    var candidate = cell
    candidate.maxNumSeqs = seqs
    if let usualSequences, seqs < usualSequences { candidate.figures.loss = max(cell.figures.loss, .speed) }
    return candidate
  }

  /// Hands a cell of the candidate's sequences on where it is valid, with what comes of it.
  @inline(__always)
  mutating func decide<Sink: CellSink>(
    _ candidate: inout Candidate, _ length: CellLength, _ budget: CellBudget, _ terms: CellTerms, place: Int?,
    _ sink: inout Sink
  ) {
    let outcome = budget.outcome(length, terms)
    guard passes(candidate.maxNumSeqs, budget, length, terms, outcome) else { return }
    candidate.maxModelLen = length.tokens
    candidate.figures.isTight = outcome == .tight
    let concurrency = budget.concurrency(length)
    candidate.figures.concurrency = concurrency
    candidate.figures.tokens = budget.tokens(length, concurrency)
    candidate.figures.allTokens = (candidate.figures.tokens ?? 0) * cell.layout.data
    candidate.figures.requests = requests(candidate.maxNumSeqs, budget, length)
    candidate.figures.headroom = budget.headroom(length, terms)
    valid += 1
    sink.take(&candidate, place: place)
  }
}

extension CellBlock {
  /// Whether a cell starts and has what is demanded.
  func passes(
    _ seqs: Int, _ budget: CellBudget, _ length: CellLength, _ terms: CellTerms,
    _ outcome: Evaluation.Checks.Outcome, guaranteed: Bool = false, countsTokens: Bool = true
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
    if let least = gates.minHeadroom, let left = budget.headroom(length, terms), left < least { return false }
    if countsTokens, let least = gates.minKVTokens,
      let tokens = budget.tokens(length, budget.concurrency(length)), tokens < least
    {
      return false
    }
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
    guard let terms = terms(seqs, length) else { return false }
    let measured = CellLength(length, terms, space.workload)
    let budget = terms.budget(utilization: utilization)
    return passes(
      seqs, budget, measured, terms, budget.outcome(measured, terms), guaranteed: guaranteed,
      countsTokens: countsTokens)
  }

  var gates: SearchSpace.Gates { space.gates }
}
