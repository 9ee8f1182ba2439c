extension WeightKernels {
  /// The tensors of a quantized linear and its bias, as its kernel keeps them.
  func linear(_ linear: LinearOnRank, _ scheme: WeightScheme, _ body: (Bytes) -> Void) {
    let kernel: LinearKernel
    var rows = linear.rows
    switch scheme {
    case .unquantized, .mxfp4Experts:
      kernel = .plain
      body(linear.dtype.size * (linear.rows * linear.columns))
    case .fp8Block(let blockRows, let blockColumns):
      kernel = blockScaledLinear == .marlin ? fp8Kernel(linear, hasInputScale: false).orMarlin : .plain
      let shape = kernel.padded(linear, group: blockColumns)
      rows = shape.rows
      let scales = kernel == .humming ? BlockScaled.float32Blocks : blockScaledLinear
      blockScaled(shape.rows, shape.columns, block: (blockRows, blockColumns), scales, body)
      if kernel == .humming { body(Bytes(32 * multiprocessors)) }
    case .fp8Tensor(let hasInputScale):
      kernel = fp8Kernel(linear, hasInputScale: hasInputScale)
      rows = fp8(linear, kernel, scalesPerRow: false, hasInputScale: hasInputScale, body)
    case .fp8Channel(let hasInputBound):
      kernel = fp8Kernel(linear, hasInputScale: false)
      rows = fp8(linear, kernel, scalesPerRow: true, hasInputScale: hasInputBound, body)
    case .int8Channel:
      kernel = .plain
      body(Bytes(linear.rows * linear.columns))
      body(Bytes(4 * linear.rows))
    case .integerGroups(let groups):
      kernel = groups.kernel(for: linear, self)
      rows = integerGroups(linear, groups, kernel, body)
    case .nvfp4, .nvfp4WeightOnly:
      kernel = floatKernel
      rows = nvfp4(linear, kernel, scalars: scheme == .nvfp4 ? 4 : 1, body)
    case .lookedUp:
      kernel = .plain
      lookedUp(linear.rows * linear.columns, parts: linear.parts, body)
    case .mxfp8, .mxfp4:
      kernel = floatKernel == .flashInfer ? .plain : floatKernel
      rows = sharedExponents(linear, kernel, bits: scheme == .mxfp4 ? 4 : 8, body)
    }
    kernel.bias(linear, rows: rows, body)
  }

  /// Marlin without tensor cores for 8-bit floats; FlashInfer, which pads nothing, for static scales on Blackwell.
  private func fp8Kernel(_ linear: LinearOnRank, hasInputScale: Bool) -> LinearKernel {
    guard hasFP8 else { return linear.prefersHumming ? .humming : .marlin }
    return hasInputScale && nvfp4 == .native ? .plain : .cutlass
  }

  /// What runs floats that share a scale among few.
  private var floatKernel: LinearKernel {
    switch nvfp4 {
    case .native: .flashInfer
    case .humming: .humming
    case .marlin: .marlin
    }
  }

  /// An 8-bit floating point weight with float32 scales, and one for the input where it is static.
  ///
  /// Without tensor cores for it Marlin takes the weight, with a scale in half precision for each row.
  private func fp8(
    _ linear: LinearOnRank, _ kernel: LinearKernel, scalesPerRow: Bool, hasInputScale: Bool, _ body: (Bytes) -> Void
  ) -> Int {
    let (rows, columns) = kernel.padded(linear)
    body(Bytes(rows * columns))
    if kernel == .marlin || kernel == .humming {
      body(Bytes(2 * rows))
      if kernel == .humming { body(Bytes(32 * multiprocessors)) }
    } else {
      body(Bytes(4 * (scalesPerRow ? rows : 1)))
      if hasInputScale { body(Bytes(4)) }
    }
    return rows
  }

  /// Weights of few bits: K·bits/8·N bytes, scales of 2 B for each group and row, and zero points.
  ///
  /// Machete unpacks zero points to the scales' type. GPTQ stores some also beside symmetric weights, which Marlin and
  /// Humming drop. compressed-tensors keeps two 64-bit numbers of the shape, but not under Humming, which has locks of
  /// 32 B a multiprocessor.
  private func integerGroups(
    _ linear: LinearOnRank, _ scheme: WeightScheme.IntegerGroups, _ kernel: LinearKernel, _ body: (Bytes) -> Void
  ) -> Int {
    let (rows, columns) = kernel.padded(linear, group: scheme.groupSize)
    let groups = scheme.groupSize > 0 ? max(1, columns / scheme.groupSize) : 1
    let packedZeros = groups * rows * scheme.bits / 8
    body(Bytes(rows * columns * scheme.bits / 8))
    body(Bytes(2 * groups * rows))
    if scheme.hasZeroPoints || scheme.format == .awq {
      body(Bytes(kernel == .machete ? 2 * groups * rows : packedZeros))
    } else if scheme.format == .gptq, kernel == .machete || kernel == .plain {
      body(Bytes(packedZeros))
    }
    if kernel == .exllama { body(Bytes(packedZeros)) }
    if scheme.format == .compressedTensors, kernel != .humming { body(Bytes(16)) }
    if kernel == .humming { body(Bytes(32 * multiprocessors)) }
    return rows
  }

  /// Half a byte an element, a scale byte for 16, and scalars: of the weight, and of the input what it needs.
  private func nvfp4(
    _ linear: LinearOnRank, _ kernel: LinearKernel, scalars: Int, _ body: (Bytes) -> Void
  ) -> Int {
    let (rows, columns) = kernel.padded(linear, group: 16)
    body(Bytes(rows * columns / 2))
    switch kernel {
    case .flashInfer:
      body(Bytes(tiledScales(linear, group: 16)))
      for _ in 0..<scalars { body(Bytes(4)) }
    case .humming:
      body(Bytes(rows * columns / 16))
      body(Bytes(4))
      body(Bytes(32 * multiprocessors))
    default:
      body(Bytes(rows * columns / 16))
      for _ in 0..<scalars { body(Bytes(4)) }
    }
    return rows
  }

  /// Half a byte an element, and for each matrix that was fused the greatest of each 64 elements and the 16 values.
  ///
  /// Where the greatest are scaled once more: a byte each, a float32 for 256 of them, a table of 256 values and their mean
  /// (bitsandbytes `functional.py QuantState`; vLLM 0.27.1 `bitsandbytes_loader.py _dequantize_dq`).
  func lookedUp(_ elements: Int, parts: Int, _ body: (Bytes) -> Void) {
    body(Bytes(elements / 2))
    let blocks = elements / 64
    body(Bytes(keepsDoubleQuantization ? blocks : 4 * blocks))
    for _ in 0..<parts { body(Bytes(4 * 16)) }
    guard keepsDoubleQuantization else { return }
    body(Bytes(4 * blocks.dividedRoundingUp(by: 256)))
    for _ in 0..<parts {
      body(Bytes(4 * 256))
      body(Bytes(4))
    }
  }

  /// Floats with an exponent byte for 32, kept by the kernels that run NVIDIA's 4-bit ones and padded as those are.
  private func sharedExponents(
    _ linear: LinearOnRank, _ kernel: LinearKernel, bits: Int, _ body: (Bytes) -> Void
  ) -> Int {
    let (rows, columns) = kernel.padded(linear, group: 32)
    body(Bytes(rows * columns * bits / 8))
    body(Bytes(kernel == .plain ? tiledScales(linear, group: 32) : rows * columns / 32))
    if kernel == .humming { body(Bytes(32 * multiprocessors)) }
    return rows
  }

  /// Scales of a byte in tiles of 128 rows and 4 groups, of the weight before it is padded.
  private func tiledScales(_ linear: LinearOnRank, group: Int) -> Int {
    linear.rows.roundedUp(toMultipleOf: 128) * (linear.columns / group).roundedUp(toMultipleOf: 4)
  }
}
