import Plimsoll

/// Architectures that vLLM 0.33.0 serves through the Transformers backend (`models/registry.py`, `transformers/`).
///
/// Linears are vLLM's own; norms stay whole on every rank, and instead of a rotary table there are the inverse
/// frequencies and their original, two float32 vectors of half the rotating dimensions.
enum TransformersBackend {
  /// OLMo 2 and 3: norms after each block, and on all queries and keys at once.
  static func readOlmo(_ config: ModelConfig) throws(ModelConfigError) -> ModelShape {
    var decoder = try backend(config)
    decoder.qkNorm = .fullWidth
    decoder.norms = ["post_attention_layernorm", "post_feedforward_layernorm"]
    if config.architecture == "Olmo3ForCausalLM" {
      if try config.optionalStrings("layer_types") == nil {
        let window = try config.int("sliding_window")
        decoder.spans = (0..<decoder.size.numLayers).map { ($0 + 1) % 4 == 0 ? .full : .slidingWindow(window) }
      }
      // One set of frequencies for each kind of layer.
      decoder.buffers += try frequencies(decoder.rope, headSize: decoder.size.headSize)
    }
    return try decoder.shape()
  }

  /// StarCoder 2: biases everywhere, norms with a bias, an ungated network.
  static func readStarcoder2(_ config: ModelConfig) throws(ModelConfigError) -> ModelShape {
    var decoder = try backend(config)
    let bias = try config.bool("use_bias", default: true)
    (decoder.qkvBias, decoder.outputBias) = (bias, bias)
    (decoder.normBias, decoder.finalNormBias) = (true, true)
    let size = decoder.size
    decoder.feedForward = { layer, _ in
      layer.mlp(
        hiddenSize: size.hiddenSize, intermediateSize: size.intermediateSize, gated: false, bias: bias)
      return .dense(intermediateSize: size.intermediateSize)
    }
    return try decoder.shape()
  }

  /// Seed-OSS, GLM-4 in its first form, and SmolLM 3: Llamas with biases of their own.
  static func readLlamaLike(_ config: ModelConfig) throws(ModelConfigError) -> ModelShape {
    var decoder = try backend(config)
    decoder.qkvBias = try config.bool("attention_bias", default: false)
    let follows = config.architecture == "SmolLM3ForCausalLM" && decoder.qkvBias
    decoder.outputBias = try config.bool("attention_out_bias", default: follows)
    return try decoder.shape()
  }

  /// FlexOlmo: OLMo 2's norms around routed experts in every layer.
  static func readFlexOlmo(_ config: ModelConfig) throws(ModelConfigError) -> ModelShape {
    var decoder = try backend(config)
    let bias = try config.bool("attention_bias", default: false)
    (decoder.qkvBias, decoder.outputBias) = (bias, bias)
    decoder.qkNorm = .fullWidth
    decoder.norms = ["post_attention_layernorm", "post_feedforward_layernorm"]
    try decoder.routeEveryLayer(count: "num_experts")
    decoder.servedAs = "TransformersMoEForCausalLM"
    return try decoder.shape()
  }

  /// GPT-NeoX and Pythia: biases everywhere, norms with a bias, an ungated network; a quarter of each head rotates.
  static func readGPTNeoX(_ config: ModelConfig) throws(ModelConfigError) -> ModelShape {
    try config.requireUnquantized()
    var decoder = try backend(config)
    let size = decoder.size
    if !decoder.rope.statesPartialFactor { decoder.rope.partialRotaryFactor = 0.25 }
    decoder.buffers = try frequencies(decoder.rope, headSize: size.headSize)
    let bias = try config.bool("attention_bias", default: true)
    (decoder.qkvBias, decoder.outputBias) = (bias, bias)
    (decoder.normBias, decoder.finalNormBias) = (true, true)
    decoder.feedForward = { layer, _ in
      layer.mlp(hiddenSize: size.hiddenSize, intermediateSize: size.intermediateSize, gated: false, bias: true)
      return .dense(intermediateSize: size.intermediateSize)
    }
    return try decoder.shape()
  }

  /// Hunyuan's dense models: norms on each query and key head.
  static func readHunyuan(_ config: ModelConfig) throws(ModelConfigError) -> ModelShape {
    var decoder = try backend(config)
    let bias = try config.bool("attention_bias", default: false)
    (decoder.qkvBias, decoder.outputBias) = (bias, bias)
    decoder.qkNorm = .perHead
    return try decoder.shape()
  }

  /// GPT-BigCode: one KV head in a packed projection that is cut by heads, but a network that no plan cuts; learned
  /// positions and a mask over all pairs of positions, whole on every rank.
  static func readGPTBigCode(_ config: ModelConfig) throws(ModelConfigError) -> ModelShape {
    try config.requireUnquantized()
    let config = config.renamingGPT2Keys()
    var decoder = try backend(config)
    // Without `multi_query` the class has another layout of its projection.
    guard try config.bool("multi_query", default: true) else {
      throw .unmodelled(part: "multi_query", value: "false", nearest: "true")
    }
    decoder.size.numKVHeads = 1
    let size = decoder.size
    (decoder.qkvBias, decoder.outputBias, decoder.normBias, decoder.finalNormBias) = (true, true, true, true)
    decoder.feedForward = { layer, _ in
      for (name, input, output) in [
        ("mlp.c_fc", size.hiddenSize, size.intermediateSize), ("mlp.c_proj", size.intermediateSize, size.hiddenSize),
      ] {
        layer.plain(name, .mlp, .replicated(input: input, outputs: [output], bias: true))
      }
      return .dense(intermediateSize: size.intermediateSize)
    }
    decoder.buffers = [
      LearnedPositions.positions("model.wpe", rows: size.maxPosition, width: size.hiddenSize, config.dtype),
      Module(
        "model.bias", .buffers, .tensor(shape: [size.maxPosition, size.maxPosition], cut: nil), dtype: .uint8),
    ]
    return try decoder.shape()
  }

  static func backend(_ config: ModelConfig) throws(ModelConfigError) -> StandardDecoder {
    var decoder = try StandardDecoder(config)
    decoder.buffers = try frequencies(decoder.rope, headSize: decoder.size.headSize)
    decoder.servedAs = "TransformersForCausalLM"
    return decoder
  }

  static func frequencies(_ rope: Rope, headSize: Int) throws(ModelConfigError) -> [Module] {
    let half = Int(Double(headSize) * rope.partialRotaryFactor) / 2
    return ["rotary_emb.inv_freq", "rotary_emb.original_inv_freq"].map {
      Module($0, .buffers, .tensor(shape: [half], cut: nil), dtype: .float32)
    }
  }
}
