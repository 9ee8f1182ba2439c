import Plimsoll

/// Hunyuan 3 (`hy_v3.py`): experts behind a float32 router beside one network for every token, a few dense layers before.
enum HunyuanFamily {
  static func read3(_ config: ModelConfig) throws(ModelConfigError) -> ModelShape {
    var decoder = try StandardDecoder(config)
    decoder.endPlacement = .everyStage
    decoder.spans = try config.uniformSpans(numLayers: decoder.size.numLayers)
    if try config.bool("qk_norm", default: false) { decoder.qkNorm = .perHead }
    let width = try config.int("expert_hidden_dim", in: 1...1 << 24)
    var experts = RoutedExperts(
      count: try config.int("num_experts", in: 1...1 << 16),
      perToken: try config.int("num_experts_per_tok", in: 1...1 << 16), intermediateSize: width,
      shared: try config.int("num_shared_experts", in: 0...1 << 16) * width,
      firstDense: try config.int("first_k_dense_replace", in: 0...4096), routerDType: .float32, correctionBias: true)
    guard experts.firstDense < decoder.size.numLayers else {
      throw .contradiction("first_k_dense_replace leaves no layer with experts, which vLLM wants")
    }
    experts.sharedName = "shared_mlp"
    try decoder.route(experts)
    return try decoder.shape()
  }
}
