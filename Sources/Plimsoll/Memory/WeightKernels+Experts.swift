extension WeightKernels {
  /// 8-bit experts with a float32 scale an expert and projection, or for each row.
  ///
  /// Without tensor cores for 8-bit floats Marlin takes them: the width is padded to 64, and each row has a scale in
  /// half precision (vLLM 0.33.0 `marlin_utils_fp8.py prepare_fp8_moe_layer_for_marlin`).
  func eightBitExperts(_ experts: ExpertsOnRank, scalesPerRow: Bool, isFloat: Bool = true, _ body: (Bytes) -> Void) {
    let usesMarlin = isFloat && !hasFP8
    let (n, hidden) = (experts.count, experts.hiddenSize)
    let width = usesMarlin ? experts.intermediateSize.roundedUp(toMultipleOf: 64) : experts.intermediateSize
    let up = experts.projections * width
    body(Bytes(n * up * hidden))
    body(Bytes(n * hidden * width))
    let scale = usesMarlin ? 2 : 4
    body(Bytes(scale * n * (scalesPerRow || usesMarlin ? up : 1)))
    body(Bytes(scale * n * (scalesPerRow || usesMarlin ? hidden : 1)))
  }

  /// 8-bit experts with one scale an expert and projection, and one for the input of all.
  ///
  /// FlashInfer's kernels want the width padded to 16, or to 128 without a gate, and keep the products of the scales
  /// beside them (vLLM 0.33.0 `fused_moe/oracle/fp8.py make_fp8_moe_quant_config`, `experts/trtllm_fp8_moe.py`).
  func staticEightBitExperts(_ experts: ExpertsOnRank, _ body: (Bytes) -> Void) {
    let multiple = staticExperts == .plain ? 1 : experts.projections == 2 ? 16 : 128
    let (n, hidden) = (experts.count, experts.hiddenSize)
    let width = experts.intermediateSize.roundedUp(toMultipleOf: multiple)
    body(Bytes(n * experts.projections * width * hidden))
    body(Bytes(n * hidden * width))
    let (perExpert, scalars) =
      switch staticExperts {
      case .plain: (2, 2)
      case .cutlass: (4, 4)
      case .trtllm: (5, 2)
      }
    for _ in 0..<perExpert { body(Bytes(4 * n)) }
    for _ in 0..<scalars { body(Bytes(4)) }
  }

  /// Experts in integer groups.
  ///
  /// Humming pads each matrix to 256 rows and 128 columns and has locks; Marlin pads the width to 64. A width
  /// that the group does not divide halves the group until it does, and goes to Triton but on Hopper
  /// (vLLM 0.33.0 `quantization/moe_wna16.py`, `fused_moe/oracle/int_wna16.py`).
  func integerGroupExperts(
    _ experts: ExpertsOnRank, _ scheme: WeightScheme.IntegerGroups, _ body: (Bytes) -> Void
  ) {
    let (n, hidden) = (experts.count, experts.hiddenSize)
    var (width, group) = (experts.intermediateSize, scheme.groupSize)
    let divides = hidden % 128 == 0 && (group <= 0 || width % group == 0)
    let isOfMarlin = scheme.isOfMarlin && divides
    if !isOfMarlin, group > 0 { while width % group != 0 || hidden % group != 0, group > 1 { group /= 2 } }
    var (upRows, upColumns, downRows, downColumns) = (experts.projections * width, hidden, hidden, width)
    if usesMachete {
      upRows = upRows.roundedUp(toMultipleOf: 256)
      upColumns = hidden.roundedUp(toMultipleOf: 128)
      downRows = hidden.roundedUp(toMultipleOf: 256)
      downColumns = width.roundedUp(toMultipleOf: 128)
    } else if isOfMarlin {
      width = width.roundedUp(toMultipleOf: leastCommonMultiple(64, max(1, group)))
      (upRows, downColumns) = (experts.projections * width, width)
    }
    let hasZeroPoints = scheme.hasZeroPoints || scheme.format == .gptq && isOfMarlin && !usesMachete
    for (rows, columns) in [(upRows, upColumns), (downRows, downColumns)] {
      let groups = group > 0 ? max(1, columns / group) : 1
      body(Bytes(n * rows * columns * scheme.bits / 8))
      body(Bytes(2 * n * groups * rows))
      if hasZeroPoints { body(Bytes(n * groups * rows * scheme.bits / 8)) }
      if experts.bias { body(Bytes(2 * n * rows)) }
      // The shape of each expert's matrix, two numbers in the model's type.
      if !usesMachete, scheme.format == .compressedTensors { body(Bytes(4 * n)) }
    }
    if usesMachete { body(Bytes(32 * multiprocessors)) }
  }

  /// 4-bit floating point experts with scales of 16.
  ///
  /// Humming pads each matrix to 256 rows and 128 columns; TRT-LLM pads the hidden state to 256 and the width to 128,
  /// or 64 with a gate (vLLM 0.33.0 `quantization/utils/flashinfer_fp4_moe.py`).
  /// - Parameter keepsScales: Scales of weights for each projection and of inputs stay beside Marlin's.
  func nvfp4Experts(
    _ experts: ExpertsOnRank, _ kernel: NVFP4, keepsScales: Bool = false, _ body: (Bytes) -> Void
  ) {
    let n = experts.count
    var (hidden, width) = (experts.hiddenSize, experts.intermediateSize)
    var (upRows, downRows) = (experts.projections * width, hidden)
    switch kernel {
    case .native:
      hidden = hidden.roundedUp(toMultipleOf: 256)
      width = width.roundedUp(toMultipleOf: experts.projections == 2 ? 64 : 128)
      (upRows, downRows) = (experts.projections * width, hidden)
    case .humming:
      hidden = hidden.roundedUp(toMultipleOf: 128)
      width = width.roundedUp(toMultipleOf: 128)
      upRows = (experts.projections * width).roundedUp(toMultipleOf: 256)
      downRows = hidden.roundedUp(toMultipleOf: 256)
    case .marlin:
      width = width.roundedUp(toMultipleOf: hidden % 128 == 0 ? 64 : 128)
      upRows = experts.projections * width
    }
    body(Bytes(n * upRows * hidden / 2))
    body(Bytes(n * upRows * hidden / 16))
    body(Bytes(n * downRows * width / 2))
    body(Bytes(n * downRows * width / 16))
    switch kernel {
    case .native:
      // Shift and bound also as they were before the scales were folded in (`experts/trtllm_nvfp4_moe.py`).
      let kept = experts.hasClampedActivation ? 5 : experts.hasBoundedActivation ? 2 : experts.hasSlopes ? 2 : 0
      for _ in 0..<(7 + kept) { body(Bytes(4 * n)) }
    case .humming:
      for _ in 0..<2 { body(Bytes(4 * n)) }
      body(Bytes(32 * multiprocessors))
    case .marlin: for _ in 0..<(keepsScales ? 8 : 2) { body(Bytes(4 * n)) }
    }
  }

  /// Experts of 8-bit floats with an exponent byte for 32 inputs; Marlin pads the width to 64.
  func mxfp8Experts(_ experts: ExpertsOnRank, _ body: (Bytes) -> Void) {
    let (n, hidden) = (experts.count, experts.hiddenSize)
    let width = nvfp4 == .marlin ? experts.intermediateSize.roundedUp(toMultipleOf: 64) : experts.intermediateSize
    let up = experts.projections * width
    for elements in [n * up * hidden, n * hidden * width] {
      body(Bytes(elements))
      body(Bytes(elements / 32))
    }
  }

  /// MXFP4 experts of compressed-tensors, which are not rounded before their kernel pads them; Marlin pads nothing.
  func packedFloatExperts(_ experts: ExpertsOnRank, _ body: (Bytes) -> Void) {
    let isHumming = nvfp4 == .humming
    func padded(_ size: Int, _ multiple: Int) -> Int { isHumming ? size.roundedUp(toMultipleOf: multiple) : size }
    let (hidden, width) = (experts.hiddenSize, experts.intermediateSize)
    for elements in [
      padded(experts.projections * width, 256) * padded(hidden, 128), padded(hidden, 256) * padded(width, 128),
    ] {
      body(Bytes(experts.count * elements / 2))
      body(Bytes(experts.count * elements / 32))
    }
    if isHumming { body(Bytes(32 * multiprocessors)) }
  }

  /// MXFP4 experts of all but gpt-oss: half a byte an element and an exponent byte for 32.
  ///
  /// TRT-LLM pads the hidden state to 256 and the width to 128 and keeps 64-bit row orders of weights and scales, and
  /// the activation's bound for each expert; Humming pads matrices to 256 rows and 128 columns; Marlin pads as TRT-LLM
  /// (vLLM 0.33.0 `fused_moe/oracle/mxfp4.py select_deepseek_v4_mxfp4_moe_backend`).
  func mxfp4ExpertsOfOthers(_ experts: ExpertsOnRank, _ body: (Bytes) -> Void) {
    let n = experts.count
    let isHumming = nvfp4 == .humming
    let hidden = experts.hiddenSize.roundedUp(toMultipleOf: isHumming ? 128 : 256)
    let width = experts.intermediateSize.roundedUp(toMultipleOf: 128)
    let narrow = isHumming ? experts.intermediateSize.roundedUp(toMultipleOf: 64) : width
    let upRows = (experts.projections * narrow).roundedUp(toMultipleOf: isHumming ? 256 : 1)
    let downRows = hidden.roundedUp(toMultipleOf: isHumming ? 256 : 1)
    for elements in [n * upRows * hidden, n * downRows * width] {
      body(Bytes(elements / 2))
      body(Bytes(elements / 32))
    }
    if isHumming { body(Bytes(32 * multiprocessors)) }
    if isDataCentreBlackwell {
      for rows in [upRows, downRows] { for _ in 0..<2 { body(Bytes(8 * rows)) } }
      for _ in 0..<(experts.hasSlopes ? 2 : experts.hasBoundedActivation ? 1 : 0) { body(Bytes(4 * n)) }
    }
  }
}
