extension RuleContext {
  /// What the GPU's generation lacks: bfloat16 before 8.0, and a quantization method's kernels.
  ///
  /// Source: `check_if_supports_dtype`, platforms/cuda.py; `VllmConfig._get_quantization_config`, config/vllm.py.
  func deviceRules() -> [RuleViolation] {
    guard let capability = device.computeCapability else { return [] }
    var found: [RuleViolation] = []
    if resolved.dtype == .bfloat16, capability < ComputeCapability(8, 0) {
      found.append(
        RuleViolation(
          .dtype,
          "bfloat16 needs compute capability 8.0 at least, and this GPU has \(capability.text); --dtype half admits it",
          flags: ["--dtype"], source: "platforms/cuda.py check_if_supports_dtype"))
    }
    let method = model.quantization
    guard let support = release.vocabulary.quantizationSupport.first(where: { $0.method == method }) else {
      return found
    }
    if capability < support.minimum {
      found.append(
        RuleViolation(
          .quantization,
          "the quantization method \(method.rawValue) is not supported on this GPU: minimum compute capability "
            + "\(support.minimum.text), this one has \(capability.text)",
          flags: ["--quantization"], source: "config/vllm.py _get_quantization_config"))
    }
    if method == .online, flags.quantization == "fp8_per_channel", capability < ComputeCapability(8, 9) {
      found.append(
        RuleViolation(
          .quantization,
          "fp8_per_channel scales the inputs of each token, which weight-only kernels do not: it needs compute capability "
            + "8.9, and this GPU has \(capability.text)",
          flags: ["--quantization"], source: "layers/quantization/online/fp8.py Fp8PtpcOnlineLinearMethod"))
    }
    if support.needsBFloat16, resolved.dtype != .bfloat16 {
      found.append(
        RuleViolation(
          .dtype, "\(resolved.dtype.rawValue) is not supported for \(method.rawValue), which computes in bfloat16",
          flags: ["--dtype"], source: "config/vllm.py _get_quantization_config"))
    }
    return found
  }
}
