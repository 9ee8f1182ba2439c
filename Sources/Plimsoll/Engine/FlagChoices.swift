/// How vLLM is started, which decides its default batch sizes.
///
/// Source: `UsageContext`, usage/usage_lib.py.
public enum EntryPoint: String, CaseIterable, Hashable, Sendable {
  /// `vllm serve`, the OpenAI-compatible server.
  case serve
  /// The `LLM` class of Python code.
  case llm
}

/// `--max-model-len`: a number of tokens, or `auto` (`-1`), the longest that the memory admits.
public enum MaxModelLen: Hashable, Sendable {
  case tokens(Int)
  case auto
}

/// `--dtype`: the element type of weights and activations.
///
/// Source: `ModelDType`, config/model.py.
public enum ModelDType: String, CaseIterable, Hashable, Sendable {
  case auto, half, float16, bfloat16, float, float32
}

extension ModelDType {
  /// The name that PyTorch prints: `half` is float16, `float` is float32.
  public var canonical: ModelDType {
    switch self {
    case .half: .float16
    case .float: .float32
    case .auto, .float16, .bfloat16, .float32: self
    }
  }
}

/// `--performance-mode`.
///
/// Source: `PerformanceMode`, config/vllm.py.
public enum PerformanceMode: String, CaseIterable, Hashable, Sendable {
  case balanced
  /// Captures every batch size up to 32.
  case interactivity
  /// Doubles the batch sizes that were left to vLLM.
  case throughput
}

/// `--runner`: what the model is run for.
///
/// Source: `RunnerOption`, config/model.py.
public enum RunnerOption: String, CaseIterable, Hashable, Sendable {
  case auto, generate, pooling, draft
}

/// The element type of a state-space cache.
///
/// Source: `MambaDType`, config/cache.py.
public enum StateDType: String, CaseIterable, Hashable, Sendable {
  case auto, float32, float16, bfloat16

  /// The type that it names; nil for `auto`.
  public var dtype: DType? { DType(rawValue: rawValue) }
}

/// Which CUDA graphs are captured: one set, or one for decode steps and one for mixed steps.
///
/// Source: `CUDAGraphMode`, config/compilation.py.
public enum CUDAGraphMode: String, CaseIterable, Hashable, Sendable {
  case none = "NONE"
  case piecewise = "PIECEWISE"
  case full = "FULL"
  case fullDecodeOnly = "FULL_DECODE_ONLY"
  case fullAndPiecewise = "FULL_AND_PIECEWISE"

  /// Whether some steps are captured whole (`has_full_cudagraphs`).
  public var capturesFullGraphs: Bool { self != .none && self != .piecewise }
}

extension CUDAGraphMode {
  /// Whether whole batches are captured.
  public var hasFull: Bool { self == .full || self == .fullDecodeOnly || self == .fullAndPiecewise }
  /// Whether the parts between attention layers are captured.
  public var hasPiecewise: Bool { self == .piecewise || self == .fullAndPiecewise }

  /// What is left when the model is not compiled piecewise: `CUDAGraphMode.without_piecewise`.
  public var withoutPiecewise: CUDAGraphMode {
    switch self {
    case .piecewise: .none
    case .fullAndPiecewise: .fullDecodeOnly
    case .none, .full, .fullDecodeOnly: self
    }
  }
}

/// How the model is compiled.
///
/// Source: `CompilationMode`, config/compilation.py.
public enum CompilationMode: Int, CaseIterable, Hashable, Sendable {
  case none = 0
  case stockTorchCompile = 1
  case dynamoTraceOnce = 2
  case vllmCompile = 3
}

extension CompilationMode {
  /// The mode under its number or its name, as `-cc.mode=3` and `-cc.mode=VLLM_COMPILE` write it.
  public init?(written: String) {
    switch written.uppercased() {
    case "0", "NONE": self = .none
    case "1", "STOCK_TORCH_COMPILE": self = .stockTorchCompile
    case "2", "DYNAMO_TRACE_ONCE": self = .dynamoTraceOnce
    case "3", "VLLM_COMPILE": self = .vllmCompile
    default: return nil
    }
  }
}
