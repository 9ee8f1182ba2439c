import Plimsoll

/// MiniMax M2 (`minimax_m2.py`): every layer routes to experts, with a float32 router and norms on all heads at once.
enum MiniMaxFamily {
  static func readM2(_ config: ModelConfig) throws(ModelConfigError) -> ModelShape {
    var decoder = try StandardDecoder(config)
    // The class unties, whatever the config says, and has no window.
    decoder.size.tied = false
    decoder.spans = Array(repeating: .full, count: decoder.size.numLayers)
    let size = decoder.size
    // Cut with the heads, KV heads replicated where TP exceeds them (`MiniMaxText01RMSNormTP`).
    decoder.qkNorm = .everyHead
    if !decoder.rope.statesPartialFactor {
      let rotaryDim = try config.int("rotary_dim", in: 1...size.headSize)
      decoder.rope.partialRotaryFactor = Double(rotaryDim) / Double(size.headSize)
    }
    decoder.buffers = [
      try decoder.rope.table(headSize: size.headSize, maxPosition: size.maxPosition, dtype: config.dtype)
    ]
    let numExperts = try config.int("num_local_experts", in: 1...1 << 16)
    let perToken = try config.int("num_experts_per_tok", in: 1...1 << 16)
    let isBiased = try config.bool("use_routing_bias", default: false)
    decoder.feedForward = { layer, _ in
      if isBiased { layer.tensor("mlp.e_score_correction_bias", .router, [numExperts], dtype: .float32) }
      layer.plain(
        "mlp.gate", .router, .replicated(input: size.hiddenSize, outputs: [numExperts], bias: false), dtype: .float32)
      return layer.route(
        Module.Experts(count: numExperts, hiddenSize: size.hiddenSize, intermediateSize: size.intermediateSize),
        perToken: perToken)
    }
    return try decoder.shape()
  }
}

extension LayerBuilder {
  /// Routed experts named `mlp.experts`, without shared ones.
  mutating func route(_ experts: Module.Experts, perToken: Int) -> FeedForward {
    self.experts("mlp.experts", experts)
    return .experts(
      FeedForward.Routed(
        numExperts: experts.count, expertsPerToken: perToken, intermediateSize: experts.intermediateSize))
  }
}
