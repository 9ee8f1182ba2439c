import Plimsoll

/// The routed and shared experts of DeepSeek's kind, which GLM-4.5 and others took over.
///
/// A layer has them from `first_k_dense_replace` on, every `moe_layer_freq`-th.
struct RoutedExperts: Sendable {
  var count: Int
  var perToken: Int
  var intermediateSize: Int
  var sharedIntermediateSize: Int
  var firstDense: Int
  var frequency: Int
  var routerDType: DType?
  var correctionBias: Bool
  /// Where router and experts live in a layer, and what those are called that every token passes.
  var scope = "mlp"
  var sharedName = "shared_experts"
  /// Layers without experts, where the config names the type of each (`mlp_layer_types`).
  var isDense: [Bool] = []

  /// Experts under a class's own keys.
  init(
    count: Int, perToken: Int, intermediateSize: Int, shared: Int = 0, firstDense: Int = 0,
    routerDType: DType? = nil, correctionBias: Bool
  ) {
    self.count = count
    self.perToken = perToken
    self.intermediateSize = intermediateSize
    sharedIntermediateSize = shared
    self.firstDense = firstDense
    frequency = 1
    self.routerDType = routerDType
    self.correctionBias = correctionBias
  }

  init(_ config: ModelConfig, routerDType: DType? = nil, correctionBias: Bool) throws(ModelConfigError) {
    count =
      try config.optionalInt("n_routed_experts", "num_experts", "num_local_experts", in: 1...1 << 16) ?? 0
    perToken = try config.int("num_experts_per_tok", in: 1...1 << 16, default: 1)
    intermediateSize = try config.int("moe_intermediate_size", in: 1...1 << 24)
    let shared = try config.optionalInt("n_shared_experts", in: 0...1 << 16) ?? 0
    sharedIntermediateSize = shared * intermediateSize
    firstDense = try config.int("first_k_dense_replace", in: 0...4096, default: 0)
    frequency = try config.int("moe_layer_freq", in: 1...4096, default: 1)
    self.routerDType = routerDType
    self.correctionBias = correctionBias
  }

  /// The feed-forward network of layer `index`.
  func add(to layer: inout LayerBuilder, index: Int, size: Dimensions) -> FeedForward {
    let isTypedDense = isDense.indices.contains(index) && isDense[index]
    guard count > 0, index >= firstDense, index % frequency == 0, !isTypedDense else {
      layer.mlp(hiddenSize: size.hiddenSize, intermediateSize: size.intermediateSize)
      return .dense(intermediateSize: size.intermediateSize)
    }
    layer.plain(
      scope + ".gate", .router, .replicated(input: size.hiddenSize, outputs: [count], bias: false), dtype: routerDType)
    if correctionBias { layer.tensor(scope + ".gate.e_score_correction_bias", .router, [count], dtype: .float32) }
    if sharedIntermediateSize > 0 {
      layer.mlp(
        hiddenSize: size.hiddenSize, intermediateSize: sharedIntermediateSize, scope: scope + "." + sharedName)
    }
    layer.experts(
      scope + ".experts",
      Module.Experts(count: count, hiddenSize: size.hiddenSize, intermediateSize: intermediateSize))
    return .experts(
      FeedForward.Routed(
        numExperts: count, expertsPerToken: perToken, intermediateSize: intermediateSize,
        sharedIntermediateSize: sharedIntermediateSize))
  }
}
