import Plimsoll

/// OLMo Hybrid (`olmo_hybrid.py`, `layers/mamba/gdn/olmo_gdn_linear_attn.py`): gated delta nets, and attention with norms
/// as wide as all queries and keys in the layers that `layer_types` names.
enum OlmoHybridFamily {
  static func read(_ config: ModelConfig) throws(ModelConfigError) -> ModelShape {
    var size = try Dimensions(config)
    // The class takes no width of a head from the config.
    size.headSize = size.hiddenSize / size.numHeads
    let net = try Net(config, size)
    let types = try config.optionalStrings("layer_types")
    let attends = types.map { $0.map { $0 != "linear_attention" } } ?? Self.fourths(size.numLayers)
    guard attends.count >= size.numLayers else {
      throw .contradiction("layer_types names \(attends.count) layers and num_hidden_layers says \(size.numLayers)")
    }
    let attention = Attention(numHeads: size.numHeads, numKVHeads: size.numKVHeads, headSize: size.headSize)
    var decoder = try DecoderBuilder(config)
    for index in 0..<size.numLayers {
      var layer = decoder.layer(index)
      if attends[index] {
        layer.attention(attention, hiddenSize: size.hiddenSize)
        layer.norm("self_attn.q_norm", size.hiddenSize)
        layer.norm("self_attn.k_norm", size.numKVHeads * size.headSize)
      } else {
        net.add(to: &layer, hiddenSize: size.hiddenSize)
      }
      layer.mlp(hiddenSize: size.hiddenSize, intermediateSize: size.intermediateSize)
      for name in ["input_layernorm", "post_attention_layernorm"] { layer.norm(name, size.hiddenSize) }
      decoder.append(
        layer, mixer: attends[index] ? .attention(attention) : net.mixer,
        feedForward: .dense(intermediateSize: size.intermediateSize))
    }
    let rope = try config.rope()
    if try rotates(config) {
      decoder.add(
        try rope.table(headSize: size.headSize, maxPosition: size.maxPosition, dtype: config.dtype), on: .everyStage)
    }
    decoder.ends(vocabSize: size.vocabSize, hiddenSize: size.hiddenSize, tied: size.tied, placement: .everyStage)
    return try decoder.shape(
      vocabSize: size.vocabSize, hiddenSize: size.hiddenSize, numHeads: size.numHeads, numKVHeads: size.numKVHeads,
      rope: rope)
  }

  /// Without a list every fourth layer attends, or the last of fewer.
  private static func fourths(_ count: Int) -> [Bool] {
    (0..<count).map { $0 % 4 == 3 || (count < 4 && $0 == count - 1) }
  }

  /// A base that is stated as null leaves positions out.
  private static func rotates(_ config: ModelConfig) throws(ModelConfigError) -> Bool {
    do throws(ConfigError) {
      guard let stated = try config.text.optionalObject("rope_parameters") else { return true }
      return !stated.isNull("rope_theta")
    } catch {
      throw .value(error)
    }
  }

  /// The delta net, whose prefills leave no checkpoints and whose rates are in the model's type.
  private struct Net {
    var keyHeads: Int
    var valueHeads: Int
    var keyHeadSize: Int
    var valueHeadSize: Int
    var kernel: Int
    var keyWidth: Int { keyHeads * keyHeadSize }
    var valueWidth: Int { valueHeads * valueHeadSize }

    /// By default as many heads as attention's, keys of ¾ of the hidden state in all, values twice as wide.
    init(_ config: ModelConfig, _ size: Dimensions) throws(ModelConfigError) {
      keyHeads = try config.optionalInt("linear_num_key_heads", in: 1...1 << 14) ?? size.numHeads
      valueHeads = try config.optionalInt("linear_num_value_heads", in: 1...1 << 14) ?? size.numHeads
      let stated = try config.optionalInt("linear_key_head_dim", in: 1...1 << 14)
      keyHeadSize = stated ?? max(1, 3 * size.hiddenSize / (4 * keyHeads))
      valueHeadSize = try config.optionalInt("linear_value_head_dim", in: 1...1 << 14) ?? 2 * keyHeadSize
      kernel = try config.int("linear_conv_kernel_dim", in: 1...1024, default: 4)
    }

    var mixer: Mixer {
      var state = StateMixer(
        kind: .gatedDeltaNet,
        convolution: StateMixer.Convolution(channels: 2 * keyWidth + valueWidth, kernel: kernel),
        recurrence: StateMixer.Recurrence(heads: valueHeads, headSize: valueHeadSize, stateSize: keyHeadSize))
      state.mayExportCheckpoints = false
      return .state(state)
    }

    func add(to layer: inout LayerBuilder, hiddenSize: Int) {
      let scope = "linear_attn."
      layer.linear(
        scope + "in_proj_qkvg", .mamba,
        .column(input: hiddenSize, outputs: [keyWidth, keyWidth, valueWidth, valueWidth], bias: false),
        fusing: ["q_proj", "k_proj", "v_proj", "g_proj"])
      for name in ["b_proj", "a_proj"] {
        layer.linear(scope + name, .mamba, .column(input: hiddenSize, outputs: [valueHeads], bias: false))
      }
      layer.plain(
        scope + "conv1d", .mamba, .column(input: kernel, outputs: [keyWidth, keyWidth, valueWidth], bias: false))
      for name in ["dt_bias", "A_log"] { layer.tensor(scope + name, .mamba, [valueHeads], cut: 0) }
      layer.norm(scope + "o_norm", valueHeadSize)
      layer.linear(scope + "o_proj", .mamba, .row(input: valueWidth, output: hiddenSize, bias: false))
    }
  }
}
