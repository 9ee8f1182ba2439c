import Plimsoll

/// The numbers that every decoder's config has, read once.
struct Dimensions: Sendable {
  var vocabSize: Int
  var hiddenSize: Int
  var intermediateSize: Int
  var numLayers: Int
  var numHeads: Int
  var numKVHeads: Int
  var headSize: Int
  var maxPosition: Int
  var tied: Bool

  /// `head_dim` where it is stated, else hidden size over heads, as vLLM's model classes do.
  init(_ config: ModelConfig) throws(ModelConfigError) {
    vocabSize = try config.int("vocab_size", in: 1...1 << 26)
    hiddenSize = try config.int("hidden_size", in: 1...1 << 20)
    numLayers = try config.int("num_hidden_layers", in: 1...4096)
    numHeads = try config.int("num_attention_heads", in: 1...1 << 14)
    numKVHeads = try config.optionalInt("num_key_value_heads", in: 1...1 << 14) ?? numHeads
    headSize = try config.optionalInt("head_dim", in: 1...1 << 14) ?? hiddenSize / numHeads
    intermediateSize = try config.optionalInt("intermediate_size", in: 1...1 << 24) ?? 4 * hiddenSize
    maxPosition = try config.optionalInt("max_position_embeddings", in: 1...1 << 32) ?? 8192
    tied = try config.bool("tie_word_embeddings", default: false)
    guard headSize > 0 else { throw .contradiction("hidden_size is below num_attention_heads") }
    // vLLM asserts it of every attention layer (`attention.py`); latent attention has no KV heads.
    let isLatent = try config.optionalInt("kv_lora_rank") != nil
    guard isLatent || numHeads % numKVHeads == 0 else {
      throw .contradiction("num_attention_heads (\(numHeads)) is no multiple of num_key_value_heads (\(numKVHeads))")
    }
  }
}

extension ModelConfig {
  /// The window of every layer where the config states one for the whole model (vLLM `CacheConfig.sliding_window`).
  func wholeModelWindow() throws(ModelConfigError) -> Int? {
    if try optionalBool("use_sliding_window") == false { return nil }
    let types = try optionalStrings("layer_types") ?? []
    if let first = types.first, types.contains(where: { $0 != first }) { return nil }
    // Some checkpoints write 0 for no window.
    let window = try optionalInt("sliding_window", in: 0...1 << 32)
    return window == 0 ? nil : window
  }

  /// The span of each layer by `layer_types`, or the whole model's window, or full attention.
  func spans(numLayers: Int) throws(ModelConfigError) -> [Attention.Span] {
    guard let types = try optionalStrings("layer_types") else {
      let window = try wholeModelWindow()
      return Array(repeating: window.map(Attention.Span.slidingWindow) ?? .full, count: numLayers)
    }
    guard types.count >= numLayers else {
      throw .contradiction("layer_types names \(types.count) layers and num_hidden_layers says \(numLayers)")
    }
    let window = try optionalInt("sliding_window", in: 0...1 << 32)
    var spans: [Attention.Span] = []
    for type in types.prefix(numLayers) {
      switch type {
      case "full_attention": spans.append(.full)
      case "sliding_attention":
        guard let window, window > 0 else {
          throw .contradiction("layer_types has sliding_attention without a sliding_window")
        }
        spans.append(.slidingWindow(window))
      default: throw .unmodelled(part: "the layer type", value: type, nearest: "full_attention, sliding_attention")
      }
    }
    return spans
  }
}
