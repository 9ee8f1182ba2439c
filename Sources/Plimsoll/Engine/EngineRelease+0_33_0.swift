extension EngineRelease {
  /// vLLM 0.33.0.
  // swift-format-ignore: AlwaysUseLowerCamelCase
  public static let v0_33_0 = EngineRelease(
    name: "0.33.0",
    budget: BudgetRule(
      subtraction: .consumed, defaultGPUMemoryUtilization: 0.92, requestedRoundsUp: true, startupCheck: true,
      snapshotAfterCommunicators: true, snapshotAfterBLASHandles: true, profilesFullSampler: true,
      allocatorMaxSplit: .mib(20), reservesMultimodalIPC: true, suggestionMargin: .mib(150)),
    cudagraphEstimate: CUDAGraphEstimateRule(
      isOnByDefault: true, v2RunnerEstimates: true, includesEncoderGraphs: true),
    cache: CacheRule(
      defaultBlockSize: 16, inFlight: .concurrentBatches, retainsDraftLookahead: true,
      groupSize: .init(3, over: 2), unifiesPageSizes: true, padsUnevenPages: true, mergesBuckets: true,
      reservesNullBlock: true, overrideDrivesFitCheck: true, checksEachWorker: true, needed: .sumOfGroups,
      concurrency: .blocksOverGroupBlocks, printedTokens: .concurrencyTimesLength,
      states: StateCacheRule(
        prefixes: .last, countsDrafts: true, checkpointing: [.mamba2, .gatedDeltaNet, .kimiDeltaAttention],
        alignsToCheckpoints: true, latentMultiple: 128),
      hybridPrefixCaching: true, chunkedLocalHybrid: true, floatMustMatchModel: true),
    batch: BatchRule(
      devices: [
        .init(minimumTotal: .gib(160), serveTokens: 16_384, llmTokens: 16_384, maxNumSeqs: 1_024),
        .init(
          minimumTotal: .gib(70), excludesA100: true, excludedCapabilities: [ComputeCapability(12, 1)],
          serveTokens: 8_192, llmTokens: 16_384, maxNumSeqs: 1_024),
        .init(minimumTotal: .zero, serveTokens: 2_048, llmTokens: 8_192, maxNumSeqs: 256),
      ],
      batchedExpertTokens: 256, batchedExpertBackends: ["deepep_low_latency", "nixl_ep"]),
    captureSizes: CaptureSizeRule(
      ceiling: 512, ceilings: [.init(major: 10, ceiling: 1_024)], boundedBySeqs: true, countsSpeculativeTokens: true,
      fineStep: 8, coarseFrom: 256, coarseStep: 16, includesBatchedTokens: true, includesDecodeSizes: true,
      modes: [.none, .piecewise, .fullAndPiecewise, .fullAndPiecewise]),
    length: LengthRule(
      unscaledRopeTypes: ["su", "longrope", "llama3", "yarn", "deepseek_yarn", "deepseek_llama_scaling"],
      yarnScalesOriginal: false, fallback: 2_048, hasAuto: true, draftShortens: true),
    runner: RunnerRule(
      v2: .unlessUnsupported, v2Architectures: [], v1SpeculativeMethods: ["suffix", "custom_class"],
      asyncByDefault: true),
    vocabulary: FlagVocabulary(
      kvCacheDTypes: KVCacheDType.allCases,
      quantizationMethods: [
        "awq", "auto_awq", "fp8", "fbgemm_fp8", "fp_quant", "modelopt", "modelopt_fp4", "modelopt_mxfp8",
        "modelopt_mixed", "auto_gptq", "gptq", "gptq_marlin", "awq_marlin", "humming", "compressed-tensors",
        "experts_int8", "quark", "moe_wna16", "torchao", "inc", "mxfp4", "gpt_oss_mxfp4", "deepseek_v4_fp8", "online",
        "fp8_per_tensor", "fp8_per_block", "fp8_per_channel", "int8_per_channel_weight_only", "nvfp4_per_token",
        "mxfp8",
      ],
      deprecatedQuantizationMethods: ["fbgemm_fp8", "fp_quant"],
      quantizationSupport: QuantizationSupport.ofRelease33,
      attentionBackends: [
        "FLASH_ATTN", "FLASH_ATTN_DIFFKV", "TRITON_ATTN", "TRITON_ATTN_DIFFKV", "TRITON_FLASH_ATTN", "ROCM_ATTN",
        "ROCM_SEGMENTED_ATTN", "ROCM_AITER_MLA", "ROCM_AITER_TRITON_MLA", "ROCM_AITER_FA", "ROCM_AITER_MLA_SPARSE",
        "XPU_MLA_SPARSE", "TORCH_SDPA", "FLASHINFER", "TRITON_FLASHINFER", "FLASHINFER_MLA", "TOKENSPEED_MLA",
        "FLASHINFER_MLA_SPARSE", "FLASHINFER_MLA_SPARSE_SM120", "FLASHINFER_MLA_SPARSE_SM90", "TRITON_MLA",
        "CUTLASS_MLA", "FLASHMLA", "FLASHMLA_SPARSE", "FLASHMLA_SPARSE_DSV4", "FLASHINFER_MLA_SPARSE_DSV4",
        "ROCM_FLASHMLA_SPARSE_DSV4", "FLASHMLA_SPARSE_DSV41", "FLASHINFER_MLA_SPARSE_DSV41",
        "ROCM_FLASHMLA_SPARSE_DSV41", "FLASHMLA_MEGA_ATTN_DSV41", "B12X", "FLASH_ATTN_MLA", "FLASH_ATTN_MLA_SPARSE",
        "FLASH_ATTN_MLA_SPARSE_FA4", "MINIMAX_M3_SPARSE", "CUTLASS_MSA", "TRITON_MSA", "STEP5_DSA", "NO_ATTENTION",
        "FLEX_ATTENTION", "HPC_ATTN", "ROCM_AITER_UNIFIED_ATTN", "CPU_ATTN", "CPU_MLA", "AMX_MLA", "TURBOQUANT",
        "ROCM_OCTAVE", "ULTRAQUANT", "CUSTOM",
      ],
      alsoAccepts: [], lacks: []),
    terms: .v0_33)
}
