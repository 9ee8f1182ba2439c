import Plimsoll

/// DeepSeek V4 (`models/deepseek_v4/`): a window and compressed tokens before it in every layer, hyper-connections
/// between layers, experts that the first layers choose by the token's number.
enum DeepSeekV4Family {
  static func read(_ config: ModelConfig) throws(ModelConfigError) -> ModelShape {
    if let layers = try config.optionalInt("vision_n_layers", in: 0...4096), layers > 0 {
      throw .unmodelled(part: "the encoder for images in", value: config.architecture, nearest: "the model for text")
    }
    let size = try Dimensions(config)
    let form = try Form(config, size)
    var decoder = try DecoderBuilder(config)
    decoder.quantization = try experts(of: config, decoder.quantization)
    decoder.traits.sharesTokensAmongExperts = true
    let network = try Network(config)
    for index in 0..<size.numLayers {
      var layer = decoder.layer(index)
      let attention = form.attention(ofLayer: index)
      form.add(attention, to: &layer, hiddenSize: size.hiddenSize)
      let feedForward = network.add(to: &layer, index: index, size: size)
      layer.norm("attn_norm", size.hiddenSize)
      layer.norm("ffn_norm", size.hiddenSize)
      for scope in ["hc_attn_", "hc_ffn_"] {
        layer.tensor(scope + "fn", .norms, [form.mixes, form.streams * size.hiddenSize], dtype: .float32)
        layer.tensor(scope + "base", .norms, [form.mixes], dtype: .float32)
        layer.tensor(scope + "scale", .norms, [3], dtype: .float32)
      }
      decoder.append(layer, mixer: .compressed(attention), feedForward: feedForward)
    }
    let rope = try config.rope(layerType: "compress")
    try form.addTables(to: &decoder, rope, maxPosition: size.maxPosition)
    // The first layer's mixing of equal streams, summed once (`finalize_mhc_broadcast_weights`).
    decoder.add(
      Module(
        "model.layers.0.hc_attn_fn_broadcast", .buffers,
        .tensor(shape: [form.mixes, size.hiddenSize], cut: nil), dtype: .float32), on: .firstStage)
    for (name, shape) in [
      ("fn", [form.streams, form.streams * size.hiddenSize]), ("base", [form.streams]), ("scale", [1]),
    ] {
      decoder.add(
        Module("model.hc_head_" + name, .norms, .tensor(shape: shape, cut: nil), dtype: .float32), on: .everyStage)
    }
    decoder.ends(vocabSize: size.vocabSize, hiddenSize: size.hiddenSize, tied: false, placement: .firstAndLast)
    return try decoder.shape(
      vocabSize: size.vocabSize, hiddenSize: size.hiddenSize, numHeads: size.numHeads, numKVHeads: 1, rope: rope)
  }

  /// The checkpoint's method with the experts stored as `expert_dtype` says (`quant_config.py DeepseekV4FP8Config`).
  private static func experts(
    of config: ModelConfig, _ quantization: QuantizationConfig
  ) throws(ModelConfigError) -> QuantizationConfig {
    switch quantization.method {
    case .none: return quantization
    case .fp8 where quantization.isBlockScaled: break
    default:
      throw .unmodelled(
        part: "DeepSeek V4 with the quantization method", value: quantization.method.rawValue, nearest: "fp8")
    }
    let algorithm: String
    do throws(ConfigError) {
      algorithm = try config.top.optionalObject("quantization_config")?.optionalString("moe_quant_algo") ?? ""
    } catch {
      throw .value(error)
    }
    let type = try config.string("expert_dtype", default: "fp4")
    switch type {
    case "fp8": return quantization
    case "fp4": return quantization.storingExperts(as: algorithm.uppercased() == "NVFP4" ? .nvfp4 : .mxfp4Experts)
    default:
      throw .contradiction("expert_dtype is \(type), and vLLM takes fp4 and fp8 for DeepSeek V4")
    }
  }

  /// Experts, of which each token passes one that all share.
  private struct Network {
    var count: Int
    var perToken: Int
    var width: Int
    var shared: Int
    var hashLayers: Int
    var isBiased: Bool
    var bounded: Bool
    /// What shared experts are cut into whole blocks of.
    var block: Int

    init(_ config: ModelConfig) throws(ModelConfigError) {
      count = try config.int("n_routed_experts", in: 1...1 << 16)
      perToken = try config.int("num_experts_per_tok", in: 1...1 << 16)
      width = try config.int("moe_intermediate_size", in: 1...1 << 24)
      shared = (try config.optionalInt("n_shared_experts", in: 0...1 << 16) ?? 0) * width
      isBiased = try config.string("topk_method", default: "") == "noaux_tc"
      bounded = try config.double("swiglu_limit", default: 10) > 0
      block = try QuantizationConfig(config).isBlockScaled ? 128 : 1
      if let types = try config.optionalStrings("mlp_layer_types") {
        hashLayers = types.filter { $0 == "hash_moe" }.count
      } else {
        hashLayers = try config.int("num_hash_layers", in: 0...4096, default: 3)
      }
    }

    func add(to layer: inout LayerBuilder, index: Int, size: Dimensions) -> FeedForward {
      layer.plain("ffn.gate", .router, .replicated(input: size.hiddenSize, outputs: [count], bias: false))
      if index < hashLayers {
        layer.tensor("ffn.gate.tid2eid", .router, [size.vocabSize, perToken], dtype: .int32)
      } else if isBiased {
        layer.tensor("ffn.gate.e_score_correction_bias", .router, [count], dtype: .float32)
      }
      if shared > 0 {
        layer.mlp(
          hiddenSize: size.hiddenSize, intermediateSize: shared, scope: "ffn.shared_experts", rankMultiple: block)
      }
      layer.experts(
        "ffn.experts",
        Module.Experts(
          count: count, hiddenSize: size.hiddenSize, intermediateSize: width, hasBoundedActivation: bounded))
      return .experts(
        FeedForward.Routed(
          numExperts: count, expertsPerToken: perToken, intermediateSize: width, sharedIntermediateSize: shared))
    }
  }
}

extension DeepSeekV4Family {
  /// What all layers have in common, and how much each compresses.
  struct Form {
    var ratios: [Int]
    var numHeads: Int
    var headSize: Int
    var ropeHeadDim: Int
    var window: Int
    var qLoRARank: Int
    var oLoRARank: Int
    var groups: Int
    var indexHeads: Int
    var indexHeadDim: Int
    var topK: Int
    /// Copies of the hidden state that hyper-connections mix.
    var streams: Int
    var mixes: Int { (2 + streams) * streams }

    init(_ config: ModelConfig, _ size: Dimensions) throws(ModelConfigError) {
      numHeads = size.numHeads
      headSize = size.headSize
      window = try config.int("sliding_window", in: 1...1 << 32)
      qLoRARank = try config.int("q_lora_rank", in: 1...1 << 20)
      oLoRARank = try config.int("o_lora_rank", in: 1...1 << 20)
      groups = try config.int("o_groups", in: 1...1 << 14)
      indexHeads = try config.int("index_n_heads", in: 1...1 << 14)
      indexHeadDim = try config.int("index_head_dim", in: 1...1 << 14)
      topK = try config.int("index_topk", in: 1...1 << 24)
      streams = try config.int("hc_mult", in: 1...64)
      let stated = try config.optionalInt("qk_rope_head_dim", in: 1...1 << 14)
      let factor = try config.double("partial_rotary_factor", default: 0)
      ropeHeadDim = factor > 0 ? Int(Double(headSize) * factor) : stated ?? headSize / 8
      ratios = try Self.ratios(config, count: size.numLayers)
      guard headSize == 512, indexHeadDim == 128 else {
        throw .contradiction(
          "head_dim is \(headSize) and index_head_dim \(indexHeadDim), and vLLM compresses 512 and 128 alone")
      }
    }

    /// By the types of layers, else by an older file's ratios, else every other layer at 4 and 128 after two at 128
    /// (`transformers` `DeepseekV4Config`).
    private static func ratios(_ config: ModelConfig, count: Int) throws(ModelConfigError) -> [Int] {
      var rates = ["compressed_sparse_attention": 4, "heavily_compressed_attention": 128]
      let own: ConfigObject?
      do throws(ConfigError) {
        own = try config.text.optionalObject("compress_rates")
        if let own {
          for key in rates.keys { rates[key] = try own.optionalInt(key, in: 0...1 << 20) ?? 0 }
        }
      } catch {
        throw .value(error)
      }
      for (key, name) in [
        ("compress_rate_csa", "compressed_sparse_attention"), ("compress_rate_hca", "heavily_compressed_attention"),
      ] {
        if let rate = try config.optionalInt(key, in: 0...1 << 20) { rates[name] = rate }
      }
      let byRatio = [0: "sliding_attention", 4: "compressed_sparse_attention", 128: "heavily_compressed_attention"]
      var types = try config.optionalStrings("layer_types")
      if types == nil, let ratios = try config.optionalInts("compress_ratios", in: 0...1 << 20) {
        var named: [String] = []
        for ratio in ratios {
          guard let name = byRatio[ratio] else {
            throw .contradiction("compress_ratios has \(ratio); there are 0, 4, 128")
          }
          named.append(name)
        }
        types = named
      }
      let all =
        types
        ?? (0..<count).map {
          $0 >= 2 && $0 % 2 == 1 ? "compressed_sparse_attention" : "heavily_compressed_attention"
        }
      guard all.count >= count else {
        throw .contradiction("\(all.count) layers have a type and num_hidden_layers says \(count)")
      }
      var ratios: [Int] = []
      for type in all.prefix(count) {
        guard byRatio.values.contains(type) else {
          throw .unmodelled(
            part: "the layer type", value: type, nearest: "compressed_sparse_attention, heavily_compressed_attention")
        }
        let ratio = max(1, rates[type] ?? 0)
        guard [1, 4, 128].contains(ratio) else { throw .contradiction("vLLM compresses by 4 and 128, not by \(ratio)") }
        ratios.append(ratio)
      }
      return ratios
    }

    func attention(ofLayer index: Int) -> CompressedAttention {
      CompressedAttention(
        numHeads: numHeads, headSize: headSize, window: window, ratio: ratios[index],
        indexHeadDim: ratios[index] == 4 ? indexHeadDim : nil, topK: topK, outputGroups: groups)
    }

    /// Queries over a low rank, one vector for keys and values, and the way back in groups of heads; the compressors
    /// beside them are never quantized.
    func add(_ attention: CompressedAttention, to layer: inout LayerBuilder, hiddenSize: Int) {
      let scope = "attn."
      layer.sink(scope + "attn_sink", heads: numHeads)
      layer.linear(
        scope + "fused_wqa_wkv", .attention,
        .replicated(input: hiddenSize, outputs: [qLoRARank, headSize], bias: false), fusing: ["wq_a", "wkv"])
      layer.norm(scope + "q_norm", qLoRARank)
      layer.linear(
        scope + "wq_b", .attention, .column(input: qLoRARank, outputs: [numHeads * headSize], bias: false))
      layer.norm(scope + "kv_norm", headSize)
      layer.linear(
        scope + "wo_a", .attention,
        .column(input: numHeads * headSize / groups, outputs: [groups * oLoRARank], bias: false))
      layer.linear(scope + "wo_b", .attention, .row(input: groups * oLoRARank, output: hiddenSize, bias: false))
      if let width = attention.indexHeadDim {
        layer.linear(
          scope + "indexer.wq_b", .attention,
          .replicated(input: qLoRARank, outputs: [width * indexHeads], bias: false))
        layer.plain(
          scope + "indexer.weights_proj", .attention,
          .replicated(input: hiddenSize, outputs: [indexHeads], bias: false))
        compressor(attention, width, scope + "indexer.compressor.", &layer, hiddenSize)
      }
      if attention.ratio > 1 { compressor(attention, headSize, scope + "compressor.", &layer, hiddenSize) }
    }

    private func compressor(
      _ attention: CompressedAttention, _ width: Int, _ scope: String, _ layer: inout LayerBuilder, _ hiddenSize: Int
    ) {
      let wide = attention.overlap * width
      layer.tensor(scope + "ape", .attention, [attention.ratio, wide], dtype: .float32)
      layer.plain(
        scope + "fused_wkv_wgate", .attention, .replicated(input: hiddenSize, outputs: [wide, wide], bias: false))
      layer.norm(scope + "norm", width)
    }

    /// A float32 table for layers that compress, scaled as the config says, and a plain one for those that do not.
    func addTables(to decoder: inout DecoderBuilder, _ rope: Rope, maxPosition: Int) throws(ModelConfigError) {
      var whole = rope
      whole.partialRotaryFactor = 1
      var plain = Rope()
      plain.partialRotaryFactor = 1
      for (name, rope, layers) in [
        ("rotary_emb.main", plain, ratios.indices.filter { ratios[$0] <= 1 }),
        ("rotary_emb.compress", whole, ratios.indices.filter { ratios[$0] > 1 }),
      ] where !layers.isEmpty {
        decoder.add(
          try rope.table(name, headSize: ropeHeadDim, maxPosition: maxPosition, dtype: .float32),
          on: .stagesOf(layers: layers))
      }
    }
  }
}
