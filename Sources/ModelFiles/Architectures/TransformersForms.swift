import Plimsoll

/// Further classes of transformers that vLLM 0.33.0 serves through its Transformers backend.
///
/// The backend fuses query, key and value, and gate and up, whatever the class calls them, and cuts them and what
/// follows them; other linears are cut where the class's `base_model_tp_plan` says so (`transformers/base.py
/// recursive_replace`). A class that vLLM's registry does not have, or no longer has, is served this way too.
extension TransformersBackend {
  /// Decoders without experts.
  static func readDense(_ config: ModelConfig) throws(ModelConfigError) -> ModelShape {
    var decoder = try backend(config)
    switch config.architecture {
    case "ArceeForCausalLM":
      try decoder.takeBiases("attention_bias", default: false)
      try decoder.takeNetwork(gated: false, bias: "mlp_bias", default: false)
    case "Jais2ForCausalLM":
      try decoder.takeBiases("attention_bias", default: true)
      try decoder.takeNetwork(gated: false, bias: "mlp_bias", default: true)
      (decoder.normBias, decoder.finalNormBias) = (true, true)
    case "CwmForCausalLM":
      try decoder.takeNetwork(gated: true, bias: "mlp_bias", default: false)
      try decoder.windowUnlessTyped { $0 % 4 == 0 }
    case "HeliumForCausalLM":
      decoder.qkvBias = try config.bool("attention_bias", default: false)
      try decoder.takeNetwork(gated: true, bias: "mlp_bias", default: false)
    case "MinistralForCausalLM":
      try decoder.windowUnlessTyped { _ in false }
    case "OlmoForCausalLM":
      try decoder.takeBiases("attention_bias", default: false)
      decoder.norms = []
      decoder.hasFinalNorm = false
    case "VaultGemmaForCausalLM":
      try decoder.takeBiases("attention_bias", default: false)
      try decoder.windowUnlessTyped { $0 % 2 == 1 }
      decoder.norms = ["input_layernorm", "pre_feedforward_layernorm"]
      decoder.buffers.append(
        Module("embed_tokens.embed_scale", .buffers, .tensor(shape: [1], cut: nil), dtype: config.dtype))
    case "NanoChatForCausalLM":
      try config.requireUnquantized()
      try decoder.takeBiases("attention_bias", default: false)
      try decoder.takeNetwork(gated: false, bias: nil, default: false)
      decoder.norms = []
      decoder.hasFinalNorm = false
    case "PhiForCausalLM":
      try config.requireUnquantized()
      guard try config.bool("qk_layernorm", default: false) == false else {
        throw .unmodelled(part: "qk_layernorm", value: "true", nearest: "false")
      }
      if !decoder.rope.statesPartialFactor { decoder.rope.partialRotaryFactor = 0.5 }
      decoder.buffers = try frequencies(decoder.rope, headSize: decoder.size.headSize)
      (decoder.qkvBias, decoder.outputBias, decoder.headBias) = (true, true, true)
      (decoder.normBias, decoder.finalNormBias) = (true, true)
      decoder.norms = ["input_layernorm"]
      try decoder.takeNetwork(gated: false, bias: nil, default: true)
    default: throw VLLMRegistry.problem(with: config.architecture)
    }
    return try decoder.shape()
  }

  /// Decoders with routed experts.
  static func readRouted(_ config: ModelConfig) throws(ModelConfigError) -> ModelShape {
    var decoder = try backend(config)
    decoder.servedAs = "TransformersMoEForCausalLM"
    switch config.architecture {
    case "Dots1ForCausalLM":
      try decoder.takeBiases("attention_bias", default: false)
      decoder.qkNorm = .perHead
      let last = try config.int("max_window_layers", in: 0...4096, default: 62)
      try decoder.windowUnlessTyped { $0 < last }
      try decoder.route(try RoutedExperts(config, correctionBias: true))
    case "SolarOpenForCausalLM":
      decoder.qkvBias = try config.bool("attention_bias", default: false)
      try decoder.route(try RoutedExperts(config, correctionBias: true))
    case "PhimoeForCausalLM":
      try decoder.takeBiases("attention_bias", default: false)
      (decoder.normBias, decoder.finalNormBias) = (true, true)
      decoder.headBias = try config.bool("lm_head_bias", default: false)
      try decoder.routeEveryLayer(count: "num_local_experts")
    case "Kolibri1ForCausalLM":
      decoder.qkNorm = .perHead
      decoder.norms += ["post_self_attn_layernorm", "post_mlp_layernorm"]
      try decoder.windowUnlessTyped { ($0 + 1) % 5 == 0 }
      var experts = try RoutedExperts(config, correctionBias: true)
      experts.sharedIntermediateSize = try config.int("shared_expert_intermediate_size", in: 1...1 << 24)
      try decoder.route(experts)
    case "MellumForCausalLM":
      try decoder.takeBiases("attention_bias", default: false)
      decoder.qkNorm = .perHead
      // One set of frequencies for each kind of layer.
      let kinds = Set(decoder.spans.map { $0 == .full }).count
      let set = decoder.buffers
      for _ in 1..<max(1, kinds) { decoder.buffers += set }
      let types = try config.optionalStrings("mlp_layer_types") ?? []
      try decoder.route(try RoutedExperts(config, correctionBias: false)) {
        $0 < types.count && types[$0] == "dense"
      }
    case "HunYuanMoEV1ForCausalLM":
      try decoder.takeBiases("attention_bias", default: false)
      decoder.qkNorm = .perHead
      try decoder.routeHunyuan()
    default: throw VLLMRegistry.problem(with: config.architecture)
    }
    return try decoder.shape()
  }
}

extension StandardDecoder {
  /// One key for the biases of all four projections.
  mutating func takeBiases(_ key: String, default fallback: Bool) throws(ModelConfigError) {
    qkvBias = try config.bool(key, default: fallback)
    outputBias = qkvBias
  }

  /// A dense network, with biases by a key where there is one.
  mutating func takeNetwork(gated: Bool, bias key: String?, default fallback: Bool) throws(ModelConfigError) {
    var bias = fallback
    if let key { bias = try config.bool(key, default: fallback) }
    let (size, hasBias) = (size, bias)
    feedForward = { layer, _ in
      layer.mlp(hiddenSize: size.hiddenSize, intermediateSize: size.intermediateSize, gated: gated, bias: hasBias)
      return .dense(intermediateSize: size.intermediateSize)
    }
  }

  /// Windows for all layers but those that are full, where the config has a window and names no types of layers.
  mutating func windowUnlessTyped(_ isFull: (Int) -> Bool) throws(ModelConfigError) {
    guard try config.optionalStrings("layer_types") == nil else { return }
    guard let window = try config.optionalInt("sliding_window", in: 1...1 << 32) else {
      spans = Array(repeating: .full, count: size.numLayers)
      return
    }
    spans = (0..<size.numLayers).map { isFull($0) ? .full : .slidingWindow(window) }
  }

  /// Experts of DeepSeek's kind in all layers but those that are dense.
  mutating func route(
    _ experts: RoutedExperts, unless isDense: @escaping @Sendable (Int) -> Bool = { _ in false }
  ) throws(ModelConfigError) {
    let size = size
    guard experts.count > 0 else { throw .contradiction("the config states no experts") }
    feedForward = { layer, index in
      guard !isDense(index) else {
        layer.mlp(hiddenSize: size.hiddenSize, intermediateSize: size.intermediateSize)
        return .dense(intermediateSize: size.intermediateSize)
      }
      return experts.add(to: &layer, index: index, size: size)
    }
  }

  /// Hunyuan's experts: widths may be stated for each layer; a shared network as wide as `intermediate_size`.
  fileprivate mutating func routeHunyuan() throws(ModelConfigError) {
    let (size, count) = (size, try config.int("num_experts", in: 1...1 << 16))
    let width = try config.firstInt("moe_intermediate_size") ?? size.intermediateSize
    let perToken = try config.firstInt("moe_topk") ?? 1
    feedForward = { layer, _ in
      layer.linear("mlp.gate.wg", .router, .replicated(input: size.hiddenSize, outputs: [count], bias: false))
      layer.mlp(hiddenSize: size.hiddenSize, intermediateSize: size.intermediateSize, scope: "mlp.shared_mlp")
      var routed = layer.route(
        Module.Experts(count: count, hiddenSize: size.hiddenSize, intermediateSize: width), perToken: perToken)
      if case .experts(var experts) = routed {
        experts.sharedIntermediateSize = size.intermediateSize
        routed = .experts(experts)
      }
      return routed
    }
  }
}

extension ModelConfig {
  /// A number that may be stated once or for each layer alike.
  fileprivate func firstInt(_ key: String) throws(ModelConfigError) -> Int? {
    guard case .array? = text.members[key] else { return try optionalInt(key, in: 1...1 << 24) }
    let values = try optionalInts(key, in: 1...1 << 24) ?? []
    guard let first = values.first, values.allSatisfy({ $0 == first }) else {
      throw .unmodelled(part: "\(key) by layer", value: "unequal", nearest: "equal in all layers")
    }
    return first
  }
}
