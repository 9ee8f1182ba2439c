import ModelFiles
import Plimsoll
import Testing

/// Models whose published element count (the hub's safetensors total) is what the reader makes of their config, without
/// the layers for multi-token prediction that vLLM leaves out.
@Suite struct PublishedCountTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var model: String
    var config: JSON
    var published: Int
    /// What of that the model class does not build.
    var drafting = 0
    var testDescription: String { model }
  }

  static let cases: [Case] = [
    // Drafting: a layer of 483,666,176, a projection of 2 × 5120² and three norms.
    Case(
      model: "LGAI-EXAONE/EXAONE-4.5-33B",
      config: [
        "architectures": ["Exaone4_5_ForConditionalGeneration"], "model_type": "exaone4_5",
        "text_config": [
          "dtype": "bfloat16", "hidden_size": 5120, "intermediate_size": 27392, "max_position_embeddings": 262144,
          "model_type": "exaone4_5_text", "num_attention_heads": 40, "num_hidden_layers": 64,
          "num_key_value_heads": 8, "sliding_window": 4096, "sliding_window_pattern": "LLLG", "vocab_size": 153600,
        ],
        "vision_config": [
          "depth": 28, "hidden_size": 2048, "intermediate_size": 5120, "num_heads": 32, "num_key_value_heads": 8,
          "out_hidden_size": 5120, "patch_size": 14,
        ],
      ], published: 34_350_097_664, drafting: 483_666_176 + 2 * 5120 * 5120 + 3 * 5120)
  ]

  @Test(arguments: cases)
  func parametersAreThePublishedOnes(_ expected: Case) throws {
    let shape = try ArchitectureTable.shape(of: expected.config)
    #expect(!shape.traits.encoderNotModelled)
    #expect(shape.parameters == expected.published - expected.drafting)
  }
}
