extension EngineRelease {
  /// 0.26.0 down to 0.20.0.
  static let since20 = [
    Step("0.26.0") {
      $0.budget.subtraction = .nonKVIncrease
      $0.cache.mergesBuckets = false
      $0.cache.concurrency = .blocksOverMemory
      $0.runner.v2Architectures.drop("KimiK3ForConditionalGeneration")
      $0.vocabulary.attentionBackends.drop("CUTLASS_MSA TRITON_MSA")
      $0.vocabulary.lack(
        """
        --cohere-format --cohere-is-reasoning-model --enable-fault-tolerance --fault-tolerance-config
        --kda-prefill-backend --mamba-ssu-algorithm --mm-hasher-algorithm --replayssm-buffer-len --use-replayssm
        --video-pruning-method
        """, until: "0.27.0")
      $0.vocabulary.alsoAccepts += ["--max-long-partial-prefills", "--max-num-partial-prefills"]
    },
    Step("0.25.1") {
      $0.cache.inFlight = .oneBatch
      $0.cache.hybridPrefixCaching = false
      $0.runner.v2Architectures = ["DeepseekV2ForCausalLM", "Qwen2MoeForCausalLM", "GraniteMoeForCausalLM"]
      $0.vocabulary.quantizationMethods.drop("nvfp4_per_token")
      $0.vocabulary.lack(
        "--enable-moe-shared-loras --max-num-scheduled-tokens --prefix-match-unit", until: "0.26.0")
    },
    Step("0.25.0"),
    Step("0.24.0") {
      $0.budget.reservesMultimodalIPC = false
      $0.runner.v2 = .named
      $0.runner.v2Architectures = [
        "Qwen3ForCausalLM", "DeepseekV2ForCausalLM", "Qwen2MoeForCausalLM", "GraniteMoeForCausalLM",
        "LlamaForCausalLM", "MistralForCausalLM",
      ]
      $0.runner.v2SpeculativeMethods = ["eagle", "eagle3", "mtp", "dflash"]
      $0.vocabulary.drop([.int4PerTokenHead])
      $0.vocabulary.attentionBackends.drop("FLASH_ATTN_MLA_SPARSE HPC_ATTN")
      $0.vocabulary.lack(
        "--enable-per-request-metrics --jit-monitor-mode --mm-ipc-gpu-memory-gb --model-class-overrides",
        until: "0.25.0")
    },
    Step("0.23.0") {
      $0.cache.padsUnevenPages = false
      $0.runner.v2 = .namedDense
      $0.runner.v2Architectures = ["LlamaForCausalLM", "MistralForCausalLM", "Qwen3ForCausalLM"]
      $0.runner.v2SpeculativeMethods = ["eagle", "eagle3", "mtp"]
      $0.vocabulary.quantizationMethods.drop("auto_awq fp8_per_channel")
      $0.vocabulary.quantizationMethods.append("gguf")
      $0.vocabulary.attentionBackends.drop("FLASHINFER_MLA_SPARSE_SM120 MINIMAX_M3_SPARSE TRITON_ATTN_DIFFKV")
      $0.vocabulary.lack(
        "--device-ids --diffusion-config --jit-monitor-verbose --prefill-schedule-interval --watermark",
        until: "0.24.0")
    },
    Step("0.22.1") {
      $0.cudagraphEstimate.includesEncoderGraphs = false
      $0.runner.v2Architectures = ["Qwen3ForCausalLM"]
      $0.vocabulary.quantizationMethods.append("cpu_awq")
      $0.vocabulary.attentionBackends.drop(
        "FLASHINFER_MLA_SPARSE_DSV4 FLASHMLA_SPARSE_DSV4 ROCM_FLASHMLA_SPARSE_DSV4")
    },
    Step("0.22.0"),
    Step("0.21.0") {
      $0.batch.holdsLargestItem = false
      $0.runner.v2 = .optIn
      $0.runner.v2Architectures = []
      $0.vocabulary.quantizationMethods.drop("auto_gptq")
      $0.vocabulary.lack(
        """
        --cpu-distributed-timeout-seconds --data-parallel-multi-port-external-lb --data-parallel-supervisor-port
        --dp-supervisor-probe-failure-threshold --dp-supervisor-probe-interval-s --dp-supervisor-probe-timeout-s
        --enable-cumem-allocator --enable-mixed-moe-lora-format --linear-backend --quantization-config --spec-method
        --spec-model --spec-tokens --use-fp64-gumbel
        """, until: "0.22.0")
    },
    Step("0.20.2") {
      $0.vocabulary.attentionBackends.drop("TOKENSPEED_MLA")
      $0.vocabulary.attentionBackends.append("TREE_ATTN")
      $0.vocabulary.lack(
        """
        --fingerprint-mode --fingerprint-value --mm-encoder-attn-dtype --mm-encoder-fp8-scale-path
        --mm-encoder-fp8-scale-save-margin --mm-encoder-fp8-scale-save-path --safetensors-prefetch-block-size
        --safetensors-prefetch-num-threads
        """, until: "0.21.0")
    },
    Step("0.20.1"),
    Step("0.20.0") {
      $0.cache.printedTokens = .blocksOverGroups
      $0.cache.overrideDrivesFitCheck = false
      $0.captureSizes.includesBatchedTokens = false
    },
  ]
}
