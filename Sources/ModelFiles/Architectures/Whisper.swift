import Plimsoll

/// Whisper (`whisper.py`): a decoder whose layers attend to an encoder's output too, and cache its keys and values.
///
/// The encoder hands over at most a step's batched tokens, for which every request keeps blocks. Embedding and lm_head
/// are one table, whole on every rank and not padded.
enum WhisperFamily {
  static func read(_ config: ModelConfig) throws(ModelConfigError) -> ModelShape {
    try config.requireUnquantized()
    let width = try config.int("d_model", in: 1...1 << 20, default: 384)
    let vocabSize = try config.int("vocab_size", in: 1...1 << 26, default: 51_865)
    let positions = try config.int("max_target_positions", in: 1...1 << 24, default: 448)
    let sources = try config.int("max_source_positions", in: 1...1 << 24, default: 1500)
    let encoderHeads = try config.int("encoder_attention_heads", in: 1...1 << 14, default: 6)
    let heads = try config.int("decoder_attention_heads", in: 1...1 << 14, default: 6)
    guard width % heads == 0, width % encoderHeads == 0 else {
      throw .contradiction("d_model (\(width)) is no multiple of the attention heads (\(encoderHeads) and \(heads))")
    }
    var decoder = try DecoderBuilder(config)
    decoder.prefix = "model.decoder.layers"
    decoder.traits.modalities = ["audio"]
    decoder.traits.isEncoderDecoder = true
    decoder.traits.largestItemTokens = sources
    decoder.traits.supportsPipelineParallel = false
    try addEncoder(to: &decoder, config, width: width, heads: encoderHeads, positions: sources)
    for (name, rows) in [("embed_tokens", vocabSize), ("embed_positions", positions)] {
      decoder.add(
        LearnedPositions.positions("model.decoder." + name, rows: rows, width: width, config.dtype), on: .everyStage)
    }
    let inner = try config.int("decoder_ffn_dim", in: 1...1 << 24, default: 1536)
    var attention = Attention(numHeads: heads, numKVHeads: heads, headSize: width / heads)
    attention.attendsEncoder = true
    for index in 0..<(try config.int("decoder_layers", in: 1...4096, default: 4)) {
      var layer = decoder.layer(index)
      layer.attention(attention, hiddenSize: width, qkvBias: true, outputBias: true, output: "out_proj")
      layer.norm("self_attn_layer_norm", width, bias: true)
      layer.linear("encoder_attn.q_proj", .attention, .column(input: width, outputs: [width], bias: true))
      layer.linear("encoder_attn.kv_proj", .attention, .column(input: width, outputs: [width, width], bias: true))
      layer.linear("encoder_attn.out_proj", .attention, .row(input: width, output: width, bias: true))
      layer.attentionScales()
      layer.norm("encoder_attn_layer_norm", width, bias: true)
      layer.linear("mlp.fc1", .mlp, .column(input: width, outputs: [inner], bias: true))
      layer.linear("mlp.fc2", .mlp, .row(input: inner, output: width, bias: true))
      layer.norm("final_layer_norm", width, bias: true)
      decoder.append(layer, mixer: .attention(attention), feedForward: .dense(intermediateSize: inner))
    }
    for name in ["weight", "bias"] {
      decoder.add(
        Module("model.decoder.layer_norm." + name, .norms, .tensor(shape: [width], cut: nil), dtype: config.dtype),
        on: .everyStage)
    }
    // What vLLM checks and counts are the encoder's heads (`WhisperConfig.attribute_map`).
    return try decoder.shape(
      vocabSize: vocabSize, hiddenSize: width, numHeads: encoderHeads, numKVHeads: encoderHeads, rope: Rope())
  }

  /// Two convolutions, layers cut by TP, and fixed positions.
  private static func addEncoder(
    to decoder: inout DecoderBuilder, _ config: ModelConfig, width: Int, heads: Int, positions: Int
  ) throws(ModelConfigError) {
    let bins = try config.int("num_mel_bins", in: 1...1 << 16, default: 80)
    let inner = try config.int("encoder_ffn_dim", in: 1...1 << 24, default: 1536)
    var ends = LayerBuilder(prefix: "model.encoder", dtype: config.dtype, quantization: decoder.quantization)
    for (name, input) in [("conv1", bins), ("conv2", width)] {
      ends.tensor(name + ".weight", .encoder, [width, input, 3])
      ends.tensor(name + ".bias", .encoder, [width])
    }
    ends.towerNorm("layer_norm", width)
    ends.tensor("embed_positions", .encoder, [positions, width])
    for index in 0..<(try config.int("encoder_layers", in: 1...4096, default: 4)) {
      var layer = LayerBuilder(
        prefix: "model.encoder.layers.\(index)", dtype: config.dtype, quantization: decoder.quantization)
      layer.towerAttention(
        "self_attn.qkv_proj", "self_attn.out_proj", width: width, heads: heads, fusing: ["q_proj", "k_proj", "v_proj"])
      layer.towerNorm("self_attn_layer_norm", width)
      layer.towerMLP("mlp.fc1", "mlp.fc2", width: width, inner: inner)
      layer.towerNorm("final_layer_norm", width)
      for module in layer.modules { decoder.add(module, on: .everyStage) }
    }
    for module in ends.modules { decoder.add(module, on: .everyStage) }
  }
}
