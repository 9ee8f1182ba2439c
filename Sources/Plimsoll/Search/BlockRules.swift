/// vLLM's rules over lengths and sequences, other flags as they are.
struct BlockRules {
  var deployment: Deployment
  var context: FlagContext

  /// Whether vLLM would take these.
  func admit(seqs: Int, length: Int) -> Bool {
    deployment.with(seqs: seqs, length: length).flags.violations(
      for: context, device: deployment.deviceTraits, release: deployment.release, entryPoint: deployment.entryPoint,
      environment: deployment.environment
    ).isEmpty
  }

  /// The axes without what is refused; nil where nothing is left. What a rule admits of one axis lies together.
  func cut(
    sequences: CellBlock.Axis, lengths: CellBlock.Axis, around legal: (Int, Int)
  ) -> (sequences: CellBlock.Axis, lengths: CellBlock.Axis)? {
    guard let seqs = cut(sequences, around: legal.0, { admit(seqs: $0, length: legal.1) }),
      let lengths = cut(lengths, around: legal.1, { admit(seqs: legal.0, length: $0) })
    else { return nil }
    return (seqs, lengths)
  }

  private func cut(_ axis: CellBlock.Axis, around legal: Int, _ admits: (Int) -> Bool) -> CellBlock.Axis? {
    switch axis {
    case .each(let values):
      if admits(axis.least), admits(axis.greatest) { return axis }
      let admitted = values.filter(admits)
      return admitted.isEmpty ? nil : .each(admitted)
    case .most(let range):
      guard admits(legal) else { return nil }
      func edge(_ outer: Int) -> Int {
        if admits(outer) { return outer }
        var (inside, outside) = (legal, outer)
        while abs(outside - inside) > 1 {
          let middle = inside + (outside - inside) / 2
          if admits(middle) { inside = middle } else { outside = middle }
        }
        return inside
      }
      return .most(edge(range.lowerBound)...edge(range.upperBound))
    }
  }
}

extension Deployment {
  /// The same deployment with so many sequences of such a length.
  func with(seqs: Int, length: Int) -> Deployment {
    with {
      $0.maxNumSeqs = seqs
      $0.maxModelLen = .tokens(length)
    }
  }
}

extension SearchSpace {
  /// Lengths to look at: as the axis has them, else the one that the flags give, else up to the model's own.
  func lengthAxis(of start: Start, _ resolved: ResolvedFlags) -> CellBlock.Axis {
    switch lengths {
    case .each(let values): return .each(values)
    case .most(let range?): return .most(range)
    case .most(nil):
      if case .tokens(let given)? = start.deployment.flags.maxModelLen { return .each([given]) }
      return .most(1...max(1, resolved.maxModelLen))
    }
  }

  /// Sequences to look at: as the axis has them, else the ones that the flags give, else up to the engine's default.
  func sequenceAxis(of start: Start, _ resolved: ResolvedFlags) -> CellBlock.Axis {
    switch sequences {
    case .each(let values): return .each(values)
    case .most(let range?): return .most(range)
    case .most(nil):
      if let given = start.deployment.flags.maxNumSeqs { return .each([given]) }
      let engines = max(1, resolved.dataParallelSize)
      return .most(1...max(1, resolved.maxNumSeqs, leastSequences(engines: engines)))
    }
  }

  /// The fewest sequences of an engine with which there are seats for the requests demanded.
  func leastSequences(engines: Int) -> Int {
    guard let wanted = gates.minConcurrency else { return 1 }
    let seats = Int(min(wanted, 1e15).rounded(.up))
    return max(1, workload == nil ? seats : seats.dividedRoundingUp(by: engines))
  }
}
