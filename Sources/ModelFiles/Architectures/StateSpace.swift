import Plimsoll

/// A Mamba 2 mixer as vLLM's classes share it (`layers/mamba/mamba_mixer2.py`).
struct Mamba2: Sendable {
  var numHeads: Int
  var headSize: Int
  var stateSize: Int
  var groups: Int
  var kernel: Int
  var convolutionBias: Bool
  var bias: Bool
  /// The gated norm before the output has a scale.
  var hasNorm = true
  /// Where `--mamba-ssm-cache-dtype` is `auto`: the recurrent state's type, nil for the convolution's.
  var recurrenceDType: DType?
  /// Tokens that the kernel takes in one go.
  var chunk = 256

  /// The width of the convolved and gated states.
  var width: Int { numHeads * headSize }

  /// What it keeps of a request: the convolution's last inputs with B and C, and a matrix for each head.
  var state: StateMixer {
    var mixer = StateMixer(
      kind: .mamba2,
      convolution: StateMixer.Convolution(
        channels: width, groups: groups, groupChannels: 2 * stateSize, kernel: kernel),
      recurrence: StateMixer.Recurrence(
        heads: numHeads, headSize: headSize, stateSize: stateSize, dtype: recurrenceDType))
    mixer.chunk = chunk
    return mixer
  }

  /// The modules of one mixer under `scope`. B and C are cut by groups, of which each rank has one at least.
  func add(to layer: inout LayerBuilder, hiddenSize: Int, scope: String) {
    layer.plain(
      scope + ".conv1d", .mamba,
      .grouped(
        input: kernel, outputs: [width], groups: groups, groupOutputs: 2 * stateSize, bias: convolutionBias))
    layer.linear(
      scope + ".in_proj", .mamba,
      .grouped(
        input: hiddenSize, outputs: [width, width, numHeads], groups: groups, groupOutputs: 2 * stateSize, bias: bias))
    layer.tensor(scope + ".A", .mamba, [numHeads], cut: 0, dtype: .float32)
    layer.tensor(scope + ".D", .mamba, [numHeads], cut: 0)
    layer.tensor(scope + ".dt_bias", .mamba, [numHeads], cut: 0)
    layer.linear(scope + ".out_proj", .mamba, .row(input: width, output: hiddenSize, bias: bias))
    if hasNorm { layer.tensor(scope + ".norm", .norms, [width], cut: 0) }
  }
}

extension ModelConfig {
  /// Tokens that a kernel takes in one go; published configs may leave it to the class.
  func stateChunk(_ key: String, default fallback: Int = 256) throws(ModelConfigError) -> Int {
    try intOrAuto(key, in: 1...1 << 14) ?? fallback
  }

  /// The recurrent state's type that a config states under `key`; nil for the convolution's.
  func stateDType(_ key: String, default fallback: String) throws(ModelConfigError) -> DType? {
    let stated = try string(key, default: fallback)
    guard let state = StateDType(rawValue: stated) else {
      throw .unmodelled(part: key, value: stated, nearest: "float32, bfloat16, float16")
    }
    return state.dtype
  }
}

/// A Mamba 1 mixer as vLLM's classes share it, never quantized (`layers/mamba/mamba_mixer.py`).
struct Mamba1: Sendable {
  var width: Int
  var stateSize: Int
  var kernel: Int
  var timeStepRank: Int
  var convolutionBias: Bool
  var bias: Bool
  var norms = Norms.none

  /// The norms of time step, B and C.
  enum Norms { case none, scaled, withoutScale }

  /// What it keeps of a request: the convolution's last inputs, and a vector for each channel.
  var state: StateMixer {
    StateMixer(
      kind: .mamba1,
      convolution: StateMixer.Convolution(channels: width, kernel: kernel, growsWithDrafts: false),
      recurrence: StateMixer.Recurrence(heads: width, headSize: 1, stateSize: stateSize))
  }

  func add(to layer: inout LayerBuilder, hiddenSize: Int, scope: String) {
    layer.plain(scope + ".conv1d", .mamba, .column(input: kernel, outputs: [width], bias: convolutionBias))
    layer.plain(scope + ".in_proj", .mamba, .column(input: hiddenSize, outputs: [width, width], bias: bias))
    layer.plain(
      scope + ".x_proj", .mamba, .row(input: width, output: timeStepRank + 2 * stateSize, bias: false))
    layer.plain(scope + ".dt_proj", .mamba, .column(input: timeStepRank, outputs: [width], bias: true))
    layer.tensor(scope + ".A", .mamba, [width, stateSize], cut: 0, dtype: .float32)
    layer.tensor(scope + ".D", .mamba, [width], cut: 0)
    layer.plain(scope + ".out_proj", .mamba, .row(input: width, output: hiddenSize, bias: bias))
    for (name, size) in [("dt", timeStepRank), ("b", stateSize), ("c", stateSize)] {
      switch norms {
      case .none: break
      case .scaled: layer.tensor(scope + "." + name + "_layernorm", .norms, [size])
      // Ones that no checkpoint holds.
      case .withoutScale: layer.table(scope + "." + name + "_layernorm", .norms, [size])
      }
    }
  }
}
