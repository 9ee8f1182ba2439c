import Plimsoll
import Testing

/// What a checkpoint has against what its config makes of it.
@Suite struct CheckpointWeightsTests {
  private static let device: Device = {
    var device = Device(
      id: "x", name: "X", vendor: .nvidia, backend: .cuda, architecture: "Hopper", marketedGB: 200,
      totalMemory: MemoryFigure(bytes: .gib(200), evidence: .seen, source: "a test"), specificationSource: "a test")
    device.computeCapability = ComputeCapability(9, 0)
    return device
  }()

  private static func stored(_ attention: Int, _ experts: Int, quantized: Bool = false) -> StoredWeights {
    var stored = StoredWeights()
    stored.kinds[.init(.attention, isQuantized: false)] = .mib(attention)
    stored.kinds[.init(.experts, isQuantized: quantized)] = .mib(experts)
    return stored
  }

  @Test(
    "up to a thousandth is no difference",
    arguments: [
      (10_000, true), (10_010, true), (9_990, true), (10_011, false), (9_989, false), (20_000, false),
    ])
  func tolerance(_ held: Int, _ agrees: Bool) {
    let weights = CheckpointWeights(held: Self.stored(0, held), implied: Self.stored(0, 10_000))
    #expect(weights.agrees == agrees)
    #expect(weights.ratio == Double(held) / 10_000)
  }

  @Test func theLargestDifferenceComesFirst() {
    let weights = CheckpointWeights(held: Self.stored(1100, 900), implied: Self.stored(1000, 1500))
    #expect(weights.differences.map(\.kind.part) == [.experts, .attention])
    #expect(weights.differences.map(\.excess) == [.mib(-600), .mib(100)])
  }

  /// The same part, and weights of another kind in it.
  @Test func quantizedAndPlainWeightsAreDifferentThings() {
    let weights = CheckpointWeights(held: Self.stored(100, 400, quantized: true), implied: Self.stored(100, 800))
    #expect(
      Set(weights.differences.map(\.kind)) == [.init(.experts, isQuantized: true), .init(.experts, isQuantized: false)])
    #expect(weights.ratio == 500.0 / 900)
  }

  /// With the layers that predict further tokens, or without them.
  @Test("a stated size is held against the nearest", arguments: [(1000, 1000), (1040, 1050), (1900, 1050), (1, 1000)])
  func stated(_ size: Int, _ implied: Int) {
    let weights = CheckpointWeights(stated: Bytes(size), implied: [Bytes(1000), Bytes(1050)])
    #expect(weights.implied == Bytes(implied))
    #expect(weights.held == Bytes(size))
  }

  @Test func nothingImpliedScalesNothing() {
    #expect(CheckpointWeights(stated: Bytes(5), implied: []).ratio == 1)
    #expect(CheckpointWeights(held: StoredWeights(), implied: StoredWeights()).ratio == 1)
  }

  /// QwQ-32B: 32,763,876,352 parameters of 2 bytes.
  @Test func aShapeStoresItsParameters() {
    let stored = ModelShape.qwq32B.stored
    #expect(stored.total == Bytes(2 * 32_763_876_352))
    #expect(ModelShape.qwq32B.storedWithScales == stored.total)
    #expect(stored.kinds[.init(.lmHead, isQuantized: false)] == Bytes(2 * 152_064 * 5_120))
    #expect(stored.without(.lmHead).total == stored.total - Bytes(2 * 152_064 * 5_120))
  }

  /// A linear of 1024 × 2048 with its bias of 1024 in bfloat16, as each method stores it.
  @Test(
    "a method stores its bits and scales",
    arguments: [
      (WeightScheme.unquantized, 2 * 2_097_152, 0), (.fp8Tensor(hasInputScale: true), 2_097_152, 0),
      // 8 × 16 blocks of a float32.
      (.fp8Block(rows: 128, columns: 128), 2_097_152, 4 * 128),
      // A float16 and 4 bits for each of 16 groups of a row.
      (.integerGroups(.init(bits: 4, groupSize: 128, format: .awq)), 1_048_576, 1024 * 16 * 5 / 2),
      (.integerGroups(.init(bits: 8, groupSize: 128, format: .compressedTensors)), 2_097_152, 1024 * 16 * 2),
      (.integerGroups(.init(bits: 4, groupSize: -1, format: .compressedTensors)), 1_048_576, 0),
      (.nvfp4, 1_048_576, 2_097_152 / 16), (.mxfp4, 1_048_576, 2_097_152 / 32), (.mxfp8, 2_097_152, 2_097_152 / 32),
    ])
  func schemes(_ scheme: WeightScheme, _ weights: Int, _ scales: Int) {
    let module = Module("a", .mlp, .column(input: 2048, outputs: [1024], bias: true), scheme: scheme)
    let shape = ModelShape.only(module)
    #expect(shape.stored.total == Bytes(weights + 2 * 1024))
    #expect(shape.storedWithScales == Bytes(weights + 2 * 1024 + scales))
  }

  /// 8 heads and twice 2 for keys and values of 64, of which the checkpoint has the keys alone.
  @Test func keysThatServeAsValuesAreStoredOnce() {
    var module = Module(
      "qkv_proj", .attention, .qkv(Module.QKV(input: 512, numHeads: 8, numKVHeads: 2, headSize: 64, bias: true)))
    #expect(ModelShape.only(module).stored.total == Bytes(2 * 12 * 64 * 513))
    module.storesKeysForValues = true
    #expect(ModelShape.only(module).stored.total == Bytes(2 * 10 * 64 * 513))
    module.scheme = .fp8Tensor(hasInputScale: false)
    #expect(ModelShape.only(module).stored.total == Bytes(10 * 64 * 512 + 2 * 10 * 64))
  }

  /// Plain weights count in the model's type, whatever the class keeps them in.
  @Test func routersOfFloat32CountInTheModelsType() {
    let router = Module("gate", .router, .replicated(input: 64, outputs: [8], bias: false), dtype: .float32)
    #expect(ModelShape.only(router).stored.total == Bytes(2 * 64 * 8))
  }

  /// Twice the checkpoint: the tensors double, and rotary table and scales stay.
  @Test func aRankIsScaledButForItsBuffers() throws {
    var deployment = Deployment(model: .qwq32B, device: Self.device)
    let plain = try #require(deployment.evaluate().stages.first)
    let stored = ModelShape.qwq32B.stored
    var twice = stored
    for kind in stored.kinds.keys { twice.kinds[kind] = stored.kinds[kind].map { $0 + $0 } }
    deployment.checkpoint = CheckpointWeights(held: twice, implied: stored)
    let scaled = try #require(deployment.evaluate().stages.first)
    let buffers = try #require(plain.weights.parts[.buffers])
    #expect(scaled.weights.tensors == plain.weights.tensors + plain.weights.tensors - buffers)
    #expect(scaled.weights.parts[.buffers] == buffers)
    #expect(scaled.loaded.best - plain.loaded.best == scaled.weights.tensors - plain.weights.tensors)
    #expect(scaled.loaded.basis == .checkpoint)
    #expect(plain.loaded.basis == .exact)
    let finding = try #require(Planner.plan(deployment).findings.first { $0.code == "checkpoint-differs" })
    #expect(finding.severity == .warning)
    #expect(finding.message.contains("100.0 % more"))
    #expect(finding.message.contains("122 GiB"))
  }

  @Test func agreementChangesTheBasisAlone() throws {
    var deployment = Deployment(model: .qwq32B, device: Self.device)
    let plain = deployment.evaluate()
    deployment.checkpoint = CheckpointWeights(
      stated: Bytes(65_527_752_704), implied: [ModelShape.qwq32B.storedWithScales])
    let plan = Planner.plan(deployment)
    #expect(plan.evaluation.stages.map(\.weights) == plain.stages.map(\.weights))
    #expect(plan.evaluation.stages.first?.loaded.basis == .checkpoint)
    #expect(!plan.findings.contains { $0.code == "checkpoint-differs" })
  }
}
