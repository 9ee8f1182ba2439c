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

  /// ERNIE 4.5 VL (`ernie45_vl_moe.py`): experts for text and others for images, side by side over the same shared ones,
  /// and a rotary table of its own in every layer.
  static func readVL(_ config: ModelConfig) throws(ModelConfigError) -> ModelShape {
    var decoder = try StandardDecoder(config)
    let size = decoder.size
    let bias = try config.bool("use_bias", default: false)
    decoder.qkvBias = bias
    decoder.size.tied = try config.bool("tie_word_embeddings", default: true)
    decoder.buffers = []
    let counts = try pair("moe_num_experts", config, in: 0...1 << 16)
    let widths = try pair("moe_intermediate_size", config, in: 1...1 << 24)
    let perToken = try config.int("moe_k", in: 1...1 << 16)
    let shared = try config.int("moe_num_shared_experts", in: 0...1 << 16, default: 0) * widths[0]
    let first = try pair("moe_layer_start_index", config, in: 0...4096)
    let last = try pair("moe_layer_end_index", config, in: 0...4096, default: size.numLayers - 1)
    let interval = try config.int("moe_layer_interval", in: 1...4096, default: 1)
    let routes = try config.bool("use_moe", default: counts[0] > 0)
    guard counts[0] == counts[1] else { throw .contradiction("moe_num_experts has two numbers that differ") }
    let table = Module.Kind.tensor(shape: [4 * size.maxPosition, size.headSize], cut: nil)
    decoder.feedForward = { layer, index in
      layer.table("self_attn.rotary_emb", .buffers, table)
      let isRouted = first.indices.map { index >= first[$0] && index <= last[$0] }
      let (least, most) = (min(first[0], first[1]), max(last[0], last[1]))
      guard routes, (index + 1) % interval == 0, index >= least, index <= most else {
        layer.mlp(hiddenSize: size.hiddenSize, intermediateSize: size.intermediateSize, bias: bias)
        return .dense(intermediateSize: size.intermediateSize)
      }
      layer.tensor("mlp.e_score_correction_bias", .router, [2, counts[0]], dtype: .float32)
      if shared > 0 {
        layer.mlp(hiddenSize: size.hiddenSize, intermediateSize: shared, scope: "mlp.shared_experts")
      }
      for (number, name) in ["text", "vision"].enumerated() {
        guard isRouted[number] else {
          layer.mlp(
            hiddenSize: size.hiddenSize, intermediateSize: size.intermediateSize, bias: bias,
            scope: "mlp.\(name)_experts")
          continue
        }
        layer.plain(
          "mlp.\(name)_experts_gate", .router,
          .replicated(input: size.hiddenSize, outputs: [counts[number]], bias: false), dtype: .float32)
        layer.experts(
          "mlp.\(name)_experts",
          Module.Experts(count: counts[number], hiddenSize: size.hiddenSize, intermediateSize: widths[number]))
      }
      return .experts(
        FeedForward.Routed(
          numExperts: counts[0], expertsPerToken: perToken, intermediateSize: widths[0],
          sharedIntermediateSize: shared))
    }
    // A stage without the embedding cannot tie lm_head to it, and the class then stops.
    decoder.traits.supportsPipelineParallel = !decoder.size.tied
    return try decoder.shape()
  }

  /// A number for text and one for images.
  private static func pair(
    _ key: String, _ config: ModelConfig, in range: ClosedRange<Int>, default fallback: Int? = nil
  ) throws(ModelConfigError) -> [Int] {
    guard let numbers = try config.optionalInts(key, in: range) else {
      guard let fallback else {
        throw .contradiction("\(key) is missing, which has a number for text and one for images")
      }
      return [fallback, fallback]
    }
    guard numbers.count == 2 else { throw .contradiction("\(key) has to have two numbers, for text and for images") }
    return numbers
  }
}
