import Plimsoll

/// GPT-2 and OPT (`gpt2.py`, `opt.py`): learned positions, whole on every rank; biases everywhere, an ungated network.
enum LearnedPositions {
  static func readGPT2(_ config: ModelConfig) throws(ModelConfigError) -> ModelShape {
    try config.requireUnquantized()
    for key in ["add_cross_attention", "scale_attn_by_inverse_layer_idx", "reorder_and_upcast_attn"]
    where try config.bool(key, default: false) {
      throw .unmodelled(part: key, value: "true", nearest: "false, which alone vLLM serves")
    }
    let config = config.renamingGPT2Keys()
    var decoder = try plain(config)
    let size = decoder.size
    decoder.norms = ["ln_1", "ln_2"]
    decoder.feedForward = { layer, _ in
      layer.mlp(hiddenSize: size.hiddenSize, intermediateSize: size.intermediateSize, gated: false, bias: true)
      return .dense(intermediateSize: size.intermediateSize)
    }
    decoder.buffers = [positions("transformer.wpe", rows: size.maxPosition, width: size.hiddenSize, config.dtype)]
    guard config.architecture == "GPT2ForSequenceClassification" else { return try decoder.shape() }
    var shape = try decoder.shape()
    shape.outer.removeAll { $0.module.part == .lmHead }
    shape.traits.isPooling = true
    shape.outer.append(
      try Pooling.head(
        "score", config, input: size.hiddenSize, outputs: try config.numLabels(), bias: false))
    return shape
  }

  /// OPT: two rows of positions more than stated; words may be narrower than the hidden state.
  static func readOPT(_ config: ModelConfig) throws(ModelConfigError) -> ModelShape {
    try config.requireUnquantized()
    var decoder = try plain(config)
    let bias = try config.bool("enable_bias", default: true)
    let inner = try config.int("ffn_dim", in: 1...1 << 24)
    let width = decoder.size.hiddenSize
    let words = try config.optionalInt("word_embed_proj_dim", in: 1...1 << 20) ?? width
    (decoder.qkvBias, decoder.outputBias) = (bias, bias)
    decoder.feedForward = { layer, _ in
      layer.mlp(hiddenSize: width, intermediateSize: inner, gated: false, bias: bias)
      return .dense(intermediateSize: inner)
    }
    let scales = try config.bool("layer_norm_elementwise_affine", default: true)
    decoder.norms = scales ? ["self_attn_layer_norm", "final_layer_norm"] : []
    let isBefore = try config.bool("do_layer_norm_before", default: true)
    let isRemoved = try config.bool("_remove_final_layer_norm", default: false)
    decoder.hasFinalNorm = scales && isBefore && !isRemoved
    decoder.embeddingWidth = words
    decoder.buffers = [
      positions("model.decoder.embed_positions", rows: decoder.size.maxPosition + 2, width: width, config.dtype)
    ]
    if words != width {
      for (name, input, output) in [("project_out", width, words), ("project_in", words, width)] {
        decoder.buffers.append(
          Module(
            "model.decoder." + name, .embedding, .replicated(input: input, outputs: [output], bias: false),
            dtype: config.dtype))
      }
    }
    return try decoder.shape()
  }

  private static func plain(_ config: ModelConfig) throws(ModelConfigError) -> StandardDecoder {
    var decoder = try StandardDecoder(config)
    // Both classes derive the heads, all of them with keys and values of their own.
    decoder.size.numKVHeads = decoder.size.numHeads
    decoder.size.headSize = decoder.size.hiddenSize / decoder.size.numHeads
    (decoder.qkvBias, decoder.outputBias, decoder.normBias, decoder.finalNormBias) = (true, true, true, true)
    decoder.endPlacement = .everyStage
    return decoder
  }

  static func positions(_ name: String, rows: Int, width: Int, _ dtype: DType) -> Module {
    Module(name, .embedding, .tensor(shape: [rows, width], cut: nil), dtype: dtype)
  }
}

extension ModelConfig {
  /// GPT-2's names of the common keys, which its heirs kept, under those that other configs have.
  func renamingGPT2Keys() -> ModelConfig {
    renaming([
      "n_embd": "hidden_size", "n_layer": "num_hidden_layers", "n_head": "num_attention_heads",
      "n_positions": "max_position_embeddings", "n_inner": "intermediate_size",
    ])
  }

  /// The same config with each key of `names` under its value too.
  func renaming(_ names: [String: String]) -> ModelConfig {
    var members = text.members
    for (theirs, ours) in names {
      if let value = members[theirs] { members[ours] = value }
    }
    return ModelConfig(self, text: ConfigObject(members, path: text.path))
  }
}
