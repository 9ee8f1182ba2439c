import ModelFiles
import Plimsoll
import Testing

/// bitsandbytes in 4 bits: what vLLM 0.27.1 `bitsandbytes_loader.py` keeps of a linear, by hand.
@Suite struct BitsAndBytesTests {
  /// TinyLlama-1.1B: 22 layers, 2,048 wide, 32 heads and 4 of keys and values of 64, networks of 5,632.
  static let config: JSON = [
    "architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_size": 2048, "intermediate_size": 5632,
    "num_hidden_layers": 22, "num_attention_heads": 32, "num_key_value_heads": 4, "vocab_size": 32_000,
    "max_position_embeddings": 2048, "tie_word_embeddings": false, "torch_dtype": "bfloat16",
  ]

  private func linears(_ shape: ModelShape, isNested: Bool, tp: Int = 1) -> Int {
    var kernels = WeightKernels(for: ComputeCapability(8, 0))
    kernels.keepsDoubleQuantization = isNested
    let weights = shape.weights(stage: 0, parallelism: Parallelism(tensor: tp), kernels: kernels)
    return ((weights.parts[.attention] ?? .zero) + (weights.parts[.mlp] ?? .zero)).count
  }

  /// Query, key and value 2,560 × 2,048, output 2,048 × 2,048, gate and up 11,264 × 2,048, down 2,048 × 5,632.
  static let elements = 2560 * 2048 + 2048 * 2048 + 11_264 * 2048 + 2048 * 5632
  /// q, k, v, o, gate, up and down each have their 16 values.
  static let matrices = 7

  @Test("Half a byte an element, a float32 for 64 of them, and 16 values a matrix", arguments: [1, 2])
  func atLoad(_ tp: Int) throws {
    let shape = try ArchitectureTable.shape(of: Self.config, quantizedAtLoad: "bitsandbytes")
    let layer = Self.elements / 2 / tp + 4 * Self.elements / 64 / tp + 64 * Self.matrices
    #expect(linears(shape, isNested: false, tp: tp) == 22 * layer)
    let whatIf = try ArchitectureTable.shape(of: Self.config, whatIf: WhatIfQuantization("bitsandbytes:4:64"))
    #expect(linears(whatIf, isNested: false, tp: tp) == 22 * layer)
  }

  @Test("Through 0.9.1 the float32 is a byte, with a float32 for 256 of those, their table and their mean")
  func nested() throws {
    let shape = try ArchitectureTable.shape(of: Self.config, quantizedAtLoad: "bitsandbytes")
    let blocks = Self.elements / 64
    let layer = Self.elements / 2 + blocks + 4 * (blocks / 256) + (64 + 1024 + 4) * Self.matrices
    #expect(linears(shape, isNested: true) == 22 * layer)
    for (name, isKept) in [("0.9.0.1", true), ("0.9.2", false), ("0.27.1", false)] {
      guard case .found(let release) = EngineRelease.named(name) else {
        Issue.record("no row for \(name)")
        continue
      }
      #expect(release.keepsDoubleQuantization == isKept)
    }
  }

  @Test("A checkpoint leaves alone what its list names: the beginning of a path, or any part of it")
  func listed() throws {
    guard case .object(var checkpoint) = Self.config else { return }
    checkpoint["quantization_config"] = [
      "quant_method": "bitsandbytes", "load_in_4bit": true, "bnb_4bit_quant_type": "nf4",
      "llm_int8_skip_modules": ["lm_head", "model.layers.3.mlp", "o_proj", "model.layers.1"],
    ]
    let shape = try ArchitectureTable.shape(of: .object(checkpoint))
    #expect(shape.quantization == .bitsandbytes)
    // Every output projection, the network of layer 3 and all of layer 1 are 2 B an element; 21 layers have four
    // matrices else (q, k, v and, but for layer 3, gate, up and down).
    let (qkv, output, mlp) = (2560 * 2048, 2048 * 2048, 3 * 5632 * 2048)
    func packed(_ elements: Int, _ matrices: Int) -> Int { elements / 2 + elements / 16 + 64 * matrices }
    let expected = 2 * 22 * output + 2 * qkv + 2 * 2 * mlp + 21 * packed(qkv, 3) + 20 * packed(mlp, 3)
    #expect(linears(shape, isNested: false) == expected)
  }
}
