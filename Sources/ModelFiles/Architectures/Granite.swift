import Plimsoll

/// Granite's dense models (`granite.py`): a Llama with multipliers that take no memory, and with windows, sinks and
/// positions by layer where the config has them.
enum GraniteFamily {
  static func read(_ config: ModelConfig) throws(ModelConfigError) -> ModelShape {
    var decoder = try StandardDecoder(config)
    let older = try config.bool("bias", default: false)
    let bias = try config.bool("attention_bias", default: false) || older
    (decoder.qkvBias, decoder.outputBias) = (bias, bias)
    try decoder.takeNetwork(gated: true, bias: "mlp_bias", default: false)
    try addLayerTypes(to: &decoder)
    return try decoder.shape()
  }

  /// What `layer_types`, `layer_rope_theta` and `attention_sinks` say of the layers (`granite_layer_attn_params`).
  ///
  /// Every layer has sinks where there are types of layers and the config does not say otherwise; each base of the
  /// rotary frequencies has a table of its own, and 0 stands for none.
  static func addLayerTypes(to decoder: inout StandardDecoder) throws(ModelConfigError) {
    let config = decoder.config
    var isTyped = try config.optionalStrings("layer_types") != nil
    if !isTyped, config.modelType.hasSuffix("_swa") {
      try decoder.windowUnlessTyped { $0 % 4 == 0 }
      isTyped = true
    } else if !isTyped {
      decoder.spans = try config.uniformSpans(numLayers: decoder.size.numLayers)
    }
    if case .array(let bases)? = config.text.members["layer_rope_theta"] {
      var kinds: [JSON] = []
      for base in bases.prefix(decoder.size.numLayers) where base != .integer(0) && base != .number(0) {
        if !kinds.contains(base) { kinds.append(base) }
      }
      let table = decoder.buffers
      decoder.buffers = []
      for _ in kinds { decoder.buffers += table }
    }
    if try config.bool("attention_sinks", default: isTyped) { decoder.sinkAttention("sinks") }
  }
}
