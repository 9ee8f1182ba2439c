extension EngineRelease {
  /// 0.32.0 down to 0.27.0.
  static let since27 = [
    Step("0.32.0") {
      // 0.33 profiles the sampler of the V2 runner with every parameter in use.
      $0.budget.snapshotAfterBLASHandles = false
      $0.budget.profilesFullSampler = false
      $0.cache.floatMustMatchModel = false
      $0.cache.states.checkpointing = [.mamba2, .kimiDeltaAttention]
      $0.cache.states.alignsToCheckpoints = false
      $0.batch.devices[1].excludedCapabilities = []
      $0.vocabulary.drop([.octaveK3V4, .octaveK3V3, .octaveK3V3Compact])
      $0.vocabulary.attentionBackends.drop(
        "FLASH_ATTN_MLA_SPARSE_FA4 ROCM_FLASHMLA_SPARSE_DSV41 ROCM_OCTAVE STEP5_DSA")
      $0.vocabulary.lack("--monokernel --reasoning-effort-map --sleep-mode-backend --watchdog-config", until: "0.33.0")
      // The V2 runner could not draft in these ways yet (`_get_v2_model_runner_unsupported_features`).
      $0.runner.v1SpeculativeMethods = [
        "ngram", "ngram_gpu", "draft_model", "suffix", "medusa", "mlp_speculator", "custom_class",
      ]
    },
    Step("0.31.0") {
      $0.widensImagePositions = true
      $0.profile.longUnpackedRequests = 5
      $0.cache.states.prefixes = .lastUnlessAsked
      $0.cache.states.checkpointing = [.kimiDeltaAttention]
      $0.vocabulary.drop([.ultraquant4Bit])
      $0.vocabulary.attentionBackends.drop("ROCM_SEGMENTED_ATTN ULTRAQUANT")
      $0.vocabulary.lack(
        """
        --custom-histogram-buckets --enable-hc-sp --enable-shm-tensor-arena --grpc-port --sleep-mode-offload-cudagraph
        """, until: "0.32.0")
    },
    Step("0.30.0") {
      $0.budget.allocatorMaxSplit = nil
      // Only batches with drafted tokens were added to the list (`_set_cudagraph_sizes`).
      $0.captureSizes.includesSeqs = false
      $0.vocabulary.attentionBackends.drop("FLASHMLA_MEGA_ATTN_DSV41")
      $0.vocabulary.lack(
        """
        --anthropic-disabled-thinking-effort --aux-output-config --enable-mamba-shared-prefix-checkpoint --log-level
        --logging-config --long-prefill-token-threshold-adaptive --max-lora-cls-labels --max-num-active-seqs
        --sleep-preserve-parameter-names --swa-bounded-replay --tool-strict-level --trust-request-mm-kwargs
        """, until: "0.31.0")
    },
    Step("0.29.0") {
      $0.leastExpertBlock = nil
      $0.length.unscaledRopeTypes = ["su", "longrope", "llama3"]
      $0.length.yarnScalesOriginal = true
      $0.runner.v1SpeculativeMethods = []
      $0.runner.v2SpeculativeMethods = ["eagle", "eagle3", "mtp", "dflash", "dspark", "extract_hidden_states"]
      $0.vocabulary.drop([.nvfp4DSMLA])
      $0.vocabulary.attentionBackends.drop(
        """
        B12X FLASHINFER_MLA_SPARSE_DSV41 FLASHINFER_MLA_SPARSE_SM90 FLASHMLA_SPARSE_DSV41 TRITON_FLASHINFER
        TRITON_FLASH_ATTN
        """)
      $0.vocabulary.lack(
        """
        --dp-sync-interval --elastic-ep-max-dp-size --enable-nccl-comm-suspend --enable-scale-out --engram-config
        --kda-decode-backend --sparse-indexer-topk-backend --watermark-config
        """, until: "0.30.0")
    },
    Step("0.28.0") {
      $0.terms.profilesEncoderV2 = false
      $0.cudagraphEstimate.v2RunnerEstimates = false
      $0.cache.reservesNullBlock = false
      $0.cache.states.checkpointing = []
      $0.captureSizes.includesDecodeSizes = false
      $0.runner.v2 = .denseAndNamed
      $0.runner.v2Architectures = [
        "DeepseekV2ForCausalLM", "DeepseekV4ForCausalLM", "GraniteMoeForCausalLM", "InklingForCausalLM",
        "InklingForConditionalGeneration", "KimiK3ForConditionalGeneration", "LongcatFlashNgramForCausalLM",
        "Qwen2MoeForCausalLM",
      ]
      $0.runner.v2SpeculativeMethods = ["eagle", "eagle3", "mtp", "dflash", "dspark"]
      $0.vocabulary.attentionBackends.drop("AMX_MLA")
      $0.vocabulary.lack(
        """
        --dcp-q-replicate --enable-batch-sharded-sampling --enable-trace-replay --max-num-queued-reqs
        --max-num-queued-tokens --per-request-spec-decode-metrics --prefix-cache-retention-interval
        --sse-keep-alive-interval
        """, until: "0.29.0")
    },
    Step("0.27.1") {
      $0.wrapsHeadTwice = true
      // 0.28 leaves logits as they are where no request asks for more.
      $0.batch.devices.removeFirst()
      $0.cache.retainsDraftLookahead = false
      $0.cache.states.prefixes = .everyOrLast
      $0.cache.states.latentMultiple = 1
      $0.captureSizes.ceilings = []
      $0.length.draftShortens = false
      $0.runner.v2Architectures.drop("DeepseekV4ForCausalLM")
      $0.vocabulary.drop([.nvfp4FourOverSix])
      $0.vocabulary.quantizationMethods.append("bitsandbytes")
      $0.vocabulary.quantizationSupport.append(.init(.bitsandbytes, ComputeCapability(7, 0)))
      $0.vocabulary.attentionBackends.drop("CPU_MLA")
      $0.vocabulary.lack(
        "--ec-manager-config --mm-device-do-normalize --mm-processor-device --return-sampling-mask", until: "0.28.0")
      $0.vocabulary.alsoAccepts += ["--calculate-kv-scales", "--override-attention-dtype"]
    },
    Step("0.27.0"),
  ]
}
