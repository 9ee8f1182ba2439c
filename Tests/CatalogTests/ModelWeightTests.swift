import Catalog
import ModelFiles
import Plimsoll
import Testing

@Suite("What model presets weigh")
struct ModelWeightTests {
  /// The device tensors of one rank after loading on an H100, TP 1, as vLLM 0.33.0 built them from the published
  /// config.json of each model.
  static let tensors: [(id: String, bytes: Int)] = [
    ("01-ai/Yi-34B", 68_778_884_032),
    ("Alibaba-NLP/gte-Qwen2-7B-instruct", 15_259_282_880),
    ("HuggingFaceTB/SmolLM-1.7B-Instruct", 3_423_015_296),
    ("Qwen/Qwen2.5-7B-Instruct", 15_239_622_080),
    ("Qwen/Qwen3-1.7B", 3_451_636_160),
    ("Qwen/Qwen3-14B", 29_547_100_800),
    ("Qwen/Qwen3-235B-A22B-FP8", 236_455_943_376),
    ("Qwen/Qwen3-235B-A22B", 470_197_756_384),
    ("Qwen/Qwen3-30B-A3B-FP8", 31_185_032_320),
    ("Qwen/Qwen3-30B-A3B-Instruct-2507", 61_131_354_880),
    ("Qwen/Qwen3-30B-A3B", 61_074_731_776),
    ("Qwen/Qwen3-4B", 8_055_422_528),
    ("Qwen/Qwen3-Coder-480B-A35B-Instruct", 960_376_860_640),
    ("Qwen/Qwen3-Embedding-8B", 16_387_762_752),
    ("THUDM/glm-4-9b", 18_800_951_936),
    ("codellama/CodeLlama-34b-Instruct-hf", 67_492_135_680),
    ("deepseek-ai/DeepSeek-R1", 675_218_404_656),
    ("deepseek-ai/DeepSeek-V3.1", 675_218_404_656),
    ("google/gemma-2-2b-it", 5_232_878_498),
    ("google/gemma-3-1b-it", 2_033_326_754),
    ("ibm-granite/granite-4-8b-dense", 16_794_657_408),
    ("internlm/internlm2-chat-7b", 15_483_806_208),
    ("meta-llama/Llama-2-70b-hf", 137_954_346_240),
    ("meta-llama/Llama-2-7b-hf", 13_477_880_320),
    ("meta-llama/Llama-3.1-70B-Instruct", 141_140_968_704),
    ("meta-llama/Llama-3.1-8B-Instruct", 16_094_077_440),
    ("meta-llama/Llama-3.2-1B-Instruct", 2_488_406_272),
    ("meta-llama/Meta-Llama-3.1-405B", 811_740_334_048),
    ("meta-llama/Meta-Llama-3.1-8B", 16_094_077_440),
    ("microsoft/Phi-3-mini-128k-instruct", 7_668_111_872),
    ("microsoft/phi-4", 29_323_209_344),
    ("mistralai/Mistral-Nemo-Instruct-2407", 24_529_119_872),
    ("mistralai/Mixtral-8x7B-v0.1", 93_413_974_528),
    ("moonshotai/Kimi-K2-Instruct", 1_030_213_438_256),
    ("openai/gpt-oss-120b", 65_577_282_752),
    ("openai/gpt-oss-20b", 13_843_971_584),
    ("zai-org/GLM-4.7-Flash", 59_924_805_360),
    // With the vision tower and its projector.
    ("google/gemma-3-27b-it", 55_166_836_930),
  ]

  @Test("a preset weighs to the byte what vLLM loads from the published config.json", arguments: tensors)
  func weighs(id: String, bytes: Int) throws {
    let weights = try Self.weights(id)
    #expect(weights.tensors == Bytes(bytes))
    #expect(!weights.isLowerBound)
  }

  private static func weights(_ id: String) throws -> Weights {
    let preset = try Catalog.model(named: id)
    let shape = try ArchitectureTable.shape(of: preset.config, quantization: preset.quantization)
    return shape.weights(
      stage: 0, parallelism: Parallelism(), kernels: WeightKernels(for: ComputeCapability(9, 0)))
  }
}
