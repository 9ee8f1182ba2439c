import Plimsoll

/// EXAONE 3 (`exaone.py`), 4 (`exaone4.py`) and K-EXAONE with experts (`exaone_moe.py`).
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

  /// Experts with a correction bias after the dense layers; a window may be stated for each layer.
  static func readMoE(_ config: ModelConfig) throws(ModelConfigError) -> ModelShape {
    var decoder = try StandardDecoder(config)
    let size = decoder.size
    let isTyped = try config.optionalStrings("layer_types") != nil
    if let windows = try config.optionalInts("sliding_windows", in: 0...1 << 32), isTyped {
      guard windows.count >= size.numLayers else {
        throw .contradiction("sliding_windows has \(windows.count) layers, num_hidden_layers says \(size.numLayers)")
      }
      decoder.spans = zip(decoder.spans, windows).map {
        $0 == .full || $1 == 0 ? .full : .slidingWindow($1)
      }
    } else if !isTyped {
      let pattern = try config.slidingWindowPattern(numLayers: size.numLayers) ?? [true]
      try decoder.windowUnlessTyped { pattern[$0 % pattern.count] }
    }
    let older = try config.bool("bias", default: false)
    let bias = try config.bool("attention_bias", default: false) || older
    (decoder.qkvBias, decoder.outputBias) = (bias, bias)
    decoder.qkNorm = .perHead
    guard try config.bool("mlp_bias", default: false) == false else {
      throw .unmodelled(part: "mlp_bias", value: "true", nearest: "false")
    }
    let width = try config.int("moe_intermediate_size", in: 1...1 << 24)
    var experts = RoutedExperts(
      count: try config.int("num_experts", in: 1...1 << 16),
      perToken: try config.int("num_experts_per_tok", in: 1...1 << 16), intermediateSize: width,
      shared: try config.int("num_shared_experts", in: 0...1 << 16, default: 0) * width, correctionBias: true)
    experts.isDense = try config.denseLayers(
      numLayers: size.numLayers, unlessTyped: try config.int("first_k_dense_replace", in: 0...4096, default: 1))
    try decoder.route(experts)
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
