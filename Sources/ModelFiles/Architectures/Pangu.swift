import Plimsoll

/// openPangu (`openpangu.py`): a Llama, or one with experts, or latent attention with experts; four norms a layer where
/// the config wants them.
enum PanguFamily {
  static func read(_ config: ModelConfig) throws(ModelConfigError) -> ModelShape {
    let routes = config.architecture != "PanguEmbeddedForCausalLM"
    guard try config.optionalInt("param_sink_number", in: 0...1 << 16) ?? 0 == 0 else {
      throw .unmodelled(part: "param_sink_number", value: "above 0", nearest: "0")
    }
    guard config.text.firstKey(of: ["interleaved_sliding_window"]) == nil else {
      throw .unmodelled(part: "interleaved_sliding_window", value: "given", nearest: "full attention")
    }
    let hasMLPBias = try config.bool("mlp_bias", default: false)
    guard !routes || !hasMLPBias else {
      throw .unmodelled(part: "mlp_bias of experts", value: "true", nearest: "false")
    }
    let isRouted = try config.optionalInt("n_routed_experts", in: 1...1 << 16) != nil
    if routes, !isRouted { throw .contradiction("the config states no n_routed_experts") }
    var experts: RoutedExperts?
    if isRouted {
      experts = try RoutedExperts(
        config, correctionBias: try config.bool("router_enable_expert_bias", default: false))
      experts?.frequency = 1
    }
    let more =
      try config.bool("sandwich_norm", default: false) ? ["pre_mlp_layernorm", "post_mlp_layernorm"] : []
    let latentKeys = ["qk_nope_head_dim", "qk_rope_head_dim", "v_head_dim", "kv_lora_rank"]
    if latentKeys.allSatisfy(config.text.has) {
      guard let experts else {
        throw .unmodelled(part: "latent attention without", value: "experts", nearest: "PanguUltraMoEForCausalLM")
      }
      var form = DeepSeekFamily.Form(experts: experts)
      form.norms += more
      // The class scales nothing, whatever the config says.
      form.rope = Rope()
      return try DeepSeekFamily.read(config, form: form)
    }
    var decoder = try StandardDecoder(config)
    let older = try config.bool("bias", default: false)
    let bias = try config.bool("attention_bias", default: false) || older
    decoder.qkvBias = try config.bool("qkv_bias", default: bias)
    decoder.outputBias = bias
    decoder.norms += more
    if let experts {
      try decoder.route(experts)
    } else {
      try decoder.takeNetwork(gated: true, bias: "mlp_bias", default: false)
    }
    decoder.traits.sharesTokensAmongExperts = true
    return try decoder.shape()
  }
}
