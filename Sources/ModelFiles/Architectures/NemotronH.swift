import Plimsoll

/// Nemotron-H and Nemotron 3 (`nemotron_h.py`): each layer is one thing, Mamba 2, attention, a network or experts.
enum NemotronHFamily {
  private enum Layer: Hashable { case mamba, attention, network, experts }

  static func read(_ config: ModelConfig) throws(ModelConfigError) -> ModelShape {
    let types = try layers(config)
    var members = config.text.members
    members["num_hidden_layers"] = .integer(types.count)
    // The class takes no other width of a head than `head_dim`.
    let config = ModelConfig(config, text: ConfigObject(members, path: config.text.path))
    let size = try Dimensions(config)
    let width = size.hiddenSize
    let window = try config.optionalInt("sliding_window", in: 1...1 << 32)
    let attention = Attention(
      numHeads: size.numHeads, numKVHeads: size.numKVHeads, headSize: size.headSize,
      span: window.map(Attention.Span.slidingWindow) ?? .full)
    let mamba = try mamba2(config)
    let bias = try config.bool("mlp_bias", default: false)
    let experts = types.contains(.experts) ? try Experts(config, hiddenSize: width, bias: bias) : nil
    var decoder = try DecoderBuilder(config, renamingModules: rename)
    decoder.traits.sharesTokensAmongExperts = true
    for (index, type) in types.enumerated() {
      var layer = decoder.layer(index)
      var mixer = Mixer.none
      var feedForward = FeedForward.none
      switch type {
      case .mamba:
        mamba.add(to: &layer, hiddenSize: width, scope: "mixer")
        mixer = .state(mamba.state)
      case .attention:
        layer.attention(attention, hiddenSize: width, scope: "mixer")
        mixer = .attention(attention)
      case .network:
        layer.mlp(hiddenSize: width, intermediateSize: size.intermediateSize, gated: false, bias: bias, scope: "mixer")
        feedForward = .dense(intermediateSize: size.intermediateSize)
      case .experts:
        if let experts { feedForward = experts.add(to: &layer, hiddenSize: width) }
      }
      layer.norm("norm", width)
      decoder.append(layer, mixer: mixer, feedForward: feedForward)
    }
    decoder.ends(vocabSize: size.vocabSize, hiddenSize: width, tied: false, placement: .everyStage)
    return try decoder.shape(
      vocabSize: size.vocabSize, hiddenSize: width, numHeads: size.numHeads, numKVHeads: size.numKVHeads,
      rope: try config.rope())
  }

  /// What each layer is: `layers_block_type`, else a letter each in `hybrid_override_pattern`.
  private static func layers(_ config: ModelConfig) throws(ModelConfigError) -> [Layer] {
    let listed = try config.optionalStrings("layers_block_type")
    let alias = try config.optionalStrings("layer_types")
    var names = listed ?? alias ?? []
    if names.isEmpty { names = try config.string("hybrid_override_pattern", default: "ME*-").map { String($0) } }
    guard names.count <= 4096 else { throw .contradiction("more than 4096 layers") }
    var layers: [Layer] = []
    for name in names {
      switch name {
      case "mamba", "linear_attention", "M": layers.append(.mamba)
      case "attention", "full_attention", "*": layers.append(.attention)
      case "mlp", "-": layers.append(.network)
      case "moe", "E": layers.append(.experts)
      default: throw .unmodelled(part: "the layer type", value: name, nearest: "mamba, attention, mlp, moe")
      }
    }
    return layers
  }

  /// Older checkpoints' keys with `mamba_` before them come first, as in the config class.
  private static func mamba2(_ config: ModelConfig) throws(ModelConfigError) -> Mamba2 {
    let groups = try config.optionalInt("mamba_n_groups", "n_groups", in: 1...1 << 14) ?? 8
    let kernel = try config.optionalInt("mamba_d_conv", "conv_kernel", in: 1...1024) ?? 4
    let older = try config.optionalBool("mamba_conv_bias")
    let newer = try config.bool("use_conv_bias", default: true)
    return Mamba2(
      numHeads: try config.int("mamba_num_heads", in: 1...1 << 16),
      headSize: try config.int("mamba_head_dim", in: 1...1 << 14),
      stateSize: try config.int("ssm_state_size", in: 1...1 << 14), groups: groups, kernel: kernel,
      convolutionBias: older ?? newer,
      bias: try config.bool("use_bias", default: false),
      recurrenceDType: try config.stateDType("mamba_ssm_cache_dtype", default: "float32"),
      chunk: try config.stateChunk("chunk_size", default: 128))
  }

  /// Checkpoints call the model `backbone`.
  private static func rename(_ name: String) -> String {
    name.hasPrefix("backbone") ? "model" + name.dropFirst(8) : name
  }

  /// Ungated experts, in a narrower space where the config gives one (`moe_latent_size`).
  private struct Experts {
    var count: Int
    var perToken: Int
    var intermediateSize: Int
    var sharedIntermediateSize: Int
    var latentSize: Int?
    var bias: Bool

    init(_ config: ModelConfig, hiddenSize: Int, bias: Bool) throws(ModelConfigError) {
      count = try config.int("n_routed_experts", in: 1...1 << 16)
      perToken = try config.int("num_experts_per_tok", in: 1...1 << 16)
      intermediateSize = try config.int("moe_intermediate_size", in: 1...1 << 24)
      let shared = try config.optionalInt("n_shared_experts", in: 0...1 << 16) ?? 0
      sharedIntermediateSize = shared * (try config.int("moe_shared_expert_intermediate_size", in: 1...1 << 24))
      latentSize = try config.optionalInt("moe_latent_size", in: 1...1 << 20)
      self.bias = bias
    }

    func add(to layer: inout LayerBuilder, hiddenSize: Int) -> FeedForward {
      layer.widenedRouter("mixer.gate", .replicated(input: hiddenSize, outputs: [count], bias: false))
      layer.tensor("mixer.gate.e_score_correction_bias", .router, [count], dtype: .float32)
      if sharedIntermediateSize > 0 {
        layer.mlp(
          hiddenSize: hiddenSize, intermediateSize: sharedIntermediateSize, gated: false,
          scope: "mixer.shared_experts")
      }
      if let latentSize {
        layer.linear(
          "mixer.fc1_latent_proj", .experts, .replicated(input: hiddenSize, outputs: [latentSize], bias: bias))
        layer.linear(
          "mixer.fc2_latent_proj", .experts, .replicated(input: latentSize, outputs: [hiddenSize], bias: bias))
      }
      layer.experts(
        "mixer.experts",
        Module.Experts(
          count: count, hiddenSize: latentSize ?? hiddenSize, intermediateSize: intermediateSize, gated: false))
      return .experts(
        FeedForward.Routed(
          numExperts: count, expertsPerToken: perToken, intermediateSize: intermediateSize,
          sharedIntermediateSize: sharedIntermediateSize))
    }
  }
}
