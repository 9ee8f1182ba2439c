extension WeightKernels {
  /// 8-bit experts with a float32 scale an expert and projection, or for each row.
  func eightBitExperts(_ experts: ExpertsOnRank, scalesPerRow: Bool, _ body: (Bytes) -> Void) {
    let (n, hidden, width) = (experts.count, experts.hiddenSize, experts.intermediateSize)
    let up = experts.projections * width
    body(Bytes(n * up * hidden))
    body(Bytes(n * hidden * width))
    body(Bytes(4 * n * (scalesPerRow ? up : 1)))
    body(Bytes(4 * n * (scalesPerRow ? hidden : 1)))
  }

  /// Experts in integer groups, as Marlin keeps them, with its two workspaces.
  ///
  /// A width that the group does not divide halves the group until it does and is padded to 128 after loading
  /// (vLLM 0.33.0 `quantization/moe_wna16.py`).
  func integerGroupExperts(
    _ experts: ExpertsOnRank, _ scheme: WeightScheme.IntegerGroups, _ body: (Bytes) -> Void
  ) {
    let (n, hidden) = (experts.count, experts.hiddenSize)
    var (width, group) = (experts.intermediateSize, scheme.groupSize > 0 ? scheme.groupSize : hidden)
    if width % group != 0 {
      while width % group != 0, group > 1 { group /= 2 }
      width = width.roundedUp(toMultipleOf: 128)
    }
    let up = experts.projections * width
    body(Bytes(n * up * hidden * scheme.bits / 8))
    body(Bytes(n * hidden * width * scheme.bits / 8))
    let (inGroups, outGroups) = (hidden.dividedRoundingUp(by: group), width.dividedRoundingUp(by: group))
    body(Bytes(2 * n * inGroups * up))
    body(Bytes(2 * n * outGroups * hidden))
    if scheme.format == .awq {
      body(Bytes(n * inGroups * up * scheme.bits / 8))
      body(Bytes(n * outGroups * hidden * scheme.bits / 8))
    }
    for _ in 0..<2 { body(Bytes(16 * multiprocessors)) }
  }

  /// 4-bit floating point experts with scales of 16; Humming pads the width to 128.
  func nvfp4Experts(_ experts: ExpertsOnRank, _ body: (Bytes) -> Void) {
    let (n, hidden) = (experts.count, experts.hiddenSize)
    let width = nvfp4 == .humming ? experts.intermediateSize.roundedUp(toMultipleOf: 128) : experts.intermediateSize
    let up = experts.projections * width
    body(Bytes(n * up * hidden / 2))
    body(Bytes(n * up * hidden / 16))
    body(Bytes(n * hidden * width / 2))
    body(Bytes(n * hidden * width / 16))
    switch nvfp4 {
    case .native: for _ in 0..<7 { body(Bytes(4 * n)) }
    case .humming:
      for _ in 0..<2 { body(Bytes(4 * n)) }
      body(Bytes(32 * multiprocessors))
    case .marlin: for _ in 0..<2 { body(Bytes(4 * n)) }
    }
  }

  /// Experts of 8-bit floats with an exponent byte for 32 inputs.
  func mxfp8Experts(_ experts: ExpertsOnRank, _ body: (Bytes) -> Void) {
    let (n, hidden, width) = (experts.count, experts.hiddenSize, experts.intermediateSize)
    let up = experts.projections * width
    for elements in [n * up * hidden, n * hidden * width] {
      body(Bytes(elements))
      body(Bytes(elements / 32))
    }
  }
}
