import Plimsoll

/// Laguna (`laguna.py`): a gate on attention, query heads that differ by layer, sinks in windowed layers where the config
/// says so, networks whose gate and up projections stay apart.
enum LagunaFamily {
  static func read(_ config: ModelConfig) throws(ModelConfigError) -> ModelShape {
    var decoder = try StandardDecoder(config)
    let size = decoder.size
    if try config.optionalStrings("layer_types") == nil {
      decoder.spans = Array(repeating: .full, count: size.numLayers)
    }
    decoder.numHeadsByLayer = try config.headsByLayer("num_attention_heads_per_layer", size: size)
    try decoder.takeBiases("attention_bias", default: false)
    decoder.qkNorm = .perHead
    decoder.buffers = try tables(config, decoder)
    let experts = Module.Experts(
      count: try config.int("num_experts", in: 0...1 << 16), hiddenSize: size.hiddenSize,
      intermediateSize: try config.int("moe_intermediate_size", in: 1...1 << 24))
    let perToken = try config.int("num_experts_per_tok", in: 1...1 << 16)
    let shared = try config.int("shared_expert_intermediate_size", in: 0...1 << 24)
    let isDense = try config.denseLayers(numLayers: size.numLayers, unlessTyped: 1)
    decoder.feedForward = { layer, index in
      guard !isDense[index], experts.count > 0 else {
        layer.splitMLP(size.hiddenSize, size.intermediateSize, scope: "mlp")
        return .dense(intermediateSize: size.intermediateSize)
      }
      layer.plain(
        "mlp.gate", .router, .replicated(input: size.hiddenSize, outputs: [experts.count], bias: false))
      layer.tensor("mlp.experts.e_score_correction_bias", .router, [experts.count], dtype: .float32)
      if shared > 0 { layer.splitMLP(size.hiddenSize, shared, scope: "mlp.shared_expert") }
      layer.experts("mlp.experts", experts)
      return .experts(
        FeedForward.Routed(
          numExperts: experts.count, expertsPerToken: perToken, intermediateSize: experts.intermediateSize,
          sharedIntermediateSize: shared))
    }
    if let perHead = try gate(config) { decoder.gateAttention("g_proj", perHead: perHead) }
    let spans = decoder.spans
    if try config.bool("swa_attention_sink_enabled", default: false), spans.contains(where: { $0 != .full }) {
      decoder.sinkAttention("sink") { spans[$0] != .full }
    }
    return try decoder.shape()
  }

  /// Whether the gate has a number for each head, or one for each element of one; nil without a gate.
  private static func gate(_ config: ModelConfig) throws(ModelConfigError) -> Bool? {
    guard case .string(let name)? = config.text.members["gating"] else {
      return try config.bool("gating", default: true) ? true : nil
    }
    return name == "per-head"
  }

  /// One table for the full layers and one for the windowed ones.
  private static func tables(
    _ config: ModelConfig, _ decoder: StandardDecoder
  ) throws(ModelConfigError) -> [Module] {
    let size = decoder.size
    var kinds: [(name: String, isFull: Bool)] = []
    for (name, isFull) in [("full_attention", true), ("sliding_attention", false)]
    where decoder.spans.contains(where: { ($0 == .full) == isFull }) {
      kinds.append((name, isFull))
    }
    var tables: [Module] = []
    for kind in kinds {
      var rope = try config.rope(layerType: kind.name)
      let isStated = config.text.firstKey(of: ["rope_parameters", "rope_scaling"]) != nil
      if !isStated, kind.isFull { rope.partialRotaryFactor = 0.5 }
      if config.text.firstKey(of: ["swa_rope_parameters"]) != nil {
        throw .unmodelled(part: "swa_rope_parameters", value: "given", nearest: "rope_parameters by layer type")
      }
      // Without parameters for each kind both have the same table.
      if isStated, !rope.isToldApart, !tables.isEmpty { break }
      tables.append(
        try rope.table(
          kind.isFull ? "rotary_emb" : "rotary_emb_local", headSize: size.headSize, maxPosition: size.maxPosition,
          dtype: config.dtype))
    }
    return tables
  }
}

extension LayerBuilder {
  /// A gated network whose gate and up projections are linears of their own.
  mutating func splitMLP(_ hiddenSize: Int, _ intermediateSize: Int, scope: String) {
    for name in ["gate_proj", "up_proj"] {
      linear(scope + "." + name, .mlp, .column(input: hiddenSize, outputs: [intermediateSize], bias: false))
    }
    linear(scope + ".down_proj", .mlp, .row(input: intermediateSize, output: hiddenSize, bias: false))
  }
}

extension ModelConfig {
  /// Which layers have no experts: by `mlp_layer_types`, else the first `first`.
  func denseLayers(numLayers: Int, unlessTyped first: Int) throws(ModelConfigError) -> [Bool] {
    guard let types = try optionalStrings("mlp_layer_types") else { return (0..<numLayers).map { $0 < first } }
    guard types.count >= numLayers else {
      throw .contradiction("mlp_layer_types names \(types.count) layers and num_hidden_layers says \(numLayers)")
    }
    return types.map { $0 != "sparse" }
  }

  /// Query heads of each layer by `key`; empty without it.
  func headsByLayer(_ key: String, size: Dimensions) throws(ModelConfigError) -> [Int] {
    guard let heads = try optionalInts(key, in: 1...1 << 14) else { return [] }
    guard heads.count >= size.numLayers else {
      throw .contradiction("\(key) has \(heads.count) layers and num_hidden_layers says \(size.numLayers)")
    }
    guard heads.allSatisfy({ $0 % size.numKVHeads == 0 }) else {
      throw .contradiction("\(key) has heads that are no multiple of num_key_value_heads (\(size.numKVHeads))")
    }
    return heads
  }

  /// The spans of a class that has no windows of its own: the whole model's window, if all layers have it.
  func uniformSpans(numLayers: Int) throws(ModelConfigError) -> [Attention.Span] {
    let types = try optionalStrings("layer_types") ?? []
    let isWindowed = types.allSatisfy { $0 == "sliding_attention" }
    let window = isWindowed ? try wholeModelWindow() : nil
    return Array(repeating: window.map(Attention.Span.slidingWindow) ?? .full, count: numLayers)
  }
}
