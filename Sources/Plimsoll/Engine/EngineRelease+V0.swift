/// What sends a deployment to the V0 engine, which is not modelled.
///
/// Source: `EngineArgs._is_v1_supported_oracle`, engine/arg_utils.py, 0.8.5 to 0.10.2.
public struct V0Rule: Hashable, Sendable {
  /// GPUs before compute capability 8.0: through 0.10.1.
  public var takesOlderGPUs = false
  /// Devices that are not NVIDIA's: through 0.9.0.
  public var takesOtherDevices = false
  /// Whether Blackwell takes quantized caches on V1, as since 0.10.0; before, Hopper alone.
  public var cachesOnBlackwell = true
  /// Models with states: through 0.10.1.
  public var takesStates = false
  /// Models with an encoder whose output is attended to: through 0.10.1.
  public var takesEncoderDecoders = false
  /// Pooling models: through 0.9.0.
  public var takesPooling = false
  /// float32: through 0.9.0.
  public var takesFloat32 = false
  /// The executors with which pipeline parallelism stays on V1; nil for any, as since 0.9.1.
  public var pipelineExecutors: [String]?
  /// The ways of drafting that stay on V1; nil for any, as since 0.10.0.
  public var speculativeMethods: [String]?
  /// Flags that only V0 has.
  public var flags = ["--disable-async-output-proc", "--logits-processor-pattern", "--preemption-mode"]

  public init() {}
}

extension Deployment {
  /// What of this deployment the release's V1 engine does not do, in words; nil where V1 runs it.
  func v0Reason(_ evaluation: Evaluation) -> String? {
    guard let rule = release.runner.v0, environment.useV1 != true else { return nil }
    if environment.useV1 == false { return "VLLM_USE_V1=0" }
    let (resolved, model) = (evaluation.flags, evaluation.context)
    if rule.takesOtherDevices, device.backend != .cuda { return "devices that are not NVIDIA's" }
    if rule.takesOlderGPUs, let capability = device.computeCapability, capability < ComputeCapability(8, 0) {
      return "GPUs before compute capability 8.0"
    }
    if rule.takesStates, model.isHybrid || model.isAttentionFree { return "models with states" }
    if rule.takesEncoderDecoders, model.isEncoderDecoder { return "models with an encoder" }
    if rule.takesPooling, resolved.isPooling { return "pooling models" }
    if rule.takesFloat32, resolved.dtype == .float32 { return "--dtype float32" }
    if let dtype = flags.kvCacheDType, dtype.isQuantized, !holds(dtype, rule) {
      return "--kv-cache-dtype \(dtype.rawValue) on this GPU"
    }
    if let executors = rule.pipelineExecutors, resolved.pipelineParallelSize > 1,
      !executors.contains(flags.distributedExecutorBackend ?? "")
    {
      return "pipeline parallelism without --distributed-executor-backend \(executors[0])"
    }
    if let methods = rule.speculativeMethods, flags.speculative.isEnabled,
      !methods.contains(flags.speculative.method ?? "")
    {
      return "speculative decoding with \(flags.speculative.method ?? "a draft model")"
    }
    return flags.retired.first { rule.flags.contains($0) }
  }

  private func holds(_ dtype: KVCacheDType, _ rule: V0Rule) -> Bool {
    switch device.computeCapability?.major {
    case nil, 9: true
    case 10: rule.cachesOnBlackwell
    default: false
    }
  }
}
