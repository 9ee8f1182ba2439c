import Plimsoll

/// Sarvam 105B with latent attention (`sarvam.py`), and A.X K1 (`AXK1.py`), on DeepSeek's decoder.
enum LatentVariants {
  /// Query and key-value latents are linears of their own.
  static func readSarvam(_ stated: ModelConfig) throws(ModelConfigError) -> ModelShape {
    let config = stated.renaming(["n_routed_experts": "num_experts", "n_shared_experts": "num_shared_experts"])
    let count = try config.int("num_experts", in: 1...1 << 16)
    let width = try config.int("moe_intermediate_size", in: 1...1 << 24)
    let isStated = config.text.members["moe_shared_expert_intermediate_size"] != nil
    let shared = isStated ? try config.int("moe_shared_expert_intermediate_size", in: 1...1 << 24) : width
    guard try config.int("moe_layer_freq", in: 1...4096, default: 1) == 1 else {
      throw .unmodelled(part: "moe_layer_freq", value: "above 1", nearest: "1")
    }
    var form = DeepSeekFamily.Form(
      experts: RoutedExperts(
        count: count, perToken: try config.int("num_experts_per_tok", in: 1...1 << 16), intermediateSize: width,
        shared: try config.int("num_shared_experts", in: 0...1 << 16, default: 1) * shared,
        firstDense: try config.int("first_k_dense_replace", in: 0...4096, default: 1),
        correctionBias: try config.bool("moe_router_enable_expert_bias", default: true)))
    form.fusesLatents = false
    form.sharesTokens = false
    return try DeepSeekFamily.read(config, form: form)
  }

  /// A third norm in each layer; nothing is tied.
  static func readAXK1(_ config: ModelConfig) throws(ModelConfigError) -> ModelShape {
    let method = try config.string("topk_method", default: "noaux_tc")
    var experts = try RoutedExperts(config, correctionBias: method == "noaux_tc")
    experts.isDense = try config.denseLayers(
      numLayers: try config.int("num_hidden_layers", in: 1...4096), unlessTyped: experts.firstDense)
    if try config.optionalStrings("mlp_layer_types") != nil { (experts.firstDense, experts.frequency) = (0, 1) }
    var form = DeepSeekFamily.Form(experts: experts)
    form.norms.append("post_mlp_layernorm")
    form.isNeverTied = true
    return try DeepSeekFamily.read(config, form: form)
  }
}
