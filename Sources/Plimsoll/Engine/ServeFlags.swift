/// The flags of `vllm serve` that move memory, as written; nil or empty is "not given".
///
/// Names follow vLLM's (`--max-num-seqs` is `maxNumSeqs`). What vLLM makes of the ones not given is
/// `resolved(for:device:release:entryPoint:environment:)`; the table that reads and writes them is `descriptors`.
///
/// Source: `EngineArgs`, engine/arg_utils.py, release 0.33.0.
public struct ServeFlags: Hashable, Sendable {
  // Parallelism: counts of ranks.
  public var tensorParallelSize: Int?
  public var pipelineParallelSize: Int?
  public var dataParallelSize: Int?
  public var dataParallelSizeLocal: Int?
  public var prefillContextParallelSize: Int?
  public var decodeContextParallelSize: Int?
  /// Tokens that one context-parallel rank keeps in a row.
  public var cpKVCacheInterleaveSize: Int?
  public var dcpQReplicate: Bool?
  public var enableExpertParallel: Bool?
  public var distributedExecutorBackend: String?
  public var disableCustomAllReduce: Bool?
  public var enableBatchShardedSampling: Bool?
  public var all2allBackend: String?
  public var enableEPLB: Bool?
  public var eplbConfig: [JSONSetting] = []
  public var enableDBO: Bool?
  public var ubatchSize: Int?

  // The budget.
  /// The fraction of the device's memory that this instance may use.
  public var gpuMemoryUtilization: Double?
  /// The KV cache's size on each GPU; utilization and profile are then ignored.
  public var kvCacheMemoryBytes: Bytes?
  public var numGPUBlocksOverride: Int?
  public var enableSleepMode: Bool?
  public var enableCumemAllocator: Bool?
  public var sleepModeOffloadCudagraph: Bool?

  // The KV cache.
  /// Tokens in a block.
  public var blockSize: Int?
  public var kvCacheDType: KVCacheDType?
  /// Layer indices, or attention kinds such as `sliding_window`, kept at the model's dtype.
  public var kvCacheDTypeSkipLayers: [String] = []
  public var enablePrefixCaching: Bool?
  public var prefixMatchUnit: Int?
  public var prefixCacheRetentionInterval: Int?
  public var kvSharingFastPrefill: Bool?
  public var swaBoundedReplay: Bool?
  public var disableHybridKVCacheManager: Bool?
  public var disableSlidingWindow: Bool?
  /// GiB of host memory, summed over the tensor-parallel ranks.
  public var kvOffloadingSize: Double?
  public var kvOffloadingBackend: String?
  public var kvTransferConfig: [JSONSetting] = []
  public var attentionBackend: String?
  public var attentionConfig: [JSONSetting] = []
  /// The cache of state-space layers.
  public var state = StateCacheFlags()

  // The scheduler: tokens and sequences.
  public var maxModelLen: MaxModelLen?
  public var maxNumBatchedTokens: Int?
  public var maxNumScheduledTokens: Int?
  public var maxNumSeqs: Int?
  public var maxNumActiveSeqs: Int?
  public var enableChunkedPrefill: Bool?
  public var longPrefillTokenThreshold: Int?
  public var watermark: Double?
  public var schedulerReserveFullISL: Bool?
  public var asyncScheduling: Bool?
  public var performanceMode: PerformanceMode?
  public var disableChunkedMMInput: Bool?

  // The model.
  public var runner: RunnerOption?
  public var convert: String?
  public var dtype: ModelDType?
  public var quantization: String?
  public var quantizationConfig: [JSONSetting] = []
  public var allowDeprecatedQuantization: Bool?
  public var moeBackend: String?
  public var linearBackend: String?
  public var loadFormat: String?
  /// Values that replace those of config.json, as raw JSON under their paths.
  public var hfOverrides: [JSONSetting] = []

  // Compilation and CUDA graphs.
  public var enforceEager: Bool?
  public var cudagraphCaptureSizes: [Int]?
  public var maxCudagraphCaptureSize: Int?
  public var compilationConfig: [JSONSetting] = []
  public var optimizationLevel: Int?

  // Sampling and what it returns.
  public var maxLogprobs: Int?
  public var logprobsMode: String?
  public var logitsProcessors: [String] = []
  public var enableReturnRoutedExperts: Bool?
  public var returnSamplingMask: Bool?
  public var structuredOutputsConfig: [JSONSetting] = []
  public var enablePromptEmbeds: Bool?

  /// Flags of older releases, by name, which this table has no place for.
  public var retired: [String] = []

  public var multimodal = MultimodalFlags()
  public var lora = LoRAFlags()
  public var speculative = SpeculativeFlags()
  public var offload = OffloadFlags()

  public init() {}
}
