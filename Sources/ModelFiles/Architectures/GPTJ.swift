import Plimsoll

/// GPT-J (`gpt_j.py`): one norm a layer, an ungated network with biases, a head with a bias, nothing tied.
enum GPTJFamily {
  /// Names of the config differ: `n_embd`, `n_layer`, `n_head`, `n_positions`, `n_inner`.
  static func read(_ config: ModelConfig) throws(ModelConfigError) -> ModelShape {
    try config.requireUnquantized()
    var decoder = try StandardDecoder(config.renamingGPT2Keys())
    decoder.size.tied = false
    let size = decoder.size
    decoder.norms = ["ln_1"]
    (decoder.normBias, decoder.finalNormBias, decoder.headBias) = (true, true, true)
    decoder.endPlacement = .everyStage
    decoder.feedForward = { layer, _ in
      layer.mlp(hiddenSize: size.hiddenSize, intermediateSize: size.intermediateSize, gated: false, bias: true)
      return .dense(intermediateSize: size.intermediateSize)
    }
    let rotaryDim = try config.int("rotary_dim", in: 1...size.headSize)
    decoder.rope.partialRotaryFactor = Double(rotaryDim) / Double(size.headSize)
    decoder.buffers = [
      try decoder.rope.table(headSize: size.headSize, maxPosition: size.maxPosition, dtype: config.dtype)
    ]
    return try decoder.shape()
  }
}
