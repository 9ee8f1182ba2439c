import Plimsoll

/// GTE's encoders (`bert_with_rope.py`): BERT with rotary positions and a gated network whose fused half has no bias.
///
/// Words and token types are vocabularies, padded to 64 rows and cut by TP.
enum RopeBertFamily {
  static func read(_ config: ModelConfig) throws(ModelConfigError) -> ModelShape {
    try config.requireUnquantized()
    for key in ["pack_qkv", "logn_attention_scale"]
    where try config.bool(key, default: key == "pack_qkv") != (key == "pack_qkv") {
      throw .unmodelled(part: key, value: "otherwise than GTE's files have it", nearest: "GTE's own")
    }
    let size = try Dimensions(config)
    let width = size.hiddenSize
    let types = try config.int("type_vocab_size", in: 0...1 << 20, default: 0)
    var encoder = try DecoderBuilder(config)
    encoder.prefix = "encoder.layer"
    encoder.traits.isEncoderOnly = true
    encoder.traits.isPooling = true
    encoder.traits.poolsWholePrompt = true
    encoder.traits.supportsPipelineParallel = false
    for (name, rows) in [("word_embeddings", size.vocabSize), ("token_type_embeddings", types)] where rows > 0 {
      encoder.add(
        Module(
          "embeddings." + name, .embedding, .vocabulary(rows: rows, width: width, bias: false), dtype: config.dtype),
        on: .everyStage)
    }
    for name in ["weight", "bias"] {
      encoder.add(
        Module("embeddings.LayerNorm." + name, .norms, .tensor(shape: [width], cut: nil), dtype: config.dtype),
        on: .everyStage)
    }
    let attention = Attention(numHeads: size.numHeads, numKVHeads: size.numHeads, headSize: width / size.numHeads)
    for index in 0..<size.numLayers {
      var layer = encoder.layer(index)
      layer.attention(
        attention, hiddenSize: width, qkvBias: true, outputBias: true, scope: "attn", output: "out_proj")
      let inner = size.intermediateSize
      layer.linear("mlp.gate_up_proj", .mlp, .column(input: width, outputs: [inner, inner], bias: false))
      layer.linear("mlp.down_proj", .mlp, .row(input: inner, output: width, bias: true))
      for name in ["attn_ln", "mlp_ln"] { layer.norm(name, width, bias: true) }
      encoder.append(
        layer, mixer: .attention(attention), feedForward: .dense(intermediateSize: size.intermediateSize))
    }
    encoder.add(
      try config.rope().table(
        headSize: width / size.numHeads, maxPosition: size.maxPosition, dtype: config.dtype), on: .everyStage)
    var shape = try encoder.shape(
      vocabSize: size.vocabSize, hiddenSize: width, numHeads: size.numHeads, numKVHeads: size.numHeads,
      rope: try config.rope())
    if config.architecture == "GteNewForSequenceClassification" {
      shape.outer.append(try Pooling.head("pooler.dense", config, input: width, outputs: width))
      shape.outer.append(try Pooling.head("classifier", config, input: width, outputs: try config.numLabels()))
    }
    return shape
  }
}
