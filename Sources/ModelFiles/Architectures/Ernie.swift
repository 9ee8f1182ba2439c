import Plimsoll

/// ERNIE 4.5 (`ernie45.py`, `ernie45_moe.py`).
enum ErnieFamily {
  /// A Llama whose output projection has no bias.
  static func read(_ config: ModelConfig) throws(ModelConfigError) -> ModelShape {
    var decoder = try StandardDecoder(config)
    let older = try config.bool("bias", default: false)
    let bias = try config.bool("attention_bias", default: false) || older
    decoder.qkvBias = try config.bool("qkv_bias", default: bias)
    try decoder.takeNetwork(gated: true, bias: "mlp_bias", default: false)
    return try decoder.shape()
  }

  /// Layers from `moe_layer_start_index` to `moe_layer_end_index` route, every `moe_layer_interval`-th; the router and
  /// its correction are float32.
  static func readMoE(_ config: ModelConfig) throws(ModelConfigError) -> ModelShape {
    var decoder = try StandardDecoder(config)
    let size = decoder.size
    let bias = try config.bool("use_bias", default: false)
    decoder.qkvBias = bias
    let count = try config.int("moe_num_experts", in: 0...1 << 16)
    let perToken = try config.int("moe_k", in: 1...1 << 16)
    let width = try config.int("moe_intermediate_size", in: 1...1 << 24)
    let shared = try config.int("moe_num_shared_experts", in: 0...1 << 16, default: 0) * width
    let first = try config.int("moe_layer_start_index", in: 0...4096, default: 0)
    let stated = try config.int("moe_layer_end_index", in: -1...4096, default: -1)
    let last = stated < 0 ? size.numLayers - 1 : stated
    let interval = try config.int("moe_layer_interval", in: 1...4096, default: 1)
    let routes = try config.bool("use_moe", default: count > 0)
    decoder.feedForward = { layer, index in
      guard routes, (index + 1) % interval == 0, index >= first, index <= last else {
        layer.mlp(hiddenSize: size.hiddenSize, intermediateSize: size.intermediateSize, bias: bias)
        return .dense(intermediateSize: size.intermediateSize)
      }
      layer.plain(
        "mlp.gate", .router, .replicated(input: size.hiddenSize, outputs: [count], bias: false), dtype: .float32)
      layer.tensor("mlp.gate.e_score_correction_bias", .router, [count], dtype: .float32)
      if shared > 0 {
        layer.mlp(hiddenSize: size.hiddenSize, intermediateSize: shared, scope: "mlp.shared_experts")
      }
      layer.experts(
        "mlp.experts", Module.Experts(count: count, hiddenSize: size.hiddenSize, intermediateSize: width))
      return .experts(
        FeedForward.Routed(
          numExperts: count, expertsPerToken: perToken, intermediateSize: width, sharedIntermediateSize: shared))
    }
    return try decoder.shape()
  }
}
