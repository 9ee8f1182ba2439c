import Plimsoll
import Testing

@Suite struct WeightsTests {
  static func bytes(_ kind: Module.Kind, tensorParallel: Int) -> Int {
    let weights = ModelShape.only(Module("module", .attention, kind)).weights(
      stage: 0, parallelism: Parallelism(tensor: tensorParallel), kernels: WeightKernels(for: .h100))
    return weights.tensors.count
  }

  struct Case: Sendable {
    var kind: Module.Kind
    var tensorParallel: Int
    var elements: Int
  }

  static let qkv = Module.QKV(input: 4_096, numHeads: 32, numKVHeads: 8, headSize: 128, bias: true)

  /// bfloat16 elements on one rank.
  @Test(arguments: [
    Case(
      kind: .replicated(input: 7_168, outputs: [1_536, 576], bias: true), tensorParallel: 8, elements: 2_112 * 7_169),
    Case(
      kind: .column(input: 4_096, outputs: [14_336, 14_336], bias: true), tensorParallel: 4, elements: 7_168 * 4_097),
    // A row's bias is whole on every rank.
    Case(kind: .row(input: 14_336, output: 4_096, bias: true), tensorParallel: 4, elements: 4_096 * 3_585),
    Case(kind: .qkv(qkv), tensorParallel: 8, elements: (4 + 2) * 128 * 4_097),
    // Beyond the KV heads each rank has one: (32 / 16 + 2) heads.
    Case(kind: .qkv(qkv), tensorParallel: 16, elements: (2 + 2) * 128 * 4_097),
    // 50,257 rows are padded to 50,304 and cut by 8.
    Case(kind: .vocabulary(rows: 50_257, width: 768, bias: false), tensorParallel: 8, elements: 6_288 * 768),
    Case(kind: .tensor(shape: [128, 64], cut: 0), tensorParallel: 8, elements: 16 * 64),
    Case(kind: .tensor(shape: [128, 64], cut: nil), tensorParallel: 8, elements: 128 * 64),
  ])
  func tensorParallelCutsAModuleAsItsClassDoes(_ expected: Case) {
    #expect(Self.bytes(expected.kind, tensorParallel: expected.tensorParallel) == 2 * expected.elements)
  }

  /// 32 layers on each of two stages; the first holds the embedding, the last norm and head.
  @Test func stagesHoldTheirLayersAndEnds() {
    let parallelism = Parallelism(pipeline: 2)
    let kernels = WeightKernels(for: .h100)
    let stages = [0, 1].map { ModelShape.qwq32B.weights(stage: $0, parallelism: parallelism, kernels: kernels) }
    #expect(stages[0].parts[.embedding] == Bytes(2 * 152_064 * 5_120))
    #expect(stages[0].parts[.lmHead] == nil)
    #expect(stages[1].parts[.embedding] == nil)
    #expect(stages[1].parts[.lmHead] == Bytes(2 * 152_064 * 5_120))
    #expect(stages[0].parts[.mlp] == stages[1].parts[.mlp])
    // Both build the rotary table, 40,960 × 128 × 2 B.
    let whole = ModelShape.qwq32B.weights(stage: 0, parallelism: Parallelism(), kernels: kernels)
    #expect(stages[0].tensors + stages[1].tensors == whole.tensors + Bytes(10_485_760))
    for weights in stages + [whole] { #expect(weights.parts.values.reduce(.zero, +) == weights.tensors) }
  }

  /// FlashInfer keeps T × heads × 4 B once, and sinks in float32 a layer.
  @Test func flashInferKeepsBuffersBesideTheWeights() {
    let buffers = AttentionBuffers(
      backends: [.flashInfer], numHeads: 64, hasSinks: true, maxNumBatchedTokens: 16_384,
      parallelism: Parallelism(tensor: 2))
    #expect(buffers.shared == Bytes(4 * 16_384 * 32))
    #expect(buffers.perLayer == Bytes(4 * 32))
    let none = AttentionBuffers(
      backends: [.flashAttn], numHeads: 64, hasSinks: true, maxNumBatchedTokens: 16_384, parallelism: Parallelism())
    #expect(none == AttentionBuffers())
  }
}
