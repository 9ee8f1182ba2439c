import Plimsoll

/// The gated delta net of Qwen's hybrids (`layers/mamba/gdn/qwen_gdn_linear_attn.py`).
struct GatedDeltaNet: Sendable {
  var numKeyHeads: Int
  var numValueHeads: Int
  var keyHeadSize: Int
  var valueHeadSize: Int
  var kernel: Int
  /// The checkpoint keeps query, key, value and gate in one interleaved weight (Qwen3-Next), not in four.
  var isInterleaved: Bool

  init(_ config: ModelConfig, isInterleaved: Bool) throws(ModelConfigError) {
    numKeyHeads = try config.int("linear_num_key_heads", in: 1...1 << 14)
    numValueHeads = try config.int("linear_num_value_heads", in: 1...1 << 14)
    keyHeadSize = try config.int("linear_key_head_dim", in: 1...1 << 14)
    valueHeadSize = try config.int("linear_value_head_dim", in: 1...1 << 14)
    kernel = try config.int("linear_conv_kernel_dim", in: 1...1024)
    self.isInterleaved = isInterleaved
  }

  var keyWidth: Int { numKeyHeads * keyHeadSize }
  var valueWidth: Int { numValueHeads * valueHeadSize }

  /// What it keeps of a request: the convolution's last inputs of query, key and value, and a matrix a value head.
  func mixer(recurrenceDType: DType?) -> Mixer {
    .state(
      StateMixer(
        kind: .gatedDeltaNet,
        convolution: StateMixer.Convolution(channels: 2 * keyWidth + valueWidth, kernel: kernel),
        recurrence: StateMixer.Recurrence(
          heads: numValueHeads, headSize: valueHeadSize, stateSize: keyHeadSize, dtype: recurrenceDType)))
  }

  /// The modules of one layer, as `linear_attn`.
  func add(to layer: inout LayerBuilder, hiddenSize: Int) {
    let scope = "linear_attn."
    layer.plain(
      scope + "conv1d", .mamba, .column(input: kernel, outputs: [keyWidth, keyWidth, valueWidth], bias: false))
    layer.linear(
      scope + "in_proj_qkvz", .mamba,
      .column(input: hiddenSize, outputs: [keyWidth, keyWidth, valueWidth, valueWidth], bias: false),
      fusing: isInterleaved ? [] : ["in_proj_qkv", "in_proj_z"])
    let rates = [numValueHeads, numValueHeads]
    // Marlin wants 64 rows at least, which a share of the heads may not be (`maybe_disable_tp`).
    let isWhole = !isInterleaved && [.awq, .gptq].contains(layer.quantization.method)
    layer.linear(
      scope + "in_proj_ba", .mamba,
      isWhole
        ? .replicated(input: hiddenSize, outputs: rates, bias: false)
        : .column(input: hiddenSize, outputs: rates, bias: false),
      fusing: isInterleaved ? [] : ["in_proj_b", "in_proj_a"])
    layer.tensor(scope + "dt_bias", .mamba, [numValueHeads], cut: 0)
    layer.tensor(scope + "A_log", .mamba, [numValueHeads], cut: 0, dtype: .float32)
    layer.tensor(scope + "norm", .norms, [valueHeadSize])
    layer.linear(scope + "out_proj", .mamba, .row(input: valueWidth, output: hiddenSize, bias: false))
  }
}
