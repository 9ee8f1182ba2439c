extension KVCachePool {
  /// How a release counts what a request needs, and what it prints of the pool.
  public struct Counting: Hashable, Sendable {
    /// What one request of full length is said to need.
    public var needed = NeededRule.sumOfGroups
    /// Whether a stage is held against its own layers where the first group decides, as since 0.17; before, against
    /// those of the whole model.
    public var checksEachWorker = true
    /// What the printed concurrency is.
    public var concurrency = ConcurrencyRule.blocksOverGroupBlocks
    /// What the printed size is, in tokens.
    public var printedTokens = PrintedTokensRule.concurrencyTimesLength
    /// Each layer as it was before layers were grouped; only where the need is summed over layers.
    public var layers: [CachePlacement.LayerSpec] = []

    public init() {}

    /// As a release counts layers placed by `placement`.
    init(_ rule: CacheRule, _ placement: CachePlacement) {
      needed = rule.needed
      checksEachWorker = rule.checksEachWorker
      concurrency = rule.concurrency
      printedTokens = rule.printedTokens
      if needed == .sumOfLayers { layers = placement.specs }
    }
  }

  /// The memory that the fit check asks for one request of `length` tokens on a stage.
  ///
  /// - sum of layers (`max_memory_usage_bytes`, before 0.14): Σ blocks × page, each layer by itself;
  /// - first group (`_max_memory_usage_bytes_from_groups`, 0.14 to 0.18): block × the blocks of one group;
  /// - sum of groups: block × the blocks of all.
  func need(length: Int, stage: Int) -> Bytes {
    func blocks(_ spec: KVCacheSpec) -> Int {
      spec.blocks(length: length, inFlight: inFlight, decodeContext: decodeContext)
    }
    switch counting.needed {
    case .sumOfGroups: return blockBytes[stage] * blocksPerRequest(length: length)
    case .firstGroup:
      let block =
        counting.checksEachWorker || stages.count == 1
        ? blockBytes[stage] : groups.map { $0.blockBytes(in: 0..<Int.max) }.max() ?? .zero
      return block * (groups.first?.blocks(length: length, inFlight: inFlight, decodeContext: decodeContext) ?? 0)
    case .sumOfLayers:
      var sum = Bytes.zero
      for entry in counting.layers where stages[stage].contains(entry.layer) {
        sum += entry.spec.pageSize * blocks(entry.spec)
      }
      return sum
    }
  }

  /// The need of one request in blocks of the largest stage, as the fit check counts it.
  func blocksInFitCheck(length: Int) -> Int {
    guard counting.needed != .sumOfGroups, largestBlock > .zero else { return blocksPerRequest(length: length) }
    return need(length: length).count.dividedRoundingUp(by: largestBlock.count)
  }

  /// "GPU KV cache size" where it is counted in blocks: all of them × block size, or a group's share of them.
  func printedTokens(numBlocks: Int) -> Int? {
    var size = Int.max
    for group in groups { if let spec = group.specs.first { size = min(size, spec.blockSize) } }
    if size == .max { size = 1 }
    return switch counting.printedTokens {
    case .blocks: numBlocks * size
    case .blocksOverGroups: numBlocks / max(1, groups.count) * size * decodeContext
    case .concurrencyTimesLength: nil
    }
  }
}
