import Plimsoll

/// LFM2 (`lfm2.py`, `lfm2_moe.py`): short convolutions and now and then attention; lm_head is always the embedding.
enum LFM2Family {
  static func read(_ config: ModelConfig) throws(ModelConfigError) -> ModelShape {
    let size = try Dimensions(config)
    let width = try denseWidth(config, size.intermediateSize)
    let inner = try config.optionalInt("conv_dim", in: 1...1 << 20) ?? size.hiddenSize
    let block = try config.optionalInt("block_dim", in: 1...1 << 20) ?? size.hiddenSize
    guard inner == size.hiddenSize, block == size.hiddenSize else {
      throw .unmodelled(part: "conv_dim or block_dim other than", value: "hidden_size", nearest: "hidden_size")
    }
    return try read(config, size) { layer, _ in
      network(&layer, size.hiddenSize, width)
      return .dense(intermediateSize: width)
    }
  }

  /// The first layers are dense, the others have experts and, mostly, a bias for choosing them.
  static func readMoE(_ config: ModelConfig) throws(ModelConfigError) -> ModelShape {
    let size = try Dimensions(config)
    let dense = try config.int("num_dense_layers", in: 0...4096)
    let count = try config.int("num_experts", in: 1...1 << 16)
    let perToken = try config.int("num_experts_per_tok", in: 1...1 << 16)
    let width = try config.int("moe_intermediate_size", in: 1...1 << 24)
    let isBiased = try config.bool("use_expert_bias", default: true)
    return try read(config, size) { layer, index in
      guard index >= dense else {
        network(&layer, size.hiddenSize, size.intermediateSize)
        return .dense(intermediateSize: size.intermediateSize)
      }
      layer.linear("feed_forward.gate", .router, .replicated(input: size.hiddenSize, outputs: [count], bias: false))
      if isBiased { layer.tensor("feed_forward.gate.e_score_correction_bias", .router, [count], dtype: .float32) }
      layer.experts(
        "feed_forward.experts", Module.Experts(count: count, hiddenSize: size.hiddenSize, intermediateSize: width))
      return .experts(FeedForward.Routed(numExperts: count, expertsPerToken: perToken, intermediateSize: width))
    }
  }

  private static func read(
    _ config: ModelConfig, _ dimensions: Dimensions, _ feedForward: (inout LayerBuilder, Int) -> FeedForward
  ) throws(ModelConfigError) -> ModelShape {
    var size = dimensions
    let width = size.hiddenSize
    size.headSize = width / size.numHeads
    let attention = Attention(numHeads: size.numHeads, numKVHeads: size.numKVHeads, headSize: size.headSize)
    let kernel = try config.int("conv_L_cache", in: 1...1024)
    let bias = try config.bool("conv_bias", default: false)
    let state = StateMixer(
      kind: .shortConvolution, convolution: StateMixer.Convolution(channels: width, kernel: kernel))
    let attends = try attendingLayers(config, numLayers: size.numLayers)
    // The class calls the checkpoints' `conv` `short_conv`.
    var decoder = try DecoderBuilder(config) { $0.renamingParts(".conv.", with: ".short_conv.") }
    for (index, attends) in attends.enumerated() {
      var layer = decoder.layer(index)
      if attends {
        layer.attention(attention, hiddenSize: width, output: "out_proj", isCacheQuantizable: false)
        layer.tensor("self_attn.q_layernorm", .norms, [size.headSize])
        layer.tensor("self_attn.k_layernorm", .norms, [size.headSize])
      } else {
        layer.plain("short_conv.conv", .mamba, .column(input: kernel, outputs: [width], bias: bias))
        layer.linear("short_conv.in_proj", .mamba, .column(input: width, outputs: [width, width, width], bias: bias))
        layer.linear("short_conv.out_proj", .mamba, .row(input: width, output: width, bias: bias))
      }
      let network = feedForward(&layer, index)
      layer.norm("operator_norm", width)
      layer.norm("ffn_norm", width)
      decoder.append(layer, mixer: attends ? .attention(attention) : .state(state), feedForward: network)
    }
    let rope = try config.rope()
    if attends.contains(true) {
      decoder.add(
        try rope.table(headSize: size.headSize, maxPosition: size.maxPosition, dtype: config.dtype), on: .everyStage)
    }
    decoder.ends(vocabSize: size.vocabSize, hiddenSize: width, tied: true, placement: .embeddingOnEveryStage)
    return try decoder.shape(
      vocabSize: size.vocabSize, hiddenSize: width, numHeads: size.numHeads, numKVHeads: size.numKVHeads, rope: rope)
  }

  private static func network(_ layer: inout LayerBuilder, _ width: Int, _ inner: Int) {
    layer.linear(
      "feed_forward.w13", .mlp, .column(input: width, outputs: [inner, inner], bias: false), fusing: ["w1", "w3"])
    layer.linear("feed_forward.w2", .mlp, .row(input: inner, output: width, bias: false))
  }

  /// Two thirds of what the config says, times a factor, rounded up, where it asks for that.
  private static func denseWidth(_ config: ModelConfig, _ stated: Int) throws(ModelConfigError) -> Int {
    let width = try config.optionalInt("block_ff_dim", in: 1...1 << 24) ?? stated
    guard try config.bool("block_auto_adjust_ff_dim", default: true) else { return width }
    let factor = try config.double("block_ffn_dim_multiplier", default: 1)
    guard factor > 0, factor <= 1024 else { throw .contradiction("block_ffn_dim_multiplier is \(factor)") }
    let multiple = try config.int("block_multiple_of", in: 1...1 << 20, default: 256)
    let scaled = Int(factor * Double(2 * width / 3))
    return (scaled + multiple - 1) / multiple * multiple
  }

  private static func attendingLayers(_ config: ModelConfig, numLayers: Int) throws(ModelConfigError) -> [Bool] {
    guard let types = try config.optionalStrings("layer_types") else {
      guard let places = try config.optionalInts("full_attn_idxs", in: 0...4096) else {
        return Array(repeating: true, count: numLayers)
      }
      return (0..<numLayers).map(places.contains)
    }
    guard types.count >= numLayers else {
      throw .contradiction("layer_types names \(types.count) layers and num_hidden_layers says \(numLayers)")
    }
    return types.prefix(numLayers).map { $0 == "full_attention" || $0 == "attention" }
  }
}
