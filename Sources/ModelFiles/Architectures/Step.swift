import Plimsoll

/// Step 3 (`step3_text.py`) and Step 3.5 (`step3p5.py`).
enum StepFamily {
  /// One key and one value head, whole on every rank with a short query that a second projection widens.
  static func readText(_ stated: ModelConfig) throws(ModelConfigError) -> ModelShape {
    let config = stated.renaming([
      "max_position_embedding": "max_position_embeddings", "num_attention_groups": "num_key_value_heads",
    ])
    let size = try Dimensions(config)
    guard size.numKVHeads == 1 else { throw .contradiction("num_attention_groups is not 1, as vLLM wants it") }
    let stateQuery = try config.optionalInt("share_q_dim", in: 0...1 << 20) ?? 0
    let queryWidth = stateQuery > 0 ? stateQuery : size.headSize
    var experts = try routedExperts(config, correctionBias: false)
    experts.sharedIntermediateSize = 0
    let sharedWidth = try config.int("share_expert_dim", in: 1...1 << 24)
    let isDense = try denseLayers(config, numLayers: size.numLayers)
    let attention = Attention(
      numHeads: size.numHeads, numKVHeads: 1, headSize: size.headSize,
      span: try config.uniformSpans(numLayers: 1)[0])
    var decoder = try DecoderBuilder(config)
    // The class hands its layers no prefix.
    decoder.prefix = ".layers"
    for index in 0..<size.numLayers {
      var layer = decoder.layer(index)
      let width = queryWidth + 2 * size.headSize
      layer.linear(
        "self_attn.qkv_proj", .attention, .replicated(input: size.hiddenSize, outputs: [width], bias: false))
      layer.linear(
        "self_attn.o_proj", .attention,
        .row(input: size.numHeads * size.headSize, output: size.hiddenSize, bias: false))
      layer.norm("self_attn.inter_norm", queryWidth)
      layer.linear(
        "self_attn.wq", .attention, .column(input: queryWidth, outputs: [size.numHeads * size.headSize], bias: false))
      layer.attentionScales(isQuantizable: false)
      var network = FeedForward.dense(intermediateSize: size.intermediateSize)
      if isDense[index] {
        layer.mlp(hiddenSize: size.hiddenSize, intermediateSize: size.intermediateSize)
      } else {
        network = experts.add(to: &layer, index: index, size: size)
        layer.mlp(hiddenSize: size.hiddenSize, intermediateSize: sharedWidth, scope: "share_expert")
        if case .experts(var routed) = network {
          routed.sharedIntermediateSize = sharedWidth
          network = .experts(routed)
        }
      }
      for name in ["input_layernorm", "post_attention_layernorm"] { layer.norm(name, size.hiddenSize) }
      decoder.append(layer, mixer: .attention(attention), feedForward: network)
    }
    let rope = try config.rope()
    decoder.add(
      try rope.table(headSize: size.headSize, maxPosition: size.maxPosition, dtype: config.dtype), on: .everyStage)
    decoder.ends(
      vocabSize: size.vocabSize, hiddenSize: size.hiddenSize, tied: false, placement: .firstAndLast)
    return try decoder.shape(
      vocabSize: size.vocabSize, hiddenSize: size.hiddenSize, numHeads: size.numHeads, numKVHeads: 1, rope: rope)
  }

  /// Windowed layers with query heads of their own number, a gate a head, experts behind a float32 router.
  static func read35(_ stated: ModelConfig) throws(ModelConfigError) -> ModelShape {
    let config = stated.renaming(["num_attention_groups": "num_key_value_heads"])
    var decoder = try StandardDecoder(config)
    let size = decoder.size
    decoder.size.tied = false
    if try config.optionalStrings("layer_types") == nil {
      decoder.spans = Array(repeating: .full, count: size.numLayers)
    }
    let local = try windowedHeads(config) ?? size.numHeads
    guard local % size.numKVHeads == 0 else {
      throw .contradiction("windowed layers have \(local) heads, no multiple of num_attention_groups")
    }
    if local != size.numHeads { decoder.numHeadsByLayer = decoder.spans.map { $0 == .full ? size.numHeads : local } }
    decoder.qkvBias = try config.bool("attention_bias", default: false)
    decoder.qkNorm = .perHead
    decoder.buffers = try tables(config, decoder)
    var experts = try routedExperts(config, correctionBias: true)
    experts.routerDType = .float32
    experts.isDense = try denseLayers(config, numLayers: size.numLayers)
    try decoder.route(experts)
    if try config.bool("use_head_wise_attn_gate", default: false) {
      decoder.gateAttention("g_proj", perHead: true)
    }
    return try decoder.shape()
  }

  private static func routedExperts(
    _ config: ModelConfig, correctionBias: Bool
  ) throws(ModelConfigError) -> RoutedExperts {
    guard let count = try config.optionalInt("moe_num_experts", "n_routed_experts", in: 1...1 << 16) else {
      throw .contradiction("the config states no moe_num_experts")
    }
    var experts = RoutedExperts(
      count: count, perToken: try config.optionalInt("moe_top_k", "num_experts_per_tok", in: 1...1 << 16) ?? 8,
      intermediateSize: try config.int("moe_intermediate_size", in: 1...1 << 24),
      shared: try config.optionalInt("share_expert_dim", "share_expert_dims", in: 1...1 << 24) ?? 1280,
      correctionBias: correctionBias)
    (experts.scope, experts.sharedName) = ("moe", "share_expert")
    return experts
  }

  /// Which layers have no experts: by `mlp_layer_types`, by the numbers in `moe_layers_enum`, or the first.
  private static func denseLayers(_ config: ModelConfig, numLayers: Int) throws(ModelConfigError) -> [Bool] {
    var routed: Set<Int>
    switch config.text.members["moe_layers_enum"] {
    case .string(let list)?: routed = Set(list.split(separator: ",").compactMap { Int($0.filter { $0 != " " }) })
    case .array?: routed = Set(try config.optionalInts("moe_layers_enum", in: 0...4096) ?? [])
    default:
      let first = config.modelType == "step3p5" ? 3 : 1
      return try config.denseLayers(numLayers: numLayers, unlessTyped: first)
    }
    if config.modelType == "step3p5", try config.optionalStrings("mlp_layer_types") != nil {
      return try config.denseLayers(numLayers: numLayers, unlessTyped: 3)
    }
    routed = routed.filter { $0 < numLayers }
    return (0..<numLayers).map { !routed.contains($0) }
  }

  /// Query heads of the windowed layers, where they are stated.
  private static func windowedHeads(_ config: ModelConfig) throws(ModelConfigError) -> Int? {
    if let heads = try config.optionalInt("num_sliding_attention_heads", in: 1...1 << 14) { return heads }
    do throws(ConfigError) {
      return try config.text.optionalObject("attention_other_setting")?.optionalInt(
        "num_attention_heads", in: 1...1 << 14)
    } catch {
      throw .value(error)
    }
  }

  /// One table for each kind of layer that the model has; older files state the parts by layer.
  private static func tables(
    _ config: ModelConfig, _ decoder: StandardDecoder
  ) throws(ModelConfigError) -> [Module] {
    var tables: [Module] = []
    for (name, isFull) in [("full_attention", true), ("sliding_attention", false)] {
      guard let first = decoder.spans.firstIndex(where: { ($0 == .full) == isFull }) else { continue }
      var rope = try config.rope(layerType: name)
      if !rope.isToldApart {
        // The scaling is for the full layers.
        if !isFull { rope = Rope() }
        if case .array(let parts)? = config.text.members["partial_rotary_factors"], parts.indices.contains(first) {
          switch parts[first] {
          case .number(let part): rope.partialRotaryFactor = part
          case .integer(let part): rope.partialRotaryFactor = Double(part)
          default: break
          }
        }
      }
      tables.append(
        try rope.table(
          isFull ? "rotary_emb" : "rotary_emb_local", headSize: decoder.size.headSize,
          maxPosition: decoder.size.maxPosition, dtype: config.dtype))
    }
    return tables
  }
}
