/// A linear's weight as one rank holds it.
struct LinearOnRank {
  /// Outputs on the rank.
  var rows: Int
  /// Inputs on the rank.
  var columns: Int
  /// Inputs on all ranks together.
  var allColumns: Int
  /// Elements of the bias; 0 without one.
  var bias: Int
  /// Matrices of the checkpoint that are fused in it.
  var parts = 1
  /// The type of the bias.
  var dtype: DType
  /// 8-bit floats that the GPU cannot multiply go to Humming before Marlin
  /// (vLLM 0.33.0 `_POSSIBLE_WFP8A16_KERNELS`, `compressed_tensors_w8a16_fp8.py`).
  var prefersHumming = false
}

/// What runs a quantized linear: it decides how the weight is padded and what is kept beside it.
///
/// vLLM 0.33.0 `model_executor/kernels/linear/__init__.py`: the first of a list that has the type, the group and the
/// shape; Humming stands before Marlin on compute capability 9.0 (`quantization/utils/humming/priority.py`).
enum LinearKernel {
  /// Nothing is padded.
  case plain
  /// 8-bit floats by CUTLASS: both sides are padded to 16.
  case cutlass
  /// 4-bit floats by FlashInfer: both sides are padded to 32.
  case flashInfer
  /// Integers on Hopper, for shapes that its tiles of 64 × 128 fill.
  case machete
  /// Integers beside 16-bit floats; zero points are made up where the checkpoint has none.
  case exllama
  case marlin
  case humming

  /// Marlin where the GPU multiplies 8-bit floats but not their blocks.
  var orMarlin: LinearKernel { self == .humming ? .humming : .marlin }

  /// Rows and columns as the kernel keeps them; `group` columns share a scale, 0 for all.
  func padded(_ linear: LinearOnRank, group: Int = 0) -> (rows: Int, columns: Int) {
    let (rows, columns) = (linear.rows, linear.columns)
    return switch self {
    case .plain, .machete, .exllama: (rows, columns)
    case .cutlass: (rows.roundedUp(toMultipleOf: 16), columns.roundedUp(toMultipleOf: 16))
    case .flashInfer: (rows.roundedUp(toMultipleOf: 32), columns.roundedUp(toMultipleOf: 32))
    case .humming: (rows.roundedUp(toMultipleOf: 256), columns.roundedUp(toMultipleOf: 128))
    case .marlin: Self.marlinTiles(rows, columns, group: max(1, group))
    }
  }

  /// Marlin's tiles are 64 × 128 or 128 × 64; the cheaper is filled (`marlin_utils.py marlin_padded_nk`).
  private static func marlinTiles(_ rows: Int, _ columns: Int, group: Int) -> (rows: Int, columns: Int) {
    let wide = (
      rows: rows.roundedUp(toMultipleOf: 64),
      columns: columns.roundedUp(toMultipleOf: leastCommonMultiple(128, group))
    )
    let tall = (
      rows: rows.roundedUp(toMultipleOf: 128),
      columns: columns.roundedUp(toMultipleOf: leastCommonMultiple(64, group))
    )
    let (first, second) = (wide.rows * wide.columns, tall.rows * tall.columns)
    if first != second { return first < second ? wide : tall }
    return wide.rows + wide.columns <= tall.rows + tall.columns ? wide : tall
  }

  /// The bias beside a weight: Marlin pads it with the rows, Humming too, and keeps zeros of its length.
  func bias(_ linear: LinearOnRank, rows: Int, _ body: (Bytes) -> Void) {
    guard linear.bias > 0 else { return }
    switch self {
    case .marlin: body(linear.dtype.size * rows)
    case .humming: for _ in 0..<2 { body(linear.dtype.size * rows) }
    default: body(linear.dtype.size * linear.bias)
    }
  }
}

extension WeightScheme.IntegerGroups {
  /// Marlin has the type: of 4 or 8 bits about a middle, or of 4 bits with zero points.
  var isOfMarlin: Bool { (bits == 4 || bits == 8 && !hasZeroPoints) && [-1, 32, 64, 128].contains(groupSize) }

  /// Machete has the type.
  private var isOfMachete: Bool { (bits == 4 || bits == 8) && [-1, 64, 128].contains(groupSize) }

  /// The kernel of a linear.
  ///
  /// AWQ's own fallback stands before the list (`quantization/auto_awq.py AutoAWQConfig.get_quant_method`).
  func kernel(for linear: LinearOnRank, _ kernels: WeightKernels) -> LinearKernel {
    let straddles = groupSize > 0 && groupSize < linear.allColumns && linear.columns % groupSize != 0
    if format == .awq, straddles || !isOfMarlin || !hasZeroPoints { return .plain }
    if kernels.usesMachete {
      return isOfMachete && linear.columns % 64 == 0 && linear.rows % 128 == 0 ? .machete : .humming
    }
    if isOfMarlin, !straddles { return .marlin }
    let isOfExllama = linear.dtype == .float16 && !hasZeroPoints && groupSize > 0
    return isOfExllama && linear.allColumns % groupSize == 0 ? .exllama : .humming
  }
}
