/// What vLLM would do with a deployment, without advice: the numbers that a solver compares.
public struct Evaluation: Hashable, Sendable {
  /// What flags depend on in the model.
  @Boxed var context: FlagContext
  public var flags: ResolvedFlags
  public var parallelism: Parallelism
  public var violations: [RuleViolation]
  /// Why there is no cache plan; nil where there is one.
  public var cacheProblem: CacheProblem?
  public var placement: CachePlacement?
  public var pool: KVCachePool?
  /// The pool that there would be without the draft's layers, and without drafted tokens at all, where they differ.
  var poolWithoutDraft: KVCachePool?
  var poolWithoutSpeculation: KVCachePool?
  /// The pool without states kept for prefixes, of a model with states whose prefixes are cached.
  var poolWithoutPrefixes: KVCachePool?
  public var stages: [StageLedger]
  public var attentionBuffers = AttentionBuffers()
  /// The length that the figures are for: the one asked, or the longest that fits under `auto`.
  public var maxModelLen: Int
  public var checks: Checks
  /// The blocks that the fit check and `auto` plan with in place of the memory, where the release has them do so.
  var blocksForFitCheck: Int?

  /// Why the cache cannot be planned.
  public enum CacheProblem: Error, Hashable, Sendable {
    case refused(CacheRefusal)
    case grouping(KVCacheGroupingError)
  }

  /// Whether the start passes each of vLLM's tests, at the best estimate and at the 99 % end.
  public struct Checks: Hashable, Sendable {
    public var startup = Outcome.passes
    public var kvCache = Outcome.passes
    public var afterBudget = Outcome.passes
    /// A block for the state of each sequence, which full CUDA graphs need.
    public var mambaBlocks = Outcome.passes

    /// How a check came out, the best first.
    public enum Outcome: Int, Hashable, Sendable, Comparable {
      case passes, tight, fails
      public static func < (lhs: Self, rhs: Self) -> Bool { lhs.rawValue < rhs.rawValue }

      /// Whether what is there holds what is needed, at the best estimate and at the 99 % end.
      static func of(_ room: (best: Bytes, worst: Bytes), holding need: (best: Bytes, worst: Bytes)) -> Self {
        room.best < need.best ? .fails : room.worst < need.worst ? .tight : .passes
      }
    }

    /// The worst of them.
    public var worst: Outcome { max(startup, kvCache, afterBudget, mambaBlocks) }
  }

  /// The KV memory of each stage at the best estimate.
  var available: [Bytes] { stages.map(\.kvCache.best) }
  /// The same at the 99 % end.
  var availableAtWorst: [Bytes] { stages.map(\.kvCache.worst) }

  /// What the fit check plans with: the memory, or `--num-gpu-blocks-override` blocks.
  ///
  /// vLLM 0.33.0 `v1/core/kv_cache_planning.py get_kv_cache_configs`.
  func roomForFitCheck(_ memory: [Bytes]) -> [Bytes] {
    guard let blocksForFitCheck, let pool else { return memory }
    return pool.blockBytes.map { $0 * blocksForFitCheck }
  }

  /// The cache of a stage where its size is given and not measured: by its bytes, or by more blocks than there is room.
  func givenCache(of stage: StageLedger) -> Bytes? {
    if flags.kvCacheMemoryBytes != nil { return stage.kvCache.best }
    guard let override = flags.numGPUBlocksOverride else { return nil }
    let cache = stage.blockBytes * override
    return cache > stage.kvCache.best ? cache : nil
  }

  /// Whether vLLM starts by the best estimate, and by the pessimistic one.
  public var starts: Bool { isPlanned && checks.worst < .fails }
  /// Whether it starts at the pessimistic end of every estimate too.
  public var startsSurely: Bool { isPlanned && checks.worst == .passes }
  private var isPlanned: Bool { violations.isEmpty && cacheProblem == nil && pool != nil }
}

extension Evaluation {
  /// Blocks of the pool: `--num-gpu-blocks-override`, else what the tightest stage holds.
  public var numBlocks: Int {
    flags.numGPUBlocksOverride ?? pool?.numBlocks(available: available) ?? 0
  }

  /// Blocks that one request of full length holds.
  public var blocksPerRequest: Int { pool?.blocksPerRequest(length: maxModelLen) ?? 0 }

  /// The blocks that the fit check counts for one request of full length.
  public var blocksInFitCheck: Int { pool?.blocksInFitCheck(length: maxModelLen) ?? 0 }

  /// Whole requests of a length that the pool holds at once, the null block left out.
  public func requests(of length: Int) -> Int {
    guard let pool else { return 0 }
    let usable = max(0, numBlocks - (pool.reservesNullBlock ? 1 : 0))
    return usable / max(1, pool.blocksPerRequest(length: length))
  }

  /// Blocks over the blocks of a full request, as printed; nil for a model without a cache.
  public var maxConcurrency: Double? {
    guard let pool, !pool.isEmpty, blocksPerRequest > 0 else { return nil }
    if pool.counting.concurrency == .tokensOverLength, let tokens = pool.printedTokens(numBlocks: numBlocks) {
      return Double(tokens) / Double(maxModelLen)
    }
    return Double(numBlocks) / Double(blocksPerRequest)
  }

  /// "GPU KV cache size" as the release prints it: concurrency times length, cut to whole tokens, or by blocks.
  public var tokens: Int? {
    guard let concurrency = maxConcurrency else { return nil }
    return pool?.printedTokens(numBlocks: numBlocks) ?? Int(concurrency * Double(maxModelLen))
  }

  /// The stage that holds the fewest blocks, ties to the first.
  public var limitingStage: Int {
    guard let pool else { return 0 }
    var limiting = 0
    var fewest = Int.max
    for (index, block) in pool.blockBytes.enumerated() where block > .zero {
      let blocks = stages[index].kvCache.best / block
      if blocks < fewest { (limiting, fewest) = (index, blocks) }
    }
    return limiting
  }

  /// The longest request that the pool holds: nil where memory sets no bound.
  public var longestRequest: Int? { pool?.longestRequest(available: roomForFitCheck(available)) }
  /// The longest request that the cache holds at the pessimistic end; nil where nothing bounds it.
  public var longestRequestSurely: Int? { pool?.longestRequest(available: roomForFitCheck(availableAtWorst)) }
}
