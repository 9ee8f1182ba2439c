import Plimsoll

/// Mixtral: every layer routes to experts, embedding and head on every stage (`mixtral.py`).
enum MixtralFamily {
  static func read(_ config: ModelConfig) throws(ModelConfigError) -> ModelShape {
    var decoder = try StandardDecoder(config)
    let size = decoder.size
    let numExperts = try config.int("num_local_experts", in: 1...1 << 16, default: 8)
    let perToken = try config.int("num_experts_per_tok", in: 1...1 << 16, default: 2)
    decoder.endPlacement = .everyStage
    decoder.feedForward = { layer, _ in
      layer.plain(
        "block_sparse_moe.gate", .router, .replicated(input: size.hiddenSize, outputs: [numExperts], bias: false))
      layer.experts(
        "block_sparse_moe.experts",
        Module.Experts(count: numExperts, hiddenSize: size.hiddenSize, intermediateSize: size.intermediateSize))
      return .experts(
        FeedForward.Routed(
          numExperts: numExperts, expertsPerToken: perToken, intermediateSize: size.intermediateSize))
    }
    return try decoder.shape()
  }
}
