package import Plimsoll

/// Quantization methods that checkpoints name and vLLM does not serve by itself, or that are not modelled.
package enum UnservedQuantization {
  /// Methods that left vLLM for a plugin, and the release that lost them.
  private static let plugins = ["gguf": "0.24.0", "bitsandbytes": "0.28.0"]

  /// Methods of vLLM 0.33.0 that are not modelled (`layers/quantization/__init__.py QuantizationMethods`).
  private static let served = [
    "auto-round", "deepseek_v4_fp8", "experts_int8", "fp_quant", "humming", "inc", "moe_wna16", "online", "quark",
    "torchao",
  ]

  /// Why a release does not run a model in the form of a method that left vLLM; nil where it does.
  package static func problem(with shape: ModelShape, in release: EngineRelease) -> ModelConfigError? {
    let name = QuantizationMethod.bitsandbytes.rawValue
    guard !release.vocabulary.quantizationMethods.contains(name) else { return nil }
    let isOnline = shape.quantization == .online
    guard shape.quantization == .bitsandbytes || isOnline && shape.hasModules(stored: .lookedUp) else { return nil }
    return error(name)
  }

  /// Why a checkpoint of method `name` has no plan.
  static func error(_ name: String) -> ModelConfigError {
    if let release = plugins[name] { return .pluginQuantization(name, since: release) }
    let nearest = "fp8, mxfp4, mxfp8, awq, gptq, compressed-tensors, modelopt, fbgemm_fp8"
    guard served.contains(name) else { return .unknownQuantization(name, nearest: nearest) }
    return .unmodelled(part: "the quantization method", value: name, nearest: nearest)
  }
}

extension ModelShape {
  fileprivate func hasModules(stored scheme: WeightScheme) -> Bool {
    layers.contains { $0.modules.contains { $0.scheme == scheme } }
  }
}
