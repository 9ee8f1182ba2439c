import Plimsoll

/// Falcon (`falcon.py`): one or grouped KV heads, an ungated network four times as wide, norms with a bias.
enum FalconFamily {
  static func read(_ config: ModelConfig) throws(ModelConfigError) -> ModelShape {
    var decoder = try StandardDecoder(config)
    let heads = decoder.size.numHeads
    let isNew = try config.bool("new_decoder_architecture", default: false)
    let isMultiQuery = try config.bool("multi_query", default: true)
    let stated = try config.optionalInt("n_head_kv", "num_kv_heads", "num_key_value_heads", in: 1...1 << 14)
    decoder.size.numKVHeads = isNew ? stated ?? heads : isMultiQuery ? 1 : heads
    let bias = try config.bool("bias", default: false)
    let size = decoder.size
    (decoder.qkvBias, decoder.outputBias) = (bias, bias)
    let isParallel = try config.bool("parallel_attn", default: true)
    let norms = try config.optionalInt("num_ln_in_parallel_attn", in: 1...2) ?? (isNew ? 2 : 1)
    decoder.norms =
      !isParallel
      ? ["post_attention_layernorm", "input_layernorm"] : norms == 2 ? ["ln_attn", "ln_mlp"] : ["input_layernorm"]
    (decoder.normBias, decoder.finalNormBias) = (true, true)
    decoder.endPlacement = .everyStage
    decoder.feedForward = { layer, _ in
      layer.mlp(hiddenSize: size.hiddenSize, intermediateSize: 4 * size.hiddenSize, gated: false, bias: bias)
      return .dense(intermediateSize: 4 * size.hiddenSize)
    }
    if try config.bool("alibi", default: false) {
      throw .unmodelled(part: "position bias", value: "alibi", nearest: "rotary Falcon")
    }
    return try decoder.shape()
  }
}
