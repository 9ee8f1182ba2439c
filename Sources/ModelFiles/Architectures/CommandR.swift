import Plimsoll

/// Command R, R+, R7B (`commandr.py`) and Command with experts (`cohere2_moe.py`): one norm a layer, a tied embedding on every stage.
enum CommandRFamily {
  static func read(_ config: ModelConfig) throws(ModelConfigError) -> ModelShape {
    var decoder = try StandardDecoder(config)
    let size = decoder.size
    decoder.norms = ["input_layernorm"]
    decoder.endPlacement = .everyStage
    if try config.bool("use_qk_norm", default: false) { decoder.qkNorm = .everyHead }
    decoder.spans = Array(repeating: .full, count: size.numLayers)
    let maxPosition = try config.optionalInt("model_max_length") ?? size.maxPosition
    decoder.buffers = [
      try decoder.rope.table(headSize: size.headSize, maxPosition: maxPosition, dtype: config.dtype)
    ]
    return try decoder.shape()
  }

  /// Three windowed layers to one full; the class counts the current token beside the window.
  static func read2(_ config: ModelConfig) throws(ModelConfigError) -> ModelShape {
    var decoder = try StandardDecoder(config)
    let size = decoder.size
    let window = try config.int("sliding_window")
    if try config.optionalStrings("layer_types") == nil {
      let pattern = try config.int("sliding_window_pattern", in: 1...4096, default: 4)
      decoder.spans = (0..<size.numLayers).map { ($0 + 1) % pattern == 0 ? .full : .slidingWindow(window) }
    }
    decoder.spans = decoder.spans.map { $0 == .full ? .full : .slidingWindow(window + 1) }
    decoder.norms = ["input_layernorm"]
    decoder.endPlacement = .everyStage
    return try decoder.shape()
  }

  /// Experts as wide as `intermediate_size` after the first dense layers (`cohere2_moe.py`).
  static func readMoE(_ config: ModelConfig) throws(ModelConfigError) -> ModelShape {
    var decoder = try StandardDecoder(config)
    let size = decoder.size
    let first = try config.int("first_k_dense_replace", in: 0...4096, default: 0)
    let pattern = try config.int("sliding_window_pattern", in: 1...4096, default: 4)
    let prefix = try config.int("prefix_dense_sliding_window_pattern", in: 1...4096, default: 1)
    try decoder.windowUnlessTyped { $0 < first ? ($0 + 1) % prefix == 0 : ($0 - first + 1) % pattern == 0 }
    decoder.spans = decoder.spans.map {
      if case .slidingWindow(let window) = $0 { .slidingWindow(window + 1) } else { $0 }
    }
    decoder.norms = ["input_layernorm"]
    // The class has no lm_head, whatever the config says.
    decoder.size.tied = true
    decoder.endPlacement = .everyStage
    let maxPosition = try config.optionalInt("model_max_length", in: 1...1 << 32) ?? size.maxPosition
    decoder.buffers = [
      try decoder.rope.table(headSize: size.headSize, maxPosition: maxPosition, dtype: config.dtype)
    ]
    let isDense = try config.denseLayers(numLayers: size.numLayers, unlessTyped: first)
    let denseWidth =
      try config.optionalInt("prefix_dense_intermediate_size", in: 1...1 << 24) ?? size.intermediateSize
    let experts = RoutedExperts(
      count: try config.int("num_experts", in: 1...1 << 16, default: 8),
      perToken: try config.int("num_experts_per_tok", in: 1...1 << 16, default: 2),
      intermediateSize: size.intermediateSize,
      shared: try config.int("num_shared_experts", in: 0...1 << 16, default: 0) * size.intermediateSize,
      correctionBias: false)
    decoder.feedForward = { layer, index in
      guard isDense[index] else { return experts.add(to: &layer, index: index, size: size) }
      layer.mlp(hiddenSize: size.hiddenSize, intermediateSize: denseWidth)
      return .dense(intermediateSize: denseWidth)
    }
    return try decoder.shape()
  }
}
