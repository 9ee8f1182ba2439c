import Plimsoll

/// Gemma 4 (`gemma4.py`): full and windowed layers with heads of their own size and number, layers that read an earlier
/// one's cache, an embedding for each layer, experts beside the network.
struct Gemma4Family {
  let config: ModelConfig
  let size: Dimensions
  let spans: [Attention.Span]
  /// Heads of the full layers.
  let fullHeadSize: Int
  let fullKVHeads: Int
  /// The full layers' keys are projected by the rows of their values.
  let sharesProjection: Bool
  /// From here on layers read an earlier one's cache.
  let firstShared: Int
  let doublesSharedWidth: Bool
  /// The width of what each layer has of its own for a token; 0 for none.
  let perLayerWidth: Int
  let perLayerVocabulary: Int
  let experts: Module.Experts?
  let expertsPerToken: Int
  let bias: Bool
  let hasBidirectionalImages: Bool

  static func read(_ config: ModelConfig) throws(ModelConfigError) -> ModelShape {
    try Gemma4Family(config).shape()
  }

  private init(_ config: ModelConfig) throws(ModelConfigError) {
    self.config = config
    size = try Dimensions(config)
    guard config.text.firstKey(of: ["per_layer_config"]) == nil else {
      throw .unmodelled(part: "per_layer_config", value: "given", nearest: "global_head_dim")
    }
    let bidirectional = try config.string("use_bidirectional_attention", default: "")
    guard bidirectional.isEmpty || bidirectional == "vision" else {
      throw .unmodelled(part: "use_bidirectional_attention", value: bidirectional, nearest: "vision")
    }
    hasBidirectionalImages = bidirectional == "vision"
    // The last layer is full whatever the file says.
    var spans: [Attention.Span] = []
    if try config.optionalStrings("layer_types") != nil {
      spans = try config.spans(numLayers: size.numLayers)
    } else {
      let window = try config.int("sliding_window", in: 1...1 << 32)
      spans = (1...size.numLayers).map { $0 % 6 == 0 ? .full : .slidingWindow(window) }
    }
    spans[size.numLayers - 1] = .full
    self.spans = spans
    fullHeadSize = try config.int("global_head_dim", in: 1...1 << 14, default: 512)
    let ownKVHeads = try config.optionalInt("num_global_key_value_heads", in: 1...1 << 14)
    sharesProjection = try config.bool("attention_k_eq_v", default: false)
    fullKVHeads = sharesProjection ? ownKVHeads ?? size.numKVHeads : size.numKVHeads
    guard size.numHeads % fullKVHeads == 0 else {
      throw .contradiction("num_attention_heads is no multiple of num_global_key_value_heads (\(fullKVHeads))")
    }
    let shared = try config.int("num_kv_shared_layers", in: 0...4096, default: 0)
    guard shared < size.numLayers else {
      throw .contradiction("num_kv_shared_layers (\(shared)) leaves no layer that caches")
    }
    firstShared = size.numLayers - shared
    doublesSharedWidth = try config.bool("use_double_wide_mlp", default: false)
    perLayerWidth = try config.optionalInt("hidden_size_per_layer_input", in: 0...1 << 16) ?? 0
    perLayerVocabulary = try config.optionalInt("vocab_size_per_layer_input", in: 1...1 << 26) ?? size.vocabSize
    if let count = try config.optionalInt("num_experts", in: 1...1 << 16) {
      guard
        let width = try config.optionalInt("moe_intermediate_size", "expert_intermediate_size", in: 1...1 << 24)
      else { throw .contradiction("num_experts without moe_intermediate_size") }
      experts = Module.Experts(
        count: count, hiddenSize: size.hiddenSize, intermediateSize: width, hasCommonActivation: false)
      expertsPerToken = try config.int("top_k_experts", in: 1...1 << 16)
    } else {
      (experts, expertsPerToken) = (nil, 0)
    }
    bias = try config.bool("attention_bias", default: false)
  }

  private func shape() throws(ModelConfigError) -> ModelShape {
    var decoder = try DecoderBuilder(config)
    for index in 0..<size.numLayers { add(index, to: &decoder) }
    addPerLayerEmbedding(to: &decoder)
    var local = try config.rope(layerType: "sliding_attention")
    var global = try config.rope(layerType: "full_attention")
    if config.text.firstKey(of: ["rope_parameters"]) == nil {
      (local, global) = (Rope(), Rope())
      global.type = "proportional"
    } else if !local.isToldApart || !global.isToldApart {
      throw .unmodelled(part: "rope_parameters", value: "one for all layers", nearest: "one for each layer type")
    }
    let isLocal = spans.contains { $0 != .full }
    if isLocal {
      decoder.add(
        try local.table(
          "rotary_emb_local", headSize: size.headSize, maxPosition: size.maxPosition, dtype: config.dtype),
        on: .everyStage)
    }
    decoder.add(
      try global.table(headSize: fullHeadSize, maxPosition: size.maxPosition, dtype: config.dtype), on: .everyStage)
    decoder.add(scalar("model.normalizer"), on: .everyStage)
    decoder.ends(
      vocabSize: size.vocabSize, hiddenSize: size.hiddenSize, tied: size.tied, placement: .everyStage)
    decoder.traits.wantsOneKernelForAllHeads = isLocal && fullHeadSize != size.headSize && fullHeadSize <= 512
    guard config.isInsideMultimodal else { return try finish(decoder, global) }
    let hears = config.top.firstKey(of: ["audio_config"]) != nil
    decoder.traits.modalities = ["image", "video"] + (hears ? ["audio"] : [])
    decoder.traits.bidirectionalImages = hasBidirectionalImages
    decoder.traits.tokenBufferWidth = size.numLayers * perLayerWidth
    var shape = try finish(decoder, global)
    try Tower.add(to: &shape, config)
    return shape
  }

  private func finish(_ decoder: DecoderBuilder, _ rope: Rope) throws(ModelConfigError) -> ModelShape {
    try decoder.shape(
      vocabSize: size.vocabSize, hiddenSize: size.hiddenSize, numHeads: size.numHeads, numKVHeads: size.numKVHeads,
      rope: rope)
  }

  private func scalar(_ name: String) -> Module {
    Module(name, .buffers, .tensor(shape: [1], cut: nil), dtype: config.dtype)
  }

  private func add(_ index: Int, to decoder: inout DecoderBuilder) {
    let isFull = spans[index] == .full
    let isShared = index >= firstShared
    let attention = Attention(
      numHeads: size.numHeads, numKVHeads: isFull ? fullKVHeads : size.numKVHeads,
      headSize: isFull ? fullHeadSize : size.headSize, span: spans[index], readsOtherCache: isShared)
    var layer = decoder.layer(index)
    layer.normedAttention(attention, hiddenSize: size.hiddenSize, bias: bias, hasKeys: !isShared)
    if isFull, sharesProjection {
      layer.withEach { if case .qkv = $0.kind { $0.storesKeysForValues = true } }
    }
    let width = size.intermediateSize * (doublesSharedWidth && isShared && firstShared > 0 ? 2 : 1)
    layer.mlp(hiddenSize: size.hiddenSize, intermediateSize: width)
    for name in [
      "input_layernorm", "post_attention_layernorm", "pre_feedforward_layernorm", "post_feedforward_layernorm",
    ] {
      layer.norm(name, size.hiddenSize)
    }
    var network = FeedForward.dense(intermediateSize: width)
    if let experts {
      addExperts(experts, to: &layer)
      network = .experts(
        FeedForward.Routed(
          numExperts: experts.count, expertsPerToken: expertsPerToken, intermediateSize: experts.intermediateSize,
          sharedIntermediateSize: width))
    }
    if perLayerWidth > 0 {
      layer.linear(
        "per_layer_input_gate", .mlp, .replicated(input: size.hiddenSize, outputs: [perLayerWidth], bias: false))
      layer.linear(
        "per_layer_projection", .mlp, .replicated(input: perLayerWidth, outputs: [size.hiddenSize], bias: false))
      layer.norm("post_per_layer_input_norm", size.hiddenSize)
    }
    layer.tensor("layer_scalar", .norms, [1])
    decoder.append(layer, mixer: .attention(attention), feedForward: network)
  }

  private func addExperts(_ experts: Module.Experts, to layer: inout LayerBuilder) {
    layer.table("router.norm", .norms, [size.hiddenSize])
    layer.tensor("router.scale", .router, [size.hiddenSize])
    layer.tensor("router.per_expert_scale", .router, [experts.count])
    layer.table("router.root_size", .router, [1])
    layer.plain(
      "router.proj", .router, .replicated(input: size.hiddenSize, outputs: [experts.count], bias: false))
    layer.experts("experts", experts)
    for name in ["post_feedforward_layernorm_1", "post_feedforward_layernorm_2", "pre_feedforward_layernorm_2"] {
      layer.norm(name, size.hiddenSize)
    }
  }

  /// One table for all layers, the projection beside it, and three scalars.
  private func addPerLayerEmbedding(to decoder: inout DecoderBuilder) {
    guard perLayerWidth > 0 else { return }
    let width = size.numLayers * perLayerWidth
    decoder.add(
      Module(
        "model.embed_tokens_per_layer", .embedding, .vocabulary(rows: perLayerVocabulary, width: width, bias: false),
        dtype: config.dtype), on: .everyStage)
    var scope = LayerBuilder(
      prefix: decoder.modelPrefix, dtype: config.dtype, quantization: decoder.quantization)
    scope.linear(
      "per_layer_model_projection", .mlp, .column(input: size.hiddenSize, outputs: [width], bias: false))
    scope.tensor("per_layer_projection_norm", .norms, [perLayerWidth])
    for module in scope.modules { decoder.add(module, on: .everyStage) }
    for name in ["embed_scale_per_layer", "per_layer_input_scale", "per_layer_projection_scale"] {
      decoder.add(scalar("model." + name), on: .everyStage)
    }
  }
}

extension LayerBuilder {
  /// Attention with norms of queries, keys and values; a layer that is to read another's cache has none of its own
  /// (`gemma3n.py Gemma3nAttention`, `gemma4.py Gemma4Attention`).
  mutating func normedAttention(_ attention: Attention, hiddenSize: Int, bias: Bool, hasKeys: Bool) {
    if !hasKeys {
      let width = attention.numHeads * attention.headSize
      linear("self_attn.q_proj", .attention, .column(input: hiddenSize, outputs: [width], bias: bias))
      linear("self_attn.o_proj", .attention, .row(input: width, output: hiddenSize, bias: bias))
      attentionScales()
    } else {
      self.attention(attention, hiddenSize: hiddenSize, qkvBias: bias, outputBias: bias)
      tensor("self_attn.k_norm", .norms, [attention.headSize])
      // Norms without a learned scale keep ones.
      table("self_attn.v_norm", .norms, [attention.headSize])
    }
    tensor("self_attn.q_norm", .norms, [attention.headSize])
  }
}
