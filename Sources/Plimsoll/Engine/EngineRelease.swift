/// One release of vLLM: every way in which releases differ for memory is a value here, so that a release is a row.
///
/// Rows are plain: enumerations with raw values, numbers, and arrays of them.
public struct EngineRelease: Hashable, Sendable {
  /// `0.33.0`.
  public var name: String
  /// Whether it has a row of its own, or takes another's.
  public var standing = Standing.modelled
  public var budget: BudgetRule
  public var cudagraphEstimate: CUDAGraphEstimateRule
  public var cache: CacheRule
  public var batch: BatchRule
  public var captureSizes: CaptureSizeRule
  public var length: LengthRule
  public var runner: RunnerRule
  public var vocabulary: FlagVocabulary
  /// The fitted part of the memory terms.
  public var terms: MeasuredTerms
  /// What the dummy run asks for where attention is sparse.
  public var profile = ProfileRule()
  /// Whether tables of image positions are four times the length for every class, as through 0.31
  /// (`rotary_embedding/mrope.py`).
  public var widensImagePositions = false
  /// Whether constants that bitsandbytes quantizes once more are kept so, as through 0.9.1
  /// (`model_loader/bitsandbytes_loader.py`).
  public var keepsDoubleQuantization = false
  /// Whether slots for adapters are made for a head that is the embedding's module by a second name, as through 0.27
  /// (``LoRASlots/wrapsHeadTwice``).
  public var wrapsHeadTwice = false
  /// How a running server tells what it does.
  public var metrics = MetricNames()
  /// The least blocks of 8-bit floats that those of experts are cut into where a rank's share is not whole ones, as since
  /// 0.30; nil where such a share is refused (`refine_fp8_moe_block_shape`, fused_moe/oracle/fp8.py).
  public var leastExpertBlock: Int? = 32

  public init(
    name: String, budget: BudgetRule, cudagraphEstimate: CUDAGraphEstimateRule, cache: CacheRule, batch: BatchRule,
    captureSizes: CaptureSizeRule, length: LengthRule, runner: RunnerRule, vocabulary: FlagVocabulary,
    terms: MeasuredTerms
  ) {
    self.name = name
    self.budget = budget
    self.cudagraphEstimate = cudagraphEstimate
    self.cache = cache
    self.batch = batch
    self.captureSizes = captureSizes
    self.length = length
    self.runner = runner
    self.vocabulary = vocabulary
    self.terms = terms
  }
}

/// How a release asks for memory and what it takes off it.
///
/// Source: v1/worker/utils.py `request_memory`, v1/worker/gpu_worker.py `determine_available_memory`.
public struct BudgetRule: Hashable, Sendable {
  public var subtraction: Subtraction
  public var defaultGPUMemoryUtilization: Double
  /// Whether `total × utilization` is rounded up to whole bytes, as since 0.14, or kept as it is.
  public var requestedRoundsUp: Bool
  /// Whether starting with less free memory than requested is an error, as since 0.9.1.
  public var startupCheck: Bool
  /// Whether the communicators are made before the baseline, and so are not taken off the KV cache, as since 0.11.
  public var snapshotAfterCommunicators: Bool
  /// Whether the cuBLAS handles are made before the baseline, as since 0.33.
  public var snapshotAfterBLASHandles: Bool
  /// Whether the sampler is profiled with every parameter in use, as since 0.33.
  public var profilesFullSampler: Bool
  /// The largest block that the allocator splits while loading and profiling, as since 0.31.
  public var allocatorMaxSplit: Bytes?
  /// Whether memory held for multimodal tensors is taken off the KV cache, as since 0.25.0.
  public var reservesMultimodalIPC: Bool
  /// What the printed suggestion for `--kv-cache-memory-bytes` leaves free.
  public var suggestionMargin: Bytes

  /// What is taken off the requested memory.
  public enum Subtraction: String, CaseIterable, Hashable, Sendable {
    /// Everything on the device at the profile's peak, other processes included: 0.8.5.
    case peakOfDevice
    /// Weights, peak growth and growth outside of PyTorch: 0.9 to 0.26.
    case nonKVIncrease
    /// What free memory fell by, and the transient peak: since 0.27.
    case consumed
  }

  public init(
    subtraction: Subtraction, defaultGPUMemoryUtilization: Double, requestedRoundsUp: Bool, startupCheck: Bool,
    snapshotAfterCommunicators: Bool, snapshotAfterBLASHandles: Bool, profilesFullSampler: Bool,
    allocatorMaxSplit: Bytes?, reservesMultimodalIPC: Bool, suggestionMargin: Bytes
  ) {
    self.subtraction = subtraction
    self.defaultGPUMemoryUtilization = defaultGPUMemoryUtilization
    self.requestedRoundsUp = requestedRoundsUp
    self.startupCheck = startupCheck
    self.snapshotAfterCommunicators = snapshotAfterCommunicators
    self.snapshotAfterBLASHandles = snapshotAfterBLASHandles
    self.profilesFullSampler = profilesFullSampler
    self.allocatorMaxSplit = allocatorMaxSplit
    self.reservesMultimodalIPC = reservesMultimodalIPC
    self.suggestionMargin = suggestionMargin
  }
}

extension BudgetRule {
  /// `total × utilization` as the release requests it, in whole bytes.
  ///
  /// A release that keeps the fraction cuts it later, when it takes the rest off.
  public func requested(ofTotal total: Bytes, utilization: Double) -> Bytes {
    let product = Double(total.count) * utilization
    let whole = Int(product)
    return Bytes(requestedRoundsUp && Double(whole) < product ? whole + 1 : whole)
  }
}

/// Whether the memory of CUDA graphs is estimated and taken off the KV cache.
///
/// Source: `profile_cudagraph_memory` of v1/worker/gpu_model_runner.py and v1/worker/gpu/cudagraph_utils.py.
public struct CUDAGraphEstimateRule: Hashable, Sendable {
  /// Whether `VLLM_MEMORY_PROFILER_ESTIMATE_CUDAGRAPHS` is there, and on when unset; nil before 0.18.
  public var isOnByDefault: Bool?
  /// Whether the V2 runner measures graphs, as since 0.29; before, it estimates 0.
  public var v2RunnerEstimates: Bool
  /// Whether the encoder's graphs are in the estimate, as since 0.23.
  public var includesEncoderGraphs: Bool

  public init(isOnByDefault: Bool?, v2RunnerEstimates: Bool, includesEncoderGraphs: Bool) {
    self.isOnByDefault = isOnByDefault
    self.v2RunnerEstimates = v2RunnerEstimates
    self.includesEncoderGraphs = includesEncoderGraphs
  }
}
