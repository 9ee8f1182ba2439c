import Plimsoll

/// Granite 4 (`granitemoehybrid.py`): Mamba 2 or attention, and after it experts, a shared network or both.
enum GraniteHybridFamily {
  static func read(_ config: ModelConfig) throws(ModelConfigError) -> ModelShape {
    var size = try Dimensions(config)
    let width = size.hiddenSize
    size.headSize = width / size.numHeads
    let attention = Attention(numHeads: size.numHeads, numKVHeads: size.numKVHeads, headSize: size.headSize)
    let inner = try config.int("mamba_expand", in: 1...64) * width
    let heads = try config.int("mamba_n_heads", in: 1...1 << 16)
    let mamba = Mamba2(
      numHeads: heads, headSize: try config.intOrAuto("mamba_d_head", in: 1...1 << 14) ?? inner / heads,
      stateSize: try config.int("mamba_d_state", in: 1...1 << 14),
      groups: try config.int("mamba_n_groups", in: 1...1 << 14),
      kernel: try config.int("mamba_d_conv", in: 1...1024),
      convolutionBias: try config.bool("mamba_conv_bias", default: true),
      bias: try config.bool("mamba_proj_bias", default: false), chunk: try config.stateChunk("mamba_chunk_size"))
    guard mamba.width == inner else {
      throw .contradiction("mamba_n_heads × mamba_d_head (\(mamba.width)) is not mamba_expand × hidden_size (\(inner))")
    }
    let bias = try config.bool("attention_bias", default: false)
    let network = try Network(config, hiddenSize: width, intermediateSize: size.intermediateSize)
    let attends = try attendingLayers(config, numLayers: size.numLayers)
    var decoder = try DecoderBuilder(config)
    for (index, attends) in attends.enumerated() {
      var layer = decoder.layer(index)
      if attends {
        layer.attention(attention, hiddenSize: width, qkvBias: bias, outputBias: bias)
      } else {
        mamba.add(to: &layer, hiddenSize: width, scope: "mixer")
      }
      let feedForward = network.add(to: &layer)
      layer.norm("input_layernorm", width)
      layer.norm("post_attention_layernorm", width)
      decoder.append(layer, mixer: attends ? .attention(attention) : .state(mamba.state), feedForward: feedForward)
    }
    let rope = try config.rope()
    if try config.string("position_embedding_type", default: "nope") == "rope", attends.contains(true) {
      decoder.add(
        try rope.table(headSize: size.headSize, maxPosition: size.maxPosition, dtype: config.dtype), on: .everyStage)
    }
    decoder.ends(vocabSize: size.vocabSize, hiddenSize: width, tied: size.tied, placement: .everyStage)
    return try decoder.shape(
      vocabSize: size.vocabSize, hiddenSize: width, numHeads: size.numHeads, numKVHeads: size.numKVHeads, rope: rope)
  }

  private static func attendingLayers(_ config: ModelConfig, numLayers: Int) throws(ModelConfigError) -> [Bool] {
    let alias = try config.optionalStrings("layers_block_type")
    guard let types = try config.optionalStrings("layer_types") ?? alias else {
      return Array(repeating: false, count: numLayers)
    }
    guard types.count >= numLayers else {
      throw .contradiction("layer_types names \(types.count) layers and num_hidden_layers says \(numLayers)")
    }
    var attends: [Bool] = []
    for type in types.prefix(numLayers) {
      switch type {
      case "attention", "full_attention": attends.append(true)
      case "mamba", "linear_attention": attends.append(false)
      default: throw .unmodelled(part: "the layer type", value: type, nearest: "attention, mamba")
      }
    }
    return attends
  }

  /// Routed experts and a network that every token passes, either of which may be absent.
  private struct Network {
    var hiddenSize: Int
    var intermediateSize: Int
    var experts: Int
    var perToken: Int
    var shared: Int

    init(_ config: ModelConfig, hiddenSize: Int, intermediateSize: Int) throws(ModelConfigError) {
      self.hiddenSize = hiddenSize
      self.intermediateSize = intermediateSize
      experts = try config.int("num_local_experts", in: 0...1 << 16)
      perToken = try config.int("num_experts_per_tok", in: 0...1 << 16)
      shared = try config.int("shared_intermediate_size", in: 0...1 << 24)
    }

    func add(to layer: inout LayerBuilder) -> FeedForward {
      if experts > 0 {
        layer.plain("block_sparse_moe.gate", .router, .replicated(input: hiddenSize, outputs: [experts], bias: false))
        layer.experts(
          "block_sparse_moe.experts",
          Module.Experts(count: experts, hiddenSize: hiddenSize, intermediateSize: intermediateSize))
      }
      if shared > 0 {
        layer.linear(
          "shared_mlp.input_linear", .mlp, .column(input: hiddenSize, outputs: [shared, shared], bias: false))
        layer.linear("shared_mlp.output_linear", .mlp, .row(input: shared, output: hiddenSize, bias: false))
      }
      if experts > 0 {
        return .experts(
          FeedForward.Routed(
            numExperts: experts, expertsPerToken: perToken, intermediateSize: intermediateSize,
            sharedIntermediateSize: shared))
      }
      return shared > 0 ? .dense(intermediateSize: shared) : .none
    }
  }
}
