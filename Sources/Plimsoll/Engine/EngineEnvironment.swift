/// The `VLLM_*` switches that move memory, as given; nil is "not set".
///
/// Source: envs.py, release 0.33.0.
public struct EngineEnvironment: Hashable, Sendable {
  /// `VLLM_MEMORY_PROFILER_ESTIMATE_CUDAGRAPHS`: take the estimated CUDA graphs off the KV cache.
  public var estimateCUDAGraphs: Bool?
  /// `VLLM_USE_V1`, of releases that have the V0 engine too.
  public var useV1: Bool?
  /// `VLLM_USE_V2_MODEL_RUNNER`.
  public var useV2ModelRunner: Bool?
  /// `VLLM_ENABLE_STARTUP_PLAN`: use the KV bytes measured by an earlier start.
  public var enableStartupPlan: Bool?
  /// `VLLM_FLASHINFER_WORKSPACE_BUFFER_SIZE`.
  public var flashInferWorkspace: Bytes?
  /// `VLLM_KV_CACHE_LAYOUT`: the physical order of the KV cache.
  public var kvCacheLayout: KVCacheLayoutName?
  /// `VLLM_PP_LAYER_PARTITION`: the layers of each pipeline stage.
  public var ppLayerPartition: [Int]?
  /// `VLLM_ALLOW_CHUNKED_LOCAL_ATTN_WITH_HYBRID_KV_CACHE`.
  public var allowChunkedLocalAttnWithHybridKVCache: Bool?
  /// `VLLM_SPARSE_INDEXER_MAX_LOGITS_MB`, in MiB.
  public var sparseIndexerMaxLogits: Bytes?
  /// `VLLM_DEEPEP_BUFFER_SIZE_MB`, in MiB.
  public var deepEPBuffer: Bytes?
  /// `VLLM_ALLREDUCE_USE_SYMM_MEM`.
  public var allReduceUseSymmMem: Bool?
  /// `VLLM_ALLREDUCE_USE_FLASHINFER`.
  public var allReduceUseFlashInfer: Bool?
  /// `VLLM_MLA_DISABLE`: run latent attention as plain attention.
  public var mlaDisable: Bool?
  /// `VLLM_ALLOW_LONG_MAX_MODEL_LEN`: admit lengths beyond the model's own.
  public var allowLongMaxModelLen: Bool?
  /// `VLLM_USE_BREAKABLE_CUDAGRAPH`.
  public var useBreakableCUDAGraph: Bool?
  /// `VLLM_DISABLE_COMPILE_CACHE`: each start compiles.
  public var disableCompileCache: Bool?

  public init() {}
}

/// A physical order of the KV cache's axes: layers, blocks, heads, tokens, content.
///
/// Source: `KVCacheLayout`, v1/kv_cache_layout.py; `NHD` and `HND` are older names for two of them.
public enum KVCacheLayoutName: String, CaseIterable, Hashable, Sendable {
  case lbnhc = "LBNHC"
  case lbhnc = "LBHNC"
  case lhbnc = "LHBNC"
  case blhnc = "BLHNC"
  case blnhc = "BLNHC"
  case bhlnc = "BHLNC"

  /// Reads a layout by its name or by an older name.
  public init?(written: String) {
    switch written {
    case "NHD": self = .lbnhc
    case "HND": self = .lbhnc
    default: self.init(rawValue: written)
    }
  }
}

extension EngineEnvironment {
  /// The switches of `NAME=VALUE` pairs; names that are not among them are left alone.
  ///
  /// - Throws: `FlagError` for a pair without `=`, or a value that vLLM could not read.
  public init(pairs: [String]) throws(FlagError) {
    self.init()
    for pair in pairs { try apply(pair) }
  }

  /// Reads one `NAME=VALUE` pair; false if the name moves no memory.
  @discardableResult
  public mutating func apply(_ pair: String) throws(FlagError) -> Bool {
    guard let equals = pair.firstIndex(of: "="), equals != pair.startIndex else { throw .notAPair(value: pair) }
    let name = String(pair[..<equals])
    let value = String(pair[pair.index(after: equals)...])
    switch name {
    case "VLLM_MEMORY_PROFILER_ESTIMATE_CUDAGRAPHS": estimateCUDAGraphs = try Self.bit(value, name)
    case "VLLM_USE_V1": useV1 = try Self.bit(value, name)
    case "VLLM_USE_V2_MODEL_RUNNER": useV2ModelRunner = try Self.bit(value, name)
    case "VLLM_ENABLE_STARTUP_PLAN": enableStartupPlan = try Self.bit(value, name)
    case "VLLM_FLASHINFER_WORKSPACE_BUFFER_SIZE": flashInferWorkspace = Bytes(try Self.integer(value, name))
    case "VLLM_KV_CACHE_LAYOUT": kvCacheLayout = try Self.layout(value, name)
    case "VLLM_PP_LAYER_PARTITION": ppLayerPartition = try Self.list(value, name)
    case "VLLM_ALLOW_CHUNKED_LOCAL_ATTN_WITH_HYBRID_KV_CACHE":
      allowChunkedLocalAttnWithHybridKVCache = try Self.bit(value, name)
    case "VLLM_SPARSE_INDEXER_MAX_LOGITS_MB": sparseIndexerMaxLogits = try Self.mebibytes(value, name)
    case "VLLM_DEEPEP_BUFFER_SIZE_MB": deepEPBuffer = try Self.mebibytes(value, name)
    case "VLLM_ALLREDUCE_USE_SYMM_MEM": allReduceUseSymmMem = try Self.bit(value, name)
    case "VLLM_ALLREDUCE_USE_FLASHINFER": allReduceUseFlashInfer = try Self.bit(value, name)
    case "VLLM_MLA_DISABLE": mlaDisable = try Self.bit(value, name)
    case "VLLM_ALLOW_LONG_MAX_MODEL_LEN":
      // This one alone is compared with words: anything but 1 and true is off.
      allowLongMaxModelLen = ["1", "true"].contains(FlagNumber.trim(value).lowercased())
    case "VLLM_DISABLE_COMPILE_CACHE": disableCompileCache = try Self.bit(value, name)
    case "VLLM_USE_BREAKABLE_CUDAGRAPH": useBreakableCUDAGraph = value == "1"
    default: return false
    }
    return true
  }

  private static func integer(_ value: String, _ name: String) throws(FlagError) -> Int {
    guard let number = FlagNumber.integer(value) else { throw .notAnInteger(flag: name, value: value) }
    guard number.magnitude <= FlagBinding.largestSize.count else {
      throw .tooLarge(flag: name, value: value, largest: FlagBinding.largestSize.text)
    }
    return number
  }

  /// `bool(int(value))`.
  private static func bit(_ value: String, _ name: String) throws(FlagError) -> Bool {
    guard let number = FlagNumber.integer(value) else { throw .notASwitch(flag: name, value: value) }
    return number != 0
  }

  private static func mebibytes(_ value: String, _ name: String) throws(FlagError) -> Bytes {
    let number = try integer(value, name)
    guard number.magnitude < 1 << 40 else { throw .notAnInteger(flag: name, value: value) }
    return .mib(number)
  }

  private static func list(_ value: String, _ name: String) throws(FlagError) -> [Int] {
    var numbers = [Int]()
    for part in value.split(separator: ",", omittingEmptySubsequences: false) {
      numbers.append(try integer(String(part), name))
    }
    return numbers
  }

  private static func layout(_ value: String, _ name: String) throws(FlagError) -> KVCacheLayoutName {
    guard let layout = KVCacheLayoutName(written: value) else {
      let choices = KVCacheLayoutName.allCases.map(\.rawValue) + ["NHD", "HND"]
      let nearest = NearestName.nearest(to: value, among: choices).first
      throw .notAChoice(flag: name, value: value, choices: choices, nearest: nearest)
    }
    return layout
  }
}
