import Plimsoll

/// Ling and Ring (`bailing_moe.py`), Sarvam 30B on the same class (`sarvam.py`) and Param 2 (`param2moe.py`): layers route from `first_k_dense_replace` on, beside shared experts.
enum BailingFamily {
  /// Sarvam's config class has DeepSeek's names for the keys of this one.
  static func readSarvam(_ config: ModelConfig) throws(ModelConfigError) -> ModelShape {
    try read(
      config.renaming([
        "n_routed_experts": "num_experts", "n_shared_experts": "num_shared_experts",
        "attention_bias": "use_qkv_bias",
      ]))
  }

  /// Param 2: the shared network's width is stated for all its experts together.
  static func readParam2(_ config: ModelConfig) throws(ModelConfigError) -> ModelShape {
    try config.requireUnquantized()
    var decoder = try StandardDecoder(config)
    decoder.qkvBias = try config.bool("use_qkv_bias", default: false)
    decoder.outputBias = try config.bool("use_bias", default: false)
    if try config.bool("use_qk_norm", default: false) { decoder.qkNorm = .perHead }
    let width = try config.int("moe_intermediate_size", in: 1...1 << 24)
    let count = try config.int("num_shared_experts", in: 0...1 << 16, default: 1)
    let stated = try config.optionalInt("moe_shared_expert_intermediate_size", in: 1...1 << 24)
    try decoder.route(
      RoutedExperts(
        count: try config.int("num_experts", in: 1...1 << 16),
        perToken: try config.int("num_experts_per_tok", in: 1...1 << 16), intermediateSize: width,
        shared: count > 0 ? stated ?? count * width : 0,
        firstDense: try config.int("first_k_dense_replace", in: 0...4096, default: 1), routerDType: .float32,
        correctionBias: try config.bool("moe_router_enable_expert_bias", default: true)))
    return try decoder.shape()
  }

  static func read(_ config: ModelConfig) throws(ModelConfigError) -> ModelShape {
    try config.requireUnquantized()
    var decoder = try StandardDecoder(config)
    let size = decoder.size
    let bias = try config.bool("use_bias", default: false)
    decoder.outputBias = bias
    decoder.qkvBias = try config.bool("use_qkv_bias", default: false) || bias
    let hasQKNorm = try config.bool("use_qk_norm", default: false)
    let isRMS = try config.bool("use_rmsnorm", default: false)
    let count = try config.int("num_experts", in: 1...1 << 16)
    let perToken = try config.int("num_experts_per_tok", in: 1...1 << 16)
    let width = try config.int("moe_intermediate_size", in: 1...1 << 24)
    let sharedWidth = try config.int("moe_shared_expert_intermediate_size", in: 1...1 << 24, default: width)
    let shared = try config.int("num_shared_experts", in: 0...1 << 16) * sharedWidth
    let firstDense = try config.int("first_k_dense_replace", in: 0...4096)
    let isCorrected = try config.bool("moe_router_enable_expert_bias", default: false)
    let routerDType: DType
    switch try config.string("router_dtype", default: "") {
    case "": routerDType = config.dtype
    case "fp32": routerDType = .float32
    default: routerDType = .bfloat16
    }
    if let rotaryDim = try config.optionalInt("rotary_dim", in: 1...size.headSize) {
      decoder.rope.partialRotaryFactor = Double(rotaryDim) / Double(size.headSize)
    }
    decoder.buffers = [
      try decoder.rope.table(headSize: size.headSize, maxPosition: size.maxPosition, dtype: config.dtype)
    ]
    decoder.feedForward = { layer, index in
      if hasQKNorm {
        for name in ["query_layernorm", "key_layernorm"] {
          layer.norm("attention." + name, size.headSize, bias: !isRMS)
        }
      }
      guard index >= firstDense else {
        layer.mlp(hiddenSize: size.hiddenSize, intermediateSize: size.intermediateSize, bias: bias)
        return .dense(intermediateSize: size.intermediateSize)
      }
      layer.plain(
        "mlp.gate", .router, .replicated(input: size.hiddenSize, outputs: [count], bias: false), dtype: routerDType)
      if isCorrected { layer.tensor("mlp.gate.expert_bias", .router, [count], dtype: .float32) }
      if shared > 0 {
        layer.mlp(hiddenSize: size.hiddenSize, intermediateSize: shared, bias: bias, scope: "mlp.shared_experts")
      }
      layer.experts(
        "mlp.experts", Module.Experts(count: count, hiddenSize: size.hiddenSize, intermediateSize: width))
      return .experts(
        FeedForward.Routed(
          numExperts: count, expertsPerToken: perToken, intermediateSize: width, sharedIntermediateSize: shared))
    }
    return try decoder.shape()
  }
}
