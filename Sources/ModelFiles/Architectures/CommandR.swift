import Plimsoll

/// Command R, R+ and R7B (`commandr.py`): one norm a layer, a tied embedding on every stage.
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
}
