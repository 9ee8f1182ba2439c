import Plimsoll

/// Inkling (`models/inkling/`): full and windowed layers with heads of their own, positions by learned logits, short
/// convolutions over keys, values and what leaves attention and network, with a cache of their own beside attention's.
struct InklingFamily {
  private let config: ModelConfig
  private let size: Dimensions
  private let windowed: Set<Int>
  private let window: Int
  private let kernel: Int
  /// Elements of a head's query for positions, and how far they reach in full layers.
  private let positionWidth: Int
  private let positionExtent: Int
  private let dense: Int
  private let denseWidth: Int
  private let experts: Module.Experts
  private let perToken: Int
  private let shared: Int
  private let hasGlobalScale: Bool
  private let hasGateBias: Bool
  private let rows: Int

  static func read(_ config: ModelConfig) throws(ModelConfigError) -> ModelShape {
    try InklingFamily(config).shape()
  }

  private init(_ config: ModelConfig) throws(ModelConfigError) {
    self.config = config
    size = try Dimensions(config)
    windowed = Set(try config.optionalInts("local_layer_ids", in: 0...4096) ?? [])
    window = try config.int("sliding_window_size", in: 1...1 << 32, default: 512)
    kernel = try config.optionalInt("sconv_kernel_size", "conv_kernel_size", in: 1...64) ?? 4
    positionWidth = try config.int("d_rel", in: 1...1 << 14, default: 16)
    positionExtent = try config.int("rel_extent", in: 1...1 << 24, default: 1024)
    dense = try config.int("dense_mlp_idx", in: 0...4096, default: 0)
    // Where both widths are stated under the usual names, the first is that of the dense layers.
    let stated = try config.int("intermediate_size", in: 1...1 << 24, default: 768)
    let denseStated = try config.optionalInt("dense_intermediate_size", in: 1...1 << 24)
    let routedStated = try config.optionalInt("moe_intermediate_size", in: 1...1 << 24)
    denseWidth = denseStated ?? stated
    experts = Module.Experts(
      count: try config.int("n_routed_experts", in: 0...1 << 16, default: 0), hiddenSize: size.hiddenSize,
      intermediateSize: denseStated == nil ? routedStated ?? stated : stated)
    perToken = try config.int("num_experts_per_tok", in: 1...1 << 16, default: 1)
    shared = try config.int("n_shared_experts", in: 0...1 << 10, default: 0)
    guard dense >= size.numLayers || (experts.count > 0 && shared > 0) else {
      throw .contradiction("vLLM serves no Inkling without n_routed_experts and n_shared_experts")
    }
    hasGlobalScale = try config.bool("use_global_scale", default: false)
    hasGateBias = try config.bool("use_gate_bias", default: false)
    rows = try config.optionalInt("padded_vocab_size", in: 1...1 << 26) ?? size.vocabSize
  }

  private func shape() throws(ModelConfigError) -> ModelShape {
    var decoder = try DecoderBuilder(config) {
      $0.hasPrefix("model.llm.") ? "model." + $0.dropFirst("model.llm.".count) : $0
    }
    decoder.prefix = "model.layers"
    let full = try attention(windowed: false)
    let local = windowed.isEmpty ? full : try attention(windowed: true)
    let biases = (
      try config.bool("q_bias", default: false), try config.bool("o_bias", default: false)
    )
    for index in 0..<size.numLayers {
      let attention = windowed.contains(index) ? local : full
      var layer = decoder.layer(index)
      add(attention, biases, to: &layer)
      let network = index < dense ? addNetwork(to: &layer) : addExperts(to: &layer)
      for name in ["attn_norm", "mlp_norm"] { layer.norm(name, size.hiddenSize) }
      for name in ["attn_sconv", "mlp_sconv"] { layer.tensor(name, .mlp, [size.hiddenSize, kernel], cut: 0) }
      decoder.append(layer, mixer: .attention(attention), feedForward: network)
    }
    let width = size.hiddenSize
    // Every rank has the embedding whole.
    decoder.add(
      Module("model.embed_tokens", .embedding, .tensor(shape: [rows, width], cut: nil), dtype: config.dtype),
      on: .everyStage)
    var norms = ["model.norm"]
    if try config.bool("use_embed_norm", default: false) { norms.append("model.embed_norm") }
    for name in norms {
      decoder.add(Module(name, .norms, .tensor(shape: [width], cut: nil), dtype: config.dtype), on: .everyStage)
    }
    decoder.add(
      Module(
        "lm_head", .lmHead, .vocabulary(rows: rows, width: width, bias: false),
        scheme: decoder.quantization.scheme(ofHead: "lm_head"), dtype: config.dtype), on: .everyStage)
    decoder.traits.fixedBackend = .flashAttn
    var shape = try decoder.shape(
      vocabSize: rows, hiddenSize: width, numHeads: size.numHeads, numKVHeads: size.numKVHeads, rope: Rope())
    if config.isInsideMultimodal { try addTowers(to: &shape) }
    return shape
  }

  private func attention(windowed: Bool) throws(ModelConfigError) -> Attention {
    func own(_ key: String, _ fallback: Int) throws(ModelConfigError) -> Int {
      windowed ? try config.optionalInt(key, in: 1...1 << 14) ?? fallback : fallback
    }
    let heads = try own("swa_num_attention_heads", size.numHeads)
    let kvHeads = try own("swa_num_key_value_heads", size.numKVHeads)
    let headSize = try own("swa_head_dim", size.headSize)
    guard heads % kvHeads == 0, size.hiddenSize >= kvHeads else {
      throw .contradiction("swa_num_attention_heads is no multiple of swa_num_key_value_heads")
    }
    var attention = Attention(
      numHeads: heads, numKVHeads: kvHeads, headSize: headSize, span: windowed ? .slidingWindow(window) : .full)
    // Key, value and a share of both outputs for each head, up to a power of two.
    let needed = 2 * headSize + 2 * (size.hiddenSize / kvHeads)
    var packed = 1
    while packed < needed { packed *= 2 }
    attention.shortConvolution = Attention.ShortConvolution(kernel: kernel, width: packed)
    return attention
  }

  private func add(_ attention: Attention, _ biases: (Bool, Bool), to layer: inout LayerBuilder) {
    let width = attention.headSize
    let keys = attention.numKVHeads * width
    layer.linear(
      "attn.qkvr", .attention,
      .column(
        input: size.hiddenSize,
        outputs: [attention.numHeads * width, keys, keys, attention.numHeads * positionWidth], bias: biases.0),
      fusing: ["wq_du", "wk_dv", "wv_dv", "wr_du"])
    layer.linear(
      "attn.wo_ud", .attention,
      .row(input: attention.numHeads * width, output: size.hiddenSize, bias: biases.1))
    let extent = attention.span == .full ? positionExtent : window
    layer.tensor("attn.rel_logits_proj", .attention, [positionWidth, extent])
    for name in ["attn.q_norm", "attn.k_norm"] { layer.tensor(name, .norms, [width]) }
    for name in ["attn.k_sconv", "attn.v_sconv"] { layer.tensor(name, .attention, [keys, kernel], cut: 0) }
    for name in ["attn.k_scale", "attn.v_scale"] { layer.tensor(name, .buffers, [1], dtype: .float32) }
  }

  private func addNetwork(to layer: inout LayerBuilder) -> FeedForward {
    layer.linear(
      "mlp.gate_up_proj", .mlp, .column(input: size.hiddenSize, outputs: [2 * denseWidth], bias: false))
    layer.linear("mlp.down_proj", .mlp, .row(input: denseWidth, output: size.hiddenSize, bias: false))
    if hasGlobalScale { layer.tensor("mlp.global_scale", .mlp, [1]) }
    return .dense(intermediateSize: denseWidth)
  }

  /// The router scores the experts that every token passes too, up to a multiple of 8; those are of plain weights.
  private func addExperts(to layer: inout LayerBuilder) -> FeedForward {
    let scored = (experts.count + shared + 7) / 8 * 8
    layer.tensor("mlp.gate", .router, [scored, size.hiddenSize])
    if hasGlobalScale { layer.tensor("mlp.gate.global_scale", .router, [1], dtype: .float32) }
    if hasGateBias { layer.tensor("mlp.gate.bias", .router, [experts.count], dtype: .float32) }
    layer.experts("mlp.experts", experts)
    let width = experts.intermediateSize
    layer.tensor("mlp.sink_experts.w13", .mlp, [2 * width, shared, size.hiddenSize], cut: 0)
    layer.tensor("mlp.sink_experts.w2", .mlp, [width, shared, size.hiddenSize], cut: 0)
    return .experts(
      FeedForward.Routed(
        numExperts: experts.count, expertsPerToken: perToken, intermediateSize: width,
        sharedIntermediateSize: shared * width))
  }

  /// Towers that the config turns on by stating the width of the text.
  private func addTowers(to shape: inout ModelShape) throws(ModelConfigError) {
    do throws(ConfigError) {
      var modules: [Module] = []
      func tensor(_ name: String, _ dimensions: [Int]) {
        modules.append(Module(name, .encoder, .tensor(shape: dimensions, cut: nil), dtype: config.dtype))
      }
      if let vision = try config.top.optionalObject("vision_config"),
        let text = try vision.optionalInt("decoder_dmodel", in: 1...1 << 20)
      {
        shape.traits.modalities.append("image")
        let plan = InklingPatches(
          frames: try vision.int("temporal_patch_size", in: 1...64), patch: try vision.int("patch_size", in: 2...1024),
          channels: try vision.int("n_channels", in: 1...1024))
        let scales = plan.scales(layers: try vision.int("n_layers", in: 1...16))
        for (index, pair) in zip(scales, scales.dropFirst()).enumerated() {
          let isLast = index == scales.count - 2
          let folded = pair.1.size / pair.0.size
          let output = isLast ? text : pair.1.channels
          tensor("visual.vision_encoder.layers.linear_\(index)", [output, pair.0.channels * folded])
          if !isLast { tensor("visual.vision_encoder.layers.norm_\(index)", [output]) }
        }
        if try vision.bool("use_vision_norm") { tensor("visual.vision_encoder.final_norm", [text]) }
      }
      if let audio = try config.top.optionalObject("audio_config"),
        let text = try audio.optionalInt("decoder_dmodel", in: 1...1 << 20)
      {
        shape.traits.modalities.append("audio")
        let count = try audio.int("n_mel_bins", in: 1...1 << 16) * audio.int("mel_vocab_size", in: 1...1 << 16)
        tensor("audio.encoder", [count, text])
        if try audio.bool("use_audio_norm") { tensor("audio.final_norm", [text]) }
      }
      // Without either the class is one for text.
      shape.outer = modules.map { PlacedModule($0, on: .everyStage) } + shape.outer
    } catch {
      throw .value(error)
    }
  }
}
