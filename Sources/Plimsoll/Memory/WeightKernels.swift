/// The kernels that run quantized weights on a GPU generation: they decide padding, scale layout and bias type.
///
/// One value for each GPU generation and release; what differs is here and not in the formulas.
public struct WeightKernels: Hashable, Sendable {
  /// The kernel of MXFP4 experts.
  public var mxfp4: MXFP4
  /// Rows and columns to which unquantized experts' intermediate size is rounded.
  public var unquantizedExpertsMultiple: Int

  public init(mxfp4: MXFP4, unquantizedExpertsMultiple: Int = 1) {
    self.mxfp4 = mxfp4
    self.unquantizedExpertsMultiple = unquantizedExpertsMultiple
  }

  /// How a kernel of MXFP4 experts pads and stores them (vLLM `fused_moe/oracle/mxfp4.py`, 0.33.0).
  public enum MXFP4: String, Hashable, Sendable { case triton, marlin, trtllm }

  /// The routed experts of a layer as one rank holds them.
  public struct ExpertsOnRank: Hashable, Sendable {
    public var count: Int
    public var hiddenSize: Int
    public var intermediateSize: Int
    /// 2 where a gate and an up projection are fused, else 1.
    public var projections: Int
    public var bias: Bool
  }

  /// A block-scaled 8-bit weight: one byte an element, one float32 scale a block.
  func blockScaled(_ rows: Int, _ columns: Int, block: (Int, Int), _ body: (Bytes) -> Void) {
    body(Bytes(rows * columns))
    body(Bytes(4 * rows.dividedRoundingUp(by: block.0) * columns.dividedRoundingUp(by: block.1)))
  }

  func unquantizedExperts(_ experts: ExpertsOnRank, dtype: DType, _ body: (Bytes) -> Void) {
    let width = experts.intermediateSize.roundedUp(toMultipleOf: unquantizedExpertsMultiple)
    let up = experts.projections * width
    body(dtype.size * (experts.count * up * experts.hiddenSize))
    if experts.bias { body(dtype.size * (experts.count * up)) }
    body(dtype.size * (experts.count * experts.hiddenSize * width))
    if experts.bias { body(dtype.size * (experts.count * experts.hiddenSize)) }
  }

  func blockScaledExperts(_ experts: ExpertsOnRank, block: (Int, Int), _ body: (Bytes) -> Void) {
    let (hidden, width) = (experts.hiddenSize, experts.intermediateSize)
    let (hiddenBlocks, widthBlocks) = (hidden.dividedRoundingUp(by: block.1), width.dividedRoundingUp(by: block.0))
    body(Bytes(experts.count * experts.projections * width * hidden))
    body(Bytes(experts.count * hidden * width))
    body(Bytes(4 * experts.count * experts.projections * widthBlocks * hiddenBlocks))
    body(
      Bytes(4 * experts.count * hidden.dividedRoundingUp(by: block.0) * width.dividedRoundingUp(by: block.1)))
  }

  /// MXFP4 experts: half a byte an element, one exponent byte for 32 inputs, padded as the kernel wants them.
  func mxfp4Experts(_ experts: ExpertsOnRank, _ body: (Bytes) -> Void) {
    let n = experts.count
    switch mxfp4 {
    case .triton:
      let width = experts.intermediateSize.roundedUp(toMultipleOf: 64)
      let hidden = experts.hiddenSize
      let up = experts.projections * width
      body(Bytes(n * up * hidden / 2))
      body(Bytes(n * tritonScale(rows: up, columns: hidden)))
      if experts.bias { body(Bytes(4 * n * up)) }
      body(Bytes(n * hidden * width / 2))
      body(Bytes(n * tritonScale(rows: hidden, columns: width)))
      if experts.bias { body(Bytes(4 * n * hidden)) }
    case .marlin, .trtllm:
      let width = experts.intermediateSize.roundedUp(toMultipleOf: 128)
      let hidden = experts.hiddenSize.roundedUp(toMultipleOf: 256)
      let up = experts.projections * width
      let biasSize = mxfp4 == .marlin ? 2 : 4
      body(Bytes(n * up * hidden / 2))
      body(Bytes(n * up * hidden / 32))
      if experts.bias { body(Bytes(biasSize * n * up)) }
      body(Bytes(n * hidden * width / 2))
      body(Bytes(n * hidden * width / 32))
      if experts.bias { body(Bytes(biasSize * n * hidden)) }
    }
  }

  /// A scale of [rows, columns / 32], padded to the tiles of 256 × 4 that the Triton kernel's layout has.
  private func tritonScale(rows: Int, columns: Int) -> Int {
    rows.roundedUp(toMultipleOf: 256) * (columns / 32).roundedUp(toMultipleOf: 4)
  }
}

extension WeightKernels {
  /// The kernels that 0.33.0 picks on a GPU generation.
  public init(for capability: ComputeCapability) {
    switch capability.major {
    case 10: self.init(mxfp4: .trtllm)
    case 9: self.init(mxfp4: .triton)
    default: self.init(mxfp4: .marlin)
    }
  }
}
