/// The type of the elements of a stored tensor.
///
/// safetensors 0.6 `tensor.rs Dtype`.
package enum TensorDType: UInt8, Hashable, Sendable, CaseIterable {
  case f64, f32, f16, bf16, f8e4m3, f8e5m2, f8e8m0, f6e2m3, f6e3m2, f4
  case i64, i32, i16, i8, u64, u32, u16, u8, bool, c64

  /// The name that safetensors gives it.
  package var name: String {
    switch self {
    case .f64: "F64"
    case .f32: "F32"
    case .f16: "F16"
    case .bf16: "BF16"
    case .f8e4m3: "F8_E4M3"
    case .f8e5m2: "F8_E5M2"
    case .f8e8m0: "F8_E8M0"
    case .f6e2m3: "F6_E2M3"
    case .f6e3m2: "F6_E3M2"
    case .f4: "F4"
    case .i64: "I64"
    case .i32: "I32"
    case .i16: "I16"
    case .i8: "I8"
    case .u64: "U64"
    case .u32: "U32"
    case .u16: "U16"
    case .u8: "U8"
    case .bool: "BOOL"
    case .c64: "C64"
    }
  }

  /// What one element takes, in bits.
  package var bits: Int {
    switch self {
    case .f64, .i64, .u64, .c64: 64
    case .f32, .i32, .u32: 32
    case .f16, .bf16, .i16, .u16: 16
    case .f8e4m3, .f8e5m2, .f8e8m0, .i8, .u8, .bool: 8
    case .f6e2m3, .f6e3m2: 6
    case .f4: 4
    }
  }

  /// A floating point type that vLLM casts to the one it computes in as it loads.
  package var isPlainFloat: Bool {
    switch self {
    case .f64, .f32, .f16, .bf16: true
    default: false
    }
  }
}

/// The names of the types as numbers, so that one of a header is found without a text being made of it.
struct TensorDTypeNames {
  private let known = TensorDType.allCases.map { (dtype: $0, number: Self.number($0.name.utf8)) }
  private var last = 0

  /// The type of a name; nil for none.
  mutating func dtype(_ name: UnsafeBufferPointer<UInt8>) -> TensorDType? {
    guard name.count <= 8 else { return nil }
    let number = Self.number(name)
    // Neighbours in a file mostly are of one type.
    if known[last].number == number { return known[last].dtype }
    guard let place = known.firstIndex(where: { $0.number == number }) else { return nil }
    last = place
    return known[place].dtype
  }

  @inline(__always) private static func number(_ name: some Sequence<UInt8>) -> UInt64 {
    var number: UInt64 = 0
    for byte in name { number = number << 8 | UInt64(byte) }
    return number
  }
}
