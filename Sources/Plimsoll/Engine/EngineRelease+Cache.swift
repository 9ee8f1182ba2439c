/// How a release lays out, counts and prints its KV cache.
///
/// Source: v1/core/kv_cache_planning.py, v1/core/kv_cache_utils.py, v1/kv_cache_interface.py.
public struct CacheRule: Hashable, Sendable {
  public var defaultBlockSize: Int
  /// The blocks that are forced for latent attention; nil where the backend chooses the block, as since 0.18.
  public var latentBlocks: LatentBlockRule?
  public var inFlight: InFlightRule
  /// Whether layers drafted by several modules keep tokens beyond the window, as since 0.28.
  public var retainsDraftLookahead: Bool
  /// Whether layers of several kinds share a pool in groups, as since 0.9.1; before, local layers are allocated in full.
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
  /// Whether `--num-gpu-blocks-override` sets the number of blocks: 0.9.1 prints it and keeps the number that fits.
  ///
  /// Source: `v1/core/kv_cache_utils.py` `get_num_blocks`.
  public var takesBlocksOverride: Bool
  /// Whether the check is made on each worker's own layers, as since 0.17.
  public var checksEachWorker: Bool
  public var needed: NeededRule
  public var concurrency: ConcurrencyRule
  public var printedTokens: PrintedTokensRule
  public var states: StateCacheRule
  /// Whether prefix caching is on by default for hybrid models, as since 0.26.
  public var hybridPrefixCaching: Bool
  /// Whether chunked-local layers use the hybrid manager unless told not to, as since 0.14.
  public var chunkedLocalHybrid: Bool
  /// Whether an unquantized KV dtype must be the model's, as since 0.33.
  public var floatMustMatchModel: Bool

  public init(
    defaultBlockSize: Int, latentBlocks: LatentBlockRule? = nil, inFlight: InFlightRule, retainsDraftLookahead: Bool,
    hasHybridManager: Bool = true, groupSize: KVCacheGroups.GroupSizeRule?, unifiesPageSizes: Bool,
    padsUnevenPages: Bool, mergesBuckets: Bool,
    reservesNullBlock: Bool, overrideDrivesFitCheck: Bool, takesBlocksOverride: Bool = true, checksEachWorker: Bool,
    needed: NeededRule,
    concurrency: ConcurrencyRule, printedTokens: PrintedTokensRule, states: StateCacheRule,
    hybridPrefixCaching: Bool, chunkedLocalHybrid: Bool, floatMustMatchModel: Bool
  ) {
    self.defaultBlockSize = defaultBlockSize
    self.latentBlocks = latentBlocks
    self.inFlight = inFlight
    self.retainsDraftLookahead = retainsDraftLookahead
    self.hasHybridManager = hasHybridManager
    self.groupSize = groupSize
    self.unifiesPageSizes = unifiesPageSizes
    self.padsUnevenPages = padsUnevenPages
    self.mergesBuckets = mergesBuckets
    self.reservesNullBlock = reservesNullBlock
    self.overrideDrivesFitCheck = overrideDrivesFitCheck
    self.takesBlocksOverride = takesBlocksOverride
    self.checksEachWorker = checksEachWorker
    self.needed = needed
    self.concurrency = concurrency
    self.printedTokens = printedTokens
    self.states = states
    self.hybridPrefixCaching = hybridPrefixCaching
    self.chunkedLocalHybrid = chunkedLocalHybrid
    self.floatMustMatchModel = floatMustMatchModel
  }
}

extension CacheRule {
  var unevenPages: KVCacheGroups.UnevenPages { !unifiesPageSizes ? .refused : padsUnevenPages ? .padded : .lengthened }
}

/// The block sizes that are forced for latent attention before its backend is chosen, through 0.17; the default elsewhere.
///
/// Source: `CudaPlatformBase.check_and_update_config`, platforms/cuda.py.
public struct LatentBlockRule: Hashable, Sendable {
  /// FlashMLA's.
  public var hopper: Int
  /// CUTLASS's, through 0.15; FlashInfer's for heads of 128 without position, since 0.16.
  public var blackwell: Int
  /// CUTLASS's, for other heads.
  public var blackwellOther: Int
  public var sparse: Int

  public init(hopper: Int, blackwell: Int, blackwellOther: Int, sparse: Int) {
    self.hopper = hopper
    self.blackwell = blackwell
    self.blackwellOther = blackwellOther
    self.sparse = sparse
  }

  /// The block that a request gets; nil for the default.
  public func block(for request: AttentionBackend.Request) -> Int? {
    guard request.isLatent else { return nil }
    if request.sparse != nil { return sparse }
    switch request.capability.major {
    case 9: return hopper
    case 10: return request.qkNopeHeadDim == 128 ? blackwell : blackwellOther
    default: return nil
    }
  }
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
  /// The blocks of all groups: since 0.19.0.
  case sumOfGroups
}

/// What the printed concurrency is.
public enum ConcurrencyRule: String, CaseIterable, Hashable, Sendable {
  /// Printed tokens over max-model-len: before 0.9.1.
  case tokensOverLength
  /// Blocks over the blocks that the summed bytes of a request come to: 0.9.1 to 0.26.
  case blocksOverMemory
  /// Blocks over the sum of each group's blocks, as a double: since 0.27.0.
  case blocksOverGroupBlocks
}

/// What the printed "KV cache size" is, in tokens.
public enum PrintedTokensRule: String, CaseIterable, Hashable, Sendable {
  /// Blocks times block size, of one kind of layer only: before 0.9.1.
  case blocks
  /// Blocks over groups, times the smallest block size: 0.9.1 to 0.20.0.
  case blocksOverGroups
  /// Concurrency times max-model-len, cut: since 0.20.2.
  case concurrencyTimesLength
}
