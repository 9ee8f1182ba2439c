import Plimsoll

/// Gemma 1, 2 and 3 (`gemma.py`, `gemma2.py`, `gemma3.py`): a tied embedding on every stage and its normalizer.
enum GemmaFamily {
  static func read1(_ config: ModelConfig) throws(ModelConfigError) -> ModelShape {
    var decoder = try StandardDecoder(config)
    decoder.spans = Array(repeating: .full, count: decoder.size.numLayers)
    return try finish(&decoder)
  }

  /// Layers alternate, window first, unless `layer_types` says otherwise; four norms a layer.
  static func read2(_ config: ModelConfig) throws(ModelConfigError) -> ModelShape {
    var decoder = try StandardDecoder(config)
    if try config.optionalStrings("layer_types") == nil {
      let window = try config.int("sliding_window")
      decoder.spans = (0..<decoder.size.numLayers).map { $0 % 2 == 0 ? .slidingWindow(window) : .full }
    }
    decoder.norms += ["pre_feedforward_layernorm", "post_feedforward_layernorm"]
    let bias = try config.bool("attention_bias", default: false)
    (decoder.qkvBias, decoder.outputBias) = (bias, bias)
    return try finish(&decoder)
  }

  /// Every `sliding_window_pattern`-th layer is full, the others windowed; two rotary tables, one for each kind.
  static func read3(_ config: ModelConfig) throws(ModelConfigError) -> ModelShape {
    var decoder = try StandardDecoder(config)
    let size = decoder.size
    if try config.optionalStrings("layer_types") == nil {
      let window = try config.int("sliding_window")
      let pattern = try config.optionalInt("sliding_window_pattern", "_sliding_window_pattern", in: 1...4096) ?? 6
      decoder.spans = (0..<size.numLayers).map { ($0 + 1) % pattern == 0 ? .full : .slidingWindow(window) }
    }
    decoder.norms += ["pre_feedforward_layernorm", "post_feedforward_layernorm"]
    let bias = try config.bool("attention_bias", default: false)
    (decoder.qkvBias, decoder.outputBias) = (bias, bias)
    decoder.qkNorm = .perHead
    var local = try config.rope(layerType: "sliding_attention")
    if !local.isToldApart { local = Rope() }
    let global = try config.rope(layerType: "full_attention")
    decoder.rope = global
    decoder.buffers = [
      try local.table("rotary_emb_local", headSize: size.headSize, maxPosition: size.maxPosition, dtype: config.dtype),
      try global.table(headSize: size.headSize, maxPosition: size.maxPosition, dtype: config.dtype),
    ]
    // The config class makes up a vision config where the file leaves it out.
    guard config.top.has("vision_config") || config.isInsideMultimodal else { return try finish(&decoder) }
    decoder.traits.modalities = ["image"]
    decoder.traits.bidirectionalImages = true
    var shape = try finish(&decoder)
    try Tower.add(to: &shape, config)
    return shape
  }

  /// Rnj 1 (`rnj1.py`): Gemma 3's layers without windows, positions scaled as the config says.
  static func readRnj(_ config: ModelConfig) throws(ModelConfigError) -> ModelShape {
    var decoder = try StandardDecoder(config)
    let types = try config.optionalStrings("layer_types") ?? []
    guard !types.contains("chunked_attention") else {
      throw .unmodelled(part: "the layer type", value: "chunked_attention", nearest: "full_attention")
    }
    decoder.spans = Array(repeating: .full, count: decoder.size.numLayers)
    // The class hands over a look-back that Triton's attention alone knows, also where no layer is in chunks.
    decoder.traits.onlyBackend = .tritonAttn
    decoder.norms += ["pre_feedforward_layernorm", "post_feedforward_layernorm"]
    try decoder.takeBiases("attention_bias", default: false)
    decoder.qkNorm = .perHead
    var kinds = Set(types.prefix(decoder.size.numLayers))
    if kinds.isEmpty { kinds = ["full_attention", "sliding_attention"] }
    decoder.buffers = []
    for kind in kinds.sorted() {
      var rope = try config.rope(layerType: kind)
      if !rope.isToldApart, kind == "sliding_attention" { rope = Rope() }
      decoder.buffers.append(
        try rope.table(
          kind, headSize: decoder.size.headSize, maxPosition: decoder.size.maxPosition, dtype: config.dtype))
    }
    return try finish(&decoder)
  }

  private static func finish(_ decoder: inout StandardDecoder) throws(ModelConfigError) -> ModelShape {
    decoder.endPlacement = .everyStage
    decoder.buffers.append(
      Module("model.normalizer", .buffers, .tensor(shape: [1], cut: nil), dtype: decoder.config.dtype))
    return try decoder.shape()
  }
}
