import Plimsoll

/// Ling and Ring 2.5 (`bailing_moe_linear.py`): lightning attention, whose state is a matrix a head, and latent attention in
/// the last layer of every group (`layer_group_size`).
enum BailingLinearFamily {
  static func read(_ given: ModelConfig) throws(ModelConfigError) -> ModelShape {
    let config = given.filling([
      "kv_lora_rank": 512, "qk_nope_head_dim": 128, "qk_rope_head_dim": 64, "v_head_dim": 128,
    ])
    let size = try config.bailingDimensions()
    let linear = try Lightning(config, size)
    let latent = try LatentAttention(config, numHeads: size.numHeads)
    let qLoRARank = try config.optionalInt("q_lora_rank", in: 1...1 << 20)
    let group = try config.int("layer_group_size", in: 0...4096, default: 1)
    let experts = try routed(config)
    if try config.bool("use_bias", default: false) {
      throw .unmodelled(part: "BailingMoeV2_5 with", value: "use_bias", nearest: "the class without it")
    }
    var decoder = try DecoderBuilder(config)
    var attends: [Bool] = []
    for index in 0..<size.numLayers {
      var layer = decoder.layer(index)
      let isLinear = group > 0 && (index + 1) % group != 0
      attends.append(!isLinear)
      if isLinear {
        linear.add(to: &layer, hiddenSize: size.hiddenSize)
      } else {
        layer.latentAttention(latent, hiddenSize: size.hiddenSize, qLoRARank: qLoRARank)
      }
      let feedForward = experts.add(to: &layer, index: index, size: size)
      layer.norm("input_layernorm", size.hiddenSize)
      layer.norm("post_attention_layernorm", size.hiddenSize)
      decoder.append(layer, mixer: isLinear ? linear.mixer : .latentAttention(latent), feedForward: feedForward)
    }
    var rope = try config.rope()
    let linearLayers = attends.indices.filter { !attends[$0] }
    if !linearLayers.isEmpty {
      decoder.add(
        try rope.table(
          "rotary_emb.linear", headSize: size.headSize, maxPosition: size.maxPosition, dtype: config.dtype),
        on: .stagesOf(layers: linearLayers))
    }
    // Latent attention turns all of its rotary part.
    rope.partialRotaryFactor = 1
    let latentLayers = attends.indices.filter { attends[$0] }
    if !latentLayers.isEmpty {
      decoder.add(
        try rope.table(
          "rotary_emb.latent", headSize: latent.qkRopeHeadDim, maxPosition: size.maxPosition, dtype: config.dtype),
        on: .stagesOf(layers: latentLayers))
    }
    decoder.ends(vocabSize: size.vocabSize, hiddenSize: size.hiddenSize, tied: false, placement: .firstAndLast)
    return try decoder.shape(
      vocabSize: size.vocabSize, hiddenSize: size.hiddenSize, numHeads: size.numHeads, numKVHeads: size.numKVHeads,
      rope: rope)
  }

  private static func routed(_ config: ModelConfig) throws(ModelConfigError) -> RoutedExperts {
    let width = try config.int("moe_intermediate_size", in: 1...1 << 24)
    let sharedWidth = try config.int("moe_shared_expert_intermediate_size", in: 1...1 << 24, default: width)
    let count = try config.int("num_experts", in: 0...1 << 16)
    return RoutedExperts(
      count: count > 1 ? count : 0, perToken: try config.int("num_experts_per_tok", in: 1...1 << 16),
      intermediateSize: width, shared: try config.int("num_shared_experts", in: 0...1 << 16) * sharedWidth,
      firstDense: try config.int("first_k_dense_replace", in: 0...4096, default: 0),
      routerDType: try config.string("router_dtype", default: "fp32") == "fp32" ? .float32 : .bfloat16,
      correctionBias: try config.bool("moe_router_enable_expert_bias", default: false))
  }

  /// Lightning attention (`layers/mamba/linear/bailing_linear_attn.py`).
  private struct Lightning {
    var numHeads: Int
    var headSize: Int
    var hasQKNorm: Bool
    var qkvBias: Bool
    var width: Int { numHeads * headSize }

    init(_ config: ModelConfig, _ size: Dimensions) throws(ModelConfigError) {
      (numHeads, headSize) = (size.numHeads, size.headSize)
      hasQKNorm = try config.bool("use_qk_norm", default: false)
      qkvBias = try config.bool("use_qkv_bias", default: false)
    }

    var mixer: Mixer {
      .state(
        StateMixer(
          kind: .linearAttention,
          recurrence: StateMixer.Recurrence(heads: numHeads, headSize: headSize, stateSize: headSize)))
    }

    func add(to layer: inout LayerBuilder, hiddenSize: Int) {
      let scope = "self_attn."
      layer.linear(
        scope + "query_key_value", .mamba,
        .qkv(
          Module.QKV(
            input: hiddenSize, numHeads: numHeads, numKVHeads: numHeads, headSize: headSize, bias: qkvBias)))
      if hasQKNorm { for name in ["query_layernorm", "key_layernorm"] { layer.norm(scope + name, headSize) } }
      layer.linear(scope + "g_proj", .mamba, .column(input: hiddenSize, outputs: [width], bias: false))
      layer.linear(scope + "dense", .mamba, .row(input: width, output: hiddenSize, bias: false))
      layer.tensor(scope + "g_norm", .norms, [width], cut: 0)
      // How fast each head forgets, of all heads; a rank's are a part of them.
      layer.tensor(scope + "slope_rate", .buffers, [numHeads], dtype: .float32)
    }
  }
}

/// Ling 3 (`bailing_moe_v3.py`): Kimi delta attention without low ranks, and latent attention with a gate in the last layer of
/// every group and in those after the last whole group.
enum BailingV3Family {
  static func read(_ given: ModelConfig) throws(ModelConfigError) -> ModelShape {
    try given.requireUnquantized()
    let config = given.filling([
      "kv_lora_rank": 512, "qk_nope_head_dim": 128, "qk_rope_head_dim": 64, "v_head_dim": 128,
    ])
    let size = try config.bailingDimensions()
    let latent = try LatentAttention(config, numHeads: size.numHeads)
    let qLoRARank = try config.optionalInt("q_lora_rank", in: 1...1 << 20)
    let group = try config.int("layer_group_size", in: 1...4096)
    let kernel = try config.int("short_conv_kernel_size", in: 1...1024)
    guard try config.bool("no_kda_lora", default: false) else {
      throw .contradiction("BailingMoeV3 KDA currently expects no_kda_lora=True")
    }
    guard try !config.bool("use_bias", default: false) else {
      throw .unmodelled(part: "BailingMoeV3 with", value: "use_bias", nearest: "the class without it")
    }
    let gates = ["head_wise": 1, "element_wise": latent.vHeadDim]
    let granularity = try config.string("gated_attention_proj_granularity_type", default: "")
    let gate = gates[granularity].map { $0 * size.numHeads }
    let experts = RoutedExperts(
      count: try config.int("num_experts", in: 1...1 << 16),
      perToken: try config.int("num_experts_per_tok", in: 1...1 << 16),
      intermediateSize: try config.int("moe_intermediate_size", in: 1...1 << 24),
      shared: try config.int("num_shared_experts", in: 0...1 << 16)
        * (try config.int("moe_shared_expert_intermediate_size", in: 1...1 << 24)),
      firstDense: try config.int("first_k_dense_replace", in: 0...4096), routerDType: .float32, correctionBias: true)
    let linear = Delta(numHeads: size.numHeads, headSize: size.headSize, kernel: kernel)
    var decoder = try DecoderBuilder(config)
    var latentLayers: [Int] = []
    for index in 0..<size.numLayers {
      var layer = decoder.layer(index)
      let attends = (index + 1) % group == 0 || index >= size.numLayers / group * group
      if attends {
        latentLayers.append(index)
        layer.latentAttention(latent, hiddenSize: size.hiddenSize, qLoRARank: qLoRARank)
        if let gate {
          layer.linear("self_attn.g_proj", .attention, .column(input: size.hiddenSize, outputs: [gate], bias: false))
        }
      } else {
        linear.add(to: &layer, hiddenSize: size.hiddenSize)
      }
      let feedForward = experts.add(to: &layer, index: index, size: size)
      layer.norm("input_layernorm", size.hiddenSize)
      layer.norm("post_attention_layernorm", size.hiddenSize)
      decoder.append(layer, mixer: attends ? .latentAttention(latent) : linear.mixer, feedForward: feedForward)
    }
    var rope = try config.rope()
    rope.partialRotaryFactor = 1
    decoder.add(
      try rope.table(headSize: latent.qkRopeHeadDim, maxPosition: size.maxPosition, dtype: config.dtype),
      on: .stagesOf(layers: latentLayers))
    decoder.ends(vocabSize: size.vocabSize, hiddenSize: size.hiddenSize, tied: false, placement: .firstAndLast)
    return try decoder.shape(
      vocabSize: size.vocabSize, hiddenSize: size.hiddenSize, numHeads: size.numHeads, numKVHeads: size.numKVHeads,
      rope: rope)
  }

  /// Kimi delta attention with full projections and convolutions apart.
  private struct Delta {
    var numHeads: Int
    var headSize: Int
    var kernel: Int
    var width: Int { numHeads * headSize }

    var mixer: Mixer {
      .state(
        StateMixer(
          kind: .kimiDeltaAttention, convolution: StateMixer.Convolution(channels: 3 * width, kernel: kernel),
          recurrence: StateMixer.Recurrence(
            heads: numHeads, headSize: headSize, stateSize: headSize, dtype: .float32)))
    }

    func add(to layer: inout LayerBuilder, hiddenSize: Int) {
      let scope = "self_attn."
      layer.linear(
        scope + "qkvb_proj", .mamba,
        .column(input: hiddenSize, outputs: [width, width, width, numHeads], bias: false))
      for name in ["f_proj", "g_proj"] {
        layer.linear(scope + name, .mamba, .column(input: hiddenSize, outputs: [width], bias: false))
      }
      layer.tensor(scope + "dt_bias", .mamba, [width], cut: 0, dtype: .float32)
      for name in ["q_conv1d", "k_conv1d", "v_conv1d"] {
        layer.plain(scope + name, .mamba, .column(input: kernel, outputs: [width], bias: false), dtype: .float32)
      }
      layer.tensor(scope + "A_log", .mamba, [numHeads], cut: 0, dtype: .float32)
      layer.norm(scope + "o_norm", headSize)
      layer.linear(scope + "o_proj", .mamba, .row(input: width, output: hiddenSize, bias: false))
    }
  }
}

extension ModelConfig {
  /// The dimensions with the config class's own width of a head: that of the rotary part, whatever the file says
  /// (`transformers` `BailingHybridConfig`).
  fileprivate func bailingDimensions() throws(ModelConfigError) -> Dimensions {
    var size = try Dimensions(self)
    size.headSize = try int("qk_rope_head_dim", in: 1...1 << 14)
    return size
  }

  /// The same config with values for keys that it lacks.
  func filling(_ defaults: [String: JSON]) -> ModelConfig {
    var members = text.members
    for (key, value) in defaults where members[key] == nil { members[key] = value }
    return ModelConfig(self, text: ConfigObject(members, path: text.path))
  }
}
