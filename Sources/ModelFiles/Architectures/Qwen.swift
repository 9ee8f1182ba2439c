import Plimsoll

/// Qwen 2 and 2.5: biases on query, key and value (`qwen2.py`).
enum Qwen2Family {
  static func read(_ config: ModelConfig) throws(ModelConfigError) -> ModelShape {
    var decoder = try StandardDecoder(config)
    // The class derives the head size, whatever head_dim says.
    decoder.size.headSize = decoder.size.hiddenSize / decoder.size.numHeads
    decoder.qkvBias = true
    return try decoder.shape()
  }
}

/// Qwen 3: norms on each query and key head (`qwen3.py`).
enum Qwen3Family {
  static func read(_ config: ModelConfig) throws(ModelConfigError) -> ModelShape {
    var decoder = try StandardDecoder(config)
    decoder.qkvBias = try config.bool("attention_bias", default: false)
    decoder.qkNorm = .perHead
    return try decoder.shape()
  }
}

/// Qwen 2 and Qwen 3 with routed experts (`qwen2_moe.py`, `qwen3_moe.py`).
///
/// A layer has experts where (index + 1) divides by `decoder_sparse_step` and `mlp_only_layers` does not name it.
enum QwenMoEFamily {
  static func read2(_ config: ModelConfig) throws(ModelConfigError) -> ModelShape {
    var decoder = try StandardDecoder(config)
    decoder.size.headSize = decoder.size.hiddenSize / decoder.size.numHeads
    decoder.qkvBias = true
    return try read(&decoder, isGateQuantizable: false)
  }

  static func read3(_ config: ModelConfig) throws(ModelConfigError) -> ModelShape {
    var decoder = try StandardDecoder(config)
    decoder.qkvBias = try config.bool("attention_bias", default: false)
    decoder.qkNorm = .perHead
    // Qwen 3's class hands the router to the quantization method, which the checkpoint then has to except.
    return try read(&decoder, isGateQuantizable: true)
  }

  private static func read(
    _ decoder: inout StandardDecoder, isGateQuantizable: Bool
  ) throws(ModelConfigError) -> ModelShape {
    decoder.endPlacement = .everyStage
    decoder.feedForward = try feedForward(decoder.config, size: decoder.size, isGateQuantizable: isGateQuantizable)
    return try decoder.shape()
  }

  /// The router, the shared expert with its gate and the routed experts of a layer, or a dense network.
  ///
  /// - Parameter everyLayer: Layers have experts whatever the config says of steps and of dense layers.
  static func feedForward(
    _ config: ModelConfig, size: Dimensions, isGateQuantizable: Bool, everyLayer: Bool = false
  ) throws(ModelConfigError) -> (inout LayerBuilder, Int) -> FeedForward {
    let numExperts = try config.int("num_experts", in: 0...1 << 16, default: 0)
    let perToken = try config.int("num_experts_per_tok", in: 1...1 << 16, default: 1)
    let width = try config.int("moe_intermediate_size", in: 1...1 << 24, default: size.intermediateSize)
    let shared = try config.int("shared_expert_intermediate_size", in: 0...1 << 24, default: 0)
    let step = everyLayer ? 1 : try config.int("decoder_sparse_step", in: 1...4096, default: 1)
    let dense = everyLayer ? [] : Set(try config.optionalInts("mlp_only_layers", in: 0...4096) ?? [])
    return { layer, index in
      guard numExperts > 0, (index + 1) % step == 0, !dense.contains(index) else {
        layer.mlp(hiddenSize: size.hiddenSize, intermediateSize: size.intermediateSize)
        return .dense(intermediateSize: size.intermediateSize)
      }
      let gate = Module.Kind.replicated(input: size.hiddenSize, outputs: [numExperts], bias: false)
      if isGateQuantizable { layer.linear("mlp.gate", .router, gate) } else { layer.plain("mlp.gate", .router, gate) }
      if shared > 0 {
        layer.plain(
          "mlp.shared_expert_gate", .router, .replicated(input: size.hiddenSize, outputs: [1], bias: false))
        layer.mlp(hiddenSize: size.hiddenSize, intermediateSize: shared, scope: "mlp.shared_expert")
      }
      layer.experts(
        "mlp.experts",
        Module.Experts(count: numExperts, hiddenSize: size.hiddenSize, intermediateSize: width))
      return .experts(
        FeedForward.Routed(
          numExperts: numExperts, expertsPerToken: perToken, intermediateSize: width, sharedIntermediateSize: shared))
    }
  }
}
