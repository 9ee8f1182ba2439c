import Plimsoll

/// Shapes written out by hand, so that a test of the arithmetic needs no config reader.
extension ModelShape {
  /// QwQ-32B as `qwen2.py` builds it: 64 layers of 40 heads on 8 KV heads, biases on query, key and value.
  static let qwq32B: ModelShape = {
    let (hidden, width, vocabulary) = (5_120, 27_648, 152_064)
    let attention = Attention(numHeads: 40, numKVHeads: 8, headSize: 128)
    let scales = ["q", "k", "v", "prob"].map {
      Module("self_attn.attn._\($0)_scale", .buffers, .tensor(shape: [1], cut: nil), dtype: .float32)
    }
    let layer = LayerGroup(
      count: 64, mixer: .attention(attention), feedForward: .dense(intermediateSize: width),
      modules: [
        Module(
          "self_attn.qkv_proj", .attention,
          .qkv(Module.QKV(input: hidden, numHeads: 40, numKVHeads: 8, headSize: 128, bias: true))),
        Module("self_attn.o_proj", .attention, .row(input: hidden, output: hidden, bias: false)),
      ] + scales + [
        Module("mlp.gate_up_proj", .mlp, .column(input: hidden, outputs: [width, width], bias: false)),
        Module("mlp.down_proj", .mlp, .row(input: width, output: hidden, bias: false)),
        Module("input_layernorm", .norms, .tensor(shape: [hidden], cut: nil)),
        Module("post_attention_layernorm", .norms, .tensor(shape: [hidden], cut: nil)),
      ])
    return ModelShape(
      architecture: "Qwen2ForCausalLM", servedAs: "Qwen2ForCausalLM", dtype: .bfloat16, vocabSize: vocabulary,
      hiddenSize: hidden, numAttentionHeads: 40, numKVHeads: 8, layers: [layer],
      outer: [
        PlacedModule(Module("rotary_emb", .buffers, .tensor(shape: [40_960, 128], cut: nil)), on: .everyStage),
        PlacedModule(
          Module("embed_tokens", .embedding, .vocabulary(rows: vocabulary, width: hidden, bias: false)),
          on: .firstStage),
        PlacedModule(Module("norm", .norms, .tensor(shape: [hidden], cut: nil)), on: .lastStage),
        PlacedModule(
          Module("lm_head", .lmHead, .vocabulary(rows: vocabulary, width: hidden, bias: false)), on: .lastStage),
      ],
      context: ContextLength(key: "max_position_embeddings", stated: 40_960))
  }()

  /// One layer of nothing but `module`, to weigh it alone.
  static func only(_ module: Module, mixer: Mixer? = nil, traits: Traits = Traits()) -> ModelShape {
    let attention = Attention(numHeads: 8, numKVHeads: 8, headSize: 128)
    return ModelShape(
      architecture: "Test", servedAs: "Test", dtype: .bfloat16, vocabSize: 64, hiddenSize: 64, numAttentionHeads: 8,
      numKVHeads: 8,
      layers: [
        LayerGroup(
          count: 1, mixer: mixer ?? .attention(attention), feedForward: .dense(intermediateSize: 1), modules: [module])
      ],
      outer: [], context: ContextLength(key: nil, stated: 2_048), traits: traits)
  }
}
