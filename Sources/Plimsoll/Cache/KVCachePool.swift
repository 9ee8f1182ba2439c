/// A model's block pool on one kind of rank set: what a block takes on each stage, and what a request needs.
///
/// vLLM 0.33.0 `v1/core/kv_cache_planning.py get_kv_cache_configs`.
public struct KVCachePool: Hashable, Sendable {
  /// The layers that share block tables.
  public var groups: [KVCacheGroup]
  /// One block on each pipeline stage: the largest group's pages there.
  public var blockBytes: [Bytes]
  /// Tokens that steps may have in flight: concurrent batches × max-num-batched-tokens.
  public var inFlight: Int
  /// Ranks over which the tokens of full layers are shared out (DCP).
  public var decodeContext: Int
  /// The pool holds one block back (the null block), and the fit check plans without it.
  public var reservesNullBlock: Bool
  /// How the release counts what a request needs, and what it prints of the pool.
  public var counting = Counting()
  /// The layers of each pipeline stage.
  var stages: [Range<Int>]

  public init(
    groups: [KVCacheGroup], stages: [Range<Int>], inFlight: Int, decodeContext: Int, reservesNullBlock: Bool
  ) {
    self.stages = stages
    self.groups = groups
    self.inFlight = inFlight
    self.decodeContext = decodeContext
    self.reservesNullBlock = reservesNullBlock
    blockBytes = stages.map { range in groups.map { $0.blockBytes(in: range) }.max() ?? .zero }
  }

  /// The largest stage's block.
  public var largestBlock: Bytes { blockBytes.max() ?? .zero }

  /// An attention-free model has no pool.
  public var isEmpty: Bool { groups.isEmpty }

  /// The blocks that one request of `length` tokens holds, summed over the groups.
  public func blocksPerRequest(length: Int) -> Int {
    groups.reduce(0) { $0 + $1.blocks(length: length, inFlight: inFlight, decodeContext: decodeContext) }
  }

  /// The memory that the fit check asks for one request of `length` tokens, on the stage that needs most.
  public func need(length: Int) -> Bytes {
    if counting.needed == .sumOfGroups { return largestBlock * blocksPerRequest(length: length) }
    return blockBytes.indices.map { need(length: length, stage: $0) }.max() ?? .zero
  }

  /// Blocks that `available` bytes of a rank hold: the fewest over the stages. One (the null block) without a cache.
  public func numBlocks(available: [Bytes]) -> Int {
    guard !isEmpty else { return 1 }
    var fewest = Int.max
    for (room, block) in zip(available, blockBytes) where block > .zero { fewest = min(fewest, max(0, room / block)) }
    return fewest == .max ? 1 : fewest
  }

  /// Whether each stage holds one request of `length` tokens beside what is held back.
  public func holds(length: Int, available: [Bytes]) -> Bool {
    guard !isEmpty else { return true }
    let blocks = blocksPerRequest(length: length)
    for (index, (room, block)) in zip(available, blockBytes).enumerated() {
      let usable = room - (reservesNullBlock ? block : .zero)
      let need = counting.needed == .sumOfGroups ? block * blocks : need(length: length, stage: index)
      // `available <= 0` after the reservation is an error of its own, also where nothing is needed.
      if usable < need || usable <= .zero { return false }
    }
    return true
  }

  /// The longest request that the pool holds: 0 where not even one token, nil where memory sets no bound.
  public func longestRequest(available: [Bytes]) -> Int? {
    guard holds(length: 1, available: available) else { return 0 }
    var reach = 1 << 12
    while holds(length: reach, available: available) {
      if reach >= 1 << 40 { return nil }
      reach <<= 1
    }
    var (fits, fails) = (reach >> 1, reach)
    if !holds(length: fits, available: available) { fits = 1 }
    while fails - fits > 1 {
      let middle = fits + (fails - fits) / 2
      if holds(length: middle, available: available) { fits = middle } else { fails = middle }
    }
    return fits
  }

  /// What one more token of one long request costs a rank, summed over the layers that keep everything.
  public func bytesPerToken(in range: Range<Int>) -> Bytes {
    var sum = Bytes.zero
    for group in groups {
      for (layer, spec) in zip(group.layers, group.specs) where range.contains(layer) {
        if spec.retention == .everything { sum += Bytes(spec.pageSize.count / spec.blockSize / decodeContext) }
      }
    }
    return sum
  }
}
