import Plimsoll

/// Trinity (`afmoe.py`): a gate on attention, four norms a layer, positions in the windowed layers alone, experts behind
/// a float32 router after a few dense layers.
enum AfmoeFamily {
  static func read(_ config: ModelConfig) throws(ModelConfigError) -> ModelShape {
    var decoder = try StandardDecoder(config)
    decoder.size.tied = false
    let every = try config.int("global_attn_every_n_layers", in: 1...4096, default: 4)
    try decoder.windowUnlessTyped { ($0 + 1) % every == 0 }
    if decoder.spans.allSatisfy({ $0 == .full }) { decoder.buffers = [] }
    decoder.qkNorm = .perHead
    decoder.norms += ["pre_mlp_layernorm", "post_mlp_layernorm"]
    let width = try config.int("moe_intermediate_size", in: 1...1 << 24)
    try decoder.route(
      RoutedExperts(
        count: try config.int("num_experts", in: 1...1 << 16),
        perToken: try config.int("num_experts_per_tok", in: 1...1 << 16), intermediateSize: width,
        shared: try config.int("num_shared_experts", in: 0...1 << 16) * width,
        firstDense: try config.int("num_dense_layers", in: 0...4096), routerDType: .float32, correctionBias: true))
    decoder.gateAttention("gate_proj", perHead: false)
    return try decoder.shape()
  }
}
