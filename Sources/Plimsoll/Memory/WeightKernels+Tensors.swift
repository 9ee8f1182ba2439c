extension WeightKernels {
  /// A block-scaled 8-bit weight: one byte an element, and its scales as the kernel keeps them.
  func blockScaled(
    _ rows: Int, _ columns: Int, block: (Int, Int), _ stated: BlockScaled, _ body: (Bytes) -> Void
  ) {
    body(Bytes(rows * columns))
    // DeepGEMM takes multiples of 64 rows and 128 columns (vLLM `utils/deep_gemm.py should_use_deepgemm_for_fp8_linear`).
    let isPackable = rows % 64 == 0 && columns % 128 == 0
    let kernel = stated == .packedExponents && !isPackable ? .float32Blocks : stated
    body(Self.scales(rows, columns, block: block, kernel))
  }

  private static func scales(_ rows: Int, _ columns: Int, block: (Int, Int), _ kernel: BlockScaled) -> Bytes {
    let columnBlocks = columns.dividedRoundingUp(by: block.1)
    switch kernel {
    case .float32Blocks: return Bytes(4 * rows.dividedRoundingUp(by: block.0) * columnBlocks)
    case .packedExponents: return Bytes(4 * rows.roundedUp(toMultipleOf: 4) * columnBlocks.dividedRoundingUp(by: 4))
    case .marlin: return Bytes(2 * rows * columnBlocks)
    }
  }

  func unquantizedExperts(_ experts: ExpertsOnRank, dtype: DType, _ body: (Bytes) -> Void) {
    let multiple = experts.hasCommonActivation ? unquantizedExpertsMultiple : 1
    let width = experts.intermediateSize.roundedUp(toMultipleOf: multiple)
    let up = experts.projections * width
    body(dtype.size * (experts.count * up * experts.hiddenSize))
    if experts.bias { body(dtype.size * (experts.count * up)) }
    body(dtype.size * (experts.count * experts.hiddenSize * width))
    if experts.bias { body(dtype.size * (experts.count * experts.hiddenSize)) }
  }

  /// Block-scaled experts; where a rank's width does not divide by the block, the blocks are refined to the greatest
  /// size of at least 32 that divides all, else the width is padded (vLLM `fused_moe/oracle/fp8.py`, 0.33.0).
  func blockScaledExperts(_ experts: ExpertsOnRank, block: (Int, Int), _ body: (Bytes) -> Void) {
    let hidden = experts.hiddenSize
    var width = experts.intermediateSize
    var block = block
    if width % block.0 != 0 || width % block.1 != 0 {
      let refined = [block.1, width, hidden].reduce(block.0, greatestCommonDivisor)
      if refined >= 32 { block = (refined, refined) } else { width = width.roundedUp(toMultipleOf: block.0) }
    }
    let n = experts.count
    body(Bytes(n * experts.projections * width * hidden))
    body(Bytes(n * hidden * width))
    // Gate and up are scaled apart, so that each starts a block of its own.
    body(Self.scales(width, hidden, block: block, blockScaledExperts) * (n * experts.projections))
    body(Self.scales(hidden, width, block: block, blockScaledExperts) * n)
  }

  /// MXFP4 experts: half a byte an element, one exponent byte for 32 inputs, padded as the kernel wants them.
  func mxfp4Experts(_ experts: ExpertsOnRank, _ body: (Bytes) -> Void) {
    let n = experts.count
    let isTriton = mxfp4Experts == .triton
    let width = experts.intermediateSize.roundedUp(toMultipleOf: isTriton ? 64 : 128)
    let hidden = isTriton ? experts.hiddenSize : experts.hiddenSize.roundedUp(toMultipleOf: 256)
    let up = experts.projections * width
    // Marlin adds the biases in the model's type, the others in float32.
    let biasSize = mxfp4Experts == .marlin ? 2 : 4
    body(Bytes(n * up * hidden / 2))
    body(Bytes(n * exponents(rows: up, columns: hidden)))
    if experts.bias { body(Bytes(biasSize * n * up)) }
    body(Bytes(n * hidden * width / 2))
    body(Bytes(n * exponents(rows: hidden, columns: width)))
    if experts.bias { body(Bytes(biasSize * n * hidden)) }
    if mxfp4Experts == .trtllm {
      // Row orders of weights, scales and biases, kept as 64-bit indices, and three activation constants an expert.
      for rows in [up, hidden] { for _ in 0..<3 { body(Bytes(8 * rows)) } }
      for _ in 0..<3 { body(Bytes(4 * n)) }
    }
  }

  /// Exponents of [rows, columns / 32]; the Triton kernel's layout has tiles of 256 × 4.
  private func exponents(rows: Int, columns: Int) -> Int {
    guard mxfp4Experts == .triton else { return rows * columns / 32 }
    return rows.roundedUp(toMultipleOf: 256) * (columns / 32).roundedUp(toMultipleOf: 4)
  }
}
