import Plimsoll

/// The decoder that most architectures are variations of: attention, a feed-forward network, norms, rotary tables.
///
/// A family fills in what its model class does otherwise and calls ``shape()``.
struct StandardDecoder {
  let config: ModelConfig
  var size: Dimensions
  var rope: Rope
  var spans: [Attention.Span]
  var qkvBias = false
  var outputBias = false
  var qkNorm = QKNorm.none
  /// Norms of a layer by name, each as wide as the hidden state.
  var norms = ["input_layernorm", "post_attention_layernorm"]
  var normBias = false
  var finalNormBias = false
  var headBias = false
  /// No norm follows the last layer, or one without a scale.
  var hasFinalNorm = true
  /// Elements of an embedding's and of lm_head's rows, where they are not the hidden state's.
  var embeddingWidth: Int?
  var endPlacement = DecoderBuilder.EndPlacement.firstAndLast
  /// What follows attention in a layer, and the modules that it adds.
  var feedForward: (inout LayerBuilder, Int) -> FeedForward
  /// Rotary tables and other tensors outside the layers.
  var buffers: [Module]
  var traits = ModelShape.Traits()
  var servedAs: String?
  /// Query heads of each layer, where layers differ in them.
  var numHeadsByLayer: [Int] = []
  /// Layers run again, each time with caches of their own: the span of each further run.
  var repeatedSpans: [Attention.Span] = []
  /// Under which name attention lives in a layer.
  var attentionScope = "self_attn"

  /// Learned scales on queries and keys.
  enum QKNorm {
    case none
    /// One of head size for the queries, one for the keys.
    case perHead
    /// A scale for each query head and key head, cut by TP with them (Command R+).
    case everyHead
    /// As wide as all queries and all keys, whole on every rank (OLMo 2 in the Transformers backend).
    case fullWidth
  }

  /// The common case: a dense gated network, spans by the config, one rotary table.
  init(_ config: ModelConfig) throws(ModelConfigError) {
    self.config = config
    let size = try Dimensions(config)
    self.size = size
    rope = try config.rope()
    spans = try config.spans(numLayers: size.numLayers)
    feedForward = { layer, _ in
      layer.mlp(hiddenSize: size.hiddenSize, intermediateSize: size.intermediateSize)
      return .dense(intermediateSize: size.intermediateSize)
    }
    traits.isEncoderOnly = try config.bool("is_causal", default: true) == false
    buffers = [try rope.table(headSize: size.headSize, maxPosition: size.maxPosition, dtype: config.dtype)]
  }

  func shape() throws(ModelConfigError) -> ModelShape {
    var decoder = try DecoderBuilder(config)
    decoder.traits = traits
    for index in 0..<size.numLayers {
      let attention = Attention(
        numHeads: numHeadsByLayer.isEmpty ? size.numHeads : numHeadsByLayer[index], numKVHeads: size.numKVHeads,
        headSize: size.headSize, span: spans[index])
      var layer = decoder.layer(index)
      layer.attention(
        attention, hiddenSize: size.hiddenSize, qkvBias: qkvBias, outputBias: outputBias,
        scope: attentionScope)
      addQKNorm(to: &layer)
      let feedForward = feedForward(&layer, index)
      for name in norms { layer.norm(name, size.hiddenSize, bias: normBias) }
      decoder.append(layer, mixer: .attention(attention), feedForward: feedForward)
    }
    for span in repeatedSpans {
      for index in 0..<size.numLayers {
        let attention = Attention(
          numHeads: size.numHeads, numKVHeads: size.numKVHeads, headSize: size.headSize, span: span)
        var layer = decoder.layer(index)
        layer.attentionScales()
        decoder.append(layer, mixer: .attention(attention), feedForward: .none)
      }
    }
    for buffer in buffers { decoder.add(buffer, on: .everyStage) }
    decoder.ends(
      vocabSize: size.vocabSize, hiddenSize: size.hiddenSize, tied: size.tied, placement: endPlacement,
      normBias: finalNormBias, headBias: headBias, hasNorm: hasFinalNorm, width: embeddingWidth)
    return try decoder.shape(
      vocabSize: size.vocabSize, hiddenSize: size.hiddenSize, numHeads: size.numHeads, numKVHeads: size.numKVHeads,
      rope: rope, servedAs: servedAs)
  }

  /// More modules for each layer, before those of its network.
  mutating func addToLayers(_ add: @escaping (inout LayerBuilder, Int) -> Void) {
    let network = feedForward
    feedForward = { layer, index in
      add(&layer, index)
      return network(&layer, index)
    }
  }

  /// A gate on what leaves attention, cut by TP: a number for each head, or one for each element of a head.
  mutating func gateAttention(_ name: String, perHead: Bool) {
    let (size, heads, scope) = (size, numHeadsByLayer, attentionScope)
    addToLayers { layer, index in
      let width = (heads.isEmpty ? size.numHeads : heads[index]) * (perHead ? 1 : size.headSize)
      layer.linear(
        scope + "." + name, .attention, .column(input: size.hiddenSize, outputs: [width], bias: false))
    }
  }

  /// A learned sink for each query head of the layers that have them.
  mutating func sinkAttention(_ name: String, where isSunk: @escaping @Sendable (Int) -> Bool = { _ in true }) {
    traits.hasSinks = true
    let (count, heads, scope) = (size.numHeads, numHeadsByLayer, attentionScope)
    addToLayers { layer, index in
      guard isSunk(index) else { return }
      layer.tensor(scope + "." + name, .attention, [heads.isEmpty ? count : heads[index]], cut: 0)
    }
  }

  private func addQKNorm(to layer: inout LayerBuilder) {
    let (q, k) = ("self_attn.q_norm", "self_attn.k_norm")
    switch qkNorm {
    case .none: break
    case .perHead:
      layer.tensor(q, .norms, [size.headSize])
      layer.tensor(k, .norms, [size.headSize])
    case .everyHead:
      layer.tensor(q, .norms, [size.numHeads, size.headSize], cut: 0)
      layer.tensor(k, .norms, [size.numKVHeads, size.headSize], cut: 0)
    case .fullWidth:
      layer.tensor(q, .norms, [size.numHeads * size.headSize])
      layer.tensor(k, .norms, [size.numKVHeads * size.headSize])
    }
  }
}
