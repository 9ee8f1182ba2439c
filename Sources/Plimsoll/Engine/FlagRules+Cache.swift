extension RuleContext {
  /// The KV cache's type, its state pages and the types it must agree with.
  ///
  /// Source: config/vllm.py, config/cache.py.
  func cacheRules() -> [RuleViolation] {
    var found = [RuleViolation]()
    if let dtype = flags.kvCacheDType {
      let isFloat = dtype == .float16 || dtype == .bfloat16
      if release.cache.floatMustMatchModel, isFloat, dtype.rawValue != resolved.dtype.rawValue {
        found.append(
          RuleViolation(
            .kvCacheDType,
            "kv_cache_dtype \(dtype.rawValue) is incompatible with the model's dtype \(resolved.dtype.rawValue)",
            flags: ["--kv-cache-dtype", "--dtype"], source: "config/vllm.py _reject_mismatched_float_kv_cache"))
      }
      // Only the plain layouts: the _ds_mla ones are made for latent caches.
      let isPlainNVFP4 = dtype == .nvfp4 || dtype == .nvfp4FourOverSix
      if isPlainNVFP4, model.usesMLA, !resolved.mlaDisabled {
        found.append(
          RuleViolation(
            .kvCacheDType, "nvfp4 KV cache is not supported with MLA (multi-head latent attention)",
            flags: ["--kv-cache-dtype"], source: "config/vllm.py validate_nvfp4_kv_cache_with_mla"))
      }
    }
    if resolved.dtype == .float16, model.excludesFloat16 {
      found.append(
        RuleViolation(
          .dtype, "this model type does not support float16: numerical instability", flags: ["--dtype"],
          source: "config/model.py _check_valid_dtype"))
    }
    if let size = flags.state.mambaBlockSize, size != resolved.maxModelLen, !resolved.enablePrefixCaching {
      found.append(
        RuleViolation(
          .mambaCache, "--mamba-block-size can only be set with --enable-prefix-caching",
          flags: ["--mamba-block-size", "--enable-prefix-caching"], source: "config/vllm.py validate_mamba_block_size"))
    }
    if flags.state.enableMambaCacheStochasticRounding == true, flags.state.mambaSSMCacheDType != .float16 {
      found.append(
        RuleViolation(
          .mambaCache, "stochastic rounding for the Mamba cache requires --mamba-ssm-cache-dtype float16",
          flags: ["--mamba-ssm-cache-dtype", "--enable-mamba-cache-stochastic-rounding"],
          source: "config/vllm.py VllmConfig.__post_init__"))
    }
    if model.isHybrid, resolved.enablePrefixCaching {
      if !resolved.enableChunkedPrefill {
        found.append(
          RuleViolation(
            .mambaCache, "chunked prefill is required for Mamba prefix caching",
            flags: ["--enable-chunked-prefill", "--enable-prefix-caching"],
            source: "model_executor/models/config.py MambaModelConfig"))
      }
      if flags.disableChunkedMMInput == true {
        found.append(
          RuleViolation(
            .mambaCache, "chunked multimodal input is required for Mamba prefix caching",
            flags: ["--disable-chunked-mm-input", "--enable-prefix-caching"],
            source: "config/vllm.py validate_block_size"))
      }
    }
    if flags.disableHybridKVCacheManager == false,
      flags.needsHybridManagerOff(for: model, release: release, environment: environment)
    {
      found.append(
        RuleViolation(
          .hybridManager,
          "the hybrid KV cache manager was explicitly enabled but is not supported in this configuration",
          flags: ["--disable-hybrid-kv-cache-manager"], source: "config/vllm.py VllmConfig.__post_init__"))
    }
    if flags.kvSharingFastPrefill == true, flags.speculative.isEagle {
      found.append(
        RuleViolation(
          .speculative, "fast prefill for KV sharing is not compatible with EAGLE",
          flags: ["--kv-sharing-fast-prefill", "--speculative-config"],
          source: "config/vllm.py VllmConfig.__post_init__"))
    }
    return found
  }

  /// Capture sizes, graph modes and the runner that captures them.
  ///
  /// Source: config/vllm.py, engine/arg_utils.py.
  func graphRules() -> [RuleViolation] {
    var found = [RuleViolation]()
    found += [
      exclusive(
        flags.cudagraphCaptureSizes != nil, "--cudagraph-capture-sizes",
        flags.compilationConfig.value(at: "cudagraph_capture_sizes") != nil, "--compilation-config"),
      exclusive(
        flags.maxCudagraphCaptureSize != nil, "--max-cudagraph-capture-size",
        flags.compilationConfig.value(at: "max_cudagraph_capture_size") != nil, "--compilation-config"),
      exclusive(
        flags.attentionBackend != nil, "--attention-backend", flags.attentionConfig.value(at: "backend") != nil,
        "--attention-config"),
      exclusive(
        flags.speculative.specMethod != nil, "--spec-method", flags.speculative.config.value(at: "method") != nil,
        "--speculative-config"),
      exclusive(
        flags.speculative.specModel != nil, "--spec-model", flags.speculative.config.value(at: "model") != nil,
        "--speculative-config"),
      exclusive(
        flags.speculative.specTokens != nil, "--spec-tokens",
        flags.speculative.config.value(at: "num_speculative_tokens") != nil, "--speculative-config"),
    ].compactMap(\.self)
    if resolved.cudagraphMode != .none, let sizes = flags.givenCaptureSizes {
      let source = "config/vllm.py _set_cudagraph_sizes"
      if sizes.isEmpty {
        found.append(
          RuleViolation(
            .captureSizes, "cudagraph_capture_sizes should contain at least one element when using cuda graph",
            flags: ["--cudagraph-capture-sizes"], source: source))
      } else if let largest = flags.givenMaxCaptureSize, largest != resolved.maxCudagraphCaptureSize {
        found.append(
          RuleViolation(
            .captureSizes,
            "max_cudagraph_capture_size (\(largest)) should be consistent with the max value of "
              + "cudagraph_capture_sizes (\(resolved.maxCudagraphCaptureSize))",
            flags: ["--max-cudagraph-capture-size", "--cudagraph-capture-sizes"], source: source))
      }
    }
    if flags.languageModelOnly == true, flags.compilationConfig.value(at: "cudagraph_mm_encoder")?.bool == true {
      found.append(
        RuleViolation(
          .multimodal, "--language-model-only is incompatible with cudagraph_mm_encoder",
          flags: ["--language-model-only", "--compilation-config"], source: "config/vllm.py VllmConfig.__post_init__"))
    }
    return found + runnerRules()
  }

  private func exclusive(_ first: Bool, _ name: String, _ second: Bool, _ other: String) -> RuleViolation? {
    guard first, second else { return nil }
    return RuleViolation(
      .exclusive, "\(name) and the same setting in \(other) are mutually exclusive", flags: [name, other],
      source: "engine/arg_utils.py create_engine_config")
  }

  private func runnerRules() -> [RuleViolation] {
    var found = [RuleViolation]()
    if resolved.usesV2ModelRunner {
      let isForced = environment.useV2ModelRunner == true
      if let obstacle = flags.v2ModelRunnerObstacle(release: release, isForced: isForced) {
        found.append(
          RuleViolation(
            .modelRunner, "Model Runner V2 does not yet support \(obstacle)", flags: ["VLLM_USE_V2_MODEL_RUNNER"],
            source: "config/vllm.py _validate_v2_model_runner"))
      }
    } else {
      if resolved.prefillContextParallelSize > 1 {
        found.append(
          RuleViolation(
            .modelRunner, "Model Runner V1 does not support prefill context parallel",
            flags: ["--prefill-context-parallel-size"], source: "config/vllm.py _validate_v1_model_runner"))
      }
      if flags.asyncScheduling == true, let obstacle = flags.v1AsyncObstacle(pipeline: resolved.pipelineParallelSize) {
        found.append(
          RuleViolation(
            .modelRunner, "async scheduling is not supported by the V1 model runner with \(obstacle)",
            flags: ["--async-scheduling"], source: "config/vllm.py VllmConfig.__post_init__"))
      }
    }
    return found
  }
}
