extension Deployment {
  /// What vLLM would do with this deployment.
  ///
  /// - Parameter base: An evaluation of the same model on the same device, whose weights and layer groups are taken
  ///   over where the flags that they follow from are the same: a search changes few flags at a time.
  /// - Parameter checksRules: Off where only memory is searched, and the base has been held against the rules.
  public func evaluate(reusing base: Evaluation? = nil, checksRules: Bool = true) -> Evaluation {
    let context = base?.context ?? flagContext
    let flags = resolved(for: context)
    let parallelism = flags.parallelism
    let violations =
      checksRules
      ? self.flags.violations(
        for: context, device: deviceTraits, release: release, entryPoint: entryPoint,
        environment: environment) : base?.violations ?? []
    var result = Evaluation(
      context: context, flags: flags, parallelism: parallelism, violations: violations, stages: [],
      maxModelLen: flags.maxModelLen,
      checks: Evaluation.Checks())
    // Values that are none give no numbers, and a layer partition that does not add up has no stages to count.
    if violations.contains(where: { $0.rule == .range || $0.rule == .positive }) { return result }
    guard model.numLayers / model.traits.halvesPerLayer >= parallelism.pipeline else { return result }
    guard parallelism.layerPartition?.allSatisfy({ $0 >= 0 }) != false else { return result }
    let stages = parallelism.stages(of: model)
    guard stages.last?.upperBound == model.numLayers, parallelism.divides(model) else { return result }
    let hasSameEncoder = !model.traits.isEncoderDecoder || base?.flags.maxNumBatchedTokens == flags.maxNumBatchedTokens
    if let base, let pool = base.pool, base.flags.hasSameCacheLayout(as: flags), hasSameEncoder {
      result.placement = base.placement
      result.pool = pool
      result.poolWithoutDraft = base.poolWithoutDraft
      result.poolWithoutSpeculation = base.poolWithoutSpeculation
      result.poolWithoutPrefixes = base.poolWithoutPrefixes
      result.pool?.inFlight = flags.maxInFlightTokens
    } else {
      func pool(_ placement: CachePlacement, _ groups: KVCacheGroups, _ stages: [Range<Int>]) -> KVCachePool {
        var pool = KVCachePool(
          groups: groups.groups, stages: stages, inFlight: flags.maxInFlightTokens,
          decodeContext: parallelism.decodeContext, reservesNullBlock: release.cache.reservesNullBlock)
        pool.counting = KVCachePool.Counting(release.cache, placement)
        return pool
      }
      switch plannedCache(flags, of: modelWithDraft) {
      case .failure(let problem): result.cacheProblem = problem
      case .success(let (placement, groups)):
        result.placement = placement
        result.pool = pool(placement, groups, stagesWithDraft(stages))
      }
      if self.flags.speculative.isEnabled, draft != nil || model.hasStates {
        if case .success(let (placement, groups)) = plannedCache(flags, of: model) {
          result.poolWithoutDraft = pool(placement, groups, stages)
        }
        var plain = flags
        plain.numSpeculativeTokens = 0
        if model.hasStates, case .success(let (placement, groups)) = plannedCache(plain, of: model) {
          result.poolWithoutSpeculation = pool(placement, groups, stages)
        }
      }
      if base == nil, model.hasStates, flags.enablePrefixCaching {
        var plain = flags
        plain.enablePrefixCaching = false
        if case .success(let (placement, groups)) = plannedCache(plain, of: modelWithDraft) {
          result.poolWithoutPrefixes = pool(placement, groups, stagesWithDraft(stages))
        }
      }
    }
    fill(&result, stages: stages, reusing: base)
    return result
  }

  private func plannedCache(
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
  private func cacheDType(_ flags: ResolvedFlags) -> KVCacheDType {
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
    if release.name != EngineRelease.newest.name { settings.backends = release.vocabulary.attentionBackends }
    return try model.cachePlacement(settings)
  }

  private func fill(_ result: inout Evaluation, stages: [Range<Int>], reusing base: Evaluation?) {
    let flags = result.flags
    let attention = AttentionBuffers(
      backends: result.placement?.backends ?? [], numHeads: model.numAttentionHeads, hasSinks: model.traits.hasSinks,
      maxNumBatchedTokens: flags.maxNumBatchedTokens, parallelism: result.parallelism,
      sparse: AttentionBuffers.Sparse(
        model, maxNumSeqs: flags.maxNumSeqs, decodeQueryLength: 1 + flags.numSpeculativeTokens,
        isCacheQuantized: cacheDType(flags).isQuantized, maxModelLen: flags.maxModelLen),
      blockIndex: model.blockIndex, compressed: model.compressedAttention, maxModelLen: flags.maxModelLen,
      profile: release.profile)
    result.attentionBuffers = attention
    let hasSameBatch =
      base?.flags.maxNumBatchedTokens == flags.maxNumBatchedTokens && base?.flags.maxNumSeqs == flags.maxNumSeqs
    let isReusable =
      base?.parallelism == result.parallelism && base?.attentionBuffers.loaded == attention.loaded
      && base?.flags.isPooling == flags.isPooling && base?.flags.lora == flags.lora
      && base?.flags.offload == flags.offload
      && (hasSameBatch || (model.traits.deepstackLevels == 0 && flags.lora == nil))
      && (draft?.rotary == nil || base?.flags.maxModelLen == flags.maxModelLen)
    let settings = LoadSettings(
      offload: flags.offload, lora: flags.lora, maxNumBatchedTokens: flags.maxNumBatchedTokens,
      maxNumSeqs: flags.maxNumSeqs)
    var loaded = model.loaded(as: flags.dtype)
    if release.widensImagePositions { loaded = loaded.withWidePositions() }
    for (index, range) in stages.enumerated() {
      let known = isReusable ? base?.stages[index].weights : nil
      var weights =
        known
        ?? loaded.weights(
          stage: index, parallelism: result.parallelism, kernels: kernels, attention: attention,
          computesLogits: !flags.isPooling, servesImages: servesImages,
          maxNumBatchedTokens: flags.maxNumBatchedTokens, settings: settings)
      if known == nil, let checkpoint { weights = weights.scaled(to: checkpoint) }
      if known == nil, index == stages.count - 1, let draft = draftWeights(flags, attention: attention) {
        weights = weights.adding(draft: draft)
      }
      var work = self.work(stage: index, range: range, flags, blockSize: result.placement?.blockSize ?? 16)
      work.attentionWorkspace = attention.workspace
      result.stages.append(ledger(index, range, weights, work, result))
    }
    if release.cache.overrideDrivesFitCheck { result.blocksForFitCheck = flags.numGPUBlocksOverride }
    settle(&result)
  }

  /// The length and the checks that follow from what is left for the cache.
  private func settle(_ result: inout Evaluation) {
    result.maxModelLen = result.flags.maxModelLen
    if result.flags.fitsMaxModelLen, let longest = result.longestRequest {
      result.maxModelLen = min(result.maxModelLen, longest)
    }
    result.checks = checks(result)
  }

  /// The checks at another utilization: it changes what is asked for and what that leaves for the cache, and no term
  /// beside, so that a search over it need not count the terms again.
  func checks(_ evaluation: Evaluation, utilization: Double) -> Evaluation.Checks {
    var trial = evaluation
    setBudgets(of: &trial, utilization: utilization)
    settle(&trial)
    return trial.checks
  }

  /// Asks for another share of the memory; length and checks stay as they are.
  func setBudgets(of evaluation: inout Evaluation, utilization: Double) {
    evaluation.flags.gpuMemoryUtilization = utilization
    for index in evaluation.stages.indices { setBudget(of: &evaluation.stages[index], evaluation.flags) }
  }

  /// What is asked for, and what the terms of the stage leave of it for the cache.
  private func setBudget(of stage: inout StageLedger, _ flags: ResolvedFlags) {
    stage.requestedEstimate = stage.totalEstimate?.map {
      release.budget.requested(ofTotal: $0, utilization: flags.gpuMemoryUtilization)
    }
    if let available = availableKVCacheMemory ?? flags.kvCacheMemoryBytes {
      stage.kvCache = .exact(available, basis: availableKVCacheMemory == nil ? .exact : .measured)
    } else if let requested = stage.requestedEstimate {
      var spent = [stage.loaded, stage.activation, stage.nonTorch]
      switch release.budget.subtraction {
      case .consumed: spent.append(stage.persistentBuffers)
      case .peakOfDevice: spent.append(stage.startCost)
      case .nonKVIncrease: break
      }
      if stage.cudaGraphsInsideBudget { spent.append(stage.cudaGraphs) }
      spent.append(requested.shortfall)
      stage.kvCache = .remainder(of: requested.best, after: spent)
      if let width = stage.width {
        stage.kvCache = width.narrowed(stage.kvCache, utilization: flags.gpuMemoryUtilization)
      }
    } else {
      stage.kvCache = .zero
    }
  }

  /// What a rank of a stage runs.
  func work(stage: Int, range: Range<Int>, _ flags: ResolvedFlags, blockSize: Int) -> RankWork {
    var work = RankWork(
      stage: stage, parallelism: flags.parallelism, layers: model.layers(in: range), hiddenSize: model.hiddenSize,
      vocabSize: model.vocabSize, dtype: modelDType, maxNumSeqs: flags.maxNumSeqs,
      maxNumBatchedTokens: flags.maxNumBatchedTokens, maxModelLen: flags.maxModelLen, blockSize: blockSize,
      isPooling: flags.isPooling, usesV2ModelRunner: flags.usesV2ModelRunner,
      isCompiled: !flags.enforceEager && flags.compilationMode != .none, isQuantized: model.quantization != .none,
      numPieceGraphs: flags.cudagraphMode.hasPiecewise ? flags.cudagraphCaptureSizes.count * flags.capturesPerSize : 0,
      numFullGraphs: flags.numFullGraphs * flags.capturesPerSize,
      numSpeculativeTokens: flags.numSpeculativeTokens, speculation: speculation(flags),
      balancer: flags.balancer, microBatches: flags.microBatches, kernels: kernels,
      isDataCentre: device.market == .dataCentre
        && (capability >= ComputeCapability(9, 0) || device.backend == .rocm))
    work.profile = release.profile
    work.isIntegrated = device.isIntegrated
    work.countsCommunicators = !release.budget.snapshotAfterCommunicators
    if !release.budget.snapshotAfterBLASHandles {
      work.matrixWorkspace = capability >= ComputeCapability(9, 0) ? .mib(32) : .kib(8_320)
    }
    if servesImages, stage == 0 {
      let isWhole = flags.parallelism.encoderDataParallel && model.traits.encoderMayBeWhole
      work.encoder = model.encoderProfile(
        tensorRanks: isWhole ? 1 : flags.parallelism.tensor,
        spreadsVideos: release.terms.spreadsEncoderOutput && self.flags.serves(["video"]))
    }
    return work
  }

  private func ledger(
    _ index: Int, _ range: Range<Int>, _ weights: Weights, _ work: RankWork, _ result: Evaluation
  ) -> StageLedger {
    let terms = release.terms
    let flags = result.flags
    let isWorkspaceInside = release.budget.subtraction != .consumed
    let loaded =
      measured.weights.map { Estimate.exact($0, basis: .measured) }
      ?? .exact(weights.allocated, basis: checkpoint == nil ? .exact : .checkpoint)
    let activation =
      measured.activation.map { Estimate.exact($0, basis: .measured) }
      ?? work.activation(terms, isWorkspaceInside: isWorkspaceInside)
    let buffers =
      measured.persistentBuffers.map { Estimate.exact($0, basis: .measured) }
      ?? work.persistentBuffers(terms, isWorkspaceInside: isWorkspaceInside)
    let nonTorch = measured.nonTorch.map { Estimate.exact($0, basis: .measured) } ?? work.nonTorch(terms)
    let graphs = measured.cudaGraphs.map { Estimate.exact($0, basis: .measured) } ?? work.cudaGraphs(terms)
    let isInside =
      flags.estimatesCUDAGraphs && flags.kvCacheMemoryBytes == nil
      && (!flags.usesV2ModelRunner || release.cudagraphEstimate.v2RunnerEstimates)
    let block = result.pool?.blockBytes[index] ?? .zero
    var stage = StageLedger(
      stage: index, layers: range, blockBytes: block, weights: weights, loaded: loaded, activation: activation,
      persistentBuffers: buffers, nonTorch: nonTorch, cudaGraphs: graphs, cudaGraphsInsideBudget: isInside,
      afterBudget: .zero, startCost: work.startCost(terms), totalEstimate: totalEstimate,
      requestedEstimate: nil, kvCache: .zero, features: [])
    calibrate(&stage, result.parallelism)
    if let pool = result.pool {
      stage.afterBudget = work.afterBudget(
        pool: pool, backends: result.placement?.backends ?? [], graphs: stage.cudaGraphs, graphsInside: isInside,
        terms.fitted.afterBudgetMargin)
    }
    setBudget(of: &stage, flags)
    stage.features =
      features(weights, work, flags) + speculativeFeatures(weights, work, stage.kvCache, result)
      + prefixFeatures(stage.kvCache, index, result)
    return stage
  }

  private func checks(_ result: Evaluation) -> Evaluation.Checks {
    var checks = Evaluation.Checks()
    guard let pool = result.pool else { return checks }
    let length = result.maxModelLen
    if !pool.holds(length: length, available: result.roomForFitCheck(result.available)) {
      checks.kvCache = .fails
    } else if !pool.holds(length: length, available: result.roomForFitCheck(result.availableAtWorst)) {
      checks.kvCache = .tight
    }
    if checks.kvCache < .fails { checks.mambaBlocks = stateBlocks(result) }
    for stage in result.stages {
      guard let room = room(beside: stage, result) else { break }
      if let start = room.atStart { checks.startup = max(checks.startup, .of(start, holding: (.zero, .zero))) }
      let after = (best: stage.afterBudget.best, worst: stage.afterBudget.worst)
      checks.afterBudget = max(checks.afterBudget, .of(room.after, holding: after))
    }
    return checks
  }

  /// Whether there is a block for the state of each sequence, where full CUDA graphs need one
  /// (`resolve_cudagraph_mode_and_sizes`, config/compilation.py).
  func stateBlocks(_ result: Evaluation) -> Evaluation.Checks.Outcome {
    guard let pool = result.pool, release.cache.states.needsBlockForEachSequence, model.hasStates,
      result.flags.cudagraphMode.capturesFullGraphs
    else { return .passes }
    if result.numBlocks < result.flags.maxNumSeqs { return .fails }
    let atWorst = result.flags.numGPUBlocksOverride ?? pool.numBlocks(available: result.availableAtWorst)
    return atWorst < result.flags.maxNumSeqs ? .tight : .passes
  }

  /// What stays free beside a stage's budget, at the best estimate and at the 99 % end: when vLLM looks first, where
  /// the release holds that against what it asks for, and for what comes after the budget. Nil where the total is not
  /// known.
  func room(
    beside stage: StageLedger, _ result: Evaluation
  ) -> (atStart: (best: Bytes, worst: Bytes)?, after: (best: Bytes, worst: Bytes))? {
    let known = measured.free ?? freeMemory
    guard let free = stage.free(measured: known), let outside = stage.outside(measured: known) else { return nil }
    let isChecked = release.budget.startupCheck && result.flags.kvCacheMemoryBytes == nil
    if let claimed = result.givenCache(of: stage).map(stage.claimed) {
      return (isChecked ? outside : nil, (free.best - claimed, free.worst - claimed))
    }
    // What 0.9 to 0.26 do not take off the cache lies beside the requested memory.
    let uncounted = release.budget.subtraction == .nonKVIncrease ? stage.persistentBuffers.best : .zero
    return (isChecked ? outside : nil, (outside.best - uncounted, outside.worst - uncounted))
  }
}

extension StageLedger {
  /// What a rank holds when the cache's size is given: nothing is measured, all of it must lie in free memory.
  func claimed(cache: Bytes) -> Bytes {
    loaded.best + activation.best + persistentBuffers.best + nonTorch.best + cache
  }
}

extension ResolvedFlags {
  /// Whether caches are placed and grouped alike under other flags, tokens in flight aside.
  fileprivate func hasSameCacheLayout(as other: ResolvedFlags) -> Bool {
    kvCacheDType == other.kvCacheDType && isBlockSizeGiven == other.isBlockSizeGiven && blockSize == other.blockSize
      && attentionBackend == other.attentionBackend && dtype == other.dtype && parallelism == other.parallelism
      && disableHybridKVCacheManager == other.disableHybridKVCacheManager
      && enablePrefixCaching == other.enablePrefixCaching && mambaCacheDType == other.mambaCacheDType
      && mambaSSMCacheDType == other.mambaSSMCacheDType && numSpeculativeTokens == other.numSpeculativeTokens
  }
}

extension Parallelism {
  /// Whether every cut that this layout makes is whole, so that a rank's shapes exist.
  func divides(_ model: ModelShape) -> Bool {
    guard tensor > 0, model.numAttentionHeads % tensor == 0 else { return false }
    let ranks = expertRanks
    for case .experts(let routed) in model.layers.map(\.feedForward) where !usesExpertParallel {
      if routed.intermediateSize % ranks != 0 { return false }
    }
    let kv = max(1, model.numKVHeads)
    return kv % tensor == 0 || tensor % kv == 0
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
