extension RuleContext {
  /// Numbers below or above what vLLM's configuration classes admit.
  func ranges() -> [RuleViolation] {
    var found = [RuleViolation]()
    for (flag, value, minimum, source) in Self.minima {
      guard let value = value(flags), value < minimum else { continue }
      let bound = minimum == 1 ? "greater than 0" : "greater than or equal to \(minimum)"
      found.append(
        RuleViolation(
          minimum == 1 ? .positive : .range, "\(flag) (\(value)) must be \(bound)", flags: [flag], source: source))
    }
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
    for (flag, value, source) in Self.amounts {
      guard let value = value(flags), !(value >= 0) else { continue }
      found.append(
        RuleViolation(.range, "\(flag) (\(value)) must be greater than or equal to 0", flags: [flag], source: source))
    }
    return found
  }

  /// Whole numbers and the least that each may be.
  private static let minima: [(String, @Sendable (ServeFlags) -> Int?, Int, String)] =
    [
      ("--tensor-parallel-size", { $0.tensorParallelSize }, 1, "config/parallel.py ParallelConfig"),
      ("--pipeline-parallel-size", { $0.pipelineParallelSize }, 1, "config/parallel.py ParallelConfig"),
      ("--data-parallel-size", { $0.dataParallelSize }, 1, "config/parallel.py ParallelConfig"),
      ("--prefill-context-parallel-size", { $0.prefillContextParallelSize }, 1, "config/parallel.py ParallelConfig"),
      ("--decode-context-parallel-size", { $0.decodeContextParallelSize }, 1, "config/parallel.py ParallelConfig"),
      ("--ubatch-size", { $0.ubatchSize }, 0, "config/parallel.py ParallelConfig"),
      ("--block-size", { $0.blockSize }, 1, "config/cache.py CacheConfig"),
      ("--num-gpu-blocks-override", { $0.numGPUBlocksOverride }, 1, "v1/core/kv_cache_planning.py"),
      ("--prefix-match-unit", { $0.prefixMatchUnit }, 1, "config/cache.py CacheConfig"),
      ("--prefix-cache-retention-interval", { $0.prefixCacheRetentionInterval }, 0, "config/cache.py CacheConfig"),
      ("--mamba-block-size", { $0.state.mambaBlockSize }, 1, "config/cache.py CacheConfig"),
      ("--replayssm-buffer-len", { $0.state.replaySSMBufferLen }, 1, "config/cache.py CacheConfig"),
      ("--max-num-batched-tokens", { $0.maxNumBatchedTokens }, 1, "config/scheduler.py SchedulerConfig"),
      ("--max-num-scheduled-tokens", { $0.maxNumScheduledTokens }, 1, "config/scheduler.py SchedulerConfig"),
      ("--max-num-seqs", { $0.maxNumSeqs }, 1, "config/scheduler.py SchedulerConfig"),
      ("--max-num-active-seqs", { $0.maxNumActiveSeqs }, 1, "config/scheduler.py SchedulerConfig"),
      ("--long-prefill-token-threshold", { $0.longPrefillTokenThreshold }, 0, "config/scheduler.py SchedulerConfig"),
      ("--max-cudagraph-capture-size", { $0.maxCudagraphCaptureSize }, 1, "config/vllm.py _set_cudagraph_sizes"),
      ("--offload-group-size", { $0.offload.offloadGroupSize }, 0, "config/offload.py PrefetchOffloadConfig"),
      ("--offload-num-in-group", { $0.offload.offloadNumInGroup }, 1, "config/offload.py PrefetchOffloadConfig"),
      ("--offload-prefetch-step", { $0.offload.offloadPrefetchStep }, 0, "config/offload.py PrefetchOffloadConfig"),
      ("--spec-tokens", { $0.speculative.specTokens }, 1, "config/speculative.py SpeculativeConfig"),
      ("--max-loras", { $0.lora.maxLoRAs }, 1, "config/lora.py LoRAConfig"),
      ("--max-lora-cls-labels", { $0.lora.maxLoRAClsLabels }, 1, "config/lora.py LoRAConfig"),
      ("--max-logprobs", { $0.maxLogprobs }, -1, "config/model.py ModelConfig"),
    ]

  /// Amounts that may not be negative.
  private static let amounts: [(String, @Sendable (ServeFlags) -> Double?, String)] =
    [
      ("--cpu-offload-gb", { $0.offload.cpuOffloadGB }, "config/offload.py UVAOffloadConfig"),
      ("--mm-ipc-gpu-memory-gb", { $0.multimodal.mmIPCGPUMemoryGB }, "config/multimodal.py MultiModalConfig"),
    ]

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
