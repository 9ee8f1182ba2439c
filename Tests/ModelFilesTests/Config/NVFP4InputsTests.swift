import ModelFiles
import Plimsoll
import Testing

/// NVFP4 weights whose inputs keep 16 bits: vLLM 0.33.0 `compressed_tensors.py` takes `use_a16` where a group states no
/// `input_activations`, and `modelopt.py` where the algorithm is `W4A16_NVFP4`.
@Suite struct NVFP4InputsTests {
  static let weights: JSON = ["num_bits": 4, "type": "float", "strategy": "tensor_group", "group_size": 16]

  static func packed(_ group: JSON) -> JSON {
    ["quant_method": "compressed-tensors", "config_groups": ["group_0": group]]
  }

  static let cases: [(JSON, WeightScheme)] = [
    (packed(["targets": ["Linear"], "weights": weights]), .nvfp4WeightOnly),
    (packed(["targets": ["Linear"], "weights": weights, "input_activations": weights]), .nvfp4),
    (["quant_method": "modelopt", "quant_algo": "W4A16_NVFP4"], .nvfp4WeightOnly),
    (["quant_method": "modelopt", "quant_algo": "NVFP4"], .nvfp4),
  ]

  @Test(arguments: cases)
  func inputsOf16BitsAreToldApart(quantization: JSON, scheme: WeightScheme) throws {
    let shape = try ArchitectureTable.shape(of: [
      "architectures": ["Qwen3ForCausalLM"], "model_type": "qwen3", "torch_dtype": "bfloat16", "hidden_size": 1024,
      "intermediate_size": 2048, "num_hidden_layers": 1, "num_attention_heads": 8, "num_key_value_heads": 4,
      "vocab_size": 1024, "max_position_embeddings": 4096, "quantization_config": quantization,
    ])
    let schemes = Set(shape.layers.flatMap(\.modules).map(\.scheme))
    #expect(schemes == [.unquantized, scheme])
  }
}
