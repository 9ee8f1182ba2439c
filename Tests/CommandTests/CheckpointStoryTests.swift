import Foundation
import ModelFiles
import Testing

/// A downloaded folder, or a file of it, in the place of a model's name.
@Suite struct CheckpointStoryTests {
  private func withCheckpoint<Result>(
    _ tensors: [(name: String, shape: [Int])] = smallTensors(), dtype: String = "BF16",
    config: [String: JSON?] = [:], _ body: (String) throws -> Result
  ) throws -> Result {
    try withConfig(smallConfig(config)) { folder in
      try writeSafetensors(tensors, dtype: dtype, to: folder + "/model.safetensors")
      return try body(folder)
    }
  }

  @Test func aFolderAndItsFileSayTheCheckpointsParameters() throws {
    try withCheckpoint { folder in
      for (name, source) in [(folder, "folder"), (folder + "/model.safetensors", "safetensors")] {
        let plan = try document("fit \(name) --gpu h100")
        #expect(plan.text("model.source") == source)
        #expect(plan.int("model.parameters") == smallParameters)
        #expect(plan.int("model.checkpoint.loaded_bytes") == 2 * smallParameters)
        #expect(plan.int("model.checkpoint.dtype_bytes.BF16") == 2 * smallParameters)
        #expect(plan.int("model.checkpoint.files") == 1)
        #expect(plan.int("model.checkpoint.tensors") == 3 + 16 * 9)
        #expect(plan.text("rank.weights.basis") == "checkpoint")
        #expect(plan.findings("warning") == [])
        #expect(JSONSchema.complaints(of: plan) == [])
        // What is run is the folder, which vLLM loads.
        #expect(plan.texts("run.argv").dropFirst(2).first == folder)
      }
    }
  }

  /// The bytes that a rank loads are those of the config alone: the checkpoint only says that it may be believed.
  @Test func agreementChangesNothingElse() throws {
    try withCheckpoint { folder in
      let plain = try document("fit \(folder)/config.json --gpu h100")
      let read = try document("fit \(folder) --gpu h100")
      #expect(plain.text("rank.weights.basis") == "exact")
      #expect(plain.at("model.checkpoint") == .null)
      #expect(read.int("rank.weights.bytes") == plain.int("rank.weights.bytes"))
      #expect(read.int("kv_cache.num_blocks") == plain.int("kv_cache.num_blocks"))
    }
  }

  @Test func theReportSaysInALineWhatWasRead() throws {
    let prediction: [(name: String, shape: [Int])] = [("mtp.fc.weight", [2048, 4096])]
    try withCheckpoint(smallTensors() + prediction) { folder in
      let answer = plimsoll("fit \(folder) --gpu h100")
      // 1,104,218,112 parameters of 2 bytes; 2048 × 4096 of 2 bytes are 16 MiB.
      #expect(smallParameters == 1_104_218_112)
      #expect(
        answer.out.contains("1 safetensors header: 1.10 B parameters, BF16 2.06 GiB; not loaded: MTP 16 MiB"),
        "\(answer.out)")
    }
  }

  /// Twelve matrices of 8192 × 2048 in the network that the config does not have.
  @Test func aCheckpointThatDiffersIsPlannedAsItIs() throws {
    try withCheckpoint(smallTensors() + wider()) { folder in
      let answer = plimsoll("fit \(folder) --gpu h100")
      #expect(answer.err.contains("warning: the checkpoint holds 2.43 GiB of what vLLM loads"), "\(answer.err)")
      #expect(answer.err.contains("mlp"))
      #expect(plimsoll("fit \(folder)").err.contains("warning: the checkpoint holds 2.43 GiB"))
      let plain = try document("fit \(folder)/config.json --gpu h100")
      let plan = try document("fit \(folder) --gpu h100")
      #expect(plan.findings("warning") == ["checkpoint-differs"])
      let before = try #require(plain.int("rank.weights.tensor_bytes"))
      let after = try #require(plan.int("rank.weights.tensor_bytes"))
      let held = Double(smallParameters + 12 * 8192 * 2048)
      #expect((Double(after) / Double(before) / (held / Double(smallParameters)) - 1).magnitude < 0.005)
      #expect(plan.int("model.parameters") == Int(held))
      #expect(plan.text("rank.weights.basis") == "checkpoint")
    }
  }

  /// Matrices that the config knows nothing of.
  private func wider() -> [(name: String, shape: [Int])] {
    (0..<12).map { ("model.layers.\($0).mlp.extra_proj.weight", [8192, 2048]) }
  }

  @Test(
    "vLLM casts a checkpoint of float32, and quantizes one that is not: neither is a difference",
    arguments: [
      ("F32", ""), ("BF16", "--quantization fp8"), ("F16", "--what-if-quantization awq"), ("BF16", "--dtype float32"),
      ("BF16", "--hf-overrides '{\"num_hidden_layers\": 8}'"),
    ])
  func cast(_ dtype: String, _ flags: String) throws {
    try withCheckpoint(dtype: dtype) { folder in
      let plan = try document("fit \(folder) --gpu h100 \(flags)")
      #expect(plan.findings("warning") == [])
      #expect(plan.text("rank.weights.basis") == "checkpoint")
      let plain = try document("fit \(folder)/config.json --gpu h100 \(flags)")
      #expect(plan.int("rank.weights.bytes") == plain.int("rank.weights.bytes"))
    }
  }

  struct Broken: CustomTestStringConvertible {
    var testDescription: String
    var files: [String: String]
    var named = ""
    var words: [String]
    var code: String
  }

  static let broken: [Broken] = [
    Broken(
      testDescription: "a pointer of Git LFS",
      files: ["model.safetensors": "version https://git-lfs.github.com/spec/v1\nsize 2\n"], words: ["git lfs pull"],
      code: "broken-checkpoint"),
    Broken(
      testDescription: "a page", files: ["model.safetensors": "<!DOCTYPE html><html></html>"], words: ["HTML"],
      code: "broken-checkpoint"),
    Broken(
      testDescription: "a shard that is missing",
      files: ["model.safetensors.index.json": "{\"weight_map\": {\"a\": \"model-1-of-2.safetensors\"}}"],
      words: ["'model-1-of-2.safetensors' is not there", "config.json alone"], code: "missing-shard"),
    Broken(
      testDescription: "a broken index",
      files: ["model.safetensors.index.json": "{\"weight_map\": ["], words: ["model.safetensors.index.json: the index"],
      code: "broken-checkpoint"),
    Broken(
      testDescription: "GGUF", files: ["model-Q4_K_M.gguf": "GGUF"],
      words: ["gguf checkpoints with a plugin only since 0.24.0"], code: "part-not-modelled"),
    Broken(
      testDescription: "a file of GGUF", files: ["model.gguf": "GGUF"], named: "/model.gguf",
      words: ["gguf checkpoints with a plugin only since 0.24.0"], code: "part-not-modelled"),
    Broken(
      testDescription: "a pickled file", files: ["pytorch_model.bin": "PK"], named: "/pytorch_model.bin",
      words: ["pickled", "give config.json"], code: "pickled-checkpoint"),
  ]

  @Test("what cannot be read exits 4 and says what to do", arguments: broken)
  func refuse(_ broken: Broken) throws {
    try withConfig(smallConfig()) { folder in
      for (name, text) in broken.files {
        try text.write(toFile: folder + "/" + name, atomically: false, encoding: .utf8)
      }
      let answer = plimsoll("fit \(folder)\(broken.named) --gpu h100")
      #expect(answer.status == 4)
      for word in broken.words { #expect(answer.err.contains(word), "\(answer.err)") }
      let plan = try document("fit \(folder)\(broken.named) --gpu h100")
      #expect(plan.text("verdict") == "unknown")
      #expect(plan.text("findings.#0.code") == broken.code)
    }
  }

  @Test func weightsWithoutTheirConfigAreRefused() throws {
    try withFolder { folder in
      try writeSafetensors([("a", [4])], to: folder + "/model.safetensors")
      let answer = plimsoll("fit \(folder)/model.safetensors --gpu h100")
      #expect(answer.status == 4)
      #expect(answer.err.contains("config.json has to lie beside it"), "\(answer.err)")
    }
  }

  @Test func pickledWeightsAreSaidAndTheConfigIsPlanned() throws {
    try withConfig(smallConfig()) { folder in
      try "PK".write(toFile: folder + "/pytorch_model.bin", atomically: false, encoding: .utf8)
      let plan = try document("fit \(folder) --gpu h100")
      #expect(plan.findings("note").contains("checkpoint-pickled"))
      #expect(plan.text("rank.weights.basis") == "exact")
      #expect(plan.int("model.parameters") == smallParameters)
    }
  }

  @Test func bitsandbytesIsNamedByItsTensors() throws {
    try withCheckpoint(smallTensors() + [("model.layers.0.mlp.up_proj.weight.absmax", [64])]) { folder in
      let answer = plimsoll("fit \(folder) --gpu h100")
      #expect(answer.status == 4)
      #expect(answer.err.contains("bitsandbytes checkpoints with a plugin only since 0.28.0"), "\(answer.err)")
    }
  }

  @Test func anIndexThatSaysOtherwiseIsAWarning() throws {
    try withCheckpoint { folder in
      let index = "{\"weight_map\": {\"a\": \"model.safetensors\"}}"
      try index.write(toFile: folder + "/model.safetensors.index.json", atomically: false, encoding: .utf8)
      #expect(try document("fit \(folder) --gpu h100").findings("warning") == ["index-differs"])
    }
  }

  @Test(
    "a stated size is believed",
    arguments: [
      // What the preset's page says of its files: 32,763,876,352 parameters of 2 bytes.
      ("QwQ-32B", 65_527_752_704, 1.0), ("QwQ-32B", 131_055_505_408, 2.0),
      // The files of DeepSeek-V3 hold a layer more than vLLM loads, with two tables again.
      ("deepseek-v3", 688_574_839_360, 1.0),
    ])
  func stated(_ model: String, _ bytes: Int, _ ratio: Double) throws {
    let plain = try document("fit \(model) --gpu h200:8")
    let plan = try document("fit \(model) --gpu h200:8 --checkpoint-bytes \(bytes)")
    #expect(plan.text("rank.weights.basis") == "checkpoint")
    #expect(plan.findings("warning").contains("checkpoint-differs") == (ratio != 1))
    let before = try #require(plain.int("rank.weights.tensor_bytes"))
    let after = try #require(plan.int("rank.weights.tensor_bytes"))
    #expect((Double(after) / Double(before) - ratio).magnitude < 0.01)
  }

  @Test("a size that is none is refused", arguments: ["0", "-1", "many", "1.5", "9999999999999999999"])
  func noSize(_ word: String) {
    #expect(plimsoll(["fit", "QwQ-32B", "--gpu", "h100", "--checkpoint-bytes", word]).status == 2)
  }
}

extension JSONSchema {
  fileprivate static func complaints(of plan: JSON) -> [String] {
    (try? JSONSchema(named: "fit"))?.complaints(about: plan) ?? ["no schema"]
  }
}
