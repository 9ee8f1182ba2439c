import Plimsoll

/// Llama 4's language model (`llama4.py`): chunked layers with rotary position, every fourth full and without.
enum Llama4Family {
  static func read(_ config: ModelConfig) throws(ModelConfigError) -> ModelShape {
    var decoder = try StandardDecoder(config)
    let size = decoder.size
    let chunk = try config.optionalInt("attention_chunk_size")
    let interval = try config.int("no_rope_layer_interval", in: 1...4096, default: 4)
    let noRope = try config.optionalInts("no_rope_layers", in: 0...1) ?? []
    if !noRope.isEmpty, noRope.count < size.numLayers {
      throw .contradiction("no_rope_layers names \(noRope.count) layers and num_hidden_layers says \(size.numLayers)")
    }
    decoder.spans = (0..<size.numLayers).map { index in
      let rotates = noRope.isEmpty ? (index + 1) % interval != 0 : noRope[index] != 0
      return rotates ? chunk.map(Attention.Span.chunkedLocal) ?? .full : .full
    }
    let bias = try config.bool("attention_bias", default: false)
    (decoder.qkvBias, decoder.outputBias) = (bias, bias)
    let numExperts = try config.int("num_local_experts", in: 1...1 << 16)
    let perToken = try config.int("num_experts_per_tok", in: 1...1 << 16)
    let step = try config.int("interleave_moe_layer_step", in: 0...4096, default: 1)
    let denseWidth = try config.int("intermediate_size_mlp", in: 1...1 << 24)
    let normsQK = try config.bool("use_qk_norm", default: true)
    let spans = decoder.spans
    decoder.traits.sharesTokensAmongExperts = true
    decoder.feedForward = { layer, index in
      // A scale without learned weights, kept as a float32 buffer where the layer rotates.
      if normsQK, spans[index] != .full {
        layer.tensor("self_attn.qk_norm", .buffers, [size.headSize], dtype: .float32)
      }
      guard step > 0, (index + 1) % step == 0 else {
        layer.mlp(hiddenSize: size.hiddenSize, intermediateSize: denseWidth, scope: "feed_forward")
        return .dense(intermediateSize: denseWidth)
      }
      layer.plain(
        "feed_forward.router", .router, .replicated(input: size.hiddenSize, outputs: [numExperts], bias: false))
      layer.mlp(
        hiddenSize: size.hiddenSize, intermediateSize: size.intermediateSize, scope: "feed_forward.shared_expert")
      layer.experts(
        "feed_forward.experts",
        Module.Experts(count: numExperts, hiddenSize: size.hiddenSize, intermediateSize: size.intermediateSize))
      return .experts(
        FeedForward.Routed(
          numExperts: numExperts, expertsPerToken: perToken, intermediateSize: size.intermediateSize,
          sharedIntermediateSize: size.intermediateSize))
    }
    // The config class makes up a vision config where the file leaves it out.
    guard config.top.has("vision_config") || config.isInsideMultimodal else { return try decoder.shape() }
    decoder.traits.modalities = ["image"]
    var shape = try decoder.shape()
    try Tower.add(to: &shape, config)
    return shape
  }
}
