/// The type of one element of a tensor, by the name that PyTorch and vLLM give it.
public enum DType: String, Hashable, Sendable, CaseIterable {
  case float32, float16, bfloat16, float8, int64, int32, int8, uint8

  /// What one element takes.
  public var size: Bytes {
    switch self {
    case .int64: Bytes(8)
    case .float32, .int32: Bytes(4)
    case .float16, .bfloat16: Bytes(2)
    case .float8, .int8, .uint8: Bytes(1)
    }
  }
}
