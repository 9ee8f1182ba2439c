extension Deployment {
  /// What speculative decoding keeps; nil without it.
  func speculation(_ flags: ResolvedFlags) -> Speculation? {
    guard self.flags.speculative.isEnabled else { return nil }
    let method = speculativeMethod
    return Speculation(
      tokens: flags.numSpeculativeTokens,
      scansRequests: flags.usesV2ModelRunner && (method == "ngram" || method == "ngram_gpu"),
      keepsLogits: self.flags.speculative.config.value(at: "draft_sample_method")?.string == "probabilistic",
      draft: draft, passesImages: servesImages)
  }

  /// The method as vLLM makes it out.
  var speculativeMethod: String { flags.speculative.resolvedMethod(flagContext.draft) }

  /// What cannot be said of drafting, where there is such: the draft's weights and layers are not known.
  var missingDraft: Finding? {
    guard flags.speculative.usesDraftModel, draft == nil else { return nil }
    let named = flags.speculative.model.map { " '\($0)'" } ?? ""
    return Finding(
      "draft-not-known", .error,
      "the draft model\(named) of --speculative-config (method \(speculativeMethod)) is not known, and so neither its "
        + "weights nor its part of the KV cache: " + (draftProblem ?? "give its folder or its config.json as model"))
  }

  /// What of drafting is taken on trust, or lies outside of what vLLM's own classes keep.
  func speculativeNotes(_ evaluation: Evaluation) -> [Finding] {
    guard flags.speculative.isEnabled else { return [] }
    var notes: [Finding] = []
    func note(_ text: String) { notes.append(Finding("speculative-not-modelled", .warning, text)) }
    switch speculativeMethod {
    case "custom_class": note("what a proposer of a class of its own keeps on the GPU is not part of this estimate")
    case "extract_hidden_states": note("the cache of extracted hidden states is not part of this estimate")
    default: break
    }
    for key in ["draft_lm_head_quantization", "kv_cache_dtype", "quantization"]
    where flags.speculative.config.value(at: key).map({ !$0.isNull }) == true {
      note("\(key) of --speculative-config moves memory and is not part of this estimate")
    }
    if let draft, draft.kind == .eagle || draft.kind == .eagle3 {
      notes.append(
        Finding(
          "draft-sharing-assumed", .note,
          "the draft's checkpoint is taken to hold no embedding of its own"
            + (draft.kind == .eagle3 ? " and an lm_head of its own" : " and no lm_head")
            + ", as such heads are published"))
    }
    return notes
  }

  /// The model and the layers that draft for it, of which one cache is made.
  var modelWithDraft: ModelShape {
    guard let draft else { return model }
    var shape = model
    shape.layers += draft.shape.layers
    return shape
  }

  /// The stages' layers, the draft's among the last one's.
  func stagesWithDraft(_ stages: [Range<Int>]) -> [Range<Int>] {
    guard let draft, let last = stages.last else { return stages }
    return stages.dropLast() + [last.lowerBound..<(last.upperBound + draft.shape.numLayers)]
  }

  /// The weights of the draft, on the last stage: what it shares with the target left out.
  ///
  /// A head on hidden states is built under the target's own layout; a whole model without its data parallel ranks
  /// (vLLM 0.33.0 `spec_decode/eagle/utils.py load_eagle_model`, `config/speculative.py create_draft_parallel_config`).
  func draftWeights(_ flags: ResolvedFlags, attention: AttentionBuffers) -> Weights? {
    guard let draft else { return nil }
    var parallelism = flags.parallelism
    if let embedding = draft.embedding, parallelism.pipeline > 1 {
      var shape = draft.shape
      shape.outer.append(PlacedModule(embedding, on: .everyStage))
      return weights(of: shape, &parallelism, attention, draft, flags)
    }
    return weights(of: draft.shape, &parallelism, attention, draft, flags)
  }

  private func weights(
    of shape: ModelShape, _ parallelism: inout Parallelism, _ attention: AttentionBuffers, _ draft: DraftModel,
    _ flags: ResolvedFlags
  ) -> Weights {
    parallelism.pipeline = 1
    parallelism.layerPartition = nil
    if draft.kind == .standalone { parallelism.data = 1 }
    var shape = shape
    if let table = draft.rotary?.bytes(maxModelLen: flags.maxModelLen), table > .zero {
      let module = Module("rotary_emb", .buffers, .tensor(shape: [table.count], cut: nil), dtype: .uint8)
      shape.outer.append(PlacedModule(module, on: .everyStage))
    }
    // What a rank keeps once is the target's.
    var buffers = attention
    buffers.shared = .zero
    return shape.weights(stage: 0, parallelism: parallelism, kernels: kernels, attention: buffers)
  }

  /// A line for each part of speculative decoding.
  func speculativeFeatures(
    _ weights: Weights, _ work: RankWork, _ kvCache: Estimate, _ result: Evaluation
  ) -> [FeatureMemory] {
    guard let speculation = speculation(result.flags), work.computesLogits else { return [] }
    var lines: [FeatureMemory] = []
    if let draft {
      let hasHead = draft.shape.outer.contains { $0.module.part == .lmHead }
      let own =
        draft.kind == .standalone ? "ends of its own" : hasHead ? "an lm_head of its own" : "the model's lm_head"
      let count = draft.shape.numLayers
      lines.append(
        FeatureMemory(
          .draftWeights, .exact(weights.draft), in: .weights,
          "\(draft.architecture): \(count) layer\(count == 1 ? "" : "s") and \(own)"))
      lines.append(
        FeatureMemory(
          .draftKVCache, result.share(of: kvCache, from: result.poolWithoutDraft, to: result.pool), in: .kvCache,
          "the draft's layers, as their share of what a full request takes"))
    }
    let buffers =
      speculation.scansRequests ? "the tokens of all requests, and the drafts" : "inputs and drafts of a step"
    lines.append(FeatureMemory(.draftBuffers, work.speculativeBuffers().analytic, in: .persistentBuffers, buffers))
    if model.hasStates {
      lines.append(
        FeatureMemory(
          .draftStates,
          result.share(of: kvCache, from: result.poolWithoutSpeculation, to: result.poolWithoutDraft), in: .kvCache,
          "a state for each of \(speculation.tokens) drafted tokens, as their share of what a full request takes"))
    }
    return lines
  }
}

extension Weights {
  /// These and those of a draft beside them.
  func adding(draft: Weights) -> Weights {
    var sum = self
    sum.tensors += draft.tensors
    sum.allocated += draft.allocated
    sum.draft = draft.tensors
    for (part, bytes) in draft.parts { sum.parts[part, default: .zero] += bytes }
    return sum
  }
}

extension Evaluation {
  /// The share of the last stage's cache that a request of full length takes of one pool and not of another.
  func share(of cache: Estimate, from smaller: KVCachePool?, to larger: KVCachePool?) -> Estimate {
    guard let smaller, let larger, let pool else { return .zero }
    func need(_ pool: KVCachePool) -> Double {
      Double((pool.blockBytes.last ?? .zero).count) * Double(pool.blocksPerRequest(length: maxModelLen))
    }
    let whole = need(pool)
    guard whole > 0 else { return .zero }
    let share = max(0, need(larger) - need(smaller)) / whole
    func part(_ amount: Bytes) -> Bytes { Bytes(Int(Double(max(.zero, amount).count) * share)) }
    return Estimate(
      low: part(cache.low), best: part(cache.best), high: part(cache.high), worst: part(cache.worst), basis: cache.basis
    )
  }
}

extension Plan {
  /// The layers whose caches a stage holds: its own, and on the last one the draft's.
  public func cachedLayers(of stage: StageLedger) -> Range<Int> {
    deployment.stagesWithDraft(evaluation.stages.map(\.layers))[stage.stage]
  }
}
