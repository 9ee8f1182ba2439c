extension ServeFlags {
  /// Batched tokens and sequences, as given or by default.
  ///
  /// Source: `EngineArgs._set_default_max_num_seqs_and_batched_tokens_args`, engine/arg_utils.py.
  func resolvedBatch(
    for model: FlagContext, device: DeviceTraits, release: EngineRelease, entryPoint: EntryPoint, length: Int,
    chunked: Bool
  ) -> (tokens: Int, seqs: Int) {
    let row = release.batch.devices.first { $0.covers(device) }
    var tokens = maxNumBatchedTokens ?? 0
    var seqs = maxNumSeqs ?? 0
    let factor = performanceMode == .throughput ? 2 : 1
    if maxNumSeqs == nil { seqs = (row?.maxNumSeqs ?? 128) * factor }
    if maxNumBatchedTokens == nil {
      if batchesExperts(release), let batched = release.batch.batchedExpertTokens {
        tokens = batched
      } else {
        tokens = (entryPoint == .serve ? row?.serveTokens : row?.llmTokens) ?? 2_048
      }
      tokens = tokens.saturatingProduct(factor)
      if !chunked { tokens = release.batch.unchunkedIsLength ? length : max(tokens, length) }
      if release.batch.holdsLargestItem, model.isMultimodal, model.isMultimodalPrefixLM,
        let item = model.largestItemTokens
      {
        tokens = max(tokens, item)
      }
      if release.batch.boundsTokensBySeqs { tokens = min(tokens, seqs.saturatingProduct(length)) }
    }
    if maxNumSeqs == nil, release.batch.boundsSeqsByTokens { seqs = min(seqs, tokens) }
    return (max(1, tokens), max(1, seqs))
  }

  /// Source: `ParallelConfig.use_batched_dp_moe`, config/parallel.py.
  private func batchesExperts(_ release: EngineRelease) -> Bool {
    guard let all2allBackend, enableExpertParallel == true, (dataParallelSize ?? 1) > 1 else { return false }
    return release.batch.batchedExpertBackends.contains(all2allBackend)
  }

  /// Source: `VllmConfig.use_v2_model_runner` and `_get_v2_model_runner_unsupported_features`, config/vllm.py.
  func usesV2ModelRunner(for model: FlagContext, release: EngineRelease, environment: EngineEnvironment) -> Bool {
    if attentionConfig.contains(where: { $0.path.first == "hisparse_config" && !$0.isNull }) { return true }
    if let forced = environment.useV2ModelRunner { return forced }
    guard v2ModelRunnerObstacle(release: release, isForced: false) == nil else { return false }
    let isNamed = release.runner.v2Architectures.contains(model.architecture)
    switch release.runner.v2 {
    case .optIn: return false
    case .namedDense: return isNamed && !model.isMoE && !model.isQuantized
    case .named: return isNamed
    case .denseAndNamed:
      guard !isPooling(model), !model.isAttentionFree else { return false }
      return isNamed || (!model.isMoE && !model.isHybrid)
    case .unlessUnsupported: return true
    }
  }

  /// What the V2 runner cannot do of what is asked, in words; nil if nothing.
  func v2ModelRunnerObstacle(release: EngineRelease, isForced: Bool) -> String? {
    if distributedExecutorBackend == "external_launcher", (pipelineParallelSize ?? 1) > 1 {
      return "pipeline parallelism with external_launcher"
    }
    if speculative.isEnabled {
      if let method = speculative.method, release.runner.v1SpeculativeMethods.contains(method) {
        return "the speculative method '\(method)'"
      }
      if let only = release.runner.v2SpeculativeMethods, !only.contains(speculative.method ?? "") {
        return "the speculative method '\(speculative.method ?? "")'"
      }
      let draftsInParallel = speculative.config.value(at: "parallel_drafting")?.bool == true
      if draftsInParallel, speculative.method != "dflash", speculative.method != "dspark" {
        return "parallel drafting"
      }
      if speculative.config.value(at: "use_heterogeneous_vocab")?.bool == true {
        return "draft models with another vocabulary"
      }
    }
    // Only asked for outright does the V2 runner overlap half batches.
    if usesMicrobatches, !isForced { return "dual batch overlap" }
    return nil
  }

  var usesMicrobatches: Bool { enableDBO == true || (ubatchSize ?? 0) > 1 }

  /// Source: `VllmConfig.__post_init__`, config/vllm.py.
  func resolvedAsyncScheduling(isPooling: Bool, usesV2: Bool, pipeline: Int, release: EngineRelease) -> Bool {
    if let asyncScheduling { return asyncScheduling }
    guard release.runner.asyncByDefault, !isPooling else { return false }
    return usesV2 || v1AsyncObstacle(pipeline: pipeline) == nil
  }

  /// What keeps the V1 runner from scheduling ahead, in words; nil if nothing.
  func v1AsyncObstacle(pipeline: Int) -> String? {
    if speculative.isEnabled, let method = speculative.method, !speculative.isEagle,
      !["ngram_gpu", "draft_model", "dspark", "dflash"].contains(method)
    {
      return "\(method)-based speculative decoding"
    }
    if speculative.config.value(at: "disable_padded_drafter_batch")?.bool == true {
      return "disable_padded_drafter_batch"
    }
    return pipeline > 1 ? "pipeline parallelism" : nil
  }
}

extension SpeculativeFlags {
  /// Whether the draft runs on the model's own hidden states.
  ///
  /// Source: `EagleModelTypes`, config/speculative.py: eagle, eagle3, every `mtp` method and dflash.
  var isEagle: Bool {
    guard let method else { return false }
    return method == "mtp" || method.hasSuffix("_mtp")
      || ["eagle", "eagle3", "extract_hidden_states", "dflash"].contains(method)
  }
}
