extension RuleContext {
  /// Numbers below or above what vLLM's configuration classes admit.
  func ranges() -> [RuleViolation] {
    var found = [RuleViolation]()
    func hold(_ flag: String, _ value: Int?, _ minimum: Int, _ source: String) {
      guard let value, value < minimum else { return }
      let bound = minimum == 1 ? "greater than 0" : "greater than or equal to \(minimum)"
      found.append(
        RuleViolation(
          minimum == 1 ? .positive : .range, "\(flag) (\(value)) must be \(bound)", flags: [flag], source: source))
    }
    let parallel = "config/parallel.py ParallelConfig"
    let cache = "config/cache.py CacheConfig"
    let scheduler = "config/scheduler.py SchedulerConfig"
    let prefetch = "config/offload.py PrefetchOffloadConfig"
    hold("--tensor-parallel-size", flags.tensorParallelSize, 1, parallel)
    hold("--pipeline-parallel-size", flags.pipelineParallelSize, 1, parallel)
    hold("--data-parallel-size", flags.dataParallelSize, 1, parallel)
    hold("--prefill-context-parallel-size", flags.prefillContextParallelSize, 1, parallel)
    hold("--decode-context-parallel-size", flags.decodeContextParallelSize, 1, parallel)
    hold("--ubatch-size", flags.ubatchSize, 0, parallel)
    hold("--block-size", flags.blockSize, 1, cache)
    hold("--num-gpu-blocks-override", flags.numGPUBlocksOverride, 1, "v1/core/kv_cache_planning.py")
    hold("--prefix-match-unit", flags.prefixMatchUnit, 1, cache)
    hold("--prefix-cache-retention-interval", flags.prefixCacheRetentionInterval, 0, cache)
    hold("--mamba-block-size", flags.state.mambaBlockSize, 1, cache)
    hold("--replayssm-buffer-len", flags.state.replaySSMBufferLen, 1, cache)
    hold("--max-num-batched-tokens", flags.maxNumBatchedTokens, 1, scheduler)
    hold("--max-num-scheduled-tokens", flags.maxNumScheduledTokens, 1, scheduler)
    hold("--max-num-seqs", flags.maxNumSeqs, 1, scheduler)
    hold("--max-num-active-seqs", flags.maxNumActiveSeqs, 1, scheduler)
    hold("--long-prefill-token-threshold", flags.longPrefillTokenThreshold, 0, scheduler)
    hold("--max-cudagraph-capture-size", flags.maxCudagraphCaptureSize, 1, "config/vllm.py _set_cudagraph_sizes")
    hold("--offload-group-size", flags.offload.offloadGroupSize, 0, prefetch)
    hold("--offload-num-in-group", flags.offload.offloadNumInGroup, 1, prefetch)
    hold("--offload-prefetch-step", flags.offload.offloadPrefetchStep, 0, prefetch)
    hold("--spec-tokens", flags.speculative.specTokens, 1, "config/speculative.py SpeculativeConfig")
    hold("--max-loras", flags.lora.maxLoRAs, 1, "config/lora.py LoRAConfig")
    hold("--max-lora-cls-labels", flags.lora.maxLoRAClsLabels, 1, "config/lora.py LoRAConfig")
    hold("--max-logprobs", flags.maxLogprobs, -1, "config/model.py ModelConfig")
    if let bytes = flags.kvCacheMemoryBytes, bytes <= .zero {
      found.append(
        RuleViolation(
          .positive, "--kv-cache-memory-bytes (\(bytes.count)) leaves no memory for cache blocks",
          flags: ["--kv-cache-memory-bytes"], source: "v1/core/kv_cache_planning.py"))
    }
    if let utilization = flags.gpuMemoryUtilization, !(utilization > 0 && utilization <= 1) {
      found.append(
        RuleViolation(
          .range, "gpu_memory_utilization (\(utilization)) must be greater than 0 and less than or equal to 1",
          flags: ["--gpu-memory-utilization"], source: "config/cache.py CacheConfig"))
    }
    if let watermark = flags.watermark, !(watermark >= 0 && watermark < 1) {
      found.append(
        RuleViolation(
          .range, "watermark (\(watermark)) must be greater than or equal to 0 and less than 1", flags: ["--watermark"],
          source: "config/scheduler.py SchedulerConfig"))
    }
    if let rate = flags.multimodal.videoPruningRate, !(rate >= 0 && rate < 1) {
      found.append(
        RuleViolation(
          .range, "video_pruning_rate (\(rate)) must be greater than or equal to 0 and less than 1",
          flags: ["--video-pruning-rate"], source: "config/multimodal.py MultiModalConfig"))
    }
    func hold(_ flag: String, _ amount: Double?, _ source: String) {
      guard let amount, !(amount >= 0) else { return }
      found.append(
        RuleViolation(.range, "\(flag) (\(amount)) must be greater than or equal to 0", flags: [flag], source: source))
    }
    hold("--cpu-offload-gb", flags.offload.cpuOffloadGB, "config/offload.py UVAOffloadConfig")
    hold("--mm-ipc-gpu-memory-gb", flags.multimodal.mmIPCGPUMemoryGB, "config/multimodal.py MultiModalConfig")
    return found
  }

  /// Words that the release does not know, and flags that it does not have.
  func vocabularyRules() -> [RuleViolation] {
    var found = [RuleViolation]()
    let vocabulary = release.vocabulary
    if let dtype = flags.kvCacheDType, !vocabulary.kvCacheDTypes.contains(dtype) {
      found.append(
        unknown(
          .kvCacheDType, "kv_cache_dtype", dtype.rawValue, vocabulary.kvCacheDTypes.map(\.rawValue), "--kv-cache-dtype",
          "config/cache.py CacheConfig"))
    }
    if let method = flags.quantization {
      if !vocabulary.quantizationMethods.contains(method) {
        found.append(
          unknown(
            .quantization, "quantization method", method, vocabulary.quantizationMethods, "--quantization",
            "config/model.py _verify_quantization"))
      } else if vocabulary.deprecatedQuantizationMethods.contains(method), flags.allowDeprecatedQuantization != true {
        found.append(
          RuleViolation(
            .quantization,
            "the quantization method \(method) is deprecated; --allow-deprecated-quantization admits it",
            flags: ["--quantization", "--allow-deprecated-quantization"],
            source: "config/model.py _verify_quantization"))
      }
    }
    if let backend = flags.givenAttentionBackend, !vocabulary.attentionBackends.contains(backend) {
      found.append(
        unknown(
          .attentionBackend, "attention backend", backend, vocabulary.attentionBackends, "--attention-backend",
          "config/attention.py AttentionConfig"))
    }
    if let word = flags.compilationConfig.value(at: "cudagraph_mode")?.string, flags.cudagraphMode == nil {
      found.append(
        unknown(
          .captureSizes, "cudagraph_mode", word, CUDAGraphMode.allCases.map(\.rawValue), "--compilation-config",
          "config/compilation.py validate_cudagraph_mode_before"))
    }
    if flags.maxModelLen == .auto, !release.length.hasAuto {
      found.append(notInRelease("--max-model-len auto", since: "0.14.0"))
    }
    for later in vocabulary.lacks {
      guard case .flag(let descriptor, _, _, _)? = ServeFlags.match(later.name), descriptor.name == later.name,
        descriptor.isGiven(in: flags)
      else { continue }
      found.append(notInRelease(later.name, since: later.since))
    }
    return found
  }

  private func notInRelease(_ name: String, since: String) -> RuleViolation {
    RuleViolation(
      .notInRelease, "vLLM \(release.name) does not have \(name): it came with \(since)", flags: [name],
      source: "engine/arg_utils.py EngineArgs")
  }

  private func unknown(
    _ rule: RuleViolation.Rule, _ kind: String, _ word: String, _ choices: [String], _ flag: String, _ source: String
  ) -> RuleViolation {
    let nearest = NearestName.nearest(to: word, among: choices).first.map { ", the nearest is \($0)" } ?? ""
    return RuleViolation(
      rule, "vLLM \(release.name) has no \(kind) '\(word)'\(nearest)", flags: [flag], source: source)
  }
}
