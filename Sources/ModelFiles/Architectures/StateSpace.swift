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

  /// The width of the convolved and gated states.
  var width: Int { numHeads * headSize }

  /// What it keeps of a request: the convolution's last inputs with B and C, and a matrix for each head.
  var state: StateMixer {
    StateMixer(
      kind: .mamba2,
      convolution: StateMixer.Convolution(
        channels: width, groups: groups, groupChannels: 2 * stateSize, kernel: kernel),
      recurrence: StateMixer.Recurrence(
        heads: numHeads, headSize: headSize, stateSize: stateSize, dtype: recurrenceDType))
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
  /// The recurrent state's type that a config states under `key`; nil for the convolution's.
  func stateDType(_ key: String, default fallback: String) throws(ModelConfigError) -> DType? {
    let stated = try string(key, default: fallback)
    guard let state = StateDType(rawValue: stated) else {
      throw .unmodelled(part: key, value: stated, nearest: "float32, bfloat16, float16")
    }
    return state.dtype
  }
}
