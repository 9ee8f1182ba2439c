import Plimsoll

/// K2 Horizon (`k2_horizon.py`): norms over groups, heads of which a part rotates, a gate on attention where the config
/// wants one, experts in every so-manyth layer, and in those layers values that experts of their own make (MoVA).
struct K2HorizonFamily {
  private let config: ModelConfig
  private let size: Dimensions
  private let experts: Module.Experts
  private let perToken: Int
  private let shared: Int
  private let step: Int
  private let denseLayers: Set<Int>
  private let numValueExperts: Int
  private let hasRouterBias: Bool
  private let hasBias: Bool
  private let hasQKNorm: Bool
  private let isGated: Bool

  static func read(_ config: ModelConfig) throws(ModelConfigError) -> ModelShape {
    try K2HorizonFamily(config).shape()
  }

  private init(_ config: ModelConfig) throws(ModelConfigError) {
    self.config = config
    size = try Dimensions(config)
    guard config.text.firstKey(of: ["dual_chunk_attention_config"]) == nil else {
      throw .unmodelled(part: "dual_chunk_attention_config", value: "given", nearest: "without")
    }
    let count = try config.int("num_experts", in: 0...1 << 16)
    experts = Module.Experts(
      count: count, hiddenSize: size.hiddenSize,
      intermediateSize: count > 0 ? try config.int("moe_intermediate_size", in: 1...1 << 24) : 1)
    perToken = count > 0 ? try config.int("num_experts_per_tok", in: 1...1 << 16) : 1
    shared = (count > 0 ? try config.int("num_shared_experts", in: 0...1 << 16) : 0) * experts.intermediateSize
    step = try config.int("decoder_sparse_step", in: 1...4096, default: 1)
    denseLayers = Set(try config.optionalInts("mlp_only_layers", in: 0...4096) ?? [])
    numValueExperts = try config.int("mova_num_experts", in: 0...1 << 12, default: 0)
    hasRouterBias = try config.bool("moe_gate_bias", default: false)
    hasBias = try config.bool("attention_bias", default: false)
    hasQKNorm = try config.bool("query_key_norm", default: false)
    isGated = config.text.firstKey(of: ["attention_gate_func"]) != nil
    if numValueExperts > 0 { try config.requireUnquantized() }
  }

  private func shape() throws(ModelConfigError) -> ModelShape {
    var decoder = try DecoderBuilder(config)
    decoder.traits.sharesTokensAmongExperts = true
    let attention = Attention(
      numHeads: size.numHeads, numKVHeads: size.numKVHeads, headSize: size.headSize,
      span: try config.uniformSpans(numLayers: 1)[0])
    for index in 0..<size.numLayers {
      var layer = decoder.layer(index)
      let routes = experts.count > 0 && !denseLayers.contains(index) && (index + 1) % step == 0
      if routes, numValueExperts > 0 {
        addValueExperts(to: &layer)
      } else {
        layer.attention(attention, hiddenSize: size.hiddenSize, qkvBias: hasBias, outputBias: hasBias)
      }
      addHeadNorms(to: &layer)
      let network = routes ? addExperts(to: &layer) : addNetwork(to: &layer)
      for name in ["input_layernorm", "post_attention_layernorm"] { layer.norm(name, size.hiddenSize) }
      decoder.append(layer, mixer: .attention(attention), feedForward: network)
    }
    var rope = try config.rope()
    let rotaryDim = try config.optionalInt("rope_head_dim", in: 0...size.headSize) ?? 0
    rope.partialRotaryFactor = rotaryDim > 0 ? Double(rotaryDim) / Double(size.headSize) : 1
    decoder.add(
      try rope.table(headSize: size.headSize, maxPosition: size.maxPosition, dtype: config.dtype), on: .everyStage)
    decoder.ends(
      vocabSize: size.vocabSize, hiddenSize: size.hiddenSize, tied: size.tied, placement: .everyStage)
    return try decoder.shape(
      vocabSize: size.vocabSize, hiddenSize: size.hiddenSize, numHeads: size.numHeads, numKVHeads: size.numKVHeads,
      rope: rope)
  }

  /// Queries and keys in one linear; each expert makes all values, and a router chooses among them.
  private func addValueExperts(to layer: inout LayerBuilder) {
    let (queries, keys) = (size.numHeads * size.headSize, size.numKVHeads * size.headSize)
    let scope = "self_attn."
    layer.linear(
      scope + "qk_proj", .attention, .column(input: size.hiddenSize, outputs: [queries, keys], bias: hasBias),
      fusing: ["q_proj", "k_proj"])
    addRouter(scope + "v_router", numValueExperts, to: &layer)
    for index in 0..<numValueExperts {
      layer.linear(
        scope + "v_experts.\(index)", .attention, .column(input: size.hiddenSize, outputs: [keys], bias: false))
    }
    layer.linear(scope + "o_proj", .attention, .row(input: queries, output: size.hiddenSize, bias: hasBias))
    layer.attentionScales()
  }

  /// A bias becomes float32.
  private func addRouter(_ name: String, _ count: Int, to layer: inout LayerBuilder) {
    layer.linear(name, .router, .replicated(input: size.hiddenSize, outputs: [count], bias: false))
    if hasRouterBias { layer.tensor(name + ".bias", .router, [count], dtype: .float32) }
  }

  private func addHeadNorms(to layer: inout LayerBuilder) {
    if hasQKNorm {
      layer.tensor("self_attn.q_norm", .norms, [size.numHeads, size.headSize], cut: 0)
      layer.tensor("self_attn.k_norm", .norms, [size.numKVHeads, size.headSize], cut: 0)
    }
    if isGated {
      layer.linear(
        "self_attn.gate_proj", .attention,
        .column(input: size.hiddenSize, outputs: [size.numHeads * size.headSize], bias: false))
    }
  }

  private func addExperts(to layer: inout LayerBuilder) -> FeedForward {
    addRouter("mlp.gate", experts.count, to: &layer)
    if shared > 0 { layer.mlp(hiddenSize: size.hiddenSize, intermediateSize: shared, scope: "mlp.shared_experts") }
    layer.experts("mlp.experts", experts)
    return .experts(
      FeedForward.Routed(
        numExperts: experts.count, expertsPerToken: perToken, intermediateSize: experts.intermediateSize,
        sharedIntermediateSize: shared))
  }

  private func addNetwork(to layer: inout LayerBuilder) -> FeedForward {
    layer.mlp(hiddenSize: size.hiddenSize, intermediateSize: size.intermediateSize)
    return .dense(intermediateSize: size.intermediateSize)
  }
}
