import Plimsoll
import Testing

/// What a quantized linear takes by the kernel that its shape and the GPU give it.
@Suite struct LinearKernelTests {
  static func bytes(
    _ kind: Module.Kind, _ scheme: WeightScheme, on capability: ComputeCapability, tensorParallel: Int = 1
  ) -> Int {
    let weights = ModelShape.only(Module("linear", .attention, kind, scheme: scheme)).weights(
      stage: 0, parallelism: Parallelism(tensor: tensorParallel), kernels: WeightKernels(for: capability))
    return weights.tensors.count
  }

  static let gptq = WeightScheme.integerGroups(.init(bits: 4, groupSize: 128, format: .gptq))
  static let awq = WeightScheme.integerGroups(.init(bits: 4, groupSize: 128, format: .awq))
  static let packed = WeightScheme.integerGroups(.init(bits: 4, groupSize: 32, format: .compressedTensors))

  /// docs/quantization.md: 288 inputs a rank are padded to 384, 1,152 outputs to 1,280.
  /// 245,760 + 7,680 + 5,120, and locks of 32 B for each of 132 multiprocessors, 108 on an A100.
  @Test(arguments: [(ComputeCapability.h100, 132), (.a100, 108)])
  func aGroupThatIsSplitGoesToHumming(capability: ComputeCapability, multiprocessors: Int) {
    let kind = Module.Kind.row(input: 1_152, output: 1_152, bias: true)
    let bytes = Self.bytes(kind, Self.gptq, on: capability, tensorParallel: 4)
    #expect(bytes == 258_560 + 32 * multiprocessors)
  }

  /// 4,096 × 4,096 in groups of 128: 8,388,608 and scales of 2 · 32 · 4,096 = 262,144. Machete keeps GPTQ's packed zero
  /// points (65,536) and unpacks AWQ's (262,144); Marlin drops the former and keeps the latter packed.
  @Test(arguments: [
    (gptq, ComputeCapability.h100, 65_536), (awq, .h100, 262_144), (gptq, .a100, 0), (awq, .a100, 65_536),
    (gptq, .b200, 0), (awq, .l40s, 65_536),
  ])
  func zeroPointsFollowTheKernel(scheme: WeightScheme, capability: ComputeCapability, zeroPoints: Int) {
    let kind = Module.Kind.column(input: 4_096, outputs: [4_096], bias: false)
    #expect(Self.bytes(kind, scheme, on: capability) == 8_388_608 + 262_144 + zeroPoints)
  }

  /// 96 outputs and 192 inputs: Marlin fills 128 × 192 (24,576) rather than 128 × 256. Half a byte each, 6 groups of 32
  /// with 2 B a row, a bias of 128 rows, and 16 B of the shape.
  @Test func marlinFillsTheSmallerTile() {
    let kind = Module.Kind.column(input: 192, outputs: [96], bias: true)
    #expect(Self.bytes(kind, Self.packed, on: .a100) == 12_288 + 6 * 128 * 2 + 128 * 2 + 16)
  }

  /// Machete wants 64 inputs and 128 outputs; 96 outputs go to Humming: 256 × 256, 8 groups.
  @Test func whatMacheteLacksGoesToHumming() {
    let kind = Module.Kind.column(input: 192, outputs: [96], bias: false)
    #expect(Self.bytes(kind, Self.packed, on: .h100) == 32_768 + 8 * 256 * 2 + 32 * 132)
  }

  /// 72 × 40 in 8-bit floats: CUTLASS pads to 80 × 48 with a scale, Marlin to 128 × 64 with 2 B a row.
  @Test(arguments: [(ComputeCapability.h100, 80 * 48 + 4), (.a100, 128 * 64 + 2 * 128)])
  func eightBitFloatsOfOddShape(capability: ComputeCapability, bytes: Int) {
    let kind = Module.Kind.column(input: 40, outputs: [72], bias: false)
    #expect(Self.bytes(kind, .fp8Tensor(hasInputScale: false), on: capability) == bytes)
  }

  /// A compressed-tensors checkpoint's 8-bit floats go to Humming where the GPU has no tensor cores for them. vLLM's own
  /// code for a linear of 1,088 × 1,088 with a bias on an A100: 1,280 × 1,152 + 2 · 1,280 + 2 · 2 · 1,280 + 32 · 108.
  @Test func eightBitFloatsOfCompressedTensorsOnAmpere() {
    var module = Module(
      "linear", .attention, .column(input: 1_088, outputs: [1_088], bias: true),
      scheme: .fp8Channel(hasInputBound: false))
    module.isOfCompressedTensors = true
    let weights = ModelShape.only(module).weights(
      stage: 0, parallelism: Parallelism(), kernels: WeightKernels(for: .a100))
    #expect(weights.tensors.count == 1_474_560 + 2_560 + 5_120 + 3_456)
  }

  /// Blocks likewise, with float32 scales of the padded weight: vLLM's own code keeps of 3,456 × 1,152 on an A100
  /// 3,584 × 1,152 + 4 · 28 · 9 + 32 · 108.
  @Test func blocksOfCompressedTensorsOnAmpere() {
    var module = Module(
      "linear", .attention, .column(input: 1_152, outputs: [3_456], bias: false),
      scheme: .fp8Block(rows: 128, columns: 128))
    module.isOfCompressedTensors = true
    let weights = ModelShape.only(module).weights(
      stage: 0, parallelism: Parallelism(), kernels: WeightKernels(for: .a100))
    #expect(weights.tensors.count == 4_128_768 + 1_008 + 3_456)
  }

  /// Experts of 352 × 1,024 on an A100 as vLLM's own code keeps 8 of them: 8-bit floats padded to 384, 4-bit ones of
  /// compressed-tensors with shared exponents not.
  @Test(arguments: [
    (WeightScheme.mxfp8, false, 8 * 3 * 384 * 1_024 * 33 / 32), (.mxfp4, true, 8 * 3 * 352 * 1_024 * 17 / 32),
  ])
  func expertsOfOddWidth(scheme: WeightScheme, isOfCompressedTensors: Bool, bytes: Int) {
    let experts = Module.Experts(count: 8, hiddenSize: 1_024, intermediateSize: 352)
    var module = Module("experts", .experts, .experts(experts), scheme: scheme)
    module.isOfCompressedTensors = isOfCompressedTensors
    let weights = ModelShape.only(module).weights(
      stage: 0, parallelism: Parallelism(), kernels: WeightKernels(for: .a100))
    #expect(weights.tensors.count == bytes)
  }

  /// 2,080 outputs are no multiple of 64, so that DeepGEMM does not take them and their 17 × 16 scales stay float32.
  @Test(arguments: [(2_048, 2_048 * 4 * 4), (2_080, 17 * 16 * 4)])
  func packedExponentsWantWholeTiles(outputs: Int, scales: Int) {
    let kind = Module.Kind.column(input: 2_048, outputs: [outputs], bias: false)
    #expect(Self.bytes(kind, .fp8Block(rows: 128, columns: 128), on: .b200) == outputs * 2_048 + scales)
  }

  /// NVFP4 with inputs of 16 bits has no scalars of the input: Nemotron 3.5 Lightning's lm_head, 131,072 × 2,688 ·
  /// (1/2 + 1/16) and one float32, is 198,180,868 B by vLLM on B200.
  @Test func inputsOf16BitsHaveNoScalars() {
    let kind = Module.Kind.column(input: 2_688, outputs: [131_072], bias: false)
    #expect(Self.bytes(kind, .nvfp4WeightOnly, on: .b200) == 198_180_868)
  }
}
