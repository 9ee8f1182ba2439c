import Plimsoll
import Testing

/// What one layer of quantized experts takes, by the kernel that the GPU runs.
@Suite struct WeightKernelsTests {
  static func bytes(
    _ experts: Module.Experts, _ scheme: WeightScheme, on capability: ComputeCapability, tensorParallel: Int = 1
  ) -> Int {
    let module = Module("experts", .experts, .experts(experts), scheme: scheme)
    let weights = ModelShape.only(module).weights(
      stage: 0, parallelism: Parallelism(tensor: tensorParallel), kernels: WeightKernels(for: capability))
    return weights.tensors.count
  }

  static let gptOss20B = Module.Experts(count: 32, hiddenSize: 2_880, intermediateSize: 2_880, bias: true)

  /// Triton pads the width to 64 (2,880 stays), scales to 256 rows × 4: 5,760 → 5,888 and 2,880 → 3,072 rows of
  /// ⌈90 / 4⌉ · 4 = 92. 8,294,400 + 541,696 + 23,040 + 4,147,200 + 282,624 + 11,520 = 13,300,480.
  @Test func anExpertOfGptOssOnTriton() {
    #expect(Self.bytes(Self.gptOss20B, .mxfp4, on: .h100) == 32 * 13_300_480)
  }

  /// Marlin pads 2,880 × 2,880 to 2,944 × 3,072 and keeps biases in two bytes:
  /// 9,043,968 + 565,248 + 11,776 + 4,521,984 + 282,624 + 6,144 = 14,431,744.
  @Test(arguments: [ComputeCapability.a100, .l40s])
  func anExpertOfGptOssOnMarlin(capability: ComputeCapability) {
    #expect(Self.bytes(Self.gptOss20B, .mxfp4, on: capability) == 32 * 14_431_744)
  }

  /// TRT-LLM pads alike, with float32 biases (14,449,664 an expert), and keeps 3 × 8 × (5,888 + 3,072) B of row orders
  /// and 3 constants an expert. vLLM's answer for gpt-oss-120b on B200 has 66,591,848,448 B of experts in 36 layers.
  @Test func expertsOfGptOssOnBlackwell() {
    let experts = Module.Experts(count: 128, hiddenSize: 2_880, intermediateSize: 2_880, bias: true)
    let layer = 128 * 14_449_664 + 215_040 + 3 * 4 * 128
    #expect(Self.bytes(experts, .mxfp4, on: .b200) == layer)
    #expect(36 * layer == 66_591_848_448)
  }

  static let qwen30B = Module.Experts(count: 128, hiddenSize: 2_048, intermediateSize: 768)
  static let blocks128 = WeightScheme.fp8Block(rows: 128, columns: 128)

  /// Scales of a layer of Qwen3-30B-A3B-FP8, whose experts' answers are for 48 layers.
  @Test(arguments: [
    // Width 768: blocks of 128, (2 × 6 + 6) × 16 scales of 4 B an expert.
    (1, 3 * 768 * 2_048 + 4 * 18 * 16, 28_998_107_136),
    // TP 4, width 192: refined to gcd(128, 192, 2,048) = 64, so (2 × 3 + 3) × 32 scales.
    (4, 3 * 192 * 2_048 + 4 * 9 * 32, 7_254_835_200),
    // TP 8, width 96: refined to 32, (2 × 3 + 3) × 64 scales.
    (8, 3 * 96 * 2_048 + 4 * 9 * 64, 3_638_034_432),
  ])
  func blocksAreRefinedWhereTheWidthDoesNotDivide(tensorParallel: Int, expert: Int, answer: Int) {
    let bytes = Self.bytes(Self.qwen30B, Self.blocks128, on: .h100, tensorParallel: tensorParallel)
    #expect(bytes == 128 * expert)
    #expect(48 * bytes == answer)
  }

  /// Width 80 at TP 8 of 640: gcd(128, 80, 2,048) = 16 is below 32, so the width is padded to 128.
  @Test func widthsThatRefineTooFarArePadded() {
    let experts = Module.Experts(count: 1, hiddenSize: 2_048, intermediateSize: 640)
    // 3 × 128 × 2,048 + 4 × (2 × 16 + 16)
    #expect(Self.bytes(experts, Self.blocks128, on: .h100, tensorParallel: 8) == 786_432 + 192)
  }

  /// Marlin: 2 B for each row and block column, (1,536 × 16 + 2,048 × 6) × 2 = 73,728 an expert.
  @Test func marlinScalesAreARowEach() {
    let bytes = Self.bytes(Self.qwen30B, Self.blocks128, on: .a100)
    #expect(bytes == 128 * (3 * 768 * 2_048 + 73_728))
    #expect(48 * bytes == 29_444_014_080)
    // From 8.9 on the experts have a kernel of their own.
    #expect(Self.bytes(Self.qwen30B, Self.blocks128, on: .l40s) == Self.bytes(Self.qwen30B, Self.blocks128, on: .h100))
  }

  /// A linear of 5,120 × 2,048: its blocks are 40 × 16.
  @Test(arguments: [
    (ComputeCapability.h100, 4 * 40 * 16),
    // One byte for each row and block column, four to a word.
    (.b200, 5_120 * 16),
    // bfloat16 for each row and block column.
    (.a100, 2 * 5_120 * 16), (.l40s, 2 * 5_120 * 16),
  ])
  func scalesOfALinearFollowTheKernel(capability: ComputeCapability, scales: Int) {
    let module = Module(
      "linear", .attention, .column(input: 2_048, outputs: [5_120], bias: false), scheme: Self.blocks128)
    let weights = ModelShape.only(module).weights(
      stage: 0, parallelism: Parallelism(), kernels: WeightKernels(for: capability))
    #expect(weights.tensors == Bytes(5_120 * 2_048 + scales))
  }

  /// Whole experts: 128 on 8 ranks are 16 each; 130 leave 17 on the first ranks.
  @Test(arguments: [(128, 16), (130, 17)])
  func expertParallelKeepsExpertsWhole(count: Int, local: Int) {
    var experts = Self.qwen30B
    experts.count = count
    let weights = ModelShape.only(Module("experts", .experts, .experts(experts))).weights(
      stage: 0, parallelism: Parallelism(tensor: 8, expertParallel: true), kernels: WeightKernels(for: .h100))
    #expect(weights.tensors == Bytes(local * 2 * 3 * 768 * 2_048))
  }

  /// Humming pads 8-bit floats with shared exponents as it pads 4-bit ones. Query, key, value and index of MiniMax M3:
  /// at TP 2 4,096 + 2 · 256 + 256 + 128 = 4,992 rows become 5,120; locks take 32 B of each of 132 multiprocessors.
  @Test(arguments: [
    (ComputeCapability.h100, 2, 5_120 * 6_144 * 33 / 32 + 4_224), (.h100, 8, 1_536 * 6_144 * 33 / 32 + 4_224),
    (.b200, 2, 4_992 * 6_144 * 33 / 32),
  ])
  func aProjectionWithAnIndexIn8Bits(capability: ComputeCapability, tensorParallel: Int, bytes: Int) {
    let qkv = Module.QKV(input: 6_144, numHeads: 64, numKVHeads: 4, headSize: 128, indexHeadSize: 128)
    let weights = ModelShape.only(Module("qkv_proj", .attention, .qkv(qkv), scheme: .mxfp8)).weights(
      stage: 0, parallelism: Parallelism(tensor: tensorParallel), kernels: WeightKernels(for: capability))
    #expect(weights.tensors.count == bytes)
  }

  /// Nemotron 3.5 Lightning's experts (`W4A16_NVFP4`): 23 layers of 128 without a gate, 2,688 × 1,856. On Blackwell
  /// Marlin takes them as they are, up and down of 2,688 · 1,856 · (1/2 + 1/16) = 2,806,272 B with a float32 each, and
  /// vLLM's answer has 16,523,353,088 B; on Hopper Humming pads to 2,048 × 2,688 and 2,816 × 1,920, with locks, and it
  /// is 18,069,968,768.
  @Test(arguments: [
    (ComputeCapability.b200, 128 * (2 * 2_806_272 + 8), 16_523_353_088),
    (.h100, 128 * ((2_048 * 2_688 + 2_816 * 1_920) * 9 / 16 + 8) + 32 * 132, 18_069_968_768),
  ])
  func expertsWithInputsOf16BitsAreNotPaddedOnBlackwell(capability: ComputeCapability, layer: Int, answer: Int) {
    let experts = Module.Experts(count: 128, hiddenSize: 2_688, intermediateSize: 1_856, gated: false)
    #expect(Self.bytes(experts, .nvfp4WeightOnly, on: capability) == layer)
    #expect(23 * layer == answer)
  }
}
