extension EngineRelease {
  /// 0.19.1 down to 0.14.0.
  static let since14 = [
    Step("0.19.1") {
      $0.metrics.tellsWhyWaiting = false
      $0.budget.defaultGPUMemoryUtilization = 0.9
      $0.cudagraphEstimate.isOnByDefault = false
      $0.cache.states.latentMultiple = 64
      $0.cache.states.needsBlockForEachSequence = false
      $0.batch.batchedExpertTokens = nil
      $0.vocabulary.drop([
        .turboquantK8V4, .turboquant4BitNC, .turboquantK3V4NC, .turboquant3BitNC, .int8PerTokenHead, .fp8PerTokenHead,
        .nvfp4,
      ])
      $0.vocabulary.quantizationMethods.drop(
        """
        humming gpt_oss_mxfp4 deepseek_v4_fp8 online fp8_per_tensor fp8_per_block int8_per_channel_weight_only
        """)
      $0.vocabulary.quantizationMethods += ["petit_nvfp4", "tpu_int8"]
      $0.vocabulary.deprecatedQuantizationMethods += ["experts_int8", "petit_nvfp4", "tpu_int8"]
      $0.vocabulary.attentionBackends.drop("TURBOQUANT")
      $0.vocabulary.lack(
        """
        --enable-flash-late-interaction --enable-mamba-cache-stochastic-rounding --ir-op-priority --mamba-backend
        --mamba-cache-philox-rounds --numa-bind --numa-bind-cpus --numa-bind-nodes
        """, until: "0.20.0")
    },
    Step("0.19.0"),
    Step("0.18.1") {
      $0.profile.indexerLogits = .zero
      $0.cache.needed = .firstGroup
      $0.vocabulary.quantizationMethods.drop("mxfp8")
      $0.vocabulary.quantizationMethods.append("ptpc_fp8")
      $0.vocabulary.deprecatedQuantizationMethods.append("ptpc_fp8")
      $0.vocabulary.lack(
        """
        --kv-cache-dtype-skip-layers --lora-target-modules --mm-tensor-ipc --reasoning-config --renderer-num-workers
        --scheduler-reserve-full-isl
        """, until: "0.19.0")
      $0.vocabulary.alsoAccepts.append("--disable-frontend-multiprocessing")
    },
    Step("0.18.0"),
    Step("0.17.1") {
      $0.cudagraphEstimate.isOnByDefault = nil
      $0.cache.latentBlocks = LatentBlockRule(hopper: 64, blackwell: 64, blackwellOther: 128, sparse: 64)
      $0.cache.groupSize = .init(5, over: 4)
      $0.cache.states.wideHeadMultiple = 32
      $0.vocabulary.drop([.float16])
      $0.vocabulary.attentionBackends.drop("XPU_MLA_SPARSE")
      $0.vocabulary.lack(
        """
        --dcp-comm-backend --distributed-timeout-seconds --enable-ep-weight-filter --gdn-prefill-backend --grpc
        --shutdown-timeout
        """, until: "0.18.0")
      $0.vocabulary.alsoAccepts += ["--swap-space", "--use-gpu-for-pooling-score"]
    },
    Step("0.17.0"),
    Step("0.16.0") {
      // 0.17 masks with a kernel in place of sorting.
      $0.terms.keepsSamplerRows = false
      $0.cache.checksEachWorker = false
      $0.vocabulary.quantizationMethods.drop("modelopt_mixed")
      $0.vocabulary.attentionBackends.drop("FLASHINFER_MLA_SPARSE")
      $0.vocabulary.lack(
        """
        --cpu-offload-params --enable-elastic-ep --fail-on-environ-validation --language-model-only --moe-backend
        --offload-backend --offload-group-size --offload-num-in-group --offload-params --offload-prefetch-step
        --performance-mode
        """, until: "0.17.0")
      $0.vocabulary.alsoAccepts += ["--disable-log-requests", "--logits-processor-pattern"]
    },
    Step("0.15.1") {
      $0.cache.latentBlocks?.blackwell = 128
      $0.vocabulary.quantizationMethods.drop("modelopt_mxfp8")
      $0.vocabulary.quantizationMethods += [
        "deepspeedfp", "bitblas", "gptq_marlin_24", "gptq_bitblas", "hqq", "ipex", "auto-round", "rtn",
      ]
      $0.vocabulary.deprecatedQuantizationMethods += [
        "deepspeedfp", "bitblas", "gptq_marlin_24", "gptq_bitblas", "hqq", "ipex", "auto-round", "rtn",
      ]
    },
    Step("0.15.0"),
    Step("0.14.1") {
      $0.cache.states.prefixes = .everyBlock
      $0.cache.states.countsDrafts = false
      $0.vocabulary.lack(
        """
        --disable-access-log-for-endpoints --enable-flashinfer-autotune --kernel-config --mamba-cache-mode
        --mm-encoder-only --specialize-active-lora --ssl-ciphers --weight-transfer-config
        """, until: "0.16.0")
    },
    Step("0.14.0"),
  ]
}
