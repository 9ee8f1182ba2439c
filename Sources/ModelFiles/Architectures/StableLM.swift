import Plimsoll

/// StableLM (`stablelm.py`): a Llama with layer norms that have a bias; a quarter of each head rotates.
enum StableLMFamily {
  static func read(_ config: ModelConfig) throws(ModelConfigError) -> ModelShape {
    var decoder = try StandardDecoder(config)
    decoder.size.headSize = decoder.size.hiddenSize / decoder.size.numHeads
    decoder.qkvBias = try config.bool("use_qkv_bias", default: false)
    (decoder.normBias, decoder.finalNormBias) = (true, true)
    decoder.endPlacement = .everyStage
    let size = decoder.size
    if !decoder.rope.statesPartialFactor { decoder.rope.partialRotaryFactor = 0.25 }
    decoder.buffers = [
      try decoder.rope.table(headSize: size.headSize, maxPosition: size.maxPosition, dtype: config.dtype)
    ]
    return try decoder.shape()
  }
}

/// MiniCPM 3 (`minicpm3.py`): latent projections, but keys and values are expanded and cached per head.
enum MiniCPM3Family {
  static func read(_ config: ModelConfig) throws(ModelConfigError) -> ModelShape {
    let size = try Dimensions(config)
    let latent = try LatentAttention(
      config, numHeads: size.numHeads, vHeadDim: size.hiddenSize / size.numHeads)
    let qLoRARank = try config.int("q_lora_rank", in: 1...1 << 20)
    // Values are padded to the width of keys.
    let attention = Attention(
      numHeads: size.numHeads, numKVHeads: size.numHeads, headSize: latent.qkNopeHeadDim + latent.qkRopeHeadDim)
    var decoder = try DecoderBuilder(config)
    guard decoder.quantization.method == .none else {
      throw .unmodelled(part: "a quantized", value: config.architecture, nearest: "the 16-bit checkpoint")
    }
    for index in 0..<size.numLayers {
      var layer = decoder.layer(index)
      // Two projections where DeepSeek fuses them into one; the bytes are those of the parts.
      layer.plain(
        "self_attn.q_a_proj", .attention, .replicated(input: size.hiddenSize, outputs: [qLoRARank], bias: false))
      layer.norm("self_attn.q_a_layernorm", qLoRARank)
      layer.plain(
        "self_attn.q_b_proj", .attention,
        .column(input: qLoRARank, outputs: [size.numHeads * attention.headSize], bias: false))
      layer.plain(
        "self_attn.kv_a_proj_with_mqa", .attention,
        .replicated(input: size.hiddenSize, outputs: [latent.headSize], bias: false))
      layer.norm("self_attn.kv_a_layernorm", latent.kvLoRARank)
      layer.plain(
        "self_attn.kv_b_proj", .attention,
        .column(
          input: latent.kvLoRARank, outputs: [size.numHeads * (latent.qkNopeHeadDim + latent.vHeadDim)], bias: false))
      layer.plain(
        "self_attn.o_proj", .attention,
        .row(input: size.numHeads * latent.vHeadDim, output: size.hiddenSize, bias: false))
      layer.attentionScales()
      layer.mlp(hiddenSize: size.hiddenSize, intermediateSize: size.intermediateSize)
      layer.norm("input_layernorm", size.hiddenSize)
      layer.norm("post_attention_layernorm", size.hiddenSize)
      decoder.append(
        layer, mixer: .attention(attention), feedForward: .dense(intermediateSize: size.intermediateSize))
    }
    let rope = try config.rope()
    decoder.add(
      try rope.table(headSize: latent.qkRopeHeadDim, maxPosition: size.maxPosition, dtype: config.dtype),
      on: .everyStage)
    decoder.ends(
      vocabSize: size.vocabSize, hiddenSize: size.hiddenSize, tied: size.tied, placement: .everyStage)
    return try decoder.shape(
      vocabSize: size.vocabSize, hiddenSize: size.hiddenSize, numHeads: size.numHeads, numKVHeads: size.numHeads,
      rope: rope)
  }
}
