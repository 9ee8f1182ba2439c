import Plimsoll

/// Mamba, Falcon-Mamba and Mamba 2 alone (`mamba.py`, `mamba2.py`): no attention, so that a request takes one state a
/// layer whatever its length.
enum MambaFamily {
  static func read1(_ config: ModelConfig) throws(ModelConfigError) -> ModelShape {
    let width = try config.int("hidden_size", in: 1...1 << 20)
    let isFalcon = config.modelType == "falcon_mamba"
    let mamba = Mamba1(
      width: try inner(config, width), stateSize: try config.int("state_size", in: 1...1 << 14),
      kernel: try config.int("conv_kernel", in: 1...1024),
      timeStepRank: try config.intOrAuto("time_step_rank", in: 1...1 << 20) ?? (width + 15) / 16,
      convolutionBias: try config.bool("use_conv_bias", default: true),
      bias: try config.bool("use_bias", default: false), norms: isFalcon ? .withoutScale : .none)
    return try read(config, width, mamba.state, pipelines: true) {
      mamba.add(to: &$0, hiddenSize: width, scope: "mixer")
    }
  }

  static func read2(_ config: ModelConfig) throws(ModelConfigError) -> ModelShape {
    let width = try config.int("hidden_size", in: 1...1 << 20)
    let mamba = Mamba2(
      numHeads: try config.int("num_heads", in: 1...1 << 16), headSize: try config.int("head_dim", in: 1...1 << 14),
      stateSize: try config.int("state_size", in: 1...1 << 14), groups: try config.int("n_groups", in: 1...1 << 14),
      kernel: try config.int("conv_kernel", in: 1...1024),
      convolutionBias: try config.bool("use_conv_bias", default: true),
      bias: try config.bool("use_bias", default: false), chunk: try config.stateChunk("chunk_size"))
    let inner = try inner(config, width)
    guard mamba.width == inner else {
      throw .contradiction("num_heads × head_dim (\(mamba.width)) is not expand × hidden_size (\(inner))")
    }
    return try read(config, width, mamba.state, pipelines: false) {
      mamba.add(to: &$0, hiddenSize: width, scope: "mixer")
    }
  }

  private static func inner(_ config: ModelConfig, _ width: Int) throws(ModelConfigError) -> Int {
    let expand = try config.double("expand", default: 2)
    guard expand > 0, expand <= 64 else { throw .contradiction("expand (\(expand)) is not between 0 and 64") }
    return Int(expand * Double(width))
  }

  private static func read(
    _ config: ModelConfig, _ width: Int, _ state: StateMixer, pipelines: Bool, _ add: (inout LayerBuilder) -> Void
  ) throws(ModelConfigError) -> ModelShape {
    let vocabSize = try config.int("vocab_size", in: 1...1 << 26)
    var decoder = try DecoderBuilder(config)
    decoder.prefix = "backbone.layers"
    decoder.traits.supportsPipelineParallel = pipelines
    for index in 0..<(try config.int("num_hidden_layers", in: 1...4096)) {
      var layer = decoder.layer(index)
      add(&layer)
      layer.norm("norm", width)
      decoder.append(layer, mixer: .state(state), feedForward: .none)
    }
    let tied = try config.bool("tie_word_embeddings", default: false)
    decoder.ends(vocabSize: vocabSize, hiddenSize: width, tied: tied, placement: .everyStage)
    return try decoder.shape(vocabSize: vocabSize, hiddenSize: width, numHeads: 0, numKVHeads: 0, rope: Rope())
  }
}
