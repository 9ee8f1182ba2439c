/// How a quantized module keeps its weight once loaded, whatever the checkpoint calls the method.
public enum WeightScheme: Hashable, Sendable {
  case unquantized
  /// 8-bit floating point with one float32 scale for each block of the weight (DeepSeek, Qwen).
  case fp8Block(rows: Int, columns: Int)
  /// 8-bit floating point with one float32 scale a tensor, and one for the input where it is static.
  case fp8Tensor(hasInputScale: Bool)
  /// 8-bit floating point with a float32 scale for each row, and a bound for the input where the method has one.
  case fp8Channel(hasInputBound: Bool)
  /// 8-bit integers with a float32 scale for each row.
  case int8Channel
  /// Integers of few bits in groups along the input, each with a scale in the model's type.
  case integerGroups(IntegerGroups)
  /// 4-bit floating point with an 8-bit scale for each 16 inputs (NVIDIA).
  case nvfp4
  /// The same with inputs of 16 bits: nothing of them is scaled, and other kernels multiply (ModelOpt `W4A16_NVFP4`).
  case nvfp4WeightOnly
  /// 8-bit floating point with one shared exponent byte for each 32 inputs.
  case mxfp8
  /// 4-bit floating point with one shared exponent byte for each 32 inputs (gpt-oss experts).
  case mxfp4
  /// The same under the method that all but gpt-oss have, which prefers other kernels (vLLM `Mxfp4MoEMethod`).
  case mxfp4Experts
  /// Four bits that look up one of 16 values, and a float32 for each 64 of them (bitsandbytes NF4 and FP4).
  case lookedUp

  /// Weights of few bits: how they are packed, and what a checkpoint adds to the scales.
  public struct IntegerGroups: Hashable, Sendable {
    /// Bits a weight: 4 or 8, and 2 or 3 under GPTQ.
    public var bits: Int
    /// How many inputs share one scale; -1 where a whole row does.
    public var groupSize: Int
    /// Whose layout the loaded tensors have.
    public var format: Format
    /// Each group has a zero point; without, the values lie about their middle.
    public var hasZeroPoints: Bool

    /// - Parameter hasZeroPoints: AWQ's own default is that it has them, that of the others that they have none.
    public init(bits: Int, groupSize: Int, format: Format, hasZeroPoints: Bool? = nil) {
      self.bits = bits
      self.groupSize = groupSize
      self.format = format
      self.hasZeroPoints = hasZeroPoints ?? (format == .awq)
    }

    /// Whose layout it is: AWQ has zero points, GPTQ keeps them beside symmetric weights, compressed-tensors a shape.
    public enum Format: String, Hashable, Sendable { case awq, gptq, compressedTensors }
  }
}
