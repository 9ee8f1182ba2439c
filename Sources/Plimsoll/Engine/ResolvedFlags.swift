/// The flags as vLLM resolves them for a model on a device: nothing is left open that vLLM itself decides at start.
///
/// The block size is the one before attention backends and hybrid alignment have had their say.
public struct ResolvedFlags: Hashable, Sendable {
  public var entryPoint: EntryPoint

  public var tensorParallelSize: Int
  public var pipelineParallelSize: Int
  public var dataParallelSize: Int
  public var decodeContextParallelSize: Int
  public var prefillContextParallelSize: Int
  public var enableExpertParallel: Bool
  /// The layers of each stage, where the environment states them.
  public var ppLayerPartition: [Int]?
  /// Copies of experts beyond the model's own.
  public var numRedundantExperts: Int
  /// Tokens on their way to experts are shared out over TP ranks, where the model class does so.
  public var all2allSharesTokens: Bool
  /// The encoder is whole on every TP rank, where the model class knows it.
  public var encoderDataParallel: Bool

  public var gpuMemoryUtilization: Double
  public var kvCacheMemoryBytes: Bytes?
  public var numGPUBlocksOverride: Int?
  public var estimatesCUDAGraphs: Bool

  public var maxModelLen: Int
  /// Whether the length is the most that fits, at most `maxModelLen`.
  public var fitsMaxModelLen: Bool
  public var maxNumBatchedTokens: Int
  public var maxNumSeqs: Int
  public var maxNumActiveSeqs: Int
  public var enableChunkedPrefill: Bool
  public var enablePrefixCaching: Bool
  public var disableHybridKVCacheManager: Bool
  public var disableSlidingWindow: Bool
  public var asyncScheduling: Bool
  public var usesV2ModelRunner: Bool
  /// Steps that may be in flight at once.
  public var maxConcurrentBatches: Int
  /// Tokens that windows and chunks reserve for steps in flight.
  public var maxInFlightTokens: Int

  public var blockSize: Int
  /// Whether the block size was given, and so is not the backend's to choose.
  public var isBlockSizeGiven: Bool
  public var kvCacheDType: KVCacheDType
  public var mambaCacheDType: StateDType
  public var mambaSSMCacheDType: StateDType
  public var kvCacheDTypeSkipLayers: [String]
  public var attentionBackend: String?
  public var mlaDisabled: Bool
  public var kvCacheLayout: KVCacheLayoutName?

  public var dtype: DType
  public var quantization: String?
  public var isPooling: Bool

  public var enforceEager: Bool
  public var compilationMode: CompilationMode
  public var cudagraphMode: CUDAGraphMode
  /// Ascending; empty where nothing is captured.
  public var cudagraphCaptureSizes: [Int]
  public var optimizationLevel: Int
  public var performanceMode: PerformanceMode

  /// Slots of LoRA adapters; nil without LoRA.
  public var lora: LoRASlots?
  /// Graphs of each captured batch size: one without adapters, others with.
  public var capturesPerSize: Int
  /// What of the weights lies in host memory.
  public var offload: WeightOffload?
  /// The balancer of experts; nil without `--enable-eplb`.
  public var balancer: ExpertBalancer?
  /// Parts of a batch that have a workspace of their own: 2 with `--enable-dbo`, else `--ubatch-size`.
  public var microBatches: Int
  /// Tokens drafted a step; 0 without speculative decoding or where only the draft's configuration says.
  public var numSpeculativeTokens: Int
  public var languageModelOnly: Bool
  public var limitMMPerPrompt: [String: Int]
}

extension ResolvedFlags {
  /// The largest captured batch, 0 where nothing is captured.
  public var maxCudagraphCaptureSize: Int { cudagraphCaptureSizes.last ?? 0 }

  /// How many sizes are captured whole: all, or where that is for decodes alone, those of at most all requests.
  public var numFullGraphs: Int {
    guard cudagraphMode.hasFull else { return 0 }
    if cudagraphMode == .full { return cudagraphCaptureSizes.count }
    let tokens = 1 + numSpeculativeTokens
    return cudagraphCaptureSizes.count { $0 >= tokens && $0 <= maxNumSeqs.saturatingProduct(tokens) }
  }

  /// How the deployment is spread over GPUs.
  public var parallelism: Parallelism {
    Parallelism(
      tensor: tensorParallelSize, pipeline: pipelineParallelSize, data: dataParallelSize,
      decodeContext: decodeContextParallelSize, prefillContext: prefillContextParallelSize,
      expertParallel: enableExpertParallel, layerPartition: ppLayerPartition, redundantExperts: numRedundantExperts,
      all2allSharesTokens: all2allSharesTokens, encoderDataParallel: encoderDataParallel)
  }

  /// Whether every multimodal input that the flags name is off.
  ///
  /// `--limit-mm-per-prompt` leaves a modality that it does not name at 999, so the caller that knows the model's
  /// modalities compares their names too.
  public func excludes(modalities: [String]) -> Bool {
    languageModelOnly || modalities.allSatisfy { limitMMPerPrompt[$0] == 0 }
  }
}
