extension Deployment {
  /// What vLLM would do with this deployment.
  ///
  /// - Parameters:
  ///   - base: An evaluation of the same model on the same device, whose weights and layer groups are taken over where
  ///     the flags that they follow from are the same: a search changes few flags at a time.
  ///   - context: What flags depend on in the model, where it is known already.
  ///   - checksRules: Off where only memory is searched, and the base has been held against the rules.
  ///   - takesCaches: Off where the base is of a device on which other backends may run with the same weights.
  ///   - countsMemory: Off where only rules and caches are asked for: there are no stages then.
  public func evaluate(
    reusing base: Evaluation? = nil, context: FlagContext? = nil, checksRules: Bool = true, takesCaches: Bool = true,
    countsMemory: Bool = true
  ) -> Evaluation {
    let context = base?.context ?? context ?? flagContext
    let traits = deviceTraits
    let flags = resolved(for: context, traits)
    let parallelism = flags.parallelism
    let violations =
      checksRules
      ? self.flags.violations(as: flags, for: context, device: traits, release: release, environment: environment)
      : base?.violations ?? []
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
    if takesCaches, let base, let pool = base.pool, base.flags.hasSameCacheLayout(as: flags), hasSameEncoder {
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
    if countsMemory { fill(&result, stages: stages, reusing: base) }
    return result
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
    // An evaluation that ended before it came to the stages has none to take over.
    let isReusable =
      base?.stages.count == stages.count
      && base?.parallelism == result.parallelism && base?.attentionBuffers.loaded == attention.loaded
      && base?.flags.dtype == flags.dtype && base?.flags.isPooling == flags.isPooling && base?.flags.lora == flags.lora
      && base?.flags.offload == flags.offload
      && (hasSameBatch || (model.traits.deepstackLevels == 0 && flags.lora == nil))
      && (draft?.rotary == nil || base?.flags.maxModelLen == flags.maxModelLen)
    let settings = LoadSettings(
      offload: flags.offload, lora: flags.lora, maxNumBatchedTokens: flags.maxNumBatchedTokens,
      maxNumSeqs: flags.maxNumSeqs)
    var loaded = model
    if !isReusable {
      loaded = model.loaded(as: flags.dtype)
      if release.widensImagePositions { loaded = loaded.withWidePositions() }
    }
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
}

extension Parallelism {
  /// Whether every cut that this layout makes is whole, so that a rank's shapes exist.
  func divides(_ model: ModelShape) -> Bool {
    guard tensor > 0, model.numAttentionHeads % tensor == 0 else { return false }
    let ranks = expertRanks
    for group in model.layers where !usesExpertParallel {
      if case .experts(let routed) = group.feedForward, routed.intermediateSize % ranks != 0 { return false }
    }
    let kv = max(1, model.numKVHeads)
    return kv % tensor == 0 || tensor % kv == 0
  }
}
