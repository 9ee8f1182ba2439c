import Plimsoll

/// Llama and the models that vLLM serves with the same class (`model_executor/models/llama.py`, `mistral.py`, `phi3.py`).
///
/// `attention_bias` puts a bias on all four projections, `qkv_bias` overrides it for three; layers are windowed by
/// `layer_types`, or all by `sliding_window`.
enum LlamaFamily {
  static func read(_ config: ModelConfig) throws(ModelConfigError) -> ModelShape {
    var decoder = try StandardDecoder(config)
    let older = try config.bool("bias", default: false)
    let bias = try config.bool("attention_bias", default: false) || older
    decoder.qkvBias = try config.bool("qkv_bias", default: bias)
    decoder.outputBias = bias
    let mlpBias = try config.bool("mlp_bias", default: false)
    let size = decoder.size
    decoder.feedForward = { layer, _ in
      layer.mlp(hiddenSize: size.hiddenSize, intermediateSize: size.intermediateSize, bias: mlpBias)
      return .dense(intermediateSize: size.intermediateSize)
    }
    return try decoder.shape()
  }
}

/// InternLM 2: a Llama with other names and no biases (`internlm2.py`); embedding and head on every stage.
enum InternLM2Family {
  static func read(_ config: ModelConfig) throws(ModelConfigError) -> ModelShape {
    var decoder = try StandardDecoder(config)
    decoder.endPlacement = .everyStage
    return try decoder.shape()
  }
}
