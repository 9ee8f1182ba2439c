/// Default batch sizes by device and entry point.
///
/// Source: `EngineArgs.get_batch_defaults`, engine/arg_utils.py.
public struct BatchRule: Hashable, Sendable {
  /// The first row that the device meets holds; the last has no condition.
  public var devices: [DeviceDefaults]
  /// The default of batched tokens for low-latency expert back ends, as since 0.20; nil before.
  public var batchedExpertTokens: Int?
  /// The expert back ends that batch.
  public var batchedExpertBackends: [String]
  /// Whether the default of batched tokens is no more than all sequences at full length, as since 0.11.1.
  public var boundsTokensBySeqs = true
  /// Whether the default of sequences is no more than the batched tokens, as since 0.10.1.
  public var boundsSeqsByTokens = true
  /// Whether prompts that are not cut into chunks make max-model-len the default of batched tokens, as before 0.11.2;
  /// since, the larger of both.
  public var unchunkedIsLength = false
  /// Whether the default holds the largest item of a model whose images attend both ways, as since 0.22.
  public var holdsLargestItem = true

  /// The defaults of devices from some size on.
  public struct DeviceDefaults: Hashable, Sendable {
    /// The least memory by NVML.
    public var minimumTotal: Bytes
    public var excludesA100: Bool
    /// Compute capabilities left out, as major and minor: 12.1 is the GB10.
    public var excludedCapabilities: [ComputeCapability]
    /// Batched tokens for `vllm serve` and for `LLM()`.
    public var serveTokens: Int
    public var llmTokens: Int
    public var maxNumSeqs: Int

    public init(
      minimumTotal: Bytes, excludesA100: Bool = false, excludedCapabilities: [ComputeCapability] = [], serveTokens: Int,
      llmTokens: Int, maxNumSeqs: Int
    ) {
      self.minimumTotal = minimumTotal
      self.excludesA100 = excludesA100
      self.excludedCapabilities = excludedCapabilities
      self.serveTokens = serveTokens
      self.llmTokens = llmTokens
      self.maxNumSeqs = maxNumSeqs
    }

    func covers(_ device: DeviceTraits) -> Bool {
      device.nvmlTotal >= minimumTotal && !(excludesA100 && device.nameContainsA100)
        && !excludedCapabilities.contains { $0 == device.computeCapability }
    }
  }

  public init(devices: [DeviceDefaults], batchedExpertTokens: Int?, batchedExpertBackends: [String]) {
    self.devices = devices
    self.batchedExpertTokens = batchedExpertTokens
    self.batchedExpertBackends = batchedExpertBackends
  }
}

/// How the longest request is derived from config.json.
///
/// Source: `_get_and_verify_max_len`, config/model.py.
public struct LengthRule: Hashable, Sendable {
  /// The rope types whose factor does not lengthen the model.
  public var unscaledRopeTypes: [String]
  /// Whether yarn starts from its original length, as before 0.30.
  public var yarnScalesOriginal: Bool
  /// What a model that says nothing gets.
  public var fallback: Int
  /// Whether `auto` is a value of `--max-model-len`, as since 0.14.
  public var hasAuto: Bool
  /// Whether a longrope model's default is its original length, as since 0.11.1; before, the long one.
  public var longropeIsOriginal = true
  /// Whether a shorter draft model shortens the length under the V2 runner, as since 0.28.
  public var draftShortens: Bool

  public init(unscaledRopeTypes: [String], yarnScalesOriginal: Bool, fallback: Int, hasAuto: Bool, draftShortens: Bool)
  {
    self.unscaledRopeTypes = unscaledRopeTypes
    self.yarnScalesOriginal = yarnScalesOriginal
    self.fallback = fallback
    self.hasAuto = hasAuto
    self.draftShortens = draftShortens
  }
}

/// Which model runner a release takes, and whether it schedules ahead.
///
/// Source: `VllmConfig.use_v2_model_runner`, config/vllm.py.
public struct RunnerRule: Hashable, Sendable {
  public var v2: V2Rule
  /// The architectures that `v2` names, where it goes by them.
  public var v2Architectures: [String]
  /// Speculative methods that need the V1 runner.
  public var v1SpeculativeMethods: [String]
  /// The only speculative methods of the V2 runner, before 0.30; nil: all but those of V1.
  public var v2SpeculativeMethods: [String]?
  /// What runs on the V0 engine, which is not modelled; nil once it is gone, as since 0.11.
  public var v0: V0Rule?
  /// Whether a step is scheduled while the one before runs, unless something forbids it, as since 0.14.
  public var asyncByDefault: Bool

  /// Which models run on the V2 model runner.
  public enum V2Rule: String, CaseIterable, Hashable, Sendable {
    /// Only when `VLLM_USE_V2_MODEL_RUNNER` asks for it.
    case optIn
    /// Dense, unquantized models of the named architectures: 0.22, 0.23.
    case namedDense
    /// Models of the named architectures: 0.24.
    case named
    /// Dense models that are not hybrid, and the named architectures: 0.25 to 0.28.
    case denseAndNamed
    /// Every model, unless a feature is missing: since 0.29.
    case unlessUnsupported
  }

  public init(v2: V2Rule, v2Architectures: [String], v1SpeculativeMethods: [String], asyncByDefault: Bool) {
    self.v2 = v2
    self.v2Architectures = v2Architectures
    self.v1SpeculativeMethods = v1SpeculativeMethods
    self.asyncByDefault = asyncByDefault
  }
}

/// What a release's flags may say.
public struct FlagVocabulary: Hashable, Sendable {
  public var kvCacheDTypes: [KVCacheDType]
  public var quantizationMethods: [String]
  /// Methods that need `--allow-deprecated-quantization`.
  public var deprecatedQuantizationMethods: [String]
  /// GPU generations and types that methods need.
  public var quantizationSupport: [QuantizationSupport]
  public var attentionBackends: [String]
  /// Flags of other releases that this one takes too, such as `--swap-space` up to 0.17.
  public var alsoAccepts: [String]
  /// Flags of newer releases that this one does not have.
  public var lacks: [LaterFlag]

  /// A flag that came after a release.
  public struct LaterFlag: Hashable, Sendable {
    public var name: String
    /// The release that brought it, of those that have a row.
    public var since: String
  }

  public init(
    kvCacheDTypes: [KVCacheDType], quantizationMethods: [String], deprecatedQuantizationMethods: [String],
    quantizationSupport: [QuantizationSupport], attentionBackends: [String], alsoAccepts: [String], lacks: [LaterFlag]
  ) {
    self.quantizationSupport = quantizationSupport
    self.kvCacheDTypes = kvCacheDTypes
    self.quantizationMethods = quantizationMethods
    self.deprecatedQuantizationMethods = deprecatedQuantizationMethods
    self.attentionBackends = attentionBackends
    self.alsoAccepts = alsoAccepts
    self.lacks = lacks
  }
}

extension FlagVocabulary {
  /// Takes cache types out that came later.
  mutating func drop(_ dtypes: [KVCacheDType]) { kvCacheDTypes.removeAll { dtypes.contains($0) } }

  /// Notes flags, one a word, that came with a later release.
  mutating func lack(_ names: String, until release: String) {
    lacks += names.words.map { LaterFlag(name: $0, since: release) }
  }
}

extension [String] {
  /// Takes words out that came later.
  mutating func drop(_ words: String) {
    let later = words.words
    removeAll { later.contains($0) }
  }
}

extension String {
  /// The parts between blanks and line ends.
  var words: [String] {
    utf8.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\n") }.map { String(Substring($0)) }
  }
}
