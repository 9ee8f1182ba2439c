import Plimsoll

/// ModernBERT (`modernbert.py`): rotary positions, gated networks, every third layer attending to all tokens.
///
/// Windows bound what a layer reads, but nothing is cached.
enum ModernBertFamily {
  static func read(_ config: ModelConfig) throws(ModelConfigError) -> ModelShape {
    try config.requireUnquantized()
    let size = try Dimensions(config)
    let width = size.hiddenSize
    let attentionBias = try config.bool("attention_bias", default: false)
    let bias = try config.bool("mlp_bias", default: false)
    let normBias = try config.bool("norm_bias", default: false)
    let local = try config.int("local_attention", in: 2...1 << 32, default: 128)
    let every = try config.int("global_attn_every_n_layers", in: 1...4096, default: 3)
    let types =
      try config.optionalStrings("layer_types")
      ?? (0..<size.numLayers).map { $0 % every == 0 ? "full_attention" : "sliding_attention" }
    guard types.count >= size.numLayers else {
      throw .contradiction("layer_types names \(types.count) layers and num_hidden_layers says \(size.numLayers)")
    }
    var encoder = try DecoderBuilder(config)
    encoder.prefix = "encoder_layer.layers"
    encoder.traits.isEncoderOnly = true
    encoder.traits.isPooling = true
    encoder.traits.poolsWholePrompt = true
    encoder.traits.supportsPipelineParallel = false
    encoder.add(
      Module(
        "embeddings.tok_embeddings", .embedding, .vocabulary(rows: size.vocabSize, width: width, bias: false),
        dtype: config.dtype), on: .everyStage)
    for name in ["embeddings.norm", "final_norm"] {
      for part in normBias ? ["weight", "bias"] : ["weight"] {
        encoder.add(
          Module(name + "." + part, .norms, .tensor(shape: [width], cut: nil), dtype: config.dtype), on: .everyStage)
      }
    }
    for index in 0..<size.numLayers {
      // The class takes the window's edge in.
      let span: Attention.Span = types[index] == "sliding_attention" ? .slidingWindow(local / 2 + 1) : .full
      let attention = Attention(
        numHeads: size.numHeads, numKVHeads: size.numHeads, headSize: width / size.numHeads, span: span)
      var layer = encoder.layer(index)
      if index > 0 { layer.norm("attn_norm", width, bias: normBias) }
      layer.attention(attention, hiddenSize: width, qkvBias: attentionBias, outputBias: attentionBias, scope: "attn")
      layer.norm("mlp_norm", width, bias: normBias)
      layer.mlp(hiddenSize: width, intermediateSize: size.intermediateSize, bias: bias)
      encoder.append(
        layer, mixer: .attention(attention), feedForward: .dense(intermediateSize: size.intermediateSize))
    }
    for name in Set(types.prefix(size.numLayers)).sorted() {
      let rope = try config.rope(layerType: name)
      encoder.add(
        try rope.table(
          "rotary_emb." + name, headSize: width / size.numHeads, maxPosition: size.maxPosition, dtype: config.dtype),
        on: .everyStage)
    }
    var shape = try encoder.shape(
      vocabSize: size.vocabSize, hiddenSize: width, numHeads: size.numHeads, numKVHeads: size.numHeads, rope: Rope())
    shape.outer += try heads(config, width: width, normBias: normBias)
    return shape
  }

  private static func heads(
    _ config: ModelConfig, width: Int, normBias: Bool
  ) throws(ModelConfigError) -> [PlacedModule] {
    guard config.architecture != "ModernBertModel" else { return [] }
    if config.architecture == "ColBERTModernBertModel" { return try Pooling.colBERT(config, input: width) }
    let bias = try config.bool("classifier_bias", default: false)
    let parts = normBias ? ["weight", "bias"] : ["weight"]
    // A classifier of sequences pools in the head's type, one of tokens predicts in the model's.
    let poolsSequences = config.architecture == "ModernBertForSequenceClassification"
    let dtype = poolsSequences ? try config.headDType() : config.dtype
    var modules = [
      Module("head.dense", .pooler, .replicated(input: width, outputs: [width], bias: bias), dtype: dtype)
    ]
    modules += parts.map { Module("head.norm." + $0, .pooler, .tensor(shape: [width], cut: nil), dtype: dtype) }
    return modules.map { PlacedModule($0, on: .everyStage) }
      + [try Pooling.head("classifier", config, input: width, outputs: try config.numLabels())]
  }
}
