import Plimsoll

/// BLOOM (`bloom.py`): position by a slope for each head (ALiBi), a norm after the embedding, an ungated network four
/// times as wide with biases.
enum BloomFamily {
  static func read(_ config: ModelConfig) throws(ModelConfigError) -> ModelShape {
    try config.requireUnquantized()
    let config = config.renaming(["n_layer": "num_hidden_layers", "n_head": "num_attention_heads"])
    var decoder = try StandardDecoder(config)
    decoder.size.numKVHeads = decoder.size.numHeads
    decoder.size.headSize = decoder.size.hiddenSize / decoder.size.numHeads
    let size = decoder.size
    (decoder.qkvBias, decoder.outputBias, decoder.normBias, decoder.finalNormBias) = (true, true, true, true)
    decoder.endPlacement = .everyStage
    decoder.feedForward = { layer, _ in
      layer.table("self_attention.attn.alibi_slopes", .attention, [size.numHeads], cut: 0, dtype: .float32)
      layer.mlp(hiddenSize: size.hiddenSize, intermediateSize: 4 * size.hiddenSize, gated: false, bias: true)
      return .dense(intermediateSize: 4 * size.hiddenSize)
    }
    decoder.buffers = ["weight", "bias"].map {
      Module(
        "transformer.word_embeddings_layernorm." + $0, .norms, .tensor(shape: [size.hiddenSize], cut: nil),
        dtype: config.dtype)
    }
    return try decoder.shape()
  }
}
