extension EngineRelease {
  /// 0.13.0 down to 0.11.0, the first without the V0 engine.
  static let since11 = [
    Step("0.13.0") {
      $0.budget.requestedRoundsUp = false
      $0.cache.needed = .sumOfLayers
      $0.cache.chunkedLocalHybrid = false
      $0.length.hasAuto = false
      $0.runner.asyncByDefault = false
      $0.vocabulary.deprecatedQuantizationMethods = []
      $0.vocabulary.attentionBackends.drop("FLASH_ATTN_DIFFKV")
      $0.vocabulary.lack(
        """
        --allow-deprecated-quantization --default-chat-template-kwargs --enable-log-deltas
        --enable-logging-iteration-details --enable-mfu-metrics --enable-offline-docs --enable-return-routed-experts
        --enable-tower-connector-lora --ubatch-size
        """, until: "0.14.0")
    },
    Step("0.12.0") {
      $0.terms.keepsExpertWorkspace = false
      $0.profile.indexerReserves = false
      $0.terms.spreadsEncoderOutput = true
      $0.captureSizes.countsSpeculativeTokens = false
      $0.vocabulary.lack(
        """
        --attention-backend --attention-config --cudagraph-metrics --enable-layerwise-nvtx-tracing --profiler-config
        """, until: "0.13.0")
      $0.vocabulary.alsoAccepts += [
        "--cuda-graph-sizes", "--disable-mm-preprocessor-cache", "--enable-multimodal-encoder-data-parallel", "--task",
      ]
    },
    Step("0.11.2") {
      $0.cache.groupSize = nil
      $0.cache.unifiesPageSizes = false
      $0.vocabulary.quantizationMethods.drop("cpu_gptq cpu_awq")
      $0.vocabulary.attentionBackends.drop("ROCM_AITER_MLA_SPARSE ROCM_AITER_TRITON_MLA")
      $0.vocabulary.lack(
        """
        --cp-kv-cache-interleave-size --kv-cache-metrics --kv-cache-metrics-sample --optimization-level
        --prefill-context-parallel-size
        """, until: "0.12.0")
      $0.vocabulary.alsoAccepts += [
        "--eplb-log-balancedness", "--eplb-step-interval", "--eplb-window-size", "--guided-decoding-backend",
        "--guided-decoding-disable-additional-properties", "--guided-decoding-disable-any-whitespace",
        "--guided-decoding-disable-fallback", "--lora-extra-vocab-size", "--num-lookahead-slots",
        "--num-redundant-experts", "--override-pooler-config",
      ]
    },
    Step("0.11.1"),
    Step("0.11.0") {
      $0.cache.states.prefixes = .never
      $0.cache.states.latentMultiple = 16
      $0.cache.states.wideHeadMultiple = 1
      $0.batch.boundsTokensBySeqs = false
      $0.batch.unchunkedIsLength = true
      $0.captureSizes.coarseFrom = .max
      $0.captureSizes.separatesLoRA = false
      $0.length.longropeIsOriginal = false
      $0.vocabulary.drop([.fp8DSMLA])
      $0.vocabulary.quantizationMethods.drop("fp_quant")
      $0.vocabulary.attentionBackends.drop("CPU_ATTN CUSTOM FLASHMLA_SPARSE ROCM_AITER_UNIFIED_ATTN")
      $0.vocabulary.attentionBackends += ["DIFFERENTIAL_FLASH_ATTN", "DUAL_CHUNK_FLASH_ATTN", "ROCM_FLASH"]
      $0.vocabulary.lack(
        """
        --aggregate-engine-logging --all2all-backend --cudagraph-capture-sizes --data-parallel-external-lb
        --dcp-kv-cache-interleave-size --disable-nccl-for-dp-synchronization --ec-transfer-config --enable-mm-embeds
        --kv-offloading-backend --kv-offloading-size --mamba-block-size --master-addr --master-port
        --max-cudagraph-capture-size --mm-encoder-attn-backend --nnodes --node-rank --reasoning-parser-plugin
        --stream-interval --tokens-only
        """, until: "0.11.1")
      $0.vocabulary.alsoAccepts += ["--enable-lora-bias", "--rope-scaling", "--rope-theta"]
    },
  ]
}
