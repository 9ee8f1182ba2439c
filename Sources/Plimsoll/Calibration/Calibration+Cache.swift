extension Calibration {
  /// By how many GiB the ranks of a stage may differ.
  private static let betweenRanks = 0.25

  /// The cache of the stage that bounds the pool, in GiB, as a start printed it: the memory to two decimals, and within
  /// them what holds the printed tokens; nil where none was measured.
  static func cache(
    _ evaluation: Evaluation, _ printed: PrintedStart, _ stage: StageLedger
  ) -> (amount: Double, deviation: Double)? {
    // A cache whose size is given tells nothing of what a start takes.
    guard evaluation.flags.kvCacheMemoryBytes == nil, stage.requestedEstimate != nil else { return nil }
    let tokens = evaluation.cacheHolding(printed.tokens)
    var range = tokens
    // Each stage prints the memory of its own; the tokens are those of the one that bounds the pool.
    if let memory = printed.kvCache?.gib, evaluation.stages.count == 1 || tokens == nil {
      let rounded = (memory - 0.005)...(memory + 0.005)
      if let tokens, tokens.overlaps(rounded) {
        range = tokens.clamped(to: rounded)
      } else if let tokens, tokens.upperBound < memory, tokens.upperBound > memory - Self.betweenRanks {
        // The memory is that of one rank, the tokens those of the rank that has least.
      } else {
        range = rounded
      }
    }
    if let range {
      return ((range.lowerBound + range.upperBound) / 2, (range.upperBound - range.lowerBound) / 12.0.squareRoot())
    }
    guard let remainder = printed.remainder else { return nil }
    // It is without the graphs as captured, which the cache is not.
    if let graphs = printed.graphs { return (remainder.gib + graphs.gib, rounding) }
    return (remainder.gib + stage.cudaGraphs.best.gib, max(rounding, deviation(of: stage.cudaGraphs)))
  }
}

extension Evaluation {
  /// The memory in GiB with which the pool has so many tokens, from the least to the most; nil where memory does not
  /// decide, or no memory gives that number.
  func cacheHolding(_ tokens: Int?) -> ClosedRange<Double>? {
    guard let tokens, tokens > 0, flags.numGPUBlocksOverride == nil, !flags.fitsMaxModelLen, pool != nil else {
      return nil
    }
    func least(_ wanted: Int) -> Bytes {
      var (low, high) = (0, 1 << 44)
      while low < high {
        let middle = (low + high) / 2
        if (self.tokens(inCache: Bytes(middle)) ?? 0) >= wanted { high = middle } else { low = middle + 1 }
      }
      return Bytes(low)
    }
    let (first, next) = (least(tokens), least(tokens + 1))
    return self.tokens(inCache: first) == tokens && first < next ? first.gib...next.gib : nil
  }

  /// The tokens that are printed where each stage has so much for its cache.
  func tokens(inCache memory: Bytes) -> Int? {
    var trial = self
    for index in trial.stages.indices { trial.stages[index].kvCache = .exact(memory) }
    return trial.tokens
  }
}
