import Plimsoll

/// DeepSeek V2 and V3, R1, Kimi K2, Moonlight and GLM-4.7 Flash (`deepseek_v2.py`, `glm4_moe_lite.py`): latent attention.
///
/// The latent projections and norms are whole on every rank; `kv_b_proj` is cut by heads. Where it is quantized its
/// dequantized halves stay beside it (memory model, section k).
enum DeepSeekFamily {
  static func read(_ config: ModelConfig) throws(ModelConfigError) -> ModelShape {
    // These classes read the key too, with a module of their own for it.
    guard try config.optionalInt("index_topk") == nil else {
      throw .unmodelled(
        part: "sparse attention in", value: config.architecture, nearest: "DeepseekV32ForCausalLM, GlmMoeDsaForCausalLM"
      )
    }
    return try read(config, indexer: nil)
  }

  /// What a class does otherwise than DeepSeek's.
  struct Form {
    var experts: RoutedExperts
    var norms = ["input_layernorm", "post_attention_layernorm"]
    var sharesTokens = true
    /// The latents of query and of key and value come from one linear.
    var fusesLatents = true
    var isNeverTied = false
    /// The rotary table's parameters, where they are not the config's.
    var rope: Rope?

    init(experts: RoutedExperts) { self.experts = experts }
  }

  /// The decoder; with an indexer in the layers that have one.
  static func read(_ config: ModelConfig, indexer: SparseIndexer?) throws(ModelConfigError) -> ModelShape {
    let isBiased = try config.string("topk_method", default: "") == "noaux_tc" || Self.alwaysBiased(config)
    var form = Form(
      experts: try RoutedExperts(config, routerDType: Self.routerDType(config), correctionBias: isBiased))
    // GLM's class of this kind is built on `glm4_moe.py`, which does not.
    form.sharesTokens = config.modelType != "glm4_moe_lite"
    return try read(config, form: form, indexer: indexer)
  }

  static func read(
    _ config: ModelConfig, form: Form, indexer: SparseIndexer? = nil
  ) throws(ModelConfigError) -> ModelShape {
    let size = try Dimensions(config)
    let latent = try LatentAttention(config, numHeads: size.numHeads)
    let qLoRARank = try config.optionalInt("q_lora_rank", in: 1...1 << 20)
    var decoder = try DecoderBuilder(config)
    decoder.traits.sharesTokensAmongExperts = form.sharesTokens
    for index in 0..<size.numLayers {
      var layer = decoder.layer(index)
      var latent = latent
      latent.sparse = indexer?.sparse(ofLayer: index)
      layer.latentAttention(
        latent, hiddenSize: size.hiddenSize, qLoRARank: qLoRARank, fusesLatents: form.fusesLatents)
      if let indexer, indexer.isOwned(byLayer: index) { indexer.add(to: &layer, hiddenSize: size.hiddenSize) }
      let feedForward = form.experts.add(to: &layer, index: index, size: size)
      for name in form.norms { layer.norm(name, size.hiddenSize) }
      decoder.append(layer, mixer: .latentAttention(latent), feedForward: feedForward)
    }
    let stated = try config.rope()
    let rope = form.rope ?? stated
    if let indexer {
      for table in try indexer.tables(rope, latent, maxPosition: size.maxPosition, dtype: config.dtype) {
        decoder.add(table, on: .everyStage)
      }
    } else {
      decoder.add(
        try rope.table(headSize: latent.qkRopeHeadDim, maxPosition: size.maxPosition, dtype: config.dtype),
        on: .everyStage)
    }
    decoder.ends(
      vocabSize: size.vocabSize, hiddenSize: size.hiddenSize, tied: size.tied && !form.isNeverTied,
      placement: .firstAndLast)
    return try decoder.shape(
      vocabSize: size.vocabSize, hiddenSize: size.hiddenSize, numHeads: size.numHeads, numKVHeads: size.numKVHeads,
      rope: stated)
  }

  /// DeepSeek's first models with experts: ordinary attention without biases.
  static func read1(_ config: ModelConfig) throws(ModelConfigError) -> ModelShape {
    guard config.modelType == "deepseek", try config.optionalInt("rswa_window") == nil else {
      throw .unmodelled(part: "a DeepseekForCausalLM of type", value: config.modelType, nearest: "deepseek")
    }
    var decoder = try StandardDecoder(config)
    decoder.size.headSize = decoder.size.hiddenSize / decoder.size.numHeads
    decoder.spans = Array(repeating: .full, count: decoder.size.numLayers)
    let isBiased = try config.string("topk_method", default: "") == "noaux_tc"
    let experts = try RoutedExperts(config, correctionBias: isBiased)
    let size = decoder.size
    decoder.feedForward = { layer, index in experts.add(to: &layer, index: index, size: size) }
    decoder.traits.sharesTokensAmongExperts = true
    return try decoder.shape()
  }

  /// GLM-4.7 Flash's class always has the correction bias and a float32 router.
  private static func alwaysBiased(_ config: ModelConfig) -> Bool { config.modelType == "glm4_moe_lite" }

  private static func routerDType(_ config: ModelConfig) -> DType? {
    config.modelType == "glm4_moe_lite" ? .float32 : nil
  }
}

extension LatentAttention {
  /// The widths of the keys that DeepSeek's configs and their kin have.
  init(_ config: ModelConfig, numHeads: Int, vHeadDim fallback: Int? = nil) throws(ModelConfigError) {
    func width(_ key: String, default fallback: Int? = nil) throws(ModelConfigError) -> Int {
      try config.int(key, in: 1...1 << 20, default: fallback)
    }
    self.init(
      numHeads: numHeads, kvLoRARank: try width("kv_lora_rank"), qkNopeHeadDim: try width("qk_nope_head_dim"),
      qkRopeHeadDim: try width("qk_rope_head_dim"), vHeadDim: try width("v_head_dim", default: fallback))
  }
}

extension LayerBuilder {
  /// - Parameter isGated: The output is multiplied by a gate of the layer's input, projected with the latents.
  mutating func latentAttention(
    _ latent: LatentAttention, hiddenSize: Int, qLoRARank: Int?, fusesLatents: Bool = true,
    scope: String = "self_attn.", isGated: Bool = false
  ) {
    let heads = latent.numHeads
    let queryWidth = heads * (latent.qkNopeHeadDim + latent.qkRopeHeadDim)
    let gateWidth = heads * latent.vHeadDim
    if let qLoRARank {
      if isGated {
        linear(
          scope + "fused_qkv_a_g_proj", .attention,
          .partlyCut(input: hiddenSize, cut: [gateWidth], whole: qLoRARank + latent.headSize),
          fusing: ["q_a_proj", "kv_a_proj_with_mqa", "g_proj"])
      } else if fusesLatents {
        linear(
          scope + "fused_qkv_a_proj", .attention,
          .replicated(input: hiddenSize, outputs: [qLoRARank, latent.headSize], bias: false),
          fusing: ["q_a_proj", "kv_a_proj_with_mqa"])
      } else {
        for (name, width) in [("q_a_proj", qLoRARank), ("kv_a_proj_with_mqa", latent.headSize)] {
          linear(scope + name, .attention, .replicated(input: hiddenSize, outputs: [width], bias: false))
        }
      }
      norm(scope + "q_a_layernorm", qLoRARank)
      linear(scope + "q_b_proj", .attention, .column(input: qLoRARank, outputs: [queryWidth], bias: false))
    } else {
      linear(
        scope + "kv_a_proj_with_mqa", .attention,
        .replicated(input: hiddenSize, outputs: [latent.headSize], bias: false))
      linear(scope + "q_proj", .attention, .column(input: hiddenSize, outputs: [queryWidth], bias: false))
      if isGated {
        linear(scope + "g_proj", .attention, .column(input: hiddenSize, outputs: [gateWidth], bias: false))
      }
    }
    norm(scope + "kv_a_layernorm", latent.kvLoRARank)
    let valueWidth = latent.qkNopeHeadDim + latent.vHeadDim
    linear(
      scope + "kv_b_proj", .attention, .column(input: latent.kvLoRARank, outputs: [heads * valueWidth], bias: false))
    if modules[modules.count - 1].scheme != .unquantized {
      tensor(scope + "mla_attn.W_UK_T", .buffers, [heads, latent.qkNopeHeadDim, latent.kvLoRARank], cut: 0)
      tensor(scope + "mla_attn.W_UV", .buffers, [heads, latent.kvLoRARank, latent.vHeadDim], cut: 0)
    }
    linear(scope + "o_proj", .attention, .row(input: heads * latent.vHeadDim, output: hiddenSize, bias: false))
    attentionScales(isLatent: true)
  }
}
