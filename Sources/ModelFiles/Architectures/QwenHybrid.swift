import Plimsoll

/// Qwen3-Next, Qwen 3.5 and 3.6 (`qwen3_next.py`, `qwen3_5.py`): gated delta nets, and full attention every so many layers.
enum QwenHybridFamily {
  /// Qwen3-Next: states in the model's type, embedding and lm_head on every stage, never tied.
  static func readNext(_ config: ModelConfig) throws(ModelConfigError) -> ModelShape {
    let size = try Dimensions(config)
    let feedForward = try QwenMoEFamily.feedForward(config, size: size, isGateQuantizable: false)
    let net = try GatedDeltaNet(config, isInterleaved: true)
    let mixer = net.mixer(recurrenceDType: nil)
    return try read(config, size, net, mixer, feedForward, placement: .headOnEveryStage)
  }

  /// Qwen 3.5 and 3.6: `mamba_ssm_dtype` says the recurrent state's type; with experts every layer has them.
  static func read35(_ config: ModelConfig) throws(ModelConfigError) -> ModelShape {
    let size = try Dimensions(config)
    let net = try GatedDeltaNet(config, isInterleaved: false)
    let stated = try config.string("mamba_ssm_dtype", default: "auto")
    guard let state = StateDType(rawValue: stated) else {
      throw .unmodelled(part: "mamba_ssm_dtype", value: stated, nearest: "float32, bfloat16, float16")
    }
    let mixer = net.mixer(recurrenceDType: state.dtype)
    guard config.modelType == "qwen3_5_moe_text" else {
      return try read(config, size, net, mixer, nil, placement: .embeddingOnEveryStage)
    }
    let experts = try QwenMoEFamily.feedForward(config, size: size, isGateQuantizable: false, everyLayer: true)
    return try read(config, size, net, mixer, experts, placement: .embeddingOnEveryStage)
  }

  private static func read(
    _ config: ModelConfig, _ size: Dimensions, _ net: GatedDeltaNet, _ mixer: Mixer,
    _ feedForward: ((inout LayerBuilder, Int) -> FeedForward)?, placement: DecoderBuilder.EndPlacement
  ) throws(ModelConfigError) -> ModelShape {
    var decoder = try DecoderBuilder(config)
    let attention = Attention(numHeads: size.numHeads, numKVHeads: size.numKVHeads, headSize: size.headSize)
    let isGated = try config.bool("attn_output_gate", default: true)
    let qkvBias = try config.bool("qkv_bias", default: false)
    let isScaled = try config.bool("layer_scale", default: false)
    for (index, attends) in try attendingLayers(config, numLayers: size.numLayers).enumerated() {
      var layer = decoder.layer(index)
      if attends {
        layer.attention(attention, hiddenSize: size.hiddenSize, qkvBias: qkvBias, isGated: isGated)
        layer.tensor("self_attn.q_norm", .norms, [size.headSize])
        layer.tensor("self_attn.k_norm", .norms, [size.headSize])
      } else {
        net.add(to: &layer, hiddenSize: size.hiddenSize)
      }
      let network: FeedForward
      if let feedForward {
        network = feedForward(&layer, index)
      } else {
        layer.mlp(hiddenSize: size.hiddenSize, intermediateSize: size.intermediateSize)
        network = .dense(intermediateSize: size.intermediateSize)
      }
      layer.norm("input_layernorm", size.hiddenSize)
      layer.norm("post_attention_layernorm", size.hiddenSize)
      if isScaled {
        layer.tensor("attn_layer_scale", .norms, [size.hiddenSize])
        layer.tensor("ffn_layer_scale", .norms, [size.hiddenSize])
      }
      decoder.append(layer, mixer: attends ? .attention(attention) : mixer, feedForward: network)
    }
    var rope = try config.rope()
    if !rope.statesPartialFactor { rope.partialRotaryFactor = 0.25 }
    // Positions run ahead only where video is pruned (`mrope_positions_factor`).
    rope.keepPositions()
    decoder.add(
      try rope.table(headSize: size.headSize, maxPosition: size.maxPosition, dtype: config.dtype), on: .everyStage)
    let tied = placement == .embeddingOnEveryStage && size.tied
    decoder.ends(vocabSize: size.vocabSize, hiddenSize: size.hiddenSize, tied: tied, placement: placement)
    return try decoder.shape(
      vocabSize: size.vocabSize, hiddenSize: size.hiddenSize, numHeads: size.numHeads, numKVHeads: size.numKVHeads,
      rope: rope)
  }

  /// Which layers attend: `layer_types`, else every `full_attention_interval`-th.
  private static func attendingLayers(
    _ config: ModelConfig, numLayers: Int
  ) throws(ModelConfigError) -> [Bool] {
    guard let types = try config.optionalStrings("layer_types") else {
      let interval = try config.int("full_attention_interval", in: 1...4096, default: 4)
      return (1...numLayers).map { $0 % interval == 0 }
    }
    guard types.count >= numLayers else {
      throw .contradiction("layer_types names \(types.count) layers and num_hidden_layers says \(numLayers)")
    }
    var attends: [Bool] = []
    for type in types.prefix(numLayers) {
      guard type == "full_attention" || type == "linear_attention" else {
        throw .unmodelled(part: "the layer type", value: type, nearest: "full_attention, linear_attention")
      }
      attends.append(type == "full_attention")
    }
    return attends
  }
}
