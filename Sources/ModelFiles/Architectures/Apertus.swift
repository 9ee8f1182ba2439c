import Plimsoll

/// Apertus (`apertus.py`): a Llama whose ungated network has a learned activation, with norms on each head.
enum ApertusFamily {
  static func read(_ config: ModelConfig) throws(ModelConfigError) -> ModelShape {
    var decoder = try StandardDecoder(config)
    let size = decoder.size
    let attentionBias = try config.bool("attention_bias", default: false)
    let olderBias = try config.bool("bias", default: false)
    let bias = attentionBias || olderBias
    decoder.outputBias = bias
    decoder.qkvBias = try config.bool("qkv_bias", default: bias)
    decoder.qkNorm = .perHead
    decoder.norms = ["attention_layernorm", "feedforward_layernorm"]
    let mlpBias = try config.bool("mlp_bias", default: false)
    decoder.feedForward = { layer, _ in
      layer.mlp(hiddenSize: size.hiddenSize, intermediateSize: size.intermediateSize, gated: false, bias: mlpBias)
      // xIELU's two learned slopes and two constants (`layers/activation.py XIELU`), always bfloat16.
      for name in ["alpha_p", "alpha_n", "beta", "eps"] {
        layer.tensor("mlp.act_fn." + name, .mlp, [1], dtype: .bfloat16)
      }
      return .dense(intermediateSize: size.intermediateSize)
    }
    return try decoder.shape()
  }
}
