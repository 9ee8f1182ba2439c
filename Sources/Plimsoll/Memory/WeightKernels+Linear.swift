extension WeightKernels {
  /// An 8-bit floating point weight with `scales` float32 scales, and one for the input where it is static.
  ///
  /// Without tensor cores for it Marlin takes the weight, with a scale in half precision for each row.
  func fp8(_ rows: Int, _ columns: Int, scales: Int, hasInputScale: Bool, _ body: (Bytes) -> Void) {
    body(Bytes(rows * columns))
    guard hasFP8 else { return body(Bytes(2 * rows)) }
    body(Bytes(4 * scales))
    if hasInputScale { body(Bytes(4)) }
  }

  /// Weights of few bits: K·bits/8·N bytes, scales of 2 B for each group and row, and zero points.
  ///
  /// AWQ's zero points are unpacked to the scales' type by Machete and stay packed elsewhere; GPTQ's stay packed;
  /// compressed-tensors keeps two 64-bit numbers of the shape.
  func integerGroups(
    _ rows: Int, _ columns: Int, _ scheme: WeightScheme.IntegerGroups, _ body: (Bytes) -> Void
  ) {
    let groups = scheme.groupSize > 0 ? columns.dividedRoundingUp(by: scheme.groupSize) : 1
    body(Bytes(rows * columns * scheme.bits / 8))
    body(Bytes(2 * groups * rows))
    switch scheme.format {
    case .awq: body(Bytes(usesMachete ? 2 * groups * rows : groups * rows * scheme.bits / 8))
    case .gptq: body(Bytes(groups * rows * scheme.bits / 8))
    case .compressedTensors: body(Bytes(16))
    }
  }

  /// Half a byte an element, a scale byte for 16, and scalars; Humming pads to 256 rows and 128 columns, and keeps
  /// locks of 32 B a multiprocessor.
  func nvfp4(_ rows: Int, _ columns: Int, _ body: (Bytes) -> Void) {
    let rows = nvfp4 == .humming ? rows.roundedUp(toMultipleOf: 256) : rows
    let columns = nvfp4 == .humming ? columns.roundedUp(toMultipleOf: 128) : columns
    body(Bytes(rows * columns / 2))
    switch nvfp4 {
    case .native:
      // Scales lie in tiles of 128 rows and 4 groups.
      body(Bytes(rows.roundedUp(toMultipleOf: 128) * (columns / 16).roundedUp(toMultipleOf: 4)))
      for _ in 0..<4 { body(Bytes(4)) }
    case .humming:
      body(Bytes(rows * columns / 16))
      body(Bytes(4))
      body(Bytes(32 * multiprocessors))
    case .marlin:
      body(Bytes(rows * columns / 16))
      for _ in 0..<4 { body(Bytes(4)) }
    }
  }

  /// A byte an element and an exponent byte for 32, kept by the kernels that run 4-bit floats and padded as those are.
  func mxfp8(_ rows: Int, _ columns: Int, _ body: (Bytes) -> Void) {
    let rows = nvfp4 == .humming ? rows.roundedUp(toMultipleOf: 256) : rows
    let columns = nvfp4 == .humming ? columns.roundedUp(toMultipleOf: 128) : columns
    body(Bytes(rows * columns))
    switch nvfp4 {
    case .native: body(Bytes(rows.roundedUp(toMultipleOf: 128) * (columns / 32).roundedUp(toMultipleOf: 4)))
    case .humming:
      body(Bytes(rows * columns / 32))
      body(Bytes(32 * multiprocessors))
    case .marlin: body(Bytes(rows * columns / 32))
    }
  }
}
