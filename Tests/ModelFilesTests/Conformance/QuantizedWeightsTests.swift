import ModelFiles
import Plimsoll
import Testing

/// Whether what a quantized checkpoint weighs once loaded is what vLLM 0.33.0's own code makes of it.
@Suite struct QuantizedWeightsTests {
  struct Answer: Sendable, CustomTestStringConvertible {
    var model: String
    var capability: ComputeCapability
    var parallelism: Parallelism
    /// The name under which the checkpoint's hf_quant_config.json is kept, where it has one.
    var extra: String?
    var quantizedAtLoad: String?
    var backends: [AttentionBackend]
    var maxNumBatchedTokens: Int
    /// Of each pipeline stage: bytes of tensors, and as the allocator counts them.
    var weights: [[Int]]

    var testDescription: String {
      model + (quantizedAtLoad.map { " --quantization " + $0 } ?? "") + " tp" + String(parallelism.tensor) + " on "
        + String(capability.major) + String(capability.minor)
    }
  }

  static let file: (answers: [Answer], configs: JSONObject) = {
    do {
      let path = FilePaths.join(Fixture.folder, Fixture.quantizedAnswers)
      let top = try ConfigObject(try JSON.parse(FileReader.read(path, limit: .mib(1))))
      return (try top.objects("answers").map(Answer.init), try top.object("configs").members)
    } catch {
      fatalError("quantized-answers.json cannot be read: \(error)")
    }
  }()

  @Test(arguments: file.answers)
  func weightsAreVLLMs(_ answer: Answer) throws {
    let shape = try ArchitectureTable.shape(
      of: try #require(Self.file.configs[answer.model]), quantization: answer.extra.flatMap { Self.file.configs[$0] },
      quantizedAtLoad: answer.quantizedAtLoad)
    let attention = AttentionBuffers(
      backends: answer.backends, numHeads: shape.numAttentionHeads, hasSinks: shape.traits.hasSinks,
      maxNumBatchedTokens: answer.maxNumBatchedTokens, parallelism: answer.parallelism)
    for (stage, expected) in answer.weights.enumerated() {
      let weights = shape.weights(
        stage: stage, parallelism: answer.parallelism, kernels: WeightKernels(for: answer.capability),
        attention: attention)
      #expect(weights.tensors.count == expected[0], "stage \(stage)")
      #expect(abs(Double(weights.allocated.count) / Double(expected[1]) - 1) <= 0.003, "stage \(stage)")
    }
  }

  @Test func theAnswersCoverEachMethod() {
    let methods = Set(
      Self.file.answers.map { answer -> String in
        if let method = answer.quantizedAtLoad { return method + " at load" }
        if answer.extra != nil { return "hf_quant_config" }
        let config = Self.file.configs[answer.model]?["quantization_config"]
        guard case .string(let method)? = config?["quant_method"] else { return "none" }
        return method
      })
    #expect(
      methods.isSuperset(of: ["awq", "gptq", "compressed-tensors", "fbgemm_fp8", "hf_quant_config", "fp8 at load"]))
    #expect(Set(Self.file.answers.map(\.capability)).count == 4)
  }
}

extension QuantizedWeightsTests.Answer {
  init(_ object: ConfigObject) throws {
    model = try object.string("model")
    capability = try #require(ComputeCapability(try object.string("capability")))
    parallelism = Parallelism(tensor: try object.int("tp"), pipeline: try object.int("pp"))
    extra = try object.optionalString("hf_quant_config")
    quantizedAtLoad = try object.optionalString("quantized_at_load")
    let names = try object.strings("backends")
    backends = AttentionBackend.allCases.filter { names.contains($0.rawValue) }
    maxNumBatchedTokens = try object.int("max_num_batched_tokens")
    guard case .array(let rows)? = object.members["weights"] else { throw object.error("weights", wanted: .array) }
    weights = rows.map { row in
      guard case .array(let values) = row else { return [] }
      return values.compactMap(\.whole)
    }
  }
}
