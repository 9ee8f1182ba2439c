import Plimsoll
import Testing

@testable import ModelFiles

/// Positions of images and videos run ahead of the text's, for which most classes keep four times the rotary table.
@Suite struct RotaryPositionsTests {
  /// Rows × 128 dimensions × 2 bytes: vLLM's `rope_cache` of Qwen3-VL-8B is 262,144 × 128 × 2 = 67,108,864, and of
  /// Qwen2-VL-7B 4 × 32,768 × 128 × 2 = 33,554,432.
  @Test(arguments: [
    ("Qwen3VLForConditionalGeneration", "qwen3_vl", 262_144, 67_108_864),
    ("Qwen3VLMoeForConditionalGeneration", "qwen3_vl_moe", 262_144, 67_108_864),
    ("Qwen2VLForConditionalGeneration", "qwen2_vl", 32_768, 33_554_432),
  ])
  func qwen3VLKeepsTheTableAsLongAsTheModel(
    name: String, type: String, positions: Int, bytes: Int
  ) throws {
    let config = try ModelConfig([
      "architectures": [.string(name)], "model_type": .string(type), "torch_dtype": "bfloat16", "hidden_size": 1024,
      "intermediate_size": 2048, "num_hidden_layers": 2, "num_attention_heads": 8, "num_key_value_heads": 4,
      "vocab_size": 1000, "max_position_embeddings": .integer(positions),
      "rope_scaling": ["rope_type": "default", "mrope_section": [24, 20, 20], "mrope_interleaved": true],
    ])
    let table = try config.rope().table(headSize: 128, maxPosition: positions, dtype: .bfloat16)
    #expect(table.kind == .tensor(shape: [bytes / 256, 128], cut: nil))
  }

  @Test("A part of a head that is none is an error, however large", arguments: [-1, 1e300])
  func noPartOfAHead(_ part: Double) {
    var rope = Rope()
    rope.partialRotaryFactor = part
    #expect(throws: ModelConfigError.contradiction("partial_rotary_factor is no part of a head")) {
      try rope.table(headSize: 128, maxPosition: 4096, dtype: .bfloat16)
    }
  }
}
