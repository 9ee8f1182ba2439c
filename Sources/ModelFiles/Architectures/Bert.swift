import Plimsoll

/// BERT, RoBERTa and XLM-RoBERTa (`bert.py`, `roberta.py`): attention in both directions, and nothing is cached.
///
/// Learned positions and token types are vocabularies like the words: padded to 64 rows and cut by TP.
enum BertFamily {
  static func read(_ config: ModelConfig) throws(ModelConfigError) -> ModelShape {
    try config.requireUnquantized()
    guard try config.string("position_embedding_type", default: "absolute") == "absolute" else {
      throw .unmodelled(
        part: "positions", value: try config.string("position_embedding_type", default: ""), nearest: "absolute")
    }
    let size = try Dimensions(config)
    let types = try config.int("type_vocab_size", in: 1...1 << 20)
    let width = size.hiddenSize
    var encoder = try DecoderBuilder(config)
    encoder.prefix = "model.encoder.layer"
    encoder.traits.isEncoderOnly = true
    encoder.traits.isPooling = true
    encoder.traits.poolsWholePrompt = true
    encoder.traits.supportsPipelineParallel = false
    for (name, rows) in [
      ("word_embeddings", size.vocabSize), ("position_embeddings", size.maxPosition), ("token_type_embeddings", types),
    ] {
      encoder.add(
        Module(
          "model.embeddings." + name, .embedding, .vocabulary(rows: rows, width: width, bias: false),
          dtype: config.dtype), on: .everyStage)
    }
    for name in ["weight", "bias"] {
      encoder.add(
        Module(
          "model.embeddings.LayerNorm." + name, .norms, .tensor(shape: [width], cut: nil), dtype: config.dtype),
        on: .everyStage)
    }
    encoder.add(
      Module(
        "model.embeddings.position_ids", .buffers, .tensor(shape: [size.maxPosition], cut: nil), dtype: .int64),
      on: .everyStage)
    let attention = Attention(numHeads: size.numHeads, numKVHeads: size.numHeads, headSize: width / size.numHeads)
    for index in 0..<size.numLayers {
      var layer = encoder.layer(index)
      layer.attention(attention, hiddenSize: width, qkvBias: true, outputBias: true, scope: "attention")
      layer.norm("attention.output.LayerNorm", width, bias: true)
      layer.mlp(hiddenSize: width, intermediateSize: size.intermediateSize, gated: false, bias: true)
      layer.norm("output.LayerNorm", width, bias: true)
      encoder.append(
        layer, mixer: .attention(attention), feedForward: .dense(intermediateSize: size.intermediateSize))
    }
    var shape = try encoder.shape(
      vocabSize: size.vocabSize, hiddenSize: width, numHeads: size.numHeads, numKVHeads: size.numHeads, rope: Rope())
    shape.outer += try heads(config, width: width, vocabSize: size.vocabSize)
    return shape
  }

  /// What a class puts on top of the encoder.
  private static func heads(
    _ config: ModelConfig, width: Int, vocabSize: Int
  ) throws(ModelConfigError) -> [PlacedModule] {
    switch config.architecture {
    case "BertModel", "RobertaModel", "RobertaForMaskedLM", "XLMRobertaModel": return []
    case "BertForSequenceClassification":
      return [
        try Pooling.head("bert.pooler.dense", config, input: width, outputs: width),
        try Pooling.head("classifier", config, input: width, outputs: try config.numLabels()),
      ]
    case "RobertaForSequenceClassification", "XLMRobertaForSequenceClassification":
      return [
        try Pooling.head("classifier.dense", config, input: width, outputs: width),
        try Pooling.head("classifier.out_proj", config, input: width, outputs: try config.numLabels()),
      ]
    case "BertForTokenClassification", "RobertaForTokenClassification", "XLMRobertaForTokenClassification":
      return [try Pooling.head("classifier", config, input: width, outputs: try config.numLabels())]
    case "BgeM3EmbeddingModel":
      return [
        try Pooling.head("sparse_linear", config, input: width, outputs: 1),
        try Pooling.head("colbert_linear", config, input: width, outputs: width),
      ]
    case "BertForMaskedLM", "BertSpladeSparseEmbeddingModel":
      // The head of masked words is whole on every rank and in the model's type; its decoder is not tied.
      let linears = [("mlm_head.dense", width), ("mlm_head.decoder", vocabSize)].map { name, outputs in
        Module(name, .pooler, .replicated(input: width, outputs: [outputs], bias: true), dtype: config.dtype)
      }
      let norm = ["weight", "bias"].map {
        Module("mlm_head.layer_norm." + $0, .pooler, .tensor(shape: [width], cut: nil), dtype: config.dtype)
      }
      return (linears + norm).map { PlacedModule($0, on: .everyStage) }
    default: throw VLLMRegistry.problem(with: config.architecture)
    }
  }
}
