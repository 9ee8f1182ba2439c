import Plimsoll

/// LongCat Flash (`longcat_flash.py`, `longcat_flash_ngram.py`): a layer has latent attention and a dense network twice,
/// and routed experts beside them; some of those that the router knows compute nothing.
///
/// Each half is a layer of the shape, so that both caches are counted.
enum LongcatFamily {
  static func read(_ stated: ModelConfig) throws(ModelConfigError) -> ModelShape {
    // Keys that the config class has two names for.
    let config = stated.renaming([
      "num_layers": "num_hidden_layers", "ffn_hidden_size": "intermediate_size",
      "expert_ffn_hidden_size": "moe_intermediate_size", "num_experts_per_tok": "moe_topk",
    ])
    let size = try Dimensions(config)
    let latent = try LatentAttention(config, numHeads: size.numHeads)
    let qLoRARank = try config.int("q_lora_rank", in: 1...1 << 20)
    let experts = Module.Experts(
      count: try config.int("n_routed_experts", in: 1...1 << 16), hiddenSize: size.hiddenSize,
      intermediateSize: try config.int("moe_intermediate_size", in: 1...1 << 24))
    let routes = experts.count + (try config.int("zero_expert_num", in: 0...1 << 16))
    let perToken = try config.int("moe_topk", in: 1...1 << 16)
    var decoder = try DecoderBuilder(config)
    let isSpared = try config.optionalStrings("disable_quant_module")?.isEmpty == false
    guard !isSpared || decoder.quantization.method == .none else {
      throw .unmodelled(part: "disable_quant_module", value: "given", nearest: "a list in quantization_config")
    }
    for index in 0..<size.numLayers {
      for half in 0..<2 {
        var layer = decoder.layer(index)
        layer.latentAttention(
          latent, hiddenSize: size.hiddenSize, qLoRARank: qLoRARank, scope: "self_attn.\(half).")
        for name in ["input_layernorm.", "post_attention_layernorm."] {
          layer.norm(name + String(half), size.hiddenSize)
        }
        layer.mlp(
          hiddenSize: size.hiddenSize, intermediateSize: size.intermediateSize, scope: "mlps.\(half)")
        var network = FeedForward.dense(intermediateSize: size.intermediateSize)
        if half == 0 {
          layer.plain(
            "mlp.router.classifier", .router,
            .replicated(input: size.hiddenSize, outputs: [routes], bias: false), dtype: .float32)
          layer.tensor("mlp.router.e_score_correction_bias", .router, [routes], dtype: .float32)
          network = layer.route(experts, perToken: perToken)
        }
        decoder.append(layer, mixer: .latentAttention(latent), feedForward: network)
      }
    }
    let rope = try config.rope()
    decoder.add(
      try rope.table(headSize: latent.qkRopeHeadDim, maxPosition: size.maxPosition, dtype: config.dtype),
      on: .everyStage)
    if config.architecture == "LongcatFlashNgramForCausalLM" { try addNgrams(config, size, to: &decoder) }
    decoder.ends(
      vocabSize: size.vocabSize, hiddenSize: size.hiddenSize, tied: false, placement: .firstAndLast)
    decoder.traits.halvesPerLayer = 2
    return try decoder.shape(
      vocabSize: size.vocabSize, hiddenSize: size.hiddenSize, numHeads: size.numHeads, numKVHeads: size.numKVHeads,
      rope: rope)
  }

  /// Embeddings of hashed pairs, triples, … of tokens: tables of growing length behind one another, a projection each,
  /// and the numbers that the hash needs.
  private static func addNgrams(
    _ config: ModelConfig, _ size: Dimensions, to decoder: inout DecoderBuilder
  ) throws(ModelConfigError) {
    guard let ratio = try config.optionalInt("ngram_vocab_size_ratio", in: 1...1 << 16) else { return }
    let splits = try config.int("emb_split_num", in: 1...1 << 10)
    let neighbours = try config.int("emb_neighbor_num", in: 2...64)
    let count = splits * (neighbours - 1)
    guard size.hiddenSize >= count else { throw .contradiction("hidden_size is below the number of n-gram tables") }
    let width = size.hiddenSize / count
    // Table i has ratio × vocab_size + 2 i + 1 rows.
    let rows = count * ratio * size.vocabSize + count * count
    let scope = "model.ngram_embeddings."
    decoder.add(
      Module(
        scope + "oe_embedder", .embedding, .vocabulary(rows: rows, width: width, bias: false), dtype: config.dtype),
      on: .firstStage)
    let tensors: [(String, [Int], DType)] = [
      ("oe_projection", [count, width, size.hiddenSize], config.dtype),
      ("ne_weights", [neighbours - 1, splits, neighbours], .int32), ("ne_mods", [neighbours - 1, splits], .int32),
      ("exclusive_sizes", [count + 1], .int32),
    ]
    for (name, shape, dtype) in tensors {
      decoder.add(
        Module(
          scope + name, name == "oe_projection" ? .embedding : .buffers, .tensor(shape: shape, cut: nil),
          dtype: dtype), on: .firstStage)
    }
  }
}
