/// What evaluation asks of the cache: where each layer's lies, and how layers are grouped.
extension Deployment {
  func plannedCache(
    _ flags: ResolvedFlags, of model: ModelShape
  ) -> Result<(CachePlacement, KVCacheGroups), Evaluation.CacheProblem> {
    let placement: CachePlacement
    do {
      placement = try self.placement(flags, of: model)
    } catch {
      return .failure(.refused(error))
    }
    do {
      let groups = try KVCacheGroups(
        of: placement.specs.map { ($0.layer, $0.spec) },
        hybridManager: release.cache.hasHybridManager && !flags.disableHybridKVCacheManager,
        rule: release.cache.groupSize ?? .init(0, over: 1), packsPages: placement.packsPages,
        uneven: release.cache.unevenPages)
      return .success((placement, groups))
    } catch {
      return .failure(.grouping(error))
    }
  }

  /// `--kv-cache-dtype`, or what the checkpoint declares.
  func cacheDType(_ flags: ResolvedFlags) -> KVCacheDType {
    flags.kvCacheDType == .auto ? model.declaredKVCacheDType ?? .auto : flags.kvCacheDType
  }

  private func placement(_ flags: ResolvedFlags, of model: ModelShape) throws(CacheRefusal) -> CachePlacement {
    let isROCm = device.backend == .rocm
    if isROCm, model.compressedAttention != nil { throw .unmodelled("compressed attention on AMD GPUs") }
    let forced = flags.attentionBackend.flatMap(AttentionBackend.init(rawValue:))
    var states = CachePlacement.StateSettings(
      cachesPrefixes: flags.enablePrefixCaching, dtype: flags.mambaCacheDType.dtype,
      recurrenceDType: flags.mambaSSMCacheDType.dtype, numSpeculativeTokens: flags.numSpeculativeTokens)
    states.rule = release.cache.states
    states.askedMode = self.flags.state.mambaCacheMode
    var settings = CachePlacement.Settings(
      capability: isROCm ? ComputeCapability(9, 0) : capability,
      kvCacheDType: cacheDType(flags),
      modelDType: modelDType, blockSize: flags.isBlockSizeGiven ? flags.blockSize : nil,
      defaultBlockSize: release.cache.defaultBlockSize, tensorParallel: flags.tensorParallelSize,
      backend: isROCm ? (model.usesLatentAttention ? .tritonMLA : .tritonAttn) : forced,
      servesImages: servesImages,
      states: states,
      decodeContext: flags.parallelism.decodeContext,
      retainedTokens: min(draft?.modules ?? 1, flags.numSpeculativeTokens) > 1 && release.cache.retainsDraftLookahead
        ? flags.numSpeculativeTokens - 1 : 0,
      maxNumBatchedTokens: flags.maxNumBatchedTokens)
    settings.latentBlocks = release.cache.latentBlocks
    settings.backends = release.vocabulary.attentionBackends
    return try model.cachePlacement(settings)
  }
}

extension ResolvedFlags {
  /// Whether caches are placed and grouped alike under other flags, tokens in flight aside.
  func hasSameCacheLayout(as other: ResolvedFlags) -> Bool {
    kvCacheDType == other.kvCacheDType && isBlockSizeGiven == other.isBlockSizeGiven && blockSize == other.blockSize
      && attentionBackend == other.attentionBackend && dtype == other.dtype && parallelism == other.parallelism
      && disableHybridKVCacheManager == other.disableHybridKVCacheManager
      && enablePrefixCaching == other.enablePrefixCaching && mambaCacheDType == other.mambaCacheDType
      && mambaSSMCacheDType == other.mambaSSMCacheDType && numSpeculativeTokens == other.numSpeculativeTokens
  }
}

extension ModelShape {
  var usesLatentAttention: Bool {
    layers.contains {
      switch $0.mixer {
      case .latentAttention, .compressed: true
      case .attention, .state, .parallel, .none: false
      }
    }
  }
}
