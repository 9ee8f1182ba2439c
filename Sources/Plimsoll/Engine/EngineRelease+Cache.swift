/// How a release lays out, counts and prints its KV cache.
///
/// Source: v1/core/kv_cache_planning.py, v1/core/kv_cache_utils.py, v1/kv_cache_interface.py.
public struct CacheRule: Hashable, Sendable {
  public var defaultBlockSize: Int
  /// Whether the block size is chosen after the model is built, from the attention backend, as since 0.18.
  public var blockSizeFromBackend: Bool
  public var inFlight: InFlightRule
  /// Whether layers drafted by several modules keep tokens beyond the window, as since 0.28.
  public var retainsDraftLookahead: Bool
  /// Whether layers of several kinds share a pool in groups, as since 0.9.2; before, local layers are allocated in full.
  public var hasHybridManager: Bool
  /// When a group has the largest bucket's size: 3/2 since 0.18, 5/4 from 0.12; nil: always the smallest bucket's.
  public var groupSize: KVCacheGroups.GroupSizeRule?
  /// Whether layers with smaller pages get larger blocks, as since 0.12; before, unequal pages are refused.
  public var unifiesPageSizes: Bool
  /// Whether pages that do not divide are padded, as since 0.24.
  public var padsUnevenPages: Bool
  /// Whether specs that can be merged share a bucket, as since 0.27.
  public var mergesBuckets: Bool
  /// Whether one block is kept back in the fit check and when fitting the length, as since 0.29.
  public var reservesNullBlock: Bool
  /// Whether `--num-gpu-blocks-override` decides the fit check too, as since 0.20.
  public var overrideDrivesFitCheck: Bool
  /// Whether the check is made on each worker's own layers, as since 0.17.
  public var checksEachWorker: Bool
  public var needed: NeededRule
  public var concurrency: ConcurrencyRule
  public var printedTokens: PrintedTokensRule
  public var statePages: StatePagesRule
  /// Whether prefix caching is on by default for hybrid models, as since 0.26.
  public var hybridPrefixCaching: Bool
  /// Whether chunked-local layers use the hybrid manager unless told not to, as since 0.14.
  public var chunkedLocalHybrid: Bool
  /// Whether an unquantized KV dtype must be the model's, as since 0.33.
  public var floatMustMatchModel: Bool

  public init(
    defaultBlockSize: Int, blockSizeFromBackend: Bool, inFlight: InFlightRule, retainsDraftLookahead: Bool,
    hasHybridManager: Bool = true, groupSize: KVCacheGroups.GroupSizeRule?, unifiesPageSizes: Bool,
    padsUnevenPages: Bool, mergesBuckets: Bool,
    reservesNullBlock: Bool, overrideDrivesFitCheck: Bool, checksEachWorker: Bool, needed: NeededRule,
    concurrency: ConcurrencyRule, printedTokens: PrintedTokensRule, statePages: StatePagesRule,
    hybridPrefixCaching: Bool, chunkedLocalHybrid: Bool, floatMustMatchModel: Bool
  ) {
    self.defaultBlockSize = defaultBlockSize
    self.blockSizeFromBackend = blockSizeFromBackend
    self.inFlight = inFlight
    self.retainsDraftLookahead = retainsDraftLookahead
    self.hasHybridManager = hasHybridManager
    self.groupSize = groupSize
    self.unifiesPageSizes = unifiesPageSizes
    self.padsUnevenPages = padsUnevenPages
    self.mergesBuckets = mergesBuckets
    self.reservesNullBlock = reservesNullBlock
    self.overrideDrivesFitCheck = overrideDrivesFitCheck
    self.checksEachWorker = checksEachWorker
    self.needed = needed
    self.concurrency = concurrency
    self.printedTokens = printedTokens
    self.statePages = statePages
    self.hybridPrefixCaching = hybridPrefixCaching
    self.chunkedLocalHybrid = chunkedLocalHybrid
    self.floatMustMatchModel = floatMustMatchModel
  }
}

extension CacheRule {
  var unevenPages: KVCacheGroups.UnevenPages { !unifiesPageSizes ? .refused : padsUnevenPages ? .padded : .lengthened }
}

/// How many tokens windows reserve for steps whose blocks are not yet freed.
public enum InFlightRule: String, CaseIterable, Hashable, Sendable {
  /// One step: max-num-batched-tokens, before 0.26.
  case oneBatch
  /// Every step that may be in flight: `max_in_flight_tokens`.
  case concurrentBatches
}

/// What one request of full length is said to need.
public enum NeededRule: String, CaseIterable, Hashable, Sendable {
  /// The sum of the layers' own needs: before 0.14.
  case sumOfLayers
  /// The blocks of the first group alone: 0.14 to 0.18.
  case firstGroup
  /// The blocks of all groups: since 0.19.1.
  case sumOfGroups
}

/// What the printed concurrency is.
public enum ConcurrencyRule: String, CaseIterable, Hashable, Sendable {
  /// Printed tokens over max-model-len: before 0.9.2.
  case tokensOverLength
  /// Blocks over the blocks that the summed bytes of a request come to: 0.9.2 to 0.26.
  case blocksOverMemory
  /// Blocks over the sum of each group's blocks, as a double: since 0.27.1.
  case blocksOverGroupBlocks
}

/// What the printed "KV cache size" is, in tokens.
public enum PrintedTokensRule: String, CaseIterable, Hashable, Sendable {
  /// Blocks times block size, of one kind of layer only: before 0.9.2.
  case blocks
  /// Blocks over groups, times the smallest block size: 0.9.2 to 0.20.0.
  case blocksOverGroups
  /// Concurrency times max-model-len, cut: since 0.20.2.
  case concurrencyTimesLength
}

/// How many pages of state one request holds.
public enum StatePagesRule: String, CaseIterable, Hashable, Sendable {
  /// One page: before 0.11.2.
  case one
  /// As many as the request has blocks: 0.11.2 to 0.14.
  case blocks
  /// By mode, with a mode that keeps all: 0.15 to 0.31.
  case byModeWithAll
  /// Two with prefix caching, else one, and those of drafted tokens: since 0.32.
  case byPrefixCaching
}
