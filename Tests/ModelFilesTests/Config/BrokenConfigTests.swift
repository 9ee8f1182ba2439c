import ModelFiles
import Plimsoll
import Testing

private let modelledMethods = "fp8, mxfp4, mxfp8, awq, gptq, compressed-tensors, modelopt, fbgemm_fp8"

/// What is wrong with a config is said by its key, what was found and what is wanted.
@Suite struct BrokenConfigTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var config: JSON
    var error: ModelConfigError
    init(_ fact: String, _ config: JSON, _ error: ModelConfigError) {
      (testDescription, self.config, self.error) = (fact, config, error)
    }
  }

  /// A small Llama, with `changes` on top; a change to nil takes the key out.
  static func llama(_ changes: KeyValuePairs<String, JSON?>) -> JSON {
    let whole: JSON = [
      "architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_size": 64, "intermediate_size": 128,
      "num_hidden_layers": 4, "num_attention_heads": 4, "num_key_value_heads": 2, "vocab_size": 128,
      "max_position_embeddings": 256, "torch_dtype": "bfloat16",
    ]
    guard case .object(var members) = whole else { return whole }
    for (key, value) in changes { members[key] = value }
    return .object(members)
  }

  static func value(_ key: String, _ found: ConfigError.Found, _ wanted: ConfigError.Wanted) -> ModelConfigError {
    .value(ConfigError(keyPath: key, found: found, wanted: wanted))
  }

  static let cases = [
    Case("an array is no config", [1, 2], value("the config", .array(count: 2), .object)),
    Case("a number is no config", 7, value("the config", .number("7"), .object)),
    Case(
      "no architectures", llama(["architectures": nil]),
      value("architectures", .nothing, .rule("the name of a model class"))),
    Case(
      "empty architectures", llama(["architectures": []]),
      value("architectures", .nothing, .rule("the name of a model class"))),
    Case(
      "architectures is a string", llama(["architectures": "LlamaForCausalLM"]),
      value("architectures", .string("LlamaForCausalLM"), .array)),
    Case(
      "an element of architectures is a number", llama(["architectures": [3]]),
      value("architectures[0]", .number("3"), .string)),
    Case(
      "an architecture that nobody has", llama(["architectures": ["FooForCausalLM"]]),
      .unknownArchitecture("FooForCausalLM", nearest: nil)),
    Case(
      "a slip in the architecture's name", llama(["architectures": ["Qwen3ForCausualLM"]]),
      .unknownArchitecture("Qwen3ForCausualLM", nearest: "Qwen3ForCausalLM")),
    Case(
      "an architecture of vLLM's that is not modelled", llama(["architectures": ["PEagleDraftModel"]]),
      .unmodelledArchitecture(
        "PEagleDraftModel", what: "a draft model, which vLLM serves beside a larger one", nearest: nil)),
    Case(
      "an architecture that a plugin of vLLM serves", llama(["architectures": ["BartModel"]]),
      .pluginArchitecture("BartModel", plugin: "bart-plugin")),
    Case(
      "an architecture that vLLM dropped", llama(["architectures": ["BaichuanForCausalLM"]]),
      .droppedArchitecture("BaichuanForCausalLM", lastRelease: "0.23.0")),
    Case(
      "a text_config that is a string", llama(["text_config": "llama"]),
      value("text_config", .string("llama"), .object)),
    Case(
      "layers as text", llama(["num_hidden_layers": "32"]),
      value("num_hidden_layers", .string("32"), .integer(1...4_096))),
    Case(
      "half a layer", llama(["num_hidden_layers": 4.5]), value("num_hidden_layers", .number("4.5"), .integer(1...4_096))
    ),
    Case("no layers", llama(["num_hidden_layers": 0]), value("num_hidden_layers", .number("0"), .integer(1...4_096))),
    Case(
      "negative width", llama(["hidden_size": -64]), value("hidden_size", .number("-64"), .integer(1...1 << 20))),
    Case(
      "huge width", llama(["hidden_size": 1_099_511_627_776]),
      value("hidden_size", .number("1099511627776"), .integer(1...1 << 20))),
    Case(
      "a width beyond 64 bits", llama(["hidden_size": .bigInteger("99999999999999999999")]),
      value("hidden_size", .number("99999999999999999999"), .integer(1...1 << 20))),
    Case(
      "an infinite width", llama(["hidden_size": .number(.infinity)]),
      value("hidden_size", .number("Infinity"), .integer(1...1 << 20))),
    Case(
      "a width of null", llama(["hidden_size": nil, "model_type": "other"]),
      value("hidden_size", .nothing, .integer(1...1 << 20))),
    Case(
      "null where the class has a default", llama(["vocab_size": .some(.null)]),
      value("vocab_size", .null, .integer(1...1 << 26))),
    Case(
      "zero heads", llama(["num_attention_heads": 0]),
      value("num_attention_heads", .number("0"), .integer(1...1 << 14))),
    Case(
      "more heads than the model is wide", llama(["num_attention_heads": 128]),
      .contradiction("hidden_size is below num_attention_heads")),
    Case(
      "tied embeddings as a number", llama(["tie_word_embeddings": 1]),
      value("tie_word_embeddings", .number("1"), .bool)),
    Case(
      "a type that no GPU computes in", llama(["torch_dtype": "int4"]),
      value("torch_dtype", .string("int4"), .rule("bfloat16, float16 or float32"))),
    Case(
      "layer_types shorter than the model", llama(["layer_types": ["full_attention"]]),
      .contradiction("layer_types names 1 layers and num_hidden_layers says 4")),
    Case(
      "a window without a size",
      llama(["layer_types": ["full_attention", "sliding_attention", "full_attention", "full_attention"]]),
      .contradiction("layer_types has sliding_attention without a sliding_window")),
    Case(
      "an unknown layer type",
      llama(["layer_types": ["linear_attention", "full_attention", "full_attention", "full_attention"]]),
      .unmodelled(part: "the layer type", value: "linear_attention", nearest: "full_attention, sliding_attention")),
    Case(
      "an unknown rope type", llama(["rope_scaling": ["rope_type": "spiral", "factor": 2.0]]),
      .unmodelled(part: "the rope type", value: "spiral", nearest: "yarn")),
    Case(
      "a rope factor as text", llama(["rope_scaling": ["rope_type": "linear", "factor": "2"]]),
      value("rope_scaling.factor", .string("2"), .number(0...1_000_000))),
    Case(
      "rope_scaling as an array", llama(["rope_scaling": [1]]), value("rope_scaling", .array(count: 1), .object)),
    Case(
      "an unknown quantization method", llama(["quantization_config": ["quant_method": "squeeze"]]),
      .unknownQuantization("squeeze", nearest: modelledMethods)),
    Case(
      "blocks of zero", llama(["quantization_config": ["quant_method": "fp8", "weight_block_size": [0, 128]]]),
      value("quantization_config.weight_block_size[0]", .number("0"), .integer(1...1_024))),
    Case(
      "sizes in range whose product no GPU holds",
      llama(["hidden_size": 1_048_576, "intermediate_size": 16_777_216, "num_hidden_layers": 4_096]),
      .contradiction("the sizes multiply to more than 2^50 elements, which no GPU holds")),
    Case(
      "a length and a cache whose product no GPU holds",
      llama([
        "max_position_embeddings": 4_294_967_296, "num_attention_heads": 16_384, "num_key_value_heads": 16_384,
        "head_dim": 4_096, "hidden_size": 16_384,
      ]),
      .contradiction("the context length times the width of the cache is more than 2^58, which no GPU holds")),
  ]

  @Test(arguments: cases)
  func theErrorNamesTheKeyAndWhatIsWanted(_ broken: Case) {
    #expect(throws: broken.error) { try ArchitectureTable.shape(of: broken.config) }
    #expect(!broken.error.message.isEmpty)
  }

  @Test func theSmallLlamaThatTheCasesBreakIsWhole() throws {
    let shape = try ArchitectureTable.shape(of: Self.llama([:]))
    // 2 × 128 × 64 of vocabulary, a norm, and 4 layers of (4 + 2 + 2) × 16 × 64 + 64 × 64 + 3 × 64 × 128 + 2 × 64.
    #expect(shape.parameters == 16_384 + 64 + 4 * (8_192 + 4_096 + 24_576 + 128))
  }
}
