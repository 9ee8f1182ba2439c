import ModelFiles
import Plimsoll
import Testing

/// A key that a config leaves out has the value of its config class in transformers 5.23.0.
@Suite struct ConfigDefaultsTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var architecture: String
    var modelType: String
    var layers: Int
    var hiddenSize: Int
    var vocabSize: Int
    var numHeads: Int
    var numKVHeads: Int
    var headSize: Int
    var length: Int
    var extra: KeyValue?
    var testDescription: String { modelType }

    struct KeyValue: Sendable {
      var key: String
      var value: JSON
    }
  }

  /// From the config classes, `models/*/configuration_*.py`.
  static let cases = [
    Case(
      architecture: "LlamaForCausalLM", modelType: "llama", layers: 32, hiddenSize: 4_096, vocabSize: 32_000,
      numHeads: 32, numKVHeads: 32, headSize: 128, length: 2_048),
    Case(
      architecture: "MistralForCausalLM", modelType: "mistral", layers: 32, hiddenSize: 4_096, vocabSize: 32_000,
      numHeads: 32, numKVHeads: 8, headSize: 128, length: 131_072),
    Case(
      architecture: "MixtralForCausalLM", modelType: "mixtral", layers: 32, hiddenSize: 4_096, vocabSize: 32_000,
      numHeads: 32, numKVHeads: 8, headSize: 128, length: 131_072),
    Case(
      architecture: "Qwen2ForCausalLM", modelType: "qwen2", layers: 32, hiddenSize: 4_096, vocabSize: 151_936,
      numHeads: 32, numKVHeads: 32, headSize: 128, length: 32_768),
    Case(
      architecture: "Qwen3ForCausalLM", modelType: "qwen3", layers: 32, hiddenSize: 4_096, vocabSize: 151_936,
      numHeads: 32, numKVHeads: 32, headSize: 128, length: 32_768),
    Case(
      architecture: "GemmaForCausalLM", modelType: "gemma", layers: 28, hiddenSize: 3_072, vocabSize: 256_000,
      numHeads: 16, numKVHeads: 16, headSize: 256, length: 8_192),
    Case(
      architecture: "Gemma2ForCausalLM", modelType: "gemma2", layers: 26, hiddenSize: 2_304, vocabSize: 256_000,
      numHeads: 8, numKVHeads: 4, headSize: 256, length: 8_192),
    Case(
      architecture: "GptOssForCausalLM", modelType: "gpt_oss", layers: 36, hiddenSize: 2_880, vocabSize: 201_088,
      numHeads: 64, numKVHeads: 8, headSize: 64, length: 131_072),
    Case(
      architecture: "Phi3ForCausalLM", modelType: "phi3", layers: 32, hiddenSize: 3_072, vocabSize: 32_064,
      numHeads: 32, numKVHeads: 32, headSize: 96, length: 4_096),
  ]

  @Test(arguments: cases)
  func anAbsentKeyTakesTheClassDefault(_ expected: Case) throws {
    let json: JSON = ["architectures": [.string(expected.architecture)], "model_type": .string(expected.modelType)]
    let shape = try ArchitectureTable.shape(of: json)
    #expect(shape.numLayers == expected.layers)
    #expect(shape.hiddenSize == expected.hiddenSize)
    #expect(shape.vocabSize == expected.vocabSize)
    #expect(shape.numAttentionHeads == expected.numHeads)
    #expect(shape.numKVHeads == expected.numKVHeads)
    #expect(shape.context.stated == expected.length)
    for group in shape.layers {
      guard case .attention(let attention) = group.mixer else {
        Issue.record("not ordinary attention")
        return
      }
      #expect(attention.headSize == expected.headSize)
    }
  }

  static func spans(_ json: JSON) throws -> Set<Attention.Span> {
    let mixers = try ArchitectureTable.shape(of: json).layers.map(\.mixer)
    return Set(mixers.compactMap { if case .attention(let attention) = $0 { attention.span } else { nil } })
  }

  /// Without the key every layer is windowed, with null none is: the class default is 4096.
  @Test func mistralsWindowIsOnUnlessItIsNull() throws {
    let absent: JSON = ["architectures": ["MistralForCausalLM"], "model_type": "mistral"]
    let null: JSON = ["architectures": ["MistralForCausalLM"], "model_type": "mistral", "sliding_window": nil]
    #expect(try Self.spans(absent) == [.slidingWindow(4_096)])
    #expect(try Self.spans(null) == [.full])
  }

  /// The window of Qwen 2 takes effect only where `use_sliding_window` is set, which is off by default.
  @Test func qwensWindowIsOffUnlessAskedFor() throws {
    #expect(try Self.spans(["architectures": ["Qwen2ForCausalLM"], "model_type": "qwen2"]) == [.full])
  }

  /// Cohere's class counts the current token beside its window of 4096.
  @Test func commandR7BsWindowIsOneMore() throws {
    #expect(
      try Self.spans(["architectures": ["Cohere2ForCausalLM"], "model_type": "cohere2"])
        == [.slidingWindow(4_097), .full])
  }

  @Test(arguments: [
    ("bfloat16", DType.bfloat16), ("float16", .float16), ("float32", .bfloat16), ("torch.half", .float16),
  ])
  func vLLMServesFloat32InHalf(written: String, served: DType) throws {
    let shape = try ArchitectureTable.shape(of: BrokenConfigTests.llama(["torch_dtype": .some(.string(written))]))
    #expect(shape.dtype == served)
  }

  @Test func theLanguageModelsPartIsReadWhereThereIsOne() throws {
    let inner: JSON = ["model_type": "gemma3_text", "num_hidden_layers": 7, "head_dim": 128]
    let shape = try ArchitectureTable.shape(of: [
      "architectures": ["Gemma3ForConditionalGeneration"], "model_type": "gemma3", "num_hidden_layers": 3,
      "text_config": inner, "vision_config": [:],
    ])
    #expect(shape.numLayers == 7)
    #expect(shape.hiddenSize == 2_304)
    #expect(shape.traits.bidirectionalImages)
    // vLLM builds SigLIP without the head that pools, whatever `vision_use_head` says.
    #expect(!shape.traits.encoderNotModelled)
  }
}
