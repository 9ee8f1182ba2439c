import Plimsoll

/// Zamba 2 (`zamba2.py`): Mamba 2 in every layer, and before some of them one of a few transformer blocks that these
/// layers share, each time with a cache of its own. No pipeline; lm_head is always the embedding.
enum Zamba2Family {
  static func read(_ config: ModelConfig) throws(ModelConfigError) -> ModelShape {
    let size = try Dimensions(config)
    let width = size.hiddenSize
    let block = try Block(config, size: size)
    let isHybrid = try hybridLayers(config, numLayers: size.numLayers)
    let inner = try config.int("mamba_expand", in: 1...64) * width
    let heads = try config.int("n_mamba_heads", in: 1...1 << 16)
    guard inner % heads == 0 else {
      throw .contradiction("n_mamba_heads (\(heads)) does not divide mamba_expand × hidden_size (\(inner))")
    }
    let mamba = Mamba2(
      numHeads: heads, headSize: inner / heads, stateSize: try config.int("mamba_d_state", in: 1...1 << 14),
      groups: try config.int("mamba_ngroups", in: 1...1 << 14), kernel: try config.int("mamba_d_conv", in: 1...1024),
      convolutionBias: try config.bool("use_conv_bias", default: true), bias: block.bias,
      chunk: try config.stateChunk("chunk_size"))
    var decoder = try DecoderBuilder(config)
    decoder.traits.supportsPipelineParallel = false
    let hybrids = isHybrid.filter { $0 }.count
    for module in try block.modules(&decoder, hybrids: hybrids) { decoder.add(module, on: .everyStage) }
    for (index, isHybrid) in isHybrid.enumerated() {
      var layer = decoder.layer(index)
      // The class names these modules by a number alone, after those of the blocks' caches.
      layer.prefix = String(hybrids + index)
      if isHybrid {
        layer.linear("linear", .mamba, .replicated(input: width, outputs: [width], bias: false))
        layer.attentionScales(isQuantizable: false)
      }
      mamba.add(to: &layer, hiddenSize: width, scope: "mixer")
      layer.norm("input_layernorm", width)
      decoder.append(
        layer, mixer: isHybrid ? .parallel(block.attention, mamba.state) : .state(mamba.state),
        feedForward: isHybrid ? .dense(intermediateSize: size.intermediateSize) : .none)
    }
    decoder.ends(vocabSize: size.vocabSize, hiddenSize: width, tied: true, placement: .everyStage)
    return try decoder.shape(
      vocabSize: size.vocabSize, hiddenSize: width, numHeads: size.numHeads, numKVHeads: size.numHeads,
      rope: try config.rope())
  }

  private static func hybridLayers(_ config: ModelConfig, numLayers: Int) throws(ModelConfigError) -> [Bool] {
    guard let types = try config.optionalStrings("layers_block_type") else {
      let places: Set = [6, 12, 18, 24, 30, 36, 42, 47, 51]
      return (0..<54).map(places.contains)
    }
    guard types.count == numLayers else {
      throw .contradiction("layers_block_type names \(types.count) layers and num_hidden_layers says \(numLayers)")
    }
    var hybrid: [Bool] = []
    for type in types {
      switch type {
      case "hybrid": hybrid.append(true)
      case "mamba", "linear_attention": hybrid.append(false)
      default: throw .unmodelled(part: "the layer type", value: type, nearest: "hybrid, mamba")
      }
    }
    return hybrid
  }

  /// The shared blocks: attention over the hidden state and the embedding side by side, a gated network with a low-rank
  /// change for each layer that uses it.
  private struct Block {
    var count: Int
    var width: Int
    var intermediateSize: Int
    var attention: Attention
    var bias: Bool
    var adapterRank: Int
    var adaptsAttention: Bool
    /// The rotary table, where positions rotate.
    var table: Module?

    init(_ config: ModelConfig, size: Dimensions) throws(ModelConfigError) {
      count = try config.int("num_mem_blocks", in: 1...4096)
      width = size.hiddenSize
      intermediateSize = size.intermediateSize
      let headSize = 2 * width / size.numHeads
      attention = Attention(numHeads: size.numHeads, numKVHeads: size.numHeads, headSize: headSize)
      bias = try config.bool("add_bias_linear", default: false)
      adapterRank = try config.int("adapter_rank", in: 1...1 << 16)
      adaptsAttention = try config.bool("use_shared_attention_adapter", default: false)
      guard headSize * size.numHeads == 2 * width else {
        throw .contradiction("num_attention_heads (\(size.numHeads)) does not divide twice hidden_size (\(width))")
      }
      guard try config.bool("use_mem_rope", default: false) else { return }
      let length = try config.bool("use_long_context", default: false) ? 16_384 : size.maxPosition
      table = try config.rope().table(headSize: headSize, maxPosition: length, dtype: config.dtype)
    }

    func modules(_ decoder: inout DecoderBuilder, hybrids: Int) throws(ModelConfigError) -> [Module] {
      var layer = decoder.layer(0)
      layer.prefix = "model"
      for _ in 0..<count {
        layer.linear(
          "qkv_proj", .attention,
          .qkv(
            Module.QKV(
              input: 2 * width, numHeads: attention.numHeads, numKVHeads: attention.numHeads,
              headSize: attention.headSize)),
          fusing: ["q_proj", "k_proj", "v_proj"])
        layer.linear("o_proj", .attention, .row(input: 2 * width, output: width, bias: false))
        layer.mlp(hiddenSize: width, intermediateSize: intermediateSize, bias: bias, scope: "feed_forward")
        layer.norm("input_layernorm", 2 * width)
        layer.norm("pre_ff_layernorm", width)
      }
      for index in 0..<hybrids {
        adapter(&layer, "feed_forward.gate_up_proj_adapter_list.\(index)", .mlp, width, 2, intermediateSize)
        for name in adaptsAttention ? ["q", "k", "v"] : [] {
          adapter(&layer, "linear_\(name)_adapter", .attention, 2 * width, 1, 2 * width)
        }
      }
      return layer.modules + (table.map { [$0] } ?? [])
    }

    /// Two linears through a low rank, both cut by TP.
    private func adapter(
      _ layer: inout LayerBuilder, _ name: String, _ part: WeightPart, _ input: Int, _ parts: Int, _ output: Int
    ) {
      layer.linear(name + ".A", part, .column(input: input, outputs: [adapterRank], bias: false))
      layer.linear(
        name + ".B", part,
        .column(input: adapterRank, outputs: Array(repeating: output, count: parts), bias: false))
    }
  }
}
