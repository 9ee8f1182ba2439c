import Plimsoll
import Testing

/// PyTorch's rules, one step at a time; the free blocks that a step leaves are in its comment.
@Suite struct CachingAllocatorTests {
  struct Step: Sendable {
    var size: Bytes
    /// What the allocator counts for this tensor.
    var counts: Bytes
    init(_ size: Bytes, counts: Bytes) { (self.size, self.counts) = (size, counts) }
  }

  static let sequences: [[Step]] = [
    // Small: one segment of 2 MiB.
    [
      Step(Bytes(1), counts: Bytes(512)),  // 2,096,640 free
      Step(.mib(1), counts: .mib(1)),  // 1,048,064 free
      Step(.mib(1), counts: .mib(1)),  // does not fit there: a second segment, 1 MiB of it free
      Step(Bytes(1_048_064), counts: Bytes(1_048_064)),  // the best fit is the first rest, which it fills
      Step(Bytes(1_048_000), counts: Bytes(1_048_064)),  // from the 1 MiB, in 512s; 512 free
      Step(Bytes(512), counts: Bytes(512)),  // that 512
      Step(Bytes(513), counts: Bytes(1_024)),
    ],
    // Above 1 MiB: segments of 20 MiB.
    [
      Step(Bytes(1_048_577), counts: Bytes(1_049_088)),  // 20 MiB less 1,049,088 free
      Step(.mib(9), counts: .mib(9)),  // 10,485,248 - 512 = 10,484,736 free
      Step(Bytes(9_437_184 + 1), counts: Bytes(10_485_248)),  // 9 MiB + 512: the rest is 1 MiB at most, so the whole
    ],
    // From 10 MiB on: a segment of its own, in 2 MiB; a rest of 1 MiB counts, above that it is free.
    [
      Step(.mib(10), counts: .mib(10)),
      Step(.mib(11), counts: .mib(12)),
      Step(.mib(12) - .kib(512), counts: .mib(12)),
      Step(.mib(12) + Bytes(512), counts: .mib(12) + Bytes(512)),  // 14 MiB: 2 MiB less 512 free
      Step(.mib(1) + Bytes(512), counts: .mib(2) - Bytes(512)),  // best fit: its rest is below 1 MiB
    ],
    // Two rests: the smaller that holds the tensor is taken.
    [
      Step(.mib(9), counts: .mib(9)),  // 11 MiB free
      Step(.mib(12) + .kib(512), counts: .mib(12) + .kib(512)),  // 14 MiB: 1.5 MiB free, 11 MiB free
      Step(.kib(1_280), counts: .kib(1_536)),  // the 1.5 MiB, whole
      Step(.kib(1_280), counts: .kib(1_280)),  // then the 11 MiB
      Step(.zero, counts: .zero),
    ],
  ]

  @Test(arguments: sequences)
  func everyTensorCountsWhatItsBlockTakes(_ steps: [Step]) {
    var allocator = CachingAllocator()
    for (index, step) in steps.enumerated() {
      let before = allocator.allocated
      allocator.allocate(step.size)
      #expect(allocator.allocated - before == step.counts, "step \(index)")
    }
  }

  /// vLLM's answer for QwQ-32B at TP 1: the tensors, and what "Model loading took" prints.
  @Test func qwq32BCountsWhatVLLMSays() {
    let weights = ModelShape.qwq32B.weights(
      stage: 0, parallelism: Parallelism(), kernels: WeightKernels(for: .h100))
    #expect(weights.tensors == Bytes(65_538_239_488))
    #expect(weights.allocated == Bytes(65_540_466_688))
  }
}
