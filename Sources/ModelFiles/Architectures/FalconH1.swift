import Plimsoll

/// Falcon-H1 (`falcon_h1.py`): attention and Mamba 2 side by side in every layer.
enum FalconH1Family {
  static func read(_ config: ModelConfig) throws(ModelConfigError) -> ModelShape {
    let size = try Dimensions(config)
    let width = size.hiddenSize
    let attention = Attention(numHeads: size.numHeads, numKVHeads: size.numKVHeads, headSize: size.headSize)
    let mamba = try mamba2(config, hiddenSize: width)
    var decoder = try DecoderBuilder(config)
    for index in 0..<size.numLayers {
      var layer = decoder.layer(index)
      let name = layer.prefix
      layer.attention(attention, hiddenSize: width, scope: "")
      // The class tells its mixers from attention by names as if they were layers of their own.
      layer.prefix = "model." + String(size.numLayers + index)
      mamba.add(to: &layer, hiddenSize: width, scope: "mixer")
      layer.prefix = name
      layer.table(
        "mamba.mup_vector", .mamba,
        .grouped(
          input: 1, outputs: [mamba.width, mamba.width, mamba.numHeads], groups: mamba.groups,
          groupOutputs: 2 * mamba.stateSize, bias: false))
      layer.mlp(hiddenSize: width, intermediateSize: size.intermediateSize, scope: "feed_forward")
      layer.norm("input_layernorm", width)
      layer.norm("pre_ff_layernorm", width)
      decoder.append(
        layer, mixer: .parallel(attention, mamba.state), feedForward: .dense(intermediateSize: size.intermediateSize))
    }
    var rope = try config.rope()
    let rotary = try config.optionalInt("attn_rotary_emb", in: 1...1 << 14) ?? size.headSize
    rope.partialRotaryFactor = Double(rotary) / Double(size.headSize)
    decoder.add(
      try rope.table(headSize: size.headSize, maxPosition: size.maxPosition, dtype: config.dtype), on: .everyStage)
    decoder.ends(vocabSize: size.vocabSize, hiddenSize: width, tied: size.tied, placement: .firstAndLast)
    return try decoder.shape(
      vocabSize: size.vocabSize, hiddenSize: width, numHeads: size.numHeads, numKVHeads: size.numKVHeads, rope: rope)
  }

  private static func mamba2(_ config: ModelConfig, hiddenSize: Int) throws(ModelConfigError) -> Mamba2 {
    let stated = try config.optionalInt("mamba_d_ssm", in: 1...1 << 24)
    let expanded = try config.int("mamba_expand", in: 1...64) * hiddenSize
    let inner = stated ?? expanded
    let heads = try config.int("mamba_n_heads", in: 1...1 << 16)
    let mamba = Mamba2(
      numHeads: heads, headSize: try config.intOrAuto("mamba_d_head", in: 1...1 << 14) ?? inner / heads,
      stateSize: try config.int("mamba_d_state", in: 1...1 << 14),
      groups: try config.int("mamba_n_groups", in: 1...1 << 14),
      kernel: try config.int("mamba_d_conv", in: 1...1024),
      convolutionBias: try config.bool("mamba_conv_bias", default: true),
      bias: try config.bool("mamba_proj_bias", default: false),
      hasNorm: try config.bool("mamba_rms_norm", default: false), chunk: try config.stateChunk("mamba_chunk_size"))
    guard mamba.width == inner else {
      throw .contradiction("mamba_n_heads × mamba_d_head (\(mamba.width)) is not the width of the mixer (\(inner))")
    }
    return mamba
  }
}
