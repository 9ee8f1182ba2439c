/// The GPU generations on which a release runs a quantization method, and the types it computes in.
public struct QuantizationSupport: Hashable, Sendable {
  public var method: QuantizationMethod
  /// The least compute capability.
  public var minimum: ComputeCapability
  /// The method computes in bfloat16 alone.
  public var needsBFloat16: Bool

  public init(_ method: QuantizationMethod, _ minimum: ComputeCapability, needsBFloat16: Bool = false) {
    self.method = method
    self.minimum = minimum
    self.needsBFloat16 = needsBFloat16
  }

  /// vLLM 0.33.0: `get_min_capability` and `get_supported_act_dtypes` of the classes under
  /// `model_executor/layers/quantization`. GPTQ's own is 6.0 and compressed-tensors' 7.0, but no kernel or scheme of
  /// theirs goes below 7.5 (`marlin_utils.py query_marlin_supported_quant_types`, `compressed_tensors/schemes`).
  static let ofRelease33: [QuantizationSupport] = [
    .init(.fp8, ComputeCapability(7, 5)), .init(.awq, ComputeCapability(7, 5)), .init(.gptq, ComputeCapability(7, 5)),
    .init(.compressedTensors, ComputeCapability(7, 5)), .init(.mxfp4, ComputeCapability(8, 0), needsBFloat16: true),
    .init(.modelopt, ComputeCapability(8, 0)), .init(.modeloptFP4, ComputeCapability(7, 5)),
    .init(.modeloptMXFP8, ComputeCapability(8, 0), needsBFloat16: true),
    .init(.modeloptMixed, ComputeCapability(7, 5)), .init(.fbgemmFP8, ComputeCapability(8, 0)),
    .init(.online, ComputeCapability(7, 5)),
  ]
}
