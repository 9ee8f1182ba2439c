import Plimsoll

/// MiniMax M3 (`models/minimax_m3/`): layers that attend to blocks of tokens which an index chooses, experts with one
/// that every token passes, and a few layers at the start without either.
enum MiniMaxM3Family {
  static func read(_ config: ModelConfig) throws(ModelConfigError) -> ModelShape {
    let size = try Dimensions(config)
    let index = try blockIndex(config, numKVHeads: size.numKVHeads)
    let routed = try RoutedNetwork(config, size)
    // The class scales nothing, whatever the config says.
    var plain = Rope()
    plain.partialRotaryFactor = try config.double("partial_rotary_factor", default: 0.5)
    var decoder = try DecoderBuilder(config)
    for layerIndex in 0..<size.numLayers {
      let chooses = try flag("sparse_attention_freq", of: layerIndex, in: try sparseAttention(config), default: false)
      let attention = Attention(
        numHeads: size.numHeads, numKVHeads: size.numKVHeads, headSize: size.headSize,
        blockIndex: chooses ? index : nil)
      var layer = decoder.layer(layerIndex)
      layer.linear(
        "self_attn.qkv_proj", .attention,
        .qkv(
          Module.QKV(
            input: size.hiddenSize, numHeads: size.numHeads, numKVHeads: size.numKVHeads, headSize: size.headSize,
            indexHeadSize: attention.blockIndex?.headDim ?? 0)),
        fusing: ["q_proj", "k_proj", "v_proj"])
      layer.linear(
        "self_attn.o_proj", .attention,
        .row(input: size.numHeads * size.headSize, output: size.hiddenSize, bias: false))
      // Layers with an index look after their cache themselves, and keep the copies of two scales meant for the host.
      layer.attentionScales(isQuantizable: attention.blockIndex == nil)
      if attention.blockIndex != nil {
        for name in ["_k_scale_cpu", "_v_scale_cpu"] {
          layer.tensor("self_attn." + name, .buffers, [1], dtype: .float32)
        }
      }
      for name in ["q_norm", "k_norm"] { layer.tensor("self_attn." + name, .norms, [size.headSize]) }
      if let index = attention.blockIndex {
        for name in ["index_q_norm", "index_k_norm"] { layer.tensor("self_attn." + name, .norms, [index.headDim]) }
      }
      let hasExperts = try flag("moe_layer_freq", of: layerIndex, in: config.text, default: true)
      let feedForward = hasExperts ? routed.add(to: &layer) : try dense(config, &layer, size)
      layer.norm("input_layernorm", size.hiddenSize)
      layer.norm("post_attention_layernorm", size.hiddenSize)
      decoder.append(layer, mixer: .attention(attention), feedForward: feedForward)
    }
    decoder.add(
      try plain.table(headSize: size.headSize, maxPosition: size.maxPosition, dtype: config.dtype), on: .everyStage)
    decoder.ends(vocabSize: size.vocabSize, hiddenSize: size.hiddenSize, tied: false, placement: .firstAndLast)
    return try decoder.shape(
      vocabSize: size.vocabSize, hiddenSize: size.hiddenSize, numHeads: size.numHeads, numKVHeads: size.numKVHeads,
      rope: try config.rope())
  }

  private static func sparseAttention(_ config: ModelConfig) throws(ModelConfigError) -> ConfigObject {
    do throws(ConfigError) {
      return try config.text.optionalObject("sparse_attention_config") ?? ConfigObject(JSONObject())
    } catch {
      throw .value(error)
    }
  }

  private static func blockIndex(
    _ config: ModelConfig, numKVHeads: Int
  ) throws(ModelConfigError) -> Attention.BlockIndex? {
    let object = try sparseAttention(config)
    if object.members.members.isEmpty { return nil }
    let index: Attention.BlockIndex
    do throws(ConfigError) {
      index = Attention.BlockIndex(
        topK: try object.int("sparse_topk_blocks", in: 1...1 << 20),
        numHeads: try object.int("sparse_num_index_heads", in: 1...1 << 14),
        headDim: try object.int("sparse_index_dim", in: 1...1 << 14))
    } catch {
      throw .value(error)
    }
    // vLLM asserts it (`linear.py MinimaxM3QKVParallelLinearWithIndexer`).
    guard index.numHeads == numKVHeads else {
      throw .contradiction(
        "sparse_num_index_heads (\(index.numHeads)) is not num_key_value_heads (\(numKVHeads)) as vLLM wants it")
    }
    return index
  }

  /// Whether a list that has a number for each layer has another than 0 for this one.
  private static func flag(
    _ key: String, of layer: Int, in object: ConfigObject, default fallback: Bool
  ) throws(ModelConfigError) -> Bool {
    let flags: [Int]?
    do { flags = try object.optionalInts(key, in: 0...1 << 20) } catch { throw .value(error) }
    guard let flags else { return fallback }
    return flags.indices.contains(layer) ? flags[layer] != 0 : fallback
  }

  private static func dense(
    _ config: ModelConfig, _ layer: inout LayerBuilder, _ size: Dimensions
  ) throws(ModelConfigError) -> FeedForward {
    let width = try config.int("dense_intermediate_size", in: 1...1 << 24)
    layer.mlp(hiddenSize: size.hiddenSize, intermediateSize: width)
    return .dense(intermediateSize: width)
  }

  /// Experts with a float32 router; one that every token passes is as wide as `n_shared_experts` of them.
  private struct RoutedNetwork {
    var count: Int
    var perToken: Int
    var sharedIntermediateSize: Int
    var isBiased: Bool
    var size: Dimensions

    init(_ config: ModelConfig, _ size: Dimensions) throws(ModelConfigError) {
      count = try config.int("num_local_experts", in: 1...1 << 16)
      perToken = try config.int("num_experts_per_tok", in: 1...1 << 16)
      sharedIntermediateSize =
        (try config.optionalInt("n_shared_experts", in: 0...1 << 16) ?? 0) * size.intermediateSize
      isBiased = try config.bool("use_routing_bias", default: false)
      self.size = size
    }

    func add(to layer: inout LayerBuilder) -> FeedForward {
      let scope = "block_sparse_moe."
      if isBiased { layer.tensor(scope + "e_score_correction_bias", .router, [count], dtype: .float32) }
      layer.plain(
        scope + "gate", .router, .replicated(input: size.hiddenSize, outputs: [count], bias: false), dtype: .float32)
      if sharedIntermediateSize > 0 {
        layer.mlp(
          hiddenSize: size.hiddenSize, intermediateSize: sharedIntermediateSize, scope: scope + "shared_experts")
      }
      layer.experts(
        scope + "experts",
        Module.Experts(
          count: count, hiddenSize: size.hiddenSize, intermediateSize: size.intermediateSize,
          hasCommonActivation: false, hasClampedActivation: true))
      return .experts(
        FeedForward.Routed(
          numExperts: count, expertsPerToken: perToken, intermediateSize: size.intermediateSize,
          sharedIntermediateSize: sharedIntermediateSize))
    }
  }
}
