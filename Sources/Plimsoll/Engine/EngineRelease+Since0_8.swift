extension EngineRelease {
  /// 0.10.2 down to 0.8.5, as they are with the V1 engine.
  static let since8 = [
    Step("0.10.2") {
      $0.budget.snapshotAfterCommunicators = false
      $0.runner.v0 = V0Rule()
      $0.captureSizes.modes = [.none, .piecewise, .piecewise, .piecewise]
      $0.vocabulary.drop([.bfloat16])
      $0.vocabulary.lack(
        """
        --allowed-media-domains --dbo-decode-token-threshold --dbo-prefill-token-threshold --enable-dbo
        --expert-placement-strategy --mm-processor-cache-type --mm-shm-cache-max-object-size-mb --pooler-config
        --structured-outputs-config --trust-request-chat-template --video-pruning-rate
        """, until: "0.11.0")
      $0.vocabulary.alsoAccepts += [
        "--disable-async-output-proc", "--max-seq-len-to-capture", "--preemption-mode", "--scheduler-delay-factor",
      ]
    },
    Step("0.10.1.1") {
      $0.runner.v0?.takesOlderGPUs = true
      $0.runner.v0?.takesStates = true
      $0.runner.v0?.takesEncoderDecoders = true
      $0.vocabulary.attentionBackends.drop("FLASH_ATTN_MLA FLASHINFER_MLA")
      $0.vocabulary.quantizationMethods.drop("petit_nvfp4")
      $0.vocabulary.quantizationMethods += ["marlin", "qqq", "neuron_quant"]
      $0.vocabulary.lack(
        """
        --decode-context-parallel-size --eplb-config --io-processor-plugin --kv-cache-memory-bytes --log-error-stack
        --mm-encoder-tp-mode --safetensors-load-strategy
        """, until: "0.10.2")
      $0.vocabulary.alsoAccepts += ["--enable-prompt-adapter", "--override-neuron-config"]
    },
    Step("0.10.1"),
    Step("0.10.0") {
      $0.batch.boundsSeqsByTokens = false
      $0.runner.v0?.flags.append("--num-scheduler-steps")
      $0.vocabulary.quantizationMethods.drop("mxfp4")
      $0.vocabulary.quantizationMethods.append("aqlm")
      $0.vocabulary.lack(
        """
        --convert --enable-log-outputs --enable-log-requests --exclude-tools-when-tool-choice-none
        --h11-max-header-count --h11-max-incomplete-event-size --kv-sharing-fast-prefill --logits-processors
        --mamba-cache-dtype --mamba-ssm-cache-dtype --mm-processor-cache-gb --runner --skip-mm-profiling --tool-server
        --uds
        """, until: "0.10.1")
      $0.vocabulary.alsoAccepts += ["--multi-step-stream-outputs", "--num-scheduler-steps"]
    },
    Step("0.9.2") {
      $0.captureSizes.boundedBySeqs = false
      $0.cache.latentBlocks?.blackwell = 16
      $0.cache.latentBlocks?.blackwellOther = 16
      $0.runner.v0?.cachesOnBlackwell = false
      $0.runner.v0?.speculativeMethods = ["ngram", "medusa", "eagle", "eagle3", "mtp"]
      $0.runner.v0?.flags.append("--enable-prompt-adapter")
      $0.vocabulary.drop([.fp8Inc])
      $0.vocabulary.quantizationMethods.drop("inc")
      $0.vocabulary.lack(
        """
        --async-scheduling --data-parallel-hybrid-lb --default-mm-loras --enable-tokenizer-info-endpoint
        --interleave-mm-strings --logprobs-mode
        """, until: "0.10.0")
      $0.vocabulary.alsoAccepts += [
        "--device", "--enable-reasoning", "--expand-tools-even-if-tool-choice-none", "--long-lora-scaling-factors",
        "--max-prompt-adapter-token", "--max-prompt-adapters", "--prompt-adapters", "--qlora-adapter-name-or-path",
        "--tokenizer-pool-extra-config", "--tokenizer-pool-size", "--tokenizer-pool-type", "--use-v2-block-manager",
      ]
    },
    Step("0.9.1") {
      $0.cache.takesBlocksOverride = false
      $0.keepsDoubleQuantization = true
      $0.metrics.cacheUse = .olderCacheUse
      $0.runner.v0?.takesOtherDevices = true
      $0.runner.v0?.takesPooling = true
      $0.runner.v0?.takesFloat32 = true
      $0.vocabulary.quantizationMethods.drop("rtn")
      $0.vocabulary.lack(
        "--data-parallel-rank --enable-eplb --enable-force-include-usage --media-io-kwargs", until: "0.9.2")
    },
    Step("0.9.0.1") {
      $0.cache.takesBlocksOverride = true
      $0.cache.hasHybridManager = false
      $0.budget.startupCheck = false
      $0.runner.v0?.pipelineExecutors = ["ray", "mp", "external_launcher"]
      $0.vocabulary.attentionBackends.drop("CUTLASS_MLA FLEX_ATTENTION")
      $0.budget.subtraction = .peakOfDevice
      $0.cache.printedTokens = .blocks
      $0.cache.concurrency = .tokensOverLength
      $0.vocabulary.lack(
        "--api-server-count --data-parallel-backend --disable-hybrid-kv-cache-manager --log-config-file",
        until: "0.9.1")
    },
    Step("0.9.0"),
    Step("0.8.5") {
      $0.batch.devices[0].excludesA100 = false
      $0.runner.v0?.pipelineExecutors = ["ray"]
      $0.runner.v0?.speculativeMethods = []
      $0.vocabulary.quantizationMethods.drop("modelopt_fp4 auto-round")
      $0.vocabulary.quantizationMethods.append("nvfp4")
      $0.vocabulary.lack(
        """
        --data-parallel-address --data-parallel-rpc-port --data-parallel-size-local --data-parallel-start-rank
        --enable-prompt-embeds --headless --kv-events-config --pt-load-map-location
        """, until: "0.9.0")
    },
  ]
}
