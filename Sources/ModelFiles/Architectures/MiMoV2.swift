import Plimsoll

/// MiMo V2, V2 Flash and V2.5 (`mimo_v2.py`, `mimo_v2_omni.py`): full and windowed layers with heads of their own, keys
/// wider than values, sinks in the windowed ones, experts under a float32 router.
struct MiMoV2Family {
  private let config: ModelConfig
  private let size: Dimensions
  /// Which layers are windowed, and which route to experts.
  private let isWindowed: [Bool]
  private let isRouted: [Bool]
  private let experts: Module.Experts
  private let perToken: Int
  private let routerDType: DType

  static func read(_ config: ModelConfig) throws(ModelConfigError) -> ModelShape {
    try MiMoV2Family(config).shape()
  }

  /// The class that vLLM takes: one with towers where the config has a vision part
  /// (`transformers_utils/model_arch_config_convertor.py MimoV2ModelArchConfigConvertor`).
  static func served(_ architecture: String, _ modelType: String, _ top: ConfigObject) -> String {
    guard modelType == "mimo_v2" || modelType == "mimo_v2_flash" else { return architecture }
    guard case .object(let vision)? = top.members["vision_config"], vision.count > 0 else { return architecture }
    return "MiMoV2OmniForCausalLM"
  }

  private init(_ config: ModelConfig) throws(ModelConfigError) {
    self.config = config
    size = try Dimensions(config)
    guard !size.tied else {
      throw .unmodelled(part: "a MiMo V2 with", value: "tie_word_embeddings", nearest: "an lm_head of its own")
    }
    let pattern = try config.optionalInts("hybrid_layer_pattern", in: 0...1) ?? []
    guard pattern.count >= size.numLayers else {
      throw .contradiction("hybrid_layer_pattern has \(pattern.count) layers and num_hidden_layers \(size.numLayers)")
    }
    isWindowed = pattern.map { $0 == 1 }
    // A number instead of a list makes all layers dense.
    if case .array? = config.text.members["moe_layer_freq"] {
      isRouted = (try config.optionalInts("moe_layer_freq", in: 0...1) ?? []).map { $0 == 1 }
    } else {
      isRouted = Array(repeating: false, count: size.numLayers)
    }
    guard isRouted.count >= size.numLayers else {
      throw .contradiction("moe_layer_freq has \(isRouted.count) layers and num_hidden_layers \(size.numLayers)")
    }
    experts = Module.Experts(
      count: try config.int("n_routed_experts", in: 1...1 << 16, default: 1), hiddenSize: size.hiddenSize,
      intermediateSize: try config.int("moe_intermediate_size", in: 1...1 << 24, default: 1))
    perToken = try config.int("num_experts_per_tok", in: 1...1 << 16, default: 1)
    routerDType = try config.string("moe_router_dtype", default: "float32") == "float32" ? .float32 : .bfloat16
  }

  private func shape() throws(ModelConfigError) -> ModelShape {
    var decoder = try DecoderBuilder(config)
    let full = Attention(
      numHeads: size.numHeads, numKVHeads: size.numKVHeads, headSize: size.headSize,
      headSizeV: try config.optionalInt("v_head_dim", in: 1...1 << 14))
    let local = isWindowed.prefix(size.numLayers).contains(true) ? try windowed() : full
    let bias = try config.bool("attention_bias", default: false)
    let hasSinks = try config.bool("add_swa_attention_sink_bias", default: false)
    // A checkpoint in blocks of scales may have its fused projections laid out for as many ranks as it has KV heads.
    let isFused = try config.string("attention_projection_layout", default: "") == "fused_qkv"
    let chunks = isFused && decoder.quantization.isBlockScaled ? size.numKVHeads : 0
    for index in 0..<size.numLayers {
      let attention = isWindowed[index] ? local : full
      var layer = decoder.layer(index)
      layer.attention(
        attention, hiddenSize: size.hiddenSize, qkvBias: bias, checkpointChunks: chunks)
      if isWindowed[index], hasSinks {
        layer.tensor("self_attn.attention_sink_bias", .attention, [attention.numHeads], cut: 0)
      }
      var network = FeedForward.dense(intermediateSize: size.intermediateSize)
      if isRouted[index] {
        layer.plain(
          "mlp.gate", .router, .replicated(input: size.hiddenSize, outputs: [experts.count], bias: false),
          dtype: routerDType)
        layer.tensor("mlp.gate.e_score_correction_bias", .router, [experts.count], dtype: .float32)
        network = layer.route(experts, perToken: perToken)
      } else {
        layer.mlp(hiddenSize: size.hiddenSize, intermediateSize: size.intermediateSize)
      }
      for name in ["input_layernorm", "post_attention_layernorm"] { layer.norm(name, size.hiddenSize) }
      decoder.append(layer, mixer: .attention(attention), feedForward: network)
    }
    for table in try rotaryTables(full, local) { decoder.add(table, on: .everyStage) }
    decoder.ends(vocabSize: size.vocabSize, hiddenSize: size.hiddenSize, tied: false, placement: .firstAndLast)
    decoder.traits.hasSinks = hasSinks
    decoder.traits.sharesTokensAmongExperts = true
    if config.isInsideMultimodal { decoder.traits.modalities = ["audio", "image", "video"] }
    var shape = try decoder.shape(
      vocabSize: size.vocabSize, hiddenSize: size.hiddenSize, numHeads: size.numHeads, numKVHeads: size.numKVHeads,
      rope: try config.rope())
    if config.isInsideMultimodal { try Tower.add(to: &shape, config) }
    return shape
  }

  /// Windowed layers have keys of their own for the same.
  private func windowed() throws(ModelConfigError) -> Attention {
    let heads = try config.int("swa_num_attention_heads", in: 1...1 << 14)
    let kvHeads = try config.int("swa_num_key_value_heads", in: 1...1 << 14)
    guard heads % kvHeads == 0 else {
      throw .contradiction("swa_num_attention_heads is no multiple of swa_num_key_value_heads")
    }
    return Attention(
      numHeads: heads, numKVHeads: kvHeads, headSize: try config.int("swa_head_dim", in: 1...1 << 14),
      headSizeV: try config.optionalInt("swa_v_head_dim", in: 1...1 << 14),
      span: .slidingWindow(try config.int("sliding_window_size", in: 1...1 << 32)))
  }

  /// One table for each kind of layer, unless both turn alike.
  ///
  /// A config class that does not know `rope_parameters` loses `rope_theta` and `partial_rotary_factor` to
  /// `rope_scaling` where the file has both (transformers `configuration_utils.py PreTrainedConfig.__post_init__`).
  private func rotaryTables(_ full: Attention, _ local: Attention) throws(ModelConfigError) -> [Module] {
    let text = config.text
    let theta = try config.double("rope_theta", default: 1_000_000)
    let isTakenOver = config.modelType == "mimo_v2" && text.has("rope_scaling") && text.has("rope_theta") && theta != 0
    let fullTheta = isTakenOver ? 1_000_000 : theta
    let localTheta = try config.double("swa_rope_theta", default: fullTheta)
    var rope = Rope()
    if !isTakenOver { rope.partialRotaryFactor = try config.double("partial_rotary_factor", default: 1) }
    let rows = try config.int("max_position_embeddings", in: 1...1 << 32, default: 32_768)
    var tables = [try rope.table(headSize: full.headSize, maxPosition: rows, dtype: config.dtype)]
    if fullTheta != localTheta || full.headSize != local.headSize {
      tables.append(
        try rope.table("rotary_emb_local", headSize: local.headSize, maxPosition: rows, dtype: config.dtype))
    }
    return tables
  }
}
