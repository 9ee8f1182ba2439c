extension ServeFlags {
  /// The flags as vLLM resolves them.
  ///
  /// A value that the rules refuse is carried through as given, so that a refused deployment still has numbers; counts
  /// below 1 count as 1.
  ///
  /// Source: `EngineArgs.create_engine_config`, engine/arg_utils.py; `VllmConfig.__post_init__`, config/vllm.py.
  public func resolved(
    for model: FlagContext, device: DeviceTraits, release: EngineRelease, entryPoint: EntryPoint,
    environment: EngineEnvironment = EngineEnvironment()
  ) -> ResolvedFlags {
    let pipeline = ServeFlags.ranks(pipelineParallelSize)
    let isPooling = self.isPooling(model)
    let supportsChunks = self.supportsChunkedPrefill(model)
    let chunked = !model.isEncoderDecoder && (enableChunkedPrefill ?? supportsChunks)
    let usesV2 = usesV2ModelRunner(for: model, release: release, environment: environment)
    var length = resolvedMaxModelLen(for: model, release: release)
    // A shorter draft shortens every request where the runner cannot skip drafting (`_limit_max_model_len_to_draft`).
    if usesV2, release.length.draftShortens, let limit = model.draft?.maxModelLen { length = min(length, limit) }
    let batch = resolvedBatch(
      for: model, device: device, release: release, entryPoint: entryPoint, length: length, chunked: chunked)
    let isAsync = resolvedAsyncScheduling(isPooling: isPooling, usesV2: usesV2, pipeline: pipeline, release: release)
    let batches = isAsync && (usesV2 || pipeline == 1) ? pipeline + 1 : pipeline
    let graphs = resolvedGraphs(
      for: model, device: device, release: release, environment: environment, batch: batch, isPooling: isPooling,
      usesV2: usesV2)
    return ResolvedFlags(
      entryPoint: entryPoint,
      tensorParallelSize: ServeFlags.ranks(tensorParallelSize),
      pipelineParallelSize: pipeline,
      dataParallelSize: ServeFlags.ranks(dataParallelSize),
      decodeContextParallelSize: ServeFlags.ranks(decodeContextParallelSize),
      prefillContextParallelSize: ServeFlags.ranks(prefillContextParallelSize),
      enableExpertParallel: enableExpertParallel ?? false,
      ppLayerPartition: environment.ppLayerPartition,
      numRedundantExperts: redundantExperts,
      all2allSharesTokens: all2allBackend.map { Self.tokenSharing.contains($0) } ?? true,
      encoderDataParallel: multimodal.mmEncoderTPMode == "data",
      gpuMemoryUtilization: gpuMemoryUtilization ?? release.budget.defaultGPUMemoryUtilization,
      kvCacheMemoryBytes: kvCacheMemoryBytes,
      numGPUBlocksOverride: release.cache.takesBlocksOverride ? numGPUBlocksOverride : nil,
      estimatesCUDAGraphs: release.cudagraphEstimate.isOnByDefault.map { environment.estimateCUDAGraphs ?? $0 }
        ?? false,
      maxModelLen: length,
      fitsMaxModelLen: maxModelLen == .auto,
      maxNumBatchedTokens: batch.tokens,
      maxNumSeqs: batch.seqs,
      maxNumActiveSeqs: maxNumActiveSeqs ?? batch.seqs,
      enableChunkedPrefill: chunked && !model.isEncoderOnly,
      enablePrefixCaching: resolvedPrefixCaching(for: model, release: release),
      disableHybridKVCacheManager: resolvedHybridManagerDisabled(
        for: model, release: release, environment: environment),
      disableSlidingWindow: disableSlidingWindow ?? false,
      asyncScheduling: isAsync,
      usesV2ModelRunner: usesV2,
      maxConcurrentBatches: batches,
      maxInFlightTokens: release.cache.inFlight == .concurrentBatches
        ? batches.saturatingProduct(batch.tokens) : batch.tokens,
      blockSize: max(1, blockSize ?? release.cache.defaultBlockSize),
      isBlockSizeGiven: blockSize != nil,
      kvCacheDType: kvCacheDType ?? .auto,
      mambaCacheDType: state.mambaCacheDType ?? .auto, mambaSSMCacheDType: state.mambaSSMCacheDType ?? .auto,
      kvCacheDTypeSkipLayers: kvCacheDTypeSkipLayers,
      attentionBackend: givenAttentionBackend,
      mlaDisabled: environment.mlaDisable ?? false,
      kvCacheLayout: environment.kvCacheLayout,
      dtype: resolvedDType(for: model, isPooling: isPooling, capability: device.computeCapability),
      quantization: quantization,
      isPooling: isPooling,
      enforceEager: enforceEager ?? false,
      compilationMode: graphs.compilation,
      cudagraphMode: graphs.mode,
      cudagraphCaptureSizes: graphs.sizes,
      optimizationLevel: optimizationLevel ?? 2,
      performanceMode: performanceMode ?? .balanced,
      lora: lora.slots(of: release),
      capturesPerSize: release.captureSizes.separatesLoRA ? lora.capturesPerSize : 1,
      offload: offload.weights,
      balancer: enableEPLB == true
        ? ExpertBalancer(window: min(max(1, eplbConfig.value(at: "window_size")?.int ?? 1000), 1 << 20)) : nil,
      microBatches: enableDBO == true ? 2 : min(max(1, ubatchSize ?? 1), 64),
      numSpeculativeTokens: draftedTokens(for: model),
      languageModelOnly: languageModelOnly ?? false,
      limitMMPerPrompt: limitMMPerPrompt ?? [:])
  }

  /// Copies of experts that the balancer may place, kept to what a layer could hold.
  private var redundantExperts: Int {
    guard enableEPLB == true else { return 0 }
    return min(max(0, eplbConfig.value(at: "num_redundant_experts")?.int ?? 0), 1 << 16)
  }

  /// The ways between expert ranks that share tokens out over TP ranks too.
  ///
  /// Source: `ParallelConfig.use_sequence_parallel_moe`, config/parallel.py.
  private static let tokenSharing: Set<String> = [
    "allgather_reducescatter", "deepep_high_throughput", "deepep_low_latency", "deepep_v2",
    "flashinfer_nvlink_one_sided", "passthrough", "mori_high_throughput", "mori_low_latency", "nixl_ep",
  ]

  /// A number of ranks, kept so small that the product of all of them is a number.
  private static func ranks(_ count: Int?) -> Int { min(max(1, count ?? 1), 1 << 15) }

  /// Tokens drafted a step, kept to what a step could hold: as given, else what the draft's config predicts.
  ///
  /// Source: `SpeculativeConfig.__post_init__`, config/speculative.py.
  func draftedTokens(for model: FlagContext) -> Int {
    guard speculative.isEnabled else { return 0 }
    let own = speculative.method == "suffix" ? speculative.suffixDepth : model.draft?.predictedTokens
    return min(max(0, speculative.numSpeculativeTokens ?? own ?? 0), 1 << 20)
  }

  func isPooling(_ model: FlagContext) -> Bool {
    switch runner {
    case .pooling: true
    case .generate, .draft: false
    case .auto, nil: model.isPooling || convert == "embed" || convert == "classify"
    }
  }

  /// Source: `ModelConfig.is_chunked_prefill_supported`, config/model.py.
  func supportsChunkedPrefill(_ model: FlagContext) -> Bool {
    guard !model.isEncoderDecoder else { return false }
    guard isPooling(model) else { return true }
    return !model.isEncoderOnly && !model.poolsWholePrompt
  }

  /// The length of the longest request: as given, else what config.json says.
  ///
  /// Source: `_get_and_verify_max_len`, config/model.py.
  func resolvedMaxModelLen(for model: FlagContext, release: EngineRelease) -> Int {
    if case .tokens(let count)? = maxModelLen { return max(1, count) }
    if release.length.longropeIsOriginal, model.context.ropeType == "longrope",
      let original = model.context.originalMaxPositionEmbeddings
    {
      return original
    }
    return derivedMaxModelLen(for: model, release: release)
  }

  /// The most that config.json admits: the stated length, or the window without sliding, times the rotary factor.
  public func derivedMaxModelLen(for model: FlagContext, release: EngineRelease) -> Int {
    var stated = model.context.stated
    if disableSlidingWindow == true, let window = model.slidingWindow { stated = min(stated, window) }
    guard let type = model.context.ropeType, !release.length.unscaledRopeTypes.contains(type) else { return stated }
    if release.length.yarnScalesOriginal, type == "yarn", let original = model.context.originalMaxPositionEmbeddings {
      stated = original
    }
    let scaled = Double(stated) * model.context.ropeFactor
    return scaled >= 1 && scaled < 9e18 ? Int(scaled) : stated
  }

  /// Source: `_get_and_verify_dtype` and `_resolve_auto_dtype`, config/model.py.
  func resolvedDType(for model: FlagContext, isPooling: Bool, capability: ComputeCapability? = nil) -> DType {
    switch dtype ?? .auto {
    case .half, .float16: return .float16
    case .bfloat16: return .bfloat16
    case .float, .float32: return .float32
    case .auto:
      let hasBFloat16 = capability.map { $0 >= ComputeCapability(8, 0) } ?? true
      let hasFloat16 = !model.excludesFloat16
      let first = hasBFloat16 ? DType.bfloat16 : hasFloat16 ? .float16 : .float32
      switch model.dtype {
      case .float16 where hasFloat16, .bfloat16 where hasBFloat16: return model.dtype
      default: return isPooling && hasFloat16 ? .float16 : first
      }
    }
  }

  /// Source: `ModelConfig.is_prefix_caching_supported`, config/model.py; `VllmConfig.__post_init__`.
  func resolvedPrefixCaching(for model: FlagContext, release: EngineRelease) -> Bool {
    if multimodal.mmEncoderOnly == true || model.isEncoderOnly { return false }
    if let enablePrefixCaching { return enablePrefixCaching }
    if model.isEncoderDecoder { return false }
    if isPooling(model) { return !model.isAttentionFree && !model.poolsWholePrompt }
    if model.isHybrid { return release.cache.hybridPrefixCaching }
    return !model.isAttentionFree
  }

  /// Source: the hybrid manager's rules in `VllmConfig.__post_init__`, config/vllm.py.
  func resolvedHybridManagerDisabled(
    for model: FlagContext, release: EngineRelease, environment: EngineEnvironment
  ) -> Bool {
    if let disableHybridKVCacheManager { return disableHybridKVCacheManager }
    return kvConnector?.supportsGroups == false
      || needsHybridManagerOff(for: model, release: release, environment: environment)
  }

  func needsHybridManagerOff(for model: FlagContext, release: EngineRelease, environment: EngineEnvironment) -> Bool {
    guard model.attentionChunkSize != nil else { return false }
    return speculative.isEagle
      || !(environment.allowChunkedLocalAttnWithHybridKVCache ?? release.cache.chunkedLocalHybrid)
  }
}
