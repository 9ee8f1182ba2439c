import Foundation
import Plimsoll
import Testing

@testable import ModelFiles

/// What of a checkpoint is loaded and what is left, on a model of two layers.
@Suite struct CheckpointTallyTests {
  private static func shape(_ changes: [String: JSON] = [:]) throws -> ModelShape {
    var config = JSONObject()
    for (key, value) in [
      "architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_size": 256, "intermediate_size": 512,
      "num_hidden_layers": 2, "num_attention_heads": 4, "num_key_value_heads": 2, "vocab_size": 1024,
      "torch_dtype": "bfloat16", "tie_word_embeddings": false,
    ] as [String: JSON] { config[key] = value }
    for (key, value) in changes { config[key] = value }
    return try ArchitectureTable.shape(of: .object(config))
  }

  /// Of heads of 64: query and output 256 × 256, key and value 128 × 256, three of 512 × 256, two norms of 256.
  static let layer = 2 * 256 * 256 + 2 * 128 * 256 + 3 * 512 * 256 + 2 * 256
  /// Two layers, two tables of 1024 × 256, a norm.
  static let parameters = 2 * layer + 2 * 1024 * 256 + 256

  private static func llama(layers: Int = 2, _ dtype: String = "BF16") -> [StoredTensor] {
    PublishedTensors.llama(
      hidden: 256, width: 512, layers: layers, heads: 4, kvHeads: 2, head: 64, vocabulary: 1024
    ).map { StoredTensor($0.name, dtype, $0.shape) }
  }

  @Test func parametersAndBytesAreExact() throws {
    let account = try CheckpointTally(Self.llama()).account(for: Self.shape())
    #expect(account.parameters == Self.parameters)
    #expect(account.loaded == Bytes(2 * Self.parameters))
    #expect(account.dtypes == [.init(dtype: .bf16, parameters: Self.parameters, bytes: Bytes(2 * Self.parameters))])
    #expect(account.skipped == [])
    #expect((account.files, account.tensors) == (1, 2 * 9 + 3))
  }

  /// vLLM casts plain floats as it loads: a float32 checkpoint takes no more than one of bfloat16.
  @Test("plain floats of any size agree with the config", arguments: ["F32", "BF16", "F16"])
  func floats(_ dtype: String) throws {
    let tally = try CheckpointTally(Self.llama(dtype))
    #expect(tally.compared(with: try Self.shape()).ratio == 1)
    #expect(tally.account(for: try Self.shape()).parameters == Self.parameters)
  }

  private static func llama(_ dtype: String) -> [StoredTensor] { llama(layers: 2, dtype) }

  struct Left: CustomTestStringConvertible {
    var testDescription: String
    var tensors: [StoredTensor]
    var reason: CheckpointAccount.Skipped
    var changes: [String: JSON] = [:]
  }

  static let left: [Left] = [
    Left(
      testDescription: "a layer beyond the model's",
      tensors: [StoredTensor("model.layers.2.eh_proj.weight", [256, 512])], reason: .tokenPrediction),
    Left(
      testDescription: "layers under mtp", tensors: [StoredTensor("mtp.layers.0.mlp.up_proj.weight", [512, 256])],
      reason: .tokenPrediction),
    Left(
      testDescription: "rotary frequencies",
      tensors: [StoredTensor("model.layers.0.self_attn.rotary_emb.inv_freq", "F32", [32])], reason: .buffers),
    Left(
      testDescription: "a tower, of a class for text",
      tensors: [StoredTensor("vision_tower.encoder.layers.0.mlp.fc1.weight", [64, 64])], reason: .encoder),
    Left(
      testDescription: "a pooler, of a class without", tensors: [StoredTensor("pooler.dense.weight", [256, 256])],
      reason: .pooler),
    Left(
      testDescription: "a voice", tensors: [StoredTensor("talker.model.norm.weight", [256])], reason: .generator),
  ]

  @Test("what vLLM leaves is told apart and counts for nothing", arguments: left)
  func leave(_ left: Left) throws {
    let tally = try CheckpointTally(Self.llama() + left.tensors)
    let shape = try Self.shape()
    let account = tally.account(for: shape)
    let bytes = Bytes(left.tensors.reduce(0) { $0 + $1.bytes })
    #expect(account.skipped == [.init(reason: left.reason, tensors: left.tensors.count, bytes: bytes)])
    #expect(account.parameters == Self.parameters)
    #expect(tally.compared(with: shape).ratio == 1)
  }

  @Test func aTiedHeadIsLeftWhereTheConfigTies() throws {
    let tied = try Self.shape(["tie_word_embeddings": true])
    let tally = try CheckpointTally(Self.llama())
    let account = tally.account(for: tied)
    #expect(account.skipped == [.init(reason: .head, tensors: 1, bytes: Bytes(2 * 1024 * 256))])
    #expect(account.parameters == Self.parameters - 1024 * 256)
    #expect(tally.compared(with: tied).ratio == 1)
  }

  /// Embedding models are saved without; vLLM's class makes it all the same, and it is empty.
  @Test func aHeadThatIsMissingIsNoDifference() throws {
    let tally = try CheckpointTally(Self.llama().filter { $0.name != "lm_head.weight" })
    #expect(tally.compared(with: try Self.shape()).ratio == 1)
    #expect(tally.account(for: try Self.shape()).parameters == Self.parameters - 1024 * 256)
  }

  @Test func aLayerThatIsMissingIsADifference() throws {
    let weights = try CheckpointTally(Self.llama(layers: 1)).compared(with: Self.shape())
    #expect(weights.ratio == Double(Self.parameters - Self.layer) / Double(Self.parameters))
    #expect(!weights.agrees)
    #expect(weights.differences.map(\.kind.part) == [.mlp, .attention])
    // Three matrices of 512 × 256 of two bytes.
    #expect(weights.differences.first?.excess == Bytes(-2 * 3 * 512 * 256))
  }

  /// Nomic's BERT calls its own layers those of an encoder, and vLLM's class for it is one for text.
  @Test func anEncoderThatIsTheModelIsNotLeft() throws {
    let tensors = Self.llama().map {
      StoredTensor($0.name.replacingOccurrences(of: "model.layers.", with: "encoder.layers."), $0.dtype, $0.shape)
    }
    let account = try CheckpointTally(tensors).account(for: Self.shape())
    #expect(account.skipped == [])
    #expect(account.parameters == Self.parameters)
  }

  @Test func whatTwoFilesHaveCountsOnce() throws {
    var tally = try CheckpointTally(Self.llama())
    try tally.add(
      header: StoredTensors.header([StoredTensor("model.norm.weight", [256])]), file: "b.safetensors", fileSize: nil)
    let account = tally.account(for: try Self.shape())
    #expect(account.parameters == Self.parameters)
    #expect(account.skipped == [.init(reason: .duplicates, tensors: 1, bytes: Bytes(512))])
    #expect(account.files == 2)
  }

  /// A layer has 512 norms; everything else of it is quantized, plain tables beside it.
  struct Packed: CustomTestStringConvertible {
    var testDescription: String
    var quantization: JSON
    /// The tensors that stand for a linear of so many rows and columns.
    var linear: @Sendable (_ name: String, _ rows: Int, _ columns: Int) -> [StoredTensor]
  }

  static let packed: [Packed] = [
    Packed(
      testDescription: "AWQ", quantization: ["quant_method": "awq", "bits": 4, "group_size": 128, "zero_point": true]
    ) { name, rows, columns in
      [
        StoredTensor(name + ".qweight", "I32", [columns, rows / 8]),
        StoredTensor(name + ".qzeros", "I32", [columns / 128, rows / 8]),
        StoredTensor(name + ".scales", "F16", [columns / 128, rows]),
      ]
    },
    Packed(
      testDescription: "GPTQ of 8 bits",
      quantization: ["quant_method": "gptq", "bits": 8, "group_size": 128, "sym": true]
    ) { name, rows, columns in
      [
        StoredTensor(name + ".qweight", "I32", [columns / 4, rows]), StoredTensor(name + ".g_idx", "I32", [columns]),
        StoredTensor(name + ".scales", "F16", [columns / 128, rows]),
      ]
    },
    Packed(
      testDescription: "compressed-tensors of 4 bits",
      quantization: [
        "quant_method": "compressed-tensors", "format": "pack-quantized", "ignore": ["lm_head"],
        "config_groups": [
          "group_0": [
            "targets": ["Linear"], "weights": ["num_bits": 4, "type": "int", "strategy": "group", "group_size": 128],
          ]
        ],
      ]
    ) { name, rows, columns in
      [
        StoredTensor(name + ".weight_packed", "I32", [rows, columns / 8]),
        StoredTensor(name + ".weight_scale", [rows, columns / 128]), StoredTensor(name + ".weight_shape", "I64", [2]),
      ]
    },
    Packed(
      testDescription: "NVFP4",
      quantization: ["quant_method": "modelopt", "quant_algo": "NVFP4", "ignore": ["lm_head"]]
    ) { name, rows, columns in
      [
        StoredTensor(name + ".weight", "U8", [rows, columns / 2]),
        StoredTensor(name + ".weight_scale", "F8_E4M3", [rows, columns / 16]),
        StoredTensor(name + ".weight_scale_2", "F32", []), StoredTensor(name + ".input_scale", "F32", []),
      ]
    },
    Packed(testDescription: "FP8", quantization: ["quant_method": "fp8", "activation_scheme": "dynamic"]) {
      name, rows, columns in
      [StoredTensor(name + ".weight", "F8_E4M3", [rows, columns]), StoredTensor(name + ".weight_scale", "F32", [])]
    },
  ]

  @Test("packed weights count each weight, scales none", arguments: packed)
  func pack(_ packed: Packed) throws {
    let shape = try Self.shape(["quantization_config": packed.quantization])
    let tensors = Self.llama().flatMap { tensor -> [StoredTensor] in
      guard tensor.name.contains("_proj.") else { return [tensor] }
      return packed.linear(String(tensor.name.dropLast(".weight".count)), tensor.shape[0], tensor.shape[1])
    }
    let tally = try CheckpointTally(tensors)
    let account = tally.account(for: shape)
    #expect(account.parameters == Self.parameters)
    #expect(!account.countsIntegers)
    let weights = tally.compared(with: shape)
    #expect(weights.ratio == 1, "\(weights.differences)")
    #expect(account.loaded == tally.data)
    #expect(account.dtypes.reduce(0) { $0 + $1.parameters } == Self.parameters)
  }

  /// Packed weights under a config that says nothing of it: 8 weights in each number, and each counts once.
  @Test func packedWeightsOfAPlainConfigCountAsStored() throws {
    let awq = Self.packed[0]
    let tensors = Self.llama().flatMap { tensor -> [StoredTensor] in
      guard tensor.name.contains("_proj.") else { return [tensor] }
      return awq.linear(String(tensor.name.dropLast(".weight".count)), tensor.shape[0], tensor.shape[1])
    }
    let tally = try CheckpointTally(tensors)
    let account = tally.account(for: try Self.shape())
    let linears = 2 * (Self.layer - 512)
    #expect(account.countsIntegers)
    #expect(account.parameters == Self.parameters - linears + linears / 8)
    #expect(!tally.compared(with: try Self.shape()).agrees)
  }

  @Test func whatBitsandbytesKeepsIsNamed() throws {
    let tensors = Self.llama() + [StoredTensor("model.layers.0.mlp.up_proj.weight.absmax", "U8", [64])]
    let error = try #require(try CheckpointTally(tensors).foreignMethod)
    #expect(error.message.contains("bitsandbytes checkpoints with a plugin only since 0.28.0"))
    #expect(try CheckpointTally(Self.llama()).foreignMethod == nil)
  }
}
