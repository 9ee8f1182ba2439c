/// A rule of vLLM that flags break for a model: vLLM would refuse to start.
public struct RuleViolation: Hashable, Sendable {
  public var rule: Rule
  /// vLLM's reason, with its numbers.
  public var reason: String
  /// The flags that would have to change.
  public var flags: [String]
  /// The file and function of vLLM that refuses, release 0.33.0.
  public var source: String

  public init(_ rule: Rule, _ reason: String, flags: [String], source: String) {
    self.rule = rule
    self.reason = reason
    self.flags = flags
    self.source = source
  }

  /// The names of the rules, for scripts.
  public enum Rule: String, CaseIterable, Hashable, Sendable {
    case positive
    case range
    case headsDivisible = "heads-divisible"
    case kvHeadsDivisible = "kv-heads-divisible"
    case vocabularyDivisible = "vocabulary-divisible"
    case groupsDivisible = "groups-divisible"
    case encoderHeadsDivisible = "encoder-heads-divisible"
    case decodeContextParallel = "decode-context-parallel"
    case pipelineParallel = "pipeline-parallel"
    case dataParallel = "data-parallel"
    case expertParallel = "expert-parallel"
    case maxModelLen = "max-model-len"
    case batchedTokens = "batched-tokens"
    case activeSeqs = "active-seqs"
    case kvCacheDType = "kv-cache-dtype"
    case mambaCache = "mamba-cache"
    case quantization
    case attentionBackend = "attention-backend"
    case dtype
    case captureSizes = "capture-sizes"
    case speculative
    case lora
    case offload
    case modelRunner = "model-runner"
    case hybridManager = "hybrid-manager"
    case multimodal
    case exclusive
    case notInRelease = "not-in-release"
  }
}

/// What the rules look at: the flags, what vLLM makes of them, and what they are for.
struct RuleContext {
  var flags: ServeFlags
  var resolved: ResolvedFlags
  var model: FlagContext
  var device: DeviceTraits
  var release: EngineRelease
  var environment: EngineEnvironment
}

extension ServeFlags {
  /// The rules of vLLM that these flags break for a model; empty if vLLM would take them.
  ///
  /// Whether the memory suffices is no rule, nor is whether an attention backend can be found.
  public func violations(
    for model: FlagContext, device: DeviceTraits, release: EngineRelease, entryPoint: EntryPoint,
    environment: EngineEnvironment = EngineEnvironment()
  ) -> [RuleViolation] {
    let resolved = resolved(
      for: model, device: device, release: release, entryPoint: entryPoint, environment: environment)
    return violations(as: resolved, for: model, device: device, release: release, environment: environment)
  }

  /// The same where it is known what vLLM makes of the flags.
  func violations(
    as resolved: ResolvedFlags, for model: FlagContext, device: DeviceTraits, release: EngineRelease,
    environment: EngineEnvironment
  ) -> [RuleViolation] {
    let context = RuleContext(
      flags: self, resolved: resolved, model: model, device: device, release: release, environment: environment)
    return context.ranges() + context.deviceRules() + context.vocabularyRules() + context.parallelRules()
      + context.lengthRules() + context.batchRules() + context.cacheRules() + context.graphRules()
      + context.featureRules()
  }
}
