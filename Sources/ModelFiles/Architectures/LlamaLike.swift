import Plimsoll

/// Llamas with a class of their own (`minicpm.py`, `orion.py`, `hyperclovax.py`, `telechat2.py`).
enum LlamaLike {
  /// MiniCPM: no biases; embedding, norm and lm_head on every stage.
  static func readMiniCPM(_ config: ModelConfig) throws(ModelConfigError) -> ModelShape {
    guard try config.int("num_experts", in: 0...1 << 16, default: 0) == 0 else {
      throw .unmodelled(part: "a MiniCPM with", value: "num_experts", nearest: "the dense MiniCPM")
    }
    var decoder = try StandardDecoder(config)
    decoder.size.headSize = decoder.size.hiddenSize / decoder.size.numHeads
    decoder.size.tied = try config.bool("tie_word_embeddings", default: true)
    decoder.endPlacement = .everyStage
    return try decoder.shape()
  }

  /// Orion: norms with a bias.
  static func readOrion(_ config: ModelConfig) throws(ModelConfigError) -> ModelShape {
    var decoder = try StandardDecoder(config)
    decoder.size.headSize = decoder.size.hiddenSize / decoder.size.numHeads
    (decoder.normBias, decoder.finalNormBias) = (true, true)
    decoder.endPlacement = .everyStage
    return try decoder.shape()
  }

  /// HyperCLOVA X: two more norms a layer where `use_post_norm` says so.
  static func readHyperCLOVAX(_ config: ModelConfig) throws(ModelConfigError) -> ModelShape {
    var decoder = try StandardDecoder(config)
    try decoder.takeBiases("attention_bias", default: false)
    try decoder.takeNetwork(gated: true, bias: "mlp_bias", default: false)
    if try config.bool("use_post_norm", default: false) { decoder.norms += ["post_norm1", "post_norm2"] }
    return try decoder.shape()
  }

  /// IQuest's loop coder (`iquest_loopcoder.py`): the layers run several times, each time with a cache of its own that
  /// is windowed from the second on, and a gate for each layer between the two.
  static func readLoopCoder(_ config: ModelConfig) throws(ModelConfigError) -> ModelShape {
    try config.requireUnquantized()
    guard config.text.firstKey(of: ["dual_chunk_attention_config"]) == nil else {
      throw .unmodelled(part: "dual_chunk_attention_config", value: "given", nearest: "without")
    }
    var decoder = try StandardDecoder(config)
    decoder.size.headSize = decoder.size.hiddenSize / decoder.size.numHeads
    decoder.spans = try config.uniformSpans(numLayers: decoder.size.numLayers)
    decoder.endPlacement = .everyStage
    decoder.traits.supportsPipelineParallel = false
    let size = decoder.size
    decoder.addToLayers { layer, _ in
      layer.plain(
        "gate_projections.gate_proj", .attention,
        .column(input: size.headSize, outputs: [size.numHeads], bias: true))
    }
    let loops = try config.int("loop_num", in: 1...64, default: 2)
    let window = try config.int("loop_window_size", in: 1...1 << 32, default: 64)
    decoder.repeatedSpans = Array(repeating: .slidingWindow(window), count: loops - 1)
    return try decoder.shape()
  }

  /// TeleChat 2: other names of keys; a bias on what leaves attention and network alone.
  static func readTeleChat2(_ config: ModelConfig) throws(ModelConfigError) -> ModelShape {
    try config.requireUnquantized()
    var decoder = try StandardDecoder(
      config.renaming([
        "n_layer": "num_hidden_layers", "n_head": "num_attention_heads", "ffn_hidden_size": "intermediate_size",
      ]))
    let size = decoder.size
    decoder.outputBias = true
    decoder.feedForward = { layer, _ in
      layer.linear(
        "mlp.gate_up_proj", .mlp,
        .column(
          input: size.hiddenSize, outputs: [size.intermediateSize, size.intermediateSize], bias: false))
      layer.linear("mlp.down_proj", .mlp, .row(input: size.intermediateSize, output: size.hiddenSize, bias: true))
      return .dense(intermediateSize: size.intermediateSize)
    }
    return try decoder.shape()
  }
}
