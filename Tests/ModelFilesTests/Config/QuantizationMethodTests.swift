import ModelFiles
import Plimsoll
import Testing

@Suite("The method of quantization")
struct QuantizationMethodTests {
  /// vLLM 0.33.0 `config/model.py _verify_quantization`: an empty method is none, whatever else the object says.
  @Test("a quantization_config without a method quantizes nothing")
  func noMethod() throws {
    let plain: JSON = [
      "architectures": ["LlamaForCausalLM"], "model_type": "llama", "dtype": "bfloat16", "vocab_size": 256,
      "hidden_size": 64, "intermediate_size": 128, "num_hidden_layers": 2, "num_attention_heads": 4,
      "max_position_embeddings": 64,
    ]
    guard case .object(var members) = plain else { return }
    members["quantization_config"] = ["quant_algo": "FP8", "ignore": ["lm_head"]]
    #expect(try ArchitectureTable.shape(of: .object(members)) == ArchitectureTable.shape(of: plain))
  }
}
