extension ServeFlags {
  static let cacheDescriptors: [FlagDescriptor] = [
    FlagDescriptor(
      "--block-size", [], .integer { field(&$0.blockSize, $1) }, modelled: true,
      help: "How many tokens a KV cache block holds.",
      effect: "requests are rounded up to it; hybrid models may raise it to align their pages"),
    FlagDescriptor(
      "--kv-cache-dtype", [], .choice { field(&$0.kvCacheDType, $1) }, modelled: true,
      help: "The storage type of the KV cache.", effect: "sets the bytes of a KV element"),
    FlagDescriptor(
      "--kv-cache-dtype-skip-layers", [], .texts { field(&$0.kvCacheDTypeSkipLayers, $1) },
      help: "Layers whose KV cache stays at the model's dtype.",
      effect: "enlarges blocks and pads pages to fit both kinds"),
    FlagDescriptor(
      "--enable-prefix-caching", [], .pair { field(&$0.enablePrefixCaching, $1) }, modelled: true,
      help: "Keep the KV cache of prompts for requests that share them.",
      effect: "none for attention; state-space layers keep one or two more pages a request"),
    FlagDescriptor(
      "--prefix-match-unit", [], .integer { field(&$0.prefixMatchUnit, $1) }, allowsNone: true,
      help: "The token boundary at which a cached prefix can end.",
      effect: "every block size must be a multiple of it"),
    FlagDescriptor(
      "--prefix-cache-retention-interval", [], .integer { field(&$0.prefixCacheRetentionInterval, $1) },
      allowsNone: true,
      help: "How often a window or state checkpoint is kept.", effect: "uses free blocks for checkpoints"),
    FlagDescriptor(
      "--mamba-cache-dtype", [], .choice { field(&$0.state.mambaCacheDType, $1) }, modelled: true,
      help: "The type of the state-space cache.",
      effect: "sets the bytes of the convolution state, and of the rest under auto"),
    FlagDescriptor(
      "--mamba-ssm-cache-dtype", [], .choice { field(&$0.state.mambaSSMCacheDType, $1) }, modelled: true,
      help: "The type of the recurrent state.", effect: "float32 doubles the state"),
    FlagDescriptor(
      "--mamba-block-size", [], .integer { field(&$0.state.mambaBlockSize, $1) }, allowsNone: true,
      help: "How many tokens a state page spans.", effect: "sets how often a state is kept"),
    FlagDescriptor(
      "--mamba-cache-mode", [], .textChoice({ field(&$0.state.mambaCacheMode, $1) }, ["align", "none", "all"]),
      allowsNone: true,
      help: "How states are kept for prefix caching.", effect: "none since 0.32: the mode follows prefix caching"),
    FlagDescriptor(
      "--use-replayssm", [], .pair { field(&$0.state.useReplaySSM, $1) },
      help: "Keep recent inputs instead of storing the state at each step.",
      effect: "adds rings to the state page and drops its speculative blocks"),
    FlagDescriptor(
      "--replayssm-buffer-len", [], .integer { field(&$0.state.replaySSMBufferLen, $1) },
      help: "How many inputs are kept for replaying.", effect: "sets the length of the rings"),
    FlagDescriptor(
      "--enable-mamba-cache-stochastic-rounding", [], .pair { field(&$0.state.enableMambaCacheStochasticRounding, $1) },
      help: "Round the recurrent state at random.", effect: "needs a float16 state"),
    FlagDescriptor(
      "--kv-sharing-fast-prefill", [], .pair { field(&$0.kvSharingFastPrefill, $1) },
      help: "Skip prefill work in layers that share another's KV cache.", effect: "metadata only"),
    FlagDescriptor(
      "--swa-bounded-replay", [], .pair { field(&$0.swaBoundedReplay, $1) },
      help: "Rebuild a window after a prefix hit instead of keeping it.",
      effect: "keeps window layers out of prefix caching"),
    FlagDescriptor(
      "--disable-hybrid-kv-cache-manager", [], .pair { field(&$0.disableHybridKVCacheManager, $1) }, modelled: true,
      help: "Give every layer the same KV cache.", effect: "window and chunked layers take their full length"),
    FlagDescriptor(
      "--disable-sliding-window", [], .pair { field(&$0.disableSlidingWindow, $1) }, modelled: true,
      help: "Run without the sliding window, at most at its length.", effect: "caps the model length at the window"),
    FlagDescriptor(
      "--kv-offloading-size", [], .number { field(&$0.kvOffloadingSize, $1) }, modelled: true, allowsNone: true,
      help: "GiB of host memory for KV cache blocks, over all tensor-parallel ranks.",
      effect: "host memory; the GPU's stays"),
    FlagDescriptor(
      "--kv-offloading-backend", [], .textChoice({ field(&$0.kvOffloadingBackend, $1) }, ["native", "lmcache"]),
      modelled: true,
      help: "What moves KV cache blocks to host memory.", effect: "chooses a connector"),
    FlagDescriptor(
      "--kv-transfer-config", [], .json { field(&$0.kvTransferConfig, $1) }, modelled: true, allowsNone: true,
      help: "The connector that moves KV cache between engines.",
      effect: "connector buffers; may switch off the hybrid manager or full graphs"),
    FlagDescriptor(
      "--attention-backend", [], .text { field(&$0.attentionBackend, $1) }, modelled: true, allowsNone: true,
      help: "The attention kernels.", effect: "decides block sizes, KV packing and workspaces"),
    FlagDescriptor(
      "--attention-config", ["-ac"], .json { field(&$0.attentionConfig, $1) },
      help: "Settings of the attention kernels.", effect: "workspaces and the index cache of sparse attention"),
  ]

  static let schedulerDescriptors: [FlagDescriptor] = [
    FlagDescriptor(
      "--max-model-len", [], .maxModelLen { field(&$0.maxModelLen, $1) }, modelled: true,
      help: "The longest a request may get, prompt and output together; auto takes what fits.",
      effect: "one request of this length must fit in the KV cache"),
    FlagDescriptor(
      "--max-num-batched-tokens", [], .readableInteger { field(&$0.maxNumBatchedTokens, $1) }, modelled: true,
      help: "The most tokens in one step.",
      effect: "the profiled batch: activations, workspaces, encoder budget and what windows reserve"),
    FlagDescriptor(
      "--max-num-scheduled-tokens", [], .readableInteger { field(&$0.maxNumScheduledTokens, $1) },
      help: "The most tokens that the scheduler puts in a step.", effect: "none; below --max-num-batched-tokens"),
    FlagDescriptor(
      "--max-num-seqs", [], .integer { field(&$0.maxNumSeqs, $1) }, modelled: true,
      help: "The most sequences in one step.", effect: "logits, sampler and penalty rows, block tables, capture sizes"),
    FlagDescriptor(
      "--max-num-active-seqs", [], .integer { field(&$0.maxNumActiveSeqs, $1) }, allowsNone: true,
      help: "The most requests that run at once.", effect: "none; at most --max-num-seqs"),
    FlagDescriptor(
      "--enable-chunked-prefill", [], .pair { field(&$0.enableChunkedPrefill, $1) }, modelled: true,
      help: "Cut long prompts over several steps.", effect: "off: a step must hold a whole request"),
    FlagDescriptor(
      "--long-prefill-token-threshold", [], .integer { field(&$0.longPrefillTokenThreshold, $1) },
      help: "The prompt length from which chunks are capped.", effect: "none"),
    FlagDescriptor(
      "--watermark", [], .number { field(&$0.watermark, $1) },
      help: "The fraction of blocks kept free when requests are admitted.", effect: "lowers the usable concurrency"),
    FlagDescriptor(
      "--scheduler-reserve-full-isl", [], .pair { field(&$0.schedulerReserveFullISL, $1) },
      help: "Admit a request only if its whole prompt fits.", effect: "none at start"),
    FlagDescriptor(
      "--async-scheduling", [], .pair { field(&$0.asyncScheduling, $1) }, modelled: true,
      help: "Schedule a step while the one before runs.",
      effect: "one more batch in flight, which windows reserve for"),
    FlagDescriptor(
      "--performance-mode", [], .choice { field(&$0.performanceMode, $1) }, modelled: true,
      help: "What the defaults favour.",
      effect: "throughput doubles default batch sizes; interactivity captures sizes 1 to 32"),
    FlagDescriptor(
      "--disable-chunked-mm-input", [], .pair { field(&$0.disableChunkedMMInput, $1) },
      help: "Keep each multimodal item in one step.", effect: "a step must hold the largest item"),
  ]
}
