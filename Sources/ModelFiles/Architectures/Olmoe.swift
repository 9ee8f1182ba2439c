import Plimsoll

/// OLMoE (`olmoe.py`): every layer routes, norms on all queries and keys at once, nothing tied.
enum OlmoeFamily {
  static func read(_ config: ModelConfig) throws(ModelConfigError) -> ModelShape {
    var decoder = try StandardDecoder(config)
    decoder.size.headSize = decoder.size.hiddenSize / decoder.size.numHeads
    decoder.size.tied = false
    decoder.qkNorm = .fullWidth
    decoder.endPlacement = .everyStage
    try decoder.routeEveryLayer(count: "num_experts")
    return try decoder.shape()
  }
}

/// Phi-3.5-MoE (`phimoe.py`): every layer routes, biases on attention and lm_head, norms with a bias.
enum PhiMoEFamily {
  static func read(_ config: ModelConfig) throws(ModelConfigError) -> ModelShape {
    var decoder = try StandardDecoder(config)
    decoder.size.tied = false
    (decoder.qkvBias, decoder.outputBias, decoder.headBias) = (true, true, true)
    (decoder.normBias, decoder.finalNormBias) = (true, true)
    decoder.endPlacement = .everyStage
    try decoder.routeEveryLayer(count: "num_local_experts")
    return try decoder.shape()
  }
}

extension StandardDecoder {
  /// Experts as wide as `intermediate_size` in every layer, behind a router that is not quantized.
  mutating func routeEveryLayer(count key: String) throws(ModelConfigError) {
    let size = size
    let count = try config.int(key, in: 1...1 << 16)
    let perToken = try config.int("num_experts_per_tok", in: 1...1 << 16)
    feedForward = { layer, _ in
      layer.plain("mlp.gate", .router, .replicated(input: size.hiddenSize, outputs: [count], bias: false))
      return layer.route(
        Module.Experts(count: count, hiddenSize: size.hiddenSize, intermediateSize: size.intermediateSize),
        perToken: perToken)
    }
  }
}
