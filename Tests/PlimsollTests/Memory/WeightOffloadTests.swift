import Plimsoll
import Testing

/// Which weights leave the GPU, as vLLM's offloaders pick them.
@Suite struct WeightOffloadTests {
  static func weights(_ offload: WeightOffload?, pipeline: Int = 1) -> [Weights] {
    (0..<pipeline).map {
      ModelShape.qwq32B.weights(
        stage: $0, parallelism: Parallelism(pipeline: pipeline), kernels: WeightKernels(for: .h100),
        settings: LoadSettings(offload: offload))
    }
  }

  // QwQ-32B in bfloat16, in the order in which a layer is built.
  static let qkv: Int = 2 * 5120 * 7168
  static let qkvBias: Int = 2 * 7168
  static let output: Int = 2 * 5120 * 5120
  static let up: Int = 2 * 5120 * 55_296
  static let down: Int = 2 * 5120 * 27_648
  static let norms: Int = 2 * 2 * 5120
  static let layer: Int = qkv + qkvBias + output + up + down + norms

  /// Parameters leave one after another until the limit is reached, and the last one leaves whole.
  static let limits: [(limit: Int, offloaded: Int)] = [
    (1, qkv), (qkv, qkv), (qkv + 1, qkv + qkvBias), (qkv + qkvBias + 1, qkv + qkvBias + output),
    (layer, layer), (layer + 1, layer + qkv), (64 * layer, 64 * layer),
    // Embedding, lm_head and final norm stay whatever the limit.
    (1 << 40, 64 * layer),
  ]

  @Test(arguments: limits)
  func parametersLeaveInOrderUpToTheLimit(limit: Int, offloaded: Int) {
    let none = Self.weights(nil)[0]
    let some = Self.weights(.upTo(Bytes(limit), only: []))[0]
    #expect(some.offloaded == Bytes(offloaded))
    #expect(some.tensors == none.tensors - Bytes(offloaded))
    #expect(some.parts[.embedding] == none.parts[.embedding])
  }

  @Test func theLimitIsEachRanksOwn() {
    let limit = Bytes(3 * Self.layer)
    for weights in Self.weights(.upTo(limit, only: []), pipeline: 2) { #expect(weights.offloaded == limit) }
  }

  @Test func namesRestrictWhatLeaves() {
    let weights = Self.weights(.upTo(.gib(1000), only: ["down_proj"]))[0]
    #expect(weights.offloaded == Bytes(64 * Self.down))
    #expect(Self.weights(.upTo(.gib(1000), only: ["mlp.down_proj.weight"]))[0].offloaded == weights.offloaded)
    #expect(Self.weights(.upTo(.gib(1000), only: ["own_proj"]))[0].offloaded == .zero)
  }

  /// 64 layers in groups of 8, the last 2 of each in host memory: 16 layers, with 3 slots of a layer on the GPU.
  @Test func groupsKeepSlotsForLayersFetchedAhead() {
    let none = Self.weights(nil)[0]
    let some = Self.weights(.layers(ofEach: 8, last: 2, slots: 3, only: []))[0]
    #expect(some.offloaded == Bytes(16 * Self.layer))
    // The norms of a layer have names of their own, so that a slot holds both.
    #expect(some.prefetchSlots == Bytes(3 * Self.layer))
    #expect(some.tensors == none.tensors - Bytes(13 * Self.layer))
  }
}
