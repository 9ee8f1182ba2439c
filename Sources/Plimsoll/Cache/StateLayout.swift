/// How the states of state-space layers lie in the blocks that attention layers use too.
struct StateLayout: Hashable, Sendable {
  /// Tokens of one block, large enough that a page of attention holds a state.
  var blockSize: Int
  /// The page of a block in every attention layer, to which states are padded; nil where no layer attends.
  var attentionPage: Bytes?
  /// Prefills of every state-space layer leave a checkpoint.
  var exportsCheckpoints: Bool

  /// What a layer keeps: while prefixes are cached the running state, the last block's, the drafts' and a checkpoint,
  /// or in releases that could every block's; else the running state and the drafts'
  /// (vLLM 0.33.0 `v1/kv_cache_interface.py MambaSpec.max_memory_usage_bytes`).
  func spec(of mixer: StateMixer, _ settings: CachePlacement.Settings) -> KVCacheSpec {
    let drafts = settings.states.rule.countsDrafts ? settings.states.numSpeculativeTokens : 0
    let retention: KVCacheSpec.Retention =
      switch settings.states.mode(of: mixer) {
      case .none: .pages(1 + drafts)
      case .align: .pages(2 + drafts + (exportsCheckpoints ? 1 : 0))
      case .all: .everything
      }
    return KVCacheSpec(
      kind: .state, numHeads: 1, stateBytes: mixer.stateBytes(settings), blockSize: blockSize,
      retention: retention, paddedPage: attentionPage)
  }
}

extension CachePlacement {
  /// What the flags say of the states of state-space layers.
  public struct StateSettings: Hashable, Sendable {
    /// Prefix caching is on, so that states are kept at the ends of blocks.
    public var cachesPrefixes: Bool
    /// How the release keeps states.
    public var rule = EngineRelease.newest.cache.states
    /// `--mamba-cache-mode`, where it is given.
    public var askedMode: String?
    /// `--mamba-cache-dtype`, where it is not `auto`.
    public var dtype: DType?
    /// `--mamba-ssm-cache-dtype`, where it is not `auto`.
    public var recurrenceDType: DType?
    /// Tokens drafted at once, each with a state of its own.
    public var numSpeculativeTokens: Int

    public init(
      cachesPrefixes: Bool = true, dtype: DType? = nil, recurrenceDType: DType? = nil, numSpeculativeTokens: Int = 0
    ) {
      self.cachesPrefixes = cachesPrefixes
      self.dtype = dtype
      self.recurrenceDType = recurrenceDType
      self.numSpeculativeTokens = numSpeculativeTokens
    }

    func mode(of mixer: StateMixer) -> StateCacheRule.Mode {
      rule.mode(cachesPrefixes: cachesPrefixes, asked: askedMode, maySaveEveryBlock: mixer.maySaveEveryBlock)
    }
  }
}

extension ModelShape {
  /// Whether a layer keeps a state.
  public var hasStates: Bool { layers.contains { $0.mixer.keptState != nil } }

  /// The block in which attention pages and states have one size; nil without state-space layers.
  ///
  /// With P the largest state, a₁ one token of an attention page and kb the block that kernels want (the first backend's
  /// smallest, at least 128 for latent attention, a multiple of what checkpoints need while prefixes are cached):
  /// B = ⌈kb·⌈P / (kb·a₁)⌉⌉ to a multiple of every backend's smallest block, and at least `block`
  /// (vLLM 0.33.0 `platforms/interface.py _align_hybrid_block_size`).
  func stateLayout(
    block: Int, kernels: [[AttentionBackend.KernelBlock]], _ settings: CachePlacement.Settings
  ) throws(CacheRefusal) -> StateLayout? {
    var largest = Bytes.zero
    var alignment: Int? = 1
    var token: Bytes?
    var isLatent = false
    var isWide = false
    var chunk: Int?
    for group in layers {
      if let state = group.mixer.keptState {
        largest = max(largest, state.stateBytes(settings))
        let needed =
          settings.states.rule.checkpointing.contains(state.kind)
          ? state.checkpointAlignment(on: settings.capability) : nil
        if settings.states.mode(of: state) == .all { chunk = state.chunk }
        alignment = needed.flatMap { needed in alignment.map { leastCommonMultiple($0, needed) } }
      }
      if token == nil {
        if case .latentAttention = group.mixer { isLatent = true }
        if case .attention(let attention) = group.mixer, attention.headSize == 256 { isWide = true }
        token = try group.mixer.cacheSpec(dtype: settings.kvCacheDType, blockSize: 1, settings)?.pageSize
      }
    }
    guard largest > .zero else { return nil }
    guard let token else {
      return StateLayout(blockSize: block, attentionPage: nil, exportsCheckpoints: alignment != nil)
    }
    let smallest = kernels.map { $0.map(\.least).min() ?? 1 }
    var kernelBlock = max(smallest.first ?? 1, block)
    if isLatent { kernelBlock = max(kernelBlock, settings.states.rule.latentMultiple) }
    if isWide, settings.capability.major == 10 {
      kernelBlock = max(kernelBlock, settings.states.rule.wideHeadMultiple)
    }
    if let chunk { kernelBlock = leastCommonMultiple(kernelBlock, chunk) }
    if settings.states.cachesPrefixes, settings.states.rule.alignsToCheckpoints {
      kernelBlock = leastCommonMultiple(kernelBlock, alignment ?? 1)
    }
    let whole = kernelBlock * largest.count.dividedRoundingUp(by: kernelBlock * token.count)
    let aligned = max(block, whole.roundedUp(toMultipleOf: smallest.reduce(1, leastCommonMultiple)))
    return StateLayout(blockSize: aligned, attentionPage: token * aligned, exportsCheckpoints: alignment != nil)
  }
}

extension StateMixer {
  func stateBytes(_ settings: CachePlacement.Settings) -> Bytes {
    stateBytes(
      tensorParallel: settings.tensorParallel, dtype: settings.states.dtype ?? settings.modelDType,
      recurrenceDType: settings.states.recurrenceDType, numSpeculativeTokens: settings.states.numSpeculativeTokens)
  }
}
