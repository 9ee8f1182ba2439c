import Plimsoll
import Testing

/// How the experts of a layer are spread over ranks, with vLLM's `FusedMoEParallelConfig.make` worked by hand.
@Suite struct ExpertRanksTests {
  struct Case: Sendable {
    var parallelism: Parallelism
    /// Experts of 128 on the fullest rank, and how wide of 768.
    var experts: Int
    var width: Int
  }

  @Test(arguments: [
    Case(parallelism: Parallelism(tensor: 8), experts: 128, width: 96),
    // Without expert parallelism every expert is cut over tp · dp · pcp: 768 / 16.
    Case(parallelism: Parallelism(tensor: 8, data: 2), experts: 128, width: 48),
    Case(parallelism: Parallelism(tensor: 2, data: 2, prefillContext: 4), experts: 128, width: 48),
    // With it, whole experts: 128 / 8, and over 3 · 2 · 2 = 12 ranks 128 = 8 · 11 + 4 · 10.
    Case(parallelism: Parallelism(data: 8, expertParallel: true), experts: 16, width: 768),
    Case(
      parallelism: Parallelism(tensor: 3, data: 2, prefillContext: 2, expertParallel: true), experts: 11, width: 768),
    // Pipeline stages hold other layers, not other experts.
    Case(parallelism: Parallelism(tensor: 8, pipeline: 2, expertParallel: true), experts: 16, width: 768),
    // 32 copies on 16 ranks: 160 / 16.
    Case(
      parallelism: Parallelism(tensor: 8, data: 2, expertParallel: true, redundantExperts: 32), experts: 10, width: 768),
    // One rank alone spreads nothing.
    Case(parallelism: Parallelism(expertParallel: true), experts: 128, width: 768),
  ])
  func expertsAreCutOrSpreadOverAllRanksOfAStage(_ expected: Case) {
    let experts = Module.Experts(count: 128, hiddenSize: 2048, intermediateSize: 768)
    let weights = ModelShape.only(Module("mlp.experts", .experts, .experts(experts))).weights(
      stage: 0, parallelism: expected.parallelism, kernels: WeightKernels(for: .h100))
    // Gate, up and down of 2,048 × width in bfloat16.
    #expect(weights.tensors == Bytes(2 * expected.experts * 3 * 2048 * expected.width))
    #expect(expected.parallelism.localExperts(of: 128) == expected.experts)
  }

  /// DeepSeek's class shares tokens out over TP ranks where TP, DP and EP meet: what every token passes is whole then.
  @Test(arguments: [
    (Parallelism(tensor: 8), 256), (Parallelism(tensor: 8, expertParallel: true), 256),
    (Parallelism(tensor: 8, data: 2), 256), (Parallelism(tensor: 8, data: 2, expertParallel: true), 2048),
    (Parallelism(tensor: 8, data: 2, expertParallel: true, all2allSharesTokens: false), 256),
  ])
  func sharedExpertsAreWholeWhereTokensAreSharedOut(_ parallelism: Parallelism, width: Int) {
    var traits = ModelShape.Traits()
    traits.sharesTokensAmongExperts = true
    let up = Module.Kind.column(input: 7168, outputs: [2048, 2048], bias: false)
    func bytes(_ name: String, _ traits: ModelShape.Traits) -> Bytes {
      ModelShape.only(Module(name, .mlp, up), traits: traits).weights(
        stage: 0, parallelism: parallelism, kernels: WeightKernels(for: .h100)
      ).tensors
    }
    #expect(bytes("mlp.shared_experts.gate_up_proj", traits) == Bytes(2 * 2 * width * 7168))
    #expect(bytes("mlp.gate_up_proj", traits) == Bytes(2 * 2 * 256 * 7168))
    #expect(bytes("mlp.shared_experts.gate_up_proj", ModelShape.Traits()) == Bytes(2 * 2 * 256 * 7168))
  }

  /// Qwen3-VL-8B at TP 8: an encoder cut by 8 is whole under `--mm-encoder-tp-mode data` where the class knows the flag.
  @Test func anEncoderIsWholeOnEveryRankOnlyWhereTheClassKnowsTheFlag() {
    let module = Module("attn.proj", .encoder, .row(input: 1152, output: 1152, bias: true))
    var traits = ModelShape.Traits()
    traits.modalities = ["image"]
    let parallelism = Parallelism(tensor: 8, encoderDataParallel: true)
    func bytes(_ module: Module, _ traits: ModelShape.Traits) -> Bytes {
      ModelShape.only(module, traits: traits).weights(
        stage: 0, parallelism: parallelism, kernels: WeightKernels(for: .h100)
      ).tensors
    }
    #expect(bytes(module, traits) == Bytes(2 * (144 * 1152 + 1152)))
    traits.encoderMayBeWhole = true
    #expect(bytes(module, traits) == Bytes(2 * (1152 * 1152 + 1152)))
    var cut = module
    cut.isAlwaysCut = true
    #expect(bytes(cut, traits) == Bytes(2 * (144 * 1152 + 1152)))
  }
}
