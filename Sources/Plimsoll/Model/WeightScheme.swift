/// How a quantized module keeps its weight once loaded, whatever the checkpoint calls the method.
public enum WeightScheme: Hashable, Sendable {
  case unquantized
  /// 8-bit floating point with one float32 scale for each block of the weight (DeepSeek, Qwen).
  case fp8Block(rows: Int, columns: Int)
  /// 4-bit floating point with one shared exponent byte for each 32 inputs (gpt-oss experts).
  case mxfp4
}
