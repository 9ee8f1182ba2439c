import Plimsoll
import Testing

/// What slots for LoRA adapters take, worked by hand from vLLM's `lora/layers`.
@Suite struct LoRATensorsTests {
  static func slots(
    _ module: Module, _ slots: LoRASlots, _ parallelism: Parallelism, layout: LoRALayout = LoRALayout()
  ) -> Int {
    var traits = ModelShape.Traits()
    traits.lora = .layout(layout)
    return ModelShape.only(module, traits: traits).weights(
      stage: 0, parallelism: parallelism, kernels: WeightKernels(for: .h100), settings: LoadSettings(lora: slots)
    ).lora.count
  }

  struct Case: Sendable {
    var kind: Module.Kind
    var tensorParallel: Int
    var isSharded = false
    var layout = LoRALayout()
    /// Elements for each slot and unit of rank.
    var elements: Int
  }

  static let qkv = Module.Kind.qkv(Module.QKV(input: 4096, numHeads: 32, numKVHeads: 8, headSize: 128))
  static let gateUp = Module.Kind.column(input: 4096, outputs: [14_336, 14_336], bias: false)
  static let down = Module.Kind.row(input: 14_336, output: 4096, bias: false)

  static let cases: [Case] = [
    // A factor of 4,096 for each of q, k and v, and (32 + 8 + 8) · 128 rows.
    Case(kind: qkv, tensorParallel: 1, elements: 3 * 4096 + 6144),
    Case(kind: qkv, tensorParallel: 8, elements: 3 * 4096 + 768),
    // Beyond the KV heads a rank has one of each: 2 + 1 + 1.
    Case(kind: qkv, tensorParallel: 16, elements: 3 * 4096 + 512),
    Case(kind: qkv, tensorParallel: 1, layout: LoRALayout(qkvSlices: 1), elements: 4096 + 6144),
    // Fully sharded, an eighth of the rank for the first factor.
    Case(kind: qkv, tensorParallel: 8, isSharded: true, elements: 3 * 512 + 768),
    Case(kind: gateUp, tensorParallel: 2, elements: 2 * 4096 + 14_336),
    Case(kind: gateUp, tensorParallel: 2, layout: LoRALayout(gateUpSlices: 1), elements: 4096 + 14_336),
    // A class that names no parts wraps none of it.
    Case(kind: gateUp, tensorParallel: 1, layout: LoRALayout(gateUpSlices: 0), elements: 0),
    Case(kind: down, tensorParallel: 8, elements: 1792 + 4096),
    Case(kind: down, tensorParallel: 8, isSharded: true, elements: 1792 + 512),
    Case(kind: .replicated(input: 2048, outputs: [128], bias: false), tensorParallel: 8, elements: 2048 + 128),
    Case(
      kind: .replicated(input: 7168, outputs: [1536, 576], bias: false), tensorParallel: 8, isSharded: true,
      elements: 2 * 7168 + 2112),
    Case(kind: .tensor(shape: [4096], cut: nil), tensorParallel: 1, elements: 0),
  ]

  @Test(arguments: cases)
  func aSlotHasBothFactorsOfAModuleAsItsClassIsCut(_ expected: Case) {
    let asked = LoRASlots(count: 4, rank: 64, fullySharded: expected.isSharded)
    let bytes = Self.slots(
      Module("module", .attention, expected.kind), asked, Parallelism(tensor: expected.tensorParallel),
      layout: expected.layout)
    #expect(bytes == 2 * 4 * 64 * expected.elements)
  }

  /// 128 experts of 768, hidden size 2,048: gate and up read H and give I, down reads I and gives H.
  struct Experts: Sendable {
    var parallelism = Parallelism()
    var sharesFactors = false
    var isFused = false
    /// Factors of a hidden size of 2,048, and of a width, over all experts of the rank.
    var hiddenFactors: Int
    var widthFactors: Int
    var width = 768
  }

  static let experts: [Experts] = [
    Experts(hiddenFactors: 3 * 128, widthFactors: 3 * 128),
    Experts(parallelism: Parallelism(tensor: 4), hiddenFactors: 3 * 128, widthFactors: 3 * 128, width: 192),
    Experts(
      parallelism: Parallelism(tensor: 4, expertParallel: true), hiddenFactors: 3 * 32, widthFactors: 3 * 32),
    // Gate and up as one adapter have one first factor.
    Experts(isFused: true, hiddenFactors: 2 * 128, widthFactors: 3 * 128),
    // The outer factors are one for all experts.
    Experts(sharesFactors: true, hiddenFactors: 3, widthFactors: 3 * 128),
  ]

  @Test(arguments: experts)
  func expertsHaveSlotsEach(_ expected: Experts) {
    let experts = Module.Experts(count: 128, hiddenSize: 2048, intermediateSize: 768)
    let bytes = Self.slots(
      Module("mlp.experts", .experts, .experts(experts)),
      LoRASlots(count: 2, rank: 16, sharesExpertFactors: expected.sharesFactors), expected.parallelism,
      layout: LoRALayout(fusesExpertProjections: expected.isFused))
    let elements = 2048 * expected.hiddenFactors + expected.width * expected.widthFactors
    // And a switch of 4 B for each slot and none.
    #expect(bytes == 2 * 2 * 16 * elements + 12)
  }

  @Test func targetsAreMatchedByTheLastNameOrAPartOfIt() {
    let module = Module("self_attn.qkv_proj", .attention, Self.qkv)
    func bytes(_ targets: [String]) -> Int {
      Self.slots(module, LoRASlots(rank: 8, targetModules: targets), Parallelism())
    }
    let whole = 2 * 8 * (3 * 4096 + 6144)
    #expect(bytes(["qkv_proj"]) == whole)
    #expect(bytes(["v_proj", "o_proj"]) == whole)
    #expect(bytes(["o_proj"]) == 0)
  }

  /// Llama 3.1 8B: 81,920 elements a layer and unit of rank, and twice 128,256 + 4,096 where the ends are wrapped.
  @Test func theRankScalesTheSlotsAndNotTheTables() {
    var shape = ModelShape.qwq32B
    shape.traits.lora = .layout(LoRALayout())
    func weights(_ rank: Int) -> Weights {
      shape.weights(
        stage: 0, parallelism: Parallelism(), kernels: WeightKernels(for: .h100),
        settings: LoadSettings(lora: LoRASlots(count: 2, rank: rank), maxNumBatchedTokens: 8192, maxNumSeqs: 256))
    }
    let (low, high) = (weights(16), weights(256))
    #expect(high.lora == low.lora * 16)
    // QwQ-32B a layer: 3 · 5,120 + 7,168, 2 · 5,120, 2 · 5,120 + 55,296, 27,648 + 5,120.
    let layer = 22_528 + 10_240 + 65_536 + 32_768
    #expect(low.lora == Bytes(2 * 2 * 16 * 64 * layer))
    // 48 B a token, 24 B a sequence, and 2 · 4 · (3 + 3 + 4) B of counts.
    #expect(low.loraTables == Bytes(48 * 8192 + 24 * 256 + 80))
    #expect(high.loraTables == low.loraTables)
    let none = shape.weights(stage: 0, parallelism: Parallelism(), kernels: WeightKernels(for: .h100))
    #expect(low.tensors == none.tensors)
    #expect(low.allocated >= none.allocated + low.lora)
  }

  /// The ends of a vocabulary of 64 and hidden size 64, rank 8, at TP 2: whole on each rank, and a map of the rows.
  @Test func theEndsHaveSlotsWholeOnEveryRank() {
    let embedding = Module("embed_tokens", .embedding, .vocabulary(rows: 64, width: 32, bias: false))
    let layout = LoRALayout(wrapsEmbedding: true, wrapsHead: true)
    var traits = ModelShape.Traits()
    traits.lora = .layout(layout)
    var shape = ModelShape.only(Module("norm", .norms, .tensor(shape: [1], cut: nil)), traits: traits)
    shape.outer = [PlacedModule(embedding, on: .firstAndLastStage)]
    let parallelism = Parallelism(tensor: 2, pipeline: 1)
    let weights = shape.weights(
      stage: 0, parallelism: parallelism, kernels: WeightKernels(for: .h100),
      settings: LoadSettings(lora: LoRASlots(rank: 8)))
    #expect(weights.lora == Bytes(2 * 8 * (64 + 32) + 2 * 8 * (64 + 64) + 8 * 64))
  }

  /// Through 0.27 a tied head of some classes was the embedding's module by a second name, and had its slots once more.
  @Test(arguments: [("0.27.1", 2), ("0.28.0", 1)])
  func aTiedHeadWasWrappedUnderBothNames(_ version: String, _ times: Int) throws {
    let embedding = Module("embed_tokens", .embedding, .vocabulary(rows: 64, width: 32, bias: false))
    var traits = ModelShape.Traits()
    traits.lora = .layout(LoRALayout(wrapsEmbedding: true, wrapsHead: true, headWasEmbedding: true))
    var shape = ModelShape.only(Module("norm", .norms, .tensor(shape: [1], cut: nil)), traits: traits)
    shape.outer = [PlacedModule(embedding, on: .firstAndLastStage)]
    var slots = LoRASlots(rank: 8)
    slots.wrapsHeadTwice = try EngineRelease.row(version).wrapsHeadTwice
    let weights = shape.weights(
      stage: 0, parallelism: Parallelism(), kernels: WeightKernels(for: .h100), settings: LoadSettings(lora: slots))
    #expect(weights.lora == Bytes(times * 2 * 8 * (64 + 32) + 2 * 8 * (64 + 64)))
  }
}
