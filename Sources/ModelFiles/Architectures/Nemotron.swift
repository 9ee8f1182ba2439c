import Plimsoll

/// Nemotron's dense models (`nemotron.py`): an ungated network, norms with a bias, half of each head rotates.
enum NemotronFamily {
  static func read(_ config: ModelConfig) throws(ModelConfigError) -> ModelShape {
    var decoder = try StandardDecoder(config)
    let older = try config.bool("bias", default: false)
    let bias = try config.bool("attention_bias", default: false) || older
    (decoder.qkvBias, decoder.outputBias) = (bias, bias)
    (decoder.normBias, decoder.finalNormBias) = (true, true)
    try decoder.takeNetwork(gated: false, bias: "mlp_bias", default: false)
    if !decoder.rope.statesPartialFactor { decoder.rope.partialRotaryFactor = 0.5 }
    let size = decoder.size
    decoder.buffers = [
      try decoder.rope.table(headSize: size.headSize, maxPosition: size.maxPosition, dtype: config.dtype)
    ]
    return try decoder.shape()
  }
}

/// Llama-Nemotron and DeciLM (`nemotron_nas.py`): `block_configs` gives each layer KV heads and a width of its own, or
/// leaves its attention or its network out.
enum DeciLMFamily {
  static func read(_ config: ModelConfig) throws(ModelConfigError) -> ModelShape {
    let size = try Dimensions(config)
    let older = try config.bool("bias", default: false)
    let outputBias = try config.bool("attention_bias", default: false) || older
    let qkvBias = try config.bool("qkv_bias", default: outputBias)
    let mlpBias = try config.bool("mlp_bias", default: false)
    let blocks = try Self.blocks(config, size: size)
    let spans = try config.spans(numLayers: size.numLayers)
    var decoder = try DecoderBuilder(config)
    for index in 0..<size.numLayers {
      let block = blocks[index]
      var layer = decoder.layer(index)
      var mixer = Mixer.none
      if let heads = block.numKVHeads {
        let attention = Attention(
          numHeads: size.numHeads, numKVHeads: heads, headSize: size.headSize, span: spans[index])
        layer.attention(attention, hiddenSize: size.hiddenSize, qkvBias: qkvBias, outputBias: outputBias)
        layer.norm("input_layernorm", size.hiddenSize)
        mixer = .attention(attention)
      }
      if let width = block.intermediateSize {
        layer.mlp(hiddenSize: size.hiddenSize, intermediateSize: width, bias: mlpBias)
        layer.norm("post_attention_layernorm", size.hiddenSize)
      }
      decoder.append(layer, mixer: mixer, feedForward: .dense(intermediateSize: block.intermediateSize ?? 0))
    }
    let rope = try config.rope()
    if blocks.contains(where: { $0.numKVHeads != nil }) {
      decoder.add(
        try rope.table(headSize: size.headSize, maxPosition: size.maxPosition, dtype: config.dtype), on: .everyStage)
    }
    decoder.ends(
      vocabSize: size.vocabSize, hiddenSize: size.hiddenSize, tied: size.tied, placement: .firstAndLast)
    // The parallel checks count the KV heads of the first layer that has any.
    let counted = blocks.lazy.compactMap(\.numKVHeads).first ?? size.numHeads
    return try decoder.shape(
      vocabSize: size.vocabSize, hiddenSize: size.hiddenSize, numHeads: size.numHeads, numKVHeads: counted, rope: rope)
  }

  /// What a layer has; nil for what is left out.
  private struct Block {
    var numKVHeads: Int?
    var intermediateSize: Int?
  }

  private static func blocks(_ config: ModelConfig, size: Dimensions) throws(ModelConfigError) -> [Block] {
    do throws(ConfigError) {
      let objects = try config.text.objects("block_configs")
      guard objects.count >= size.numLayers else {
        throw config.text.error("block_configs", wanted: .rule("an entry for each of num_hidden_layers"))
      }
      return try objects.prefix(size.numLayers).map { object throws(ConfigError) in
        var block = Block()
        let (attention, network) = (try object.object("attention"), try object.object("ffn"))
        if try attention.bool("no_op", default: false) == false {
          guard try attention.bool("replace_with_linear", default: false) == false else {
            throw attention.error("replace_with_linear", wanted: .rule("false: vLLM builds no such layer"))
          }
          let group = try attention.int("n_heads_in_group", in: 1...size.numHeads)
          block.numKVHeads = size.numHeads / group
        }
        if try network.bool("no_op", default: false) == false {
          if network.has("ffn_mult") {
            let width = Int(2 * (try network.double("ffn_mult", in: 0.001...1000)) * Double(size.hiddenSize) / 3)
            block.intermediateSize = (width + 255) / 256 * 256
          } else {
            block.intermediateSize = try network.int("intermediate_size", in: 1...1 << 24)
          }
        }
        return block
      }
    } catch {
      throw .value(error)
    }
  }
}
