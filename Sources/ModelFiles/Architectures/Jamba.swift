import Plimsoll

/// Jamba (`jamba.py`): Mamba 1 and now and then attention without position, experts in every other layer.
enum JambaFamily {
  static func read(_ config: ModelConfig) throws(ModelConfigError) -> ModelShape {
    var size = try Dimensions(config)
    let width = size.hiddenSize
    size.headSize = width / size.numHeads
    let attention = Attention(numHeads: size.numHeads, numKVHeads: size.numKVHeads, headSize: size.headSize)
    let mamba = Mamba1(
      width: try config.int("mamba_expand", in: 1...64) * width,
      stateSize: try config.int("mamba_d_state", in: 1...1 << 14),
      kernel: try config.int("mamba_d_conv", in: 1...1024),
      timeStepRank: try config.intOrAuto("mamba_dt_rank", in: 1...1 << 20) ?? (width + 15) / 16,
      convolutionBias: try config.bool("mamba_conv_bias", default: true),
      bias: try config.bool("mamba_proj_bias", default: false), norms: .scaled)
    let attends = try Period(config, "attn_layer")
    let hasExperts = try Period(config, "expert_layer")
    let experts = try config.int("num_experts", in: 1...1 << 16)
    let perToken = try config.int("num_experts_per_tok", in: 1...1 << 16)
    // The class names attention's linears without the `self_attn` of checkpoints.
    var decoder = try DecoderBuilder(config) { $0.renamingParts(".self_attn.", with: ".") }
    for index in 0..<size.numLayers {
      var layer = decoder.layer(index)
      if attends.contains(index) {
        layer.attention(attention, hiddenSize: width, scope: "", isCacheQuantizable: false)
      } else {
        mamba.add(to: &layer, hiddenSize: width, scope: "mamba")
      }
      let feedForward: FeedForward
      if experts > 1, hasExperts.contains(index) {
        layer.plain("feed_forward.router", .router, .replicated(input: width, outputs: [experts], bias: false))
        layer.experts(
          "feed_forward.experts",
          Module.Experts(count: experts, hiddenSize: width, intermediateSize: size.intermediateSize))
        feedForward = .experts(
          FeedForward.Routed(
            numExperts: experts, expertsPerToken: perToken, intermediateSize: size.intermediateSize))
      } else {
        layer.mlp(hiddenSize: width, intermediateSize: size.intermediateSize, scope: "feed_forward")
        feedForward = .dense(intermediateSize: size.intermediateSize)
      }
      layer.norm("input_layernorm", width)
      layer.norm("pre_ff_layernorm", width)
      decoder.append(
        layer, mixer: attends.contains(index) ? .attention(attention) : .state(mamba.state), feedForward: feedForward)
    }
    decoder.ends(vocabSize: size.vocabSize, hiddenSize: width, tied: false, placement: .everyStage)
    return try decoder.shape(
      vocabSize: size.vocabSize, hiddenSize: width, numHeads: size.numHeads, numKVHeads: size.numKVHeads,
      rope: try config.rope())
  }

  /// Every so many layers, from an offset on.
  private struct Period {
    var period: Int
    var offset: Int

    init(_ config: ModelConfig, _ name: String) throws(ModelConfigError) {
      period = try config.int(name + "_period", in: 1...4096)
      offset = try config.int(name + "_offset", in: 0...4096)
      guard offset < period else {
        throw .contradiction("\(name)_offset (\(offset)) is not below \(name)_period (\(period))")
      }
    }

    func contains(_ index: Int) -> Bool { index % period == offset }
  }
}
