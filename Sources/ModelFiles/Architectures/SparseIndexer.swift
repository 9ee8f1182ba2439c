import Plimsoll

/// DeepSeek V3.2 and GLM-5 (`models/deepseek_v32/`): latent attention to the tokens that an indexer chooses.
enum DeepSeekSparseFamily {
  static func read(_ config: ModelConfig) throws(ModelConfigError) -> ModelShape {
    let indexer = try SparseIndexer(config)
    guard config.architecture == "GlmMoeDsaForCausalLM" else {
      return try DeepSeekFamily.read(config, indexer: indexer)
    }
    var members = config.text.members
    // GLM's config class takes `num_experts` for the routed ones.
    if let count = members["num_experts"] { members["n_routed_experts"] = count }
    let renamed = ModelConfig(config, text: ConfigObject(members, path: config.text.path))
    var shape = try DeepSeekFamily.read(renamed, indexer: indexer)
    shape.traits.kvCacheDTypeOnSM10x = .fp8E4M3
    return shape
  }
}

/// The lightning indexer: by which tokens it chooses, and which layers have one of their own.
///
/// Its projections are whole on every rank. Where the config shares choices (IndexShare), a layer without an indexer
/// attends to what the last one before it chose (vLLM 0.33.0 `models/deepseek_v32/attention.py`).
struct SparseIndexer: Sendable {
  var topK: Int
  var numHeads: Int
  var headDim: Int
  var qLoRARank: Int
  var frequency: Int
  var offset: Int
  /// `F` for a layer with an indexer, `S` for one without; nil where frequency and offset say it.
  var pattern: [UInt8]?
  /// Its keys rotate in pairs, as attention's do, so that both share a table.
  var isInterleaved: Bool

  init(_ config: ModelConfig) throws(ModelConfigError) {
    topK = try config.int("index_topk", in: 1...1 << 24)
    numHeads = try config.int("index_n_heads", in: 1...1 << 14)
    headDim = try config.int("index_head_dim", in: 1...1 << 14)
    qLoRARank = try config.int("q_lora_rank", in: 1...1 << 20)
    frequency = try config.int("index_topk_freq", in: 1...4096, default: 1)
    offset = try config.int("index_skip_topk_offset", in: 0...4096, default: 2)
    isInterleaved = try config.bool("indexer_rope_interleave", default: false)
    if let key = config.text.firstKey(of: ["index_topk_pattern"]), !config.text.isNull(key) {
      pattern = Array(try config.string(key, default: "").utf8)
    }
  }

  /// Whether layer `index` has an indexer of its own.
  func isOwned(byLayer index: Int) -> Bool {
    guard let pattern else { return max(index - offset + 1, 0) % frequency == 0 }
    return !pattern.indices.contains(index) || pattern[index] != UInt8(ascii: "S")
  }

  func sparse(ofLayer index: Int) -> LatentAttention.Sparse {
    LatentAttention.Sparse(topK: topK, indexHeadDim: isOwned(byLayer: index) ? headDim : nil)
  }

  func add(to layer: inout LayerBuilder, hiddenSize: Int) {
    let scope = "self_attn.indexer."
    layer.linear(
      scope + "wq_b", .attention, .replicated(input: qLoRARank, outputs: [headDim * numHeads], bias: false))
    layer.plain(
      scope + "wk_weights_proj", .attention,
      .replicated(input: hiddenSize, outputs: [headDim, numHeads], bias: false))
    layer.tensor(scope + "k_norm.weight", .norms, [headDim], dtype: .float32)
    layer.tensor(scope + "k_norm.bias", .norms, [headDim], dtype: .float32)
  }

  /// The rotary tables of attention and indexer, one where they rotate alike.
  ///
  /// These classes run uncompiled with kernels of their own, for which a yarn table stays in float32
  /// (`rotary_embedding/deepseek_scaling_rope.py`).
  func tables(
    _ rope: Rope, _ latent: LatentAttention, maxPosition: Int, dtype: DType
  ) throws(ModelConfigError) -> [Module] {
    let isWide = rope.type != "default" && [64, 128, 256, 512].contains(latent.qkRopeHeadDim)
    var tables: [Module] = []
    for name in isInterleaved ? ["rotary_emb"] : ["rotary_emb", "indexer_rope_emb"] {
      tables.append(
        try rope.table(
          name, headSize: latent.qkRopeHeadDim, maxPosition: maxPosition, dtype: isWide ? .float32 : dtype))
    }
    return tables
  }
}
