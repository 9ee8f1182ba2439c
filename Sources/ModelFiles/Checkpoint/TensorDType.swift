/// The type of the elements of a stored tensor, by the name that safetensors gives it.
///
/// safetensors 0.6 `tensor.rs Dtype`.
package enum TensorDType: String, Hashable, Sendable, CaseIterable {
  case f64 = "F64"
  case f32 = "F32"
  case f16 = "F16"
  case bf16 = "BF16"
  case f8e4m3 = "F8_E4M3"
  case f8e5m2 = "F8_E5M2"
  case f8e8m0 = "F8_E8M0"
  case f6e2m3 = "F6_E2M3"
  case f6e3m2 = "F6_E3M2"
  case f4 = "F4"
  case i64 = "I64"
  case i32 = "I32"
  case i16 = "I16"
  case i8 = "I8"
  case u64 = "U64"
  case u32 = "U32"
  case u16 = "U16"
  case u8 = "U8"
  case bool = "BOOL"
  case c64 = "C64"

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
  private let packed = TensorDType.allCases.map { Self.pack(Array($0.rawValue.utf8)[...]) }
  private var last = 0

  /// The type of a name in UTF-8; nil for none.
  mutating func dtype(_ name: Slice<UnsafeBufferPointer<UInt8>>) -> TensorDType? {
    guard name.count <= 8 else { return nil }
    let number = Self.pack(name)
    // Neighbours in a file mostly are of one type.
    if packed[last] == number { return TensorDType.allCases[last] }
    guard let place = packed.firstIndex(of: number) else { return nil }
    last = place
    return TensorDType.allCases[place]
  }

  private static func pack(_ name: some Collection<UInt8>) -> UInt64 { name.reduce(0) { $0 << 8 | UInt64($1) } }
}
