extension RankWork {
  /// What grows outside of PyTorch between vLLM's two looks at the device: libraries, channels, fragmentation.
  public func nonTorch(_ terms: MeasuredTerms) -> Estimate {
    let fitted = terms.fitted
    let spread =
      parallelism.tensor == 1
      ? (isDataCentre ? fitted.nonTorchSingleDataCentre : fitted.nonTorchSingle)
      : (ranksShareSwitch ? fitted.nonTorchSeveralDataCentre : fitted.nonTorchSeveral)
    var estimate = spread.estimate
    if countsCommunicators, parallelism.tensor > 1 { estimate = estimate.adding(communicators(terms)) }
    return isIntegrated ? estimate.adding(fitted.integratedHost.estimate) : estimate
  }

  /// What communicators hold in releases that make them after the first look: so much for each doubling of TP.
  private func communicators(_ terms: MeasuredTerms) -> Estimate {
    var (ranks, doublings) = (parallelism.tensor, 0)
    while ranks > 1 { (ranks, doublings) = (ranks / 2, doublings + 1) }
    return (ranksShareSwitch ? terms.fitted.communicatorDataCentre : terms.fitted.communicator).times(doublings)
  }

  /// What is gone before vLLM looks first: the context, and on several GPUs the communicators, which older releases
  /// made after it. Of memory that is shared with the host it is what the host and its processes hold.
  public func startCost(_ terms: MeasuredTerms) -> Estimate {
    if isIntegrated { return terms.fitted.hostReserve.estimate }
    let isSingle = parallelism.tensor * parallelism.pipeline == 1 || countsCommunicators
    return (isSingle ? terms.fitted.startCostSingle : terms.fitted.startCostSeveral).estimate
  }

  /// What is allocated after vLLM has measured, outside the requested memory.
  ///
  /// Block tables and their like (``BlockTables``), and graphs beyond their estimate.
  public func afterBudget(
    pool: KVCachePool, backends: [AttentionBackend], graphs: Estimate, graphsInside: Bool, _ margin: Spread
  ) -> Estimate {
    let tables = tables(pool: pool, backends: backends)
    let outside = graphsInside ? .zero : graphs.best
    let slack = graphsInside ? graphs.best.scaled(1, over: 2) : graphs.best
    let far = graphsInside ? graphs.best : graphs.worst
    return Estimate(
      low: tables + margin.low, best: tables + outside + margin.best, high: tables + outside + slack + margin.high,
      worst: tables + outside + far + margin.worst, basis: .fitted)
  }

  /// The part of it that is exact, and the only one that grows with the length.
  func tables(pool: KVCachePool, backends: [AttentionBackend]) -> Bytes {
    BlockTables(self, pool: pool, backends: backends).bytes(length: maxModelLen)
  }
}
