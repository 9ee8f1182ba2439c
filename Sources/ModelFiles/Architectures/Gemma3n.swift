import Plimsoll

/// Gemma 3n (`gemma3n.py`, `gemma3n_mm.py`): several hidden states side by side that each layer predicts and corrects
/// (AltUp), a low-rank path beside attention, an embedding for each layer, layers that read an earlier one's cache.
struct Gemma3nFamily {
  private let config: ModelConfig
  private let size: Dimensions
  private let spans: [Attention.Span]
  /// The network's width in each layer.
  private let widths: [Int]
  /// From here on layers read an earlier one's cache.
  private let firstShared: Int
  /// Hidden states side by side.
  private let numStates: Int
  private let lowRank: Int
  private let perLayerWidth: Int
  private let perLayerVocabulary: Int
  private let bias: Bool

  static func read(_ config: ModelConfig) throws(ModelConfigError) -> ModelShape {
    try Gemma3nFamily(config).shape()
  }

  private init(_ stated: ModelConfig) throws(ModelConfigError) {
    let numLayers = try stated.int("num_hidden_layers", in: 1...4096)
    var members = stated.text.members
    if case .array? = members["intermediate_size"] {
      widths = try stated.optionalInts("intermediate_size", in: 1...1 << 24) ?? []
      guard widths.count == numLayers else {
        throw .contradiction("intermediate_size has \(widths.count) layers and num_hidden_layers says \(numLayers)")
      }
      members["intermediate_size"] = .integer(widths[0])
    } else {
      widths = Array(repeating: try stated.int("intermediate_size", in: 1...1 << 24), count: numLayers)
    }
    config = ModelConfig(stated, text: ConfigObject(members, path: stated.text.path))
    size = try Dimensions(config)
    if try config.optionalStrings("layer_types") != nil {
      spans = try config.spans(numLayers: numLayers)
    } else {
      let window = try config.int("sliding_window", in: 1...1 << 32)
      spans = (1...numLayers).map { $0 % 5 == 0 ? .full : .slidingWindow(window) }
    }
    let shared = try config.int("num_kv_shared_layers", in: 0...4096)
    guard shared <= numLayers else {
      throw .contradiction("num_kv_shared_layers (\(shared)) is above num_hidden_layers (\(numLayers))")
    }
    firstShared = numLayers - shared
    numStates = try config.int("altup_num_inputs", in: 1...64)
    lowRank = try config.int("laurel_rank", in: 1...1 << 16)
    perLayerWidth = try config.int("hidden_size_per_layer_input", in: 1...1 << 16)
    perLayerVocabulary = try config.int("vocab_size_per_layer_input", in: 1...1 << 26)
    bias = try config.bool("attention_bias", default: false)
  }

  private func shape() throws(ModelConfigError) -> ModelShape {
    var decoder = try DecoderBuilder(config)
    for index in 0..<size.numLayers { add(index, to: &decoder) }
    addOuter(to: &decoder)
    for (name, isFull) in [("full_attention", true), ("sliding_attention", false)]
    where spans.contains(where: { ($0 == .full) == isFull }) {
      var rope = try config.rope(layerType: name)
      if !isFull, !rope.isToldApart { rope = Rope() }
      decoder.add(
        try rope.table(name, headSize: size.headSize, maxPosition: size.maxPosition, dtype: config.dtype),
        on: .everyStage)
    }
    decoder.ends(vocabSize: size.vocabSize, hiddenSize: size.hiddenSize, tied: true, placement: .everyStage)
    decoder.traits.supportsPipelineParallel = false
    if config.isInsideMultimodal {
      decoder.traits.modalities = ["image", "audio"]
      decoder.traits.tokenBufferWidth = size.numLayers * perLayerWidth
    }
    var shape = try decoder.shape(
      vocabSize: size.vocabSize, hiddenSize: size.hiddenSize, numHeads: size.numHeads, numKVHeads: size.numKVHeads,
      rope: try config.rope(layerType: "full_attention"))
    if config.isInsideMultimodal { try Tower.add(to: &shape, config) }
    return shape
  }

  private func add(_ index: Int, to decoder: inout DecoderBuilder) {
    // The layer whose cache is read is one or two before the first that reads.
    let reads = index >= firstShared && firstShared - (spans[index] == .full ? 1 : 2) >= 0
    let attention = Attention(
      numHeads: size.numHeads, numKVHeads: size.numKVHeads, headSize: size.headSize, span: spans[index],
      readsOtherCache: reads)
    var layer = decoder.layer(index)
    addStates(to: &layer)
    layer.normedAttention(
      attention, hiddenSize: size.hiddenSize, bias: bias, hasKeys: index < firstShared)
    layer.mlp(hiddenSize: size.hiddenSize, intermediateSize: widths[index])
    layer.linear(
      "laurel.linear_left", .mlp, .column(input: size.hiddenSize, outputs: [lowRank], bias: false))
    layer.linear("laurel.linear_right", .mlp, .row(input: lowRank, output: size.hiddenSize, bias: false))
    layer.linear(
      "per_layer_input_gate", .mlp, .replicated(input: size.hiddenSize, outputs: [perLayerWidth], bias: false))
    layer.linear(
      "per_layer_projection", .mlp, .replicated(input: perLayerWidth, outputs: [size.hiddenSize], bias: false))
    for name in [
      "laurel.post_laurel_norm", "input_layernorm", "post_attention_layernorm", "pre_feedforward_layernorm",
      "post_feedforward_layernorm", "post_per_layer_input_norm",
    ] {
      layer.norm(name, size.hiddenSize)
    }
    decoder.append(layer, mixer: .attention(attention), feedForward: .dense(intermediateSize: widths[index]))
  }

  /// What predicts the hidden states and corrects them.
  private func addStates(to layer: inout LayerBuilder) {
    for (name, input, output) in [
      ("correction_coefs", numStates, numStates), ("prediction_coefs", numStates, numStates * numStates),
      ("modality_router", size.hiddenSize, numStates),
    ] {
      layer.linear("altup." + name, .mlp, .replicated(input: input, outputs: [output], bias: false))
    }
    layer.norm("altup.router_norm", size.hiddenSize)
    layer.table("altup.router_input_scale", .buffers, [1])
    layer.tensor("altup.correct_output_scale", .norms, [size.hiddenSize], dtype: .float32)
  }

  /// The table of the layers' own embeddings, and the projections into and out of the states.
  private func addOuter(to decoder: inout DecoderBuilder) {
    let width = size.numLayers * perLayerWidth
    var scope = LayerBuilder(
      prefix: decoder.modelPrefix, dtype: config.dtype, quantization: decoder.quantization)
    scope.plain(
      "self_decoder.embed_tokens_per_layer", .embedding,
      .vocabulary(rows: perLayerVocabulary, width: width, bias: false))
    scope.linear(
      "self_decoder.per_layer_model_projection", .mlp,
      .column(input: size.hiddenSize, outputs: [width], bias: false))
    scope.tensor("self_decoder.per_layer_projection_norm", .norms, [perLayerWidth])
    for list in ["self_decoder.altup_projections.", "altup_unembed_projections."] {
      for index in 0..<(numStates - 1) {
        scope.linear(
          list + String(index), .mlp, .column(input: size.hiddenSize, outputs: [size.hiddenSize], bias: false))
      }
    }
    for name in ["embed_scale", "embed_scale_per_layer", "per_layer_input_scale", "per_layer_projection_scale"] {
      scope.table("self_decoder." + name, .buffers, [1])
    }
    for module in scope.modules { decoder.add(module, on: .everyStage) }
  }
}
