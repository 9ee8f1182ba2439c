import Plimsoll

/// Granite 3's routed models (`granitemoe.py`, `granitemoeshared.py`): every layer routes, with a shared network beside
/// the experts in the second; embedding, norm and lm_head on every stage.
enum GraniteMoEFamily {
  static func read(_ config: ModelConfig) throws(ModelConfigError) -> ModelShape {
    var decoder = try StandardDecoder(config)
    decoder.size.headSize = decoder.size.hiddenSize / decoder.size.numHeads
    decoder.endPlacement = .everyStage
    let size = decoder.size
    let count = try config.int("num_local_experts", in: 1...1 << 16)
    let perToken = try config.int("num_experts_per_tok", in: 1...1 << 16)
    let isShared = config.architecture != "GraniteMoeForCausalLM"
    let shared = isShared ? try config.int("shared_intermediate_size", in: 0...1 << 24, default: 0) : 0
    decoder.feedForward = { layer, _ in
      layer.plain(
        "block_sparse_moe.gate", .router, .replicated(input: size.hiddenSize, outputs: [count], bias: false))
      layer.experts(
        "block_sparse_moe.experts",
        Module.Experts(count: count, hiddenSize: size.hiddenSize, intermediateSize: size.intermediateSize))
      if shared > 0 {
        layer.linear(
          "shared_mlp.input_linear", .mlp, .column(input: size.hiddenSize, outputs: [shared, shared], bias: false))
        layer.linear(
          "shared_mlp.output_linear", .mlp, .row(input: shared, output: size.hiddenSize, bias: false))
      }
      return .experts(
        FeedForward.Routed(
          numExperts: count, expertsPerToken: perToken, intermediateSize: size.intermediateSize,
          sharedIntermediateSize: shared))
    }
    try GraniteFamily.addLayerTypes(to: &decoder)
    return try decoder.shape()
  }
}

/// DBRX (`dbrx.py`): its config keeps attention and experts apart; every layer routes, nothing has a bias.
enum DbrxFamily {
  static func read(_ config: ModelConfig) throws(ModelConfigError) -> ModelShape {
    try config.requireUnquantized()
    guard try config.bool("tie_word_embeddings", default: false) == false else {
      throw .contradiction("vLLM serves no DBRX with tie_word_embeddings")
    }
    let renamed = config.renaming([
      "d_model": "hidden_size", "n_heads": "num_attention_heads", "n_layers": "num_hidden_layers",
      "max_seq_len": "max_position_embeddings",
    ])
    var decoder = try StandardDecoder(renamed)
    let count: Int
    let perToken: Int
    let width: Int
    do throws(ConfigError) {
      let (attention, network) = (try config.text.object("attn_config"), try config.text.object("ffn_config"))
      decoder.size.numKVHeads = try attention.int("kv_n_heads", in: 1...decoder.size.numHeads, default: 1)
      count = try network.int("moe_num_experts", in: 1...1 << 16, default: 4)
      perToken = try network.int("moe_top_k", in: 1...1 << 16, default: 1)
      width = try network.int("ffn_hidden_size", in: 1...1 << 24, default: 3584)
    } catch {
      throw .value(error)
    }
    decoder.norms = ["norm_1", "norm_2"]
    decoder.endPlacement = .everyStage
    let size = decoder.size
    decoder.feedForward = { layer, _ in
      layer.plain("router", .router, .replicated(input: size.hiddenSize, outputs: [count], bias: false))
      return layer.route(
        Module.Experts(count: count, hiddenSize: size.hiddenSize, intermediateSize: width), perToken: perToken)
    }
    return try decoder.shape()
  }
}
