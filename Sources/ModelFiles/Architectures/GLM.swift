import Plimsoll

/// GLM-4 (`glm4.py`), GLM-4.5 with experts (`glm4_moe.py`) and the older ChatGLM (`chatglm.py`).
enum GLMFamily {
  static func read4(_ config: ModelConfig) throws(ModelConfigError) -> ModelShape {
    var decoder = try StandardDecoder(config)
    decoder.qkvBias = try config.bool("attention_bias", default: false)
    decoder.norms += ["post_self_attn_layernorm", "post_mlp_layernorm"]
    try halveRotary(&decoder)
    return try decoder.shape()
  }

  /// The router is float32 with a correction bias; shared experts beside the routed ones.
  static func readMoE(_ config: ModelConfig) throws(ModelConfigError) -> ModelShape {
    var decoder = try StandardDecoder(config)
    decoder.qkvBias = try config.bool("attention_bias", default: false)
    if try config.bool("use_qk_norm", default: false) { decoder.qkNorm = .perHead }
    try halveRotary(&decoder)
    let experts = try RoutedExperts(config, routerDType: .float32, correctionBias: true)
    let size = decoder.size
    decoder.feedForward = { experts.add(to: &$0, index: $1, size: size) }
    return try decoder.shape()
  }

  /// Names of the config differ: `num_layers`, `ffn_hidden_size`, `multi_query_group_num`, `seq_length`.
  static func readChat(_ config: ModelConfig) throws(ModelConfigError) -> ModelShape {
    var members = config.text.members
    let names = [
      "num_layers": "num_hidden_layers", "ffn_hidden_size": "intermediate_size", "padded_vocab_size": "vocab_size",
      "seq_length": "max_position_embeddings", "kv_channels": "head_dim",
    ]
    for (theirs, ours) in names {
      if let value = members[theirs] { members[ours] = value }
    }
    if try config.bool("multi_query_attention", default: false) {
      members["num_key_value_heads"] = members["multi_query_group_num"]
    }
    let renamed = ModelConfig(config, text: ConfigObject(members, path: config.text.path))
    var decoder = try StandardDecoder(renamed)
    let bias = try config.bool("add_bias_linear", default: false)
    decoder.qkvBias = try config.bool("add_qkv_bias", default: false) || bias
    decoder.outputBias = bias
    let isRMS = try config.bool("rmsnorm", default: true)
    (decoder.normBias, decoder.finalNormBias) = (!isRMS, !isRMS)
    let size = decoder.size
    decoder.feedForward = { layer, _ in
      layer.mlp(hiddenSize: size.hiddenSize, intermediateSize: size.intermediateSize, bias: bias)
      return .dense(intermediateSize: size.intermediateSize)
    }
    decoder.endPlacement = .everyStage
    decoder.rope = Rope()
    try halveRotary(&decoder)
    return try decoder.shape()
  }

  /// These classes rotate half of each head unless the config says otherwise.
  private static func halveRotary(_ decoder: inout StandardDecoder) throws(ModelConfigError) {
    if !decoder.rope.statesPartialFactor { decoder.rope.partialRotaryFactor = 0.5 }
    decoder.buffers = [
      try decoder.rope.table(
        headSize: decoder.size.headSize, maxPosition: decoder.size.maxPosition, dtype: decoder.config.dtype)
    ]
  }
}
