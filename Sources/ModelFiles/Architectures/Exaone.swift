import Plimsoll

/// EXAONE 3 (`exaone.py`) and 4 (`exaone4.py`).
enum ExaoneFamily {
  static func read3(_ config: ModelConfig) throws(ModelConfigError) -> ModelShape {
    var members = config.text.members
    if members["num_hidden_layers"] == nil { members["num_hidden_layers"] = members["num_layers"] }
    return try LlamaFamily.read(ModelConfig(config, text: ConfigObject(members, path: config.text.path)))
  }

  /// Norms on each query and key head; `sliding_window_pattern` (LLLG) where there is no `layer_types`.
  static func read4(_ config: ModelConfig) throws(ModelConfigError) -> ModelShape {
    var decoder = try StandardDecoder(config)
    let size = decoder.size
    if try config.optionalStrings("layer_types") == nil {
      let pattern = try config.slidingWindowPattern(numLayers: size.numLayers)
      let window = try config.optionalInt("sliding_window")
      decoder.spans = (0..<size.numLayers).map { index in
        guard let window, let pattern, !pattern[index % pattern.count] else { return .full }
        return .slidingWindow(window)
      }
    }
    let bias = try config.bool("attention_bias", default: false)
    (decoder.qkvBias, decoder.outputBias) = (bias, bias)
    decoder.qkNorm = .perHead
    decoder.norms = ["post_attention_layernorm", "post_feedforward_layernorm"]
    return try decoder.shape()
  }
}

extension ModelConfig {
  /// Which layers of a repeating pattern are full: from a number (every n-th) or letters (`LLLG`, G for global).
  func slidingWindowPattern(numLayers: Int) throws(ModelConfigError) -> [Bool]? {
    switch text.members["sliding_window_pattern"] {
    case .integer(let every)? where (1...4096).contains(every):
      return (1...every).map { $0 == every }
    case .string(let letters)? where !letters.isEmpty:
      return letters.map { $0 == "G" }
    case nil, .null?: return nil
    default: throw .value(text.error("sliding_window_pattern", wanted: .rule("a number or letters such as LLLG")))
    }
  }
}
