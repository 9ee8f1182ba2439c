import ModelFiles
import Plimsoll
import Testing

/// A checkpoint that one might make of a model weighs what vLLM's own code loads of one that was made.
@Suite struct WhatIfQuantizationTests {
  static let forms = [
    ("awq", "awq:4:128"), ("gptq4", "gptq"), ("gptq8", "gptq:8"), ("ct-w4a16", "w4a16:4:128"),
    ("ct-fp8-dynamic", "fp8"),
    ("ct-fp8-block", "fp8-block"), ("ct-fp8-block", "fp8:8:[128, 128]"), ("ct-w8a8-int8", "w8a8-int8"),
    ("ct-nvfp4", "nvfp4"),
  ]

  @Test(arguments: ["Qwen/Qwen2.5-7B-Instruct", "Qwen/Qwen3-30B-A3B"], forms)
  func weighsWhatTheMadeOneDoes(_ model: String, _ form: (variant: String, whatIf: String)) throws {
    let made = model + "__" + form.variant
    let answers = QuantizedWeightsTests.file.answers.filter { $0.model == made }
    let base = try #require(QuantizedWeightsTests.file.configs[model])
    for answer in answers {
      let shape = try ArchitectureTable.shape(of: base, whatIf: try WhatIfQuantization(form.whatIf))
      let weights = shape.weights(
        stage: 0, parallelism: answer.parallelism, kernels: WeightKernels(for: answer.capability))
      #expect(weights.tensors.count == answer.weights[0][0], "\(answer)")
    }
  }

  @Test func theFormsAreAnswered() {
    let made = Set(QuantizedWeightsTests.file.answers.map(\.model))
    for (variant, _) in Self.forms { #expect(made.contains("Qwen/Qwen2.5-7B-Instruct__" + variant)) }
  }

  /// What vLLM quantizes as it loads weighs what llm-compressor's recipe of the same scales does, without the two scales
  /// of 4 B that each of 28 layers keeps for its cache.
  @Test(arguments: [("ct-fp8-dynamic", "fp8_per_channel"), ("ct-fp8-block", "fp8_per_block")])
  func atLoadIsTheRecipeWithoutScalesOfTheCache(_ variant: String, _ method: String) throws {
    let model = "Qwen/Qwen2.5-7B-Instruct"
    let answer = try #require(QuantizedWeightsTests.file.answers.first { $0.model == model + "__" + variant })
    let base = try #require(QuantizedWeightsTests.file.configs[model])
    let shape = try ArchitectureTable.shape(of: base, quantizedAtLoad: method)
    let weights = shape.weights(stage: 0, parallelism: Parallelism(), kernels: WeightKernels(for: answer.capability))
    #expect(weights.tensors.count == answer.weights[0][0] - 28 * 2 * 4)
  }

  /// Of 4 bits and 8-bit scales for 16, 4.5 bits an element; of an exponent for 32, 4.25: a linear of 256 × 256.
  @Test(arguments: [("mxfp4", 4.25), ("mxfp8", 8.25), ("w8a16", 8.125), ("w4a16:4:32", 4.5), ("w4a16:4:-1", 4)])
  func othersWeighTheirBits(_ text: String, _ bits: Double) throws {
    let base = try #require(QuantizedWeightsTests.file.configs["Qwen/Qwen2.5-7B-Instruct"])
    let plain = try ArchitectureTable.shape(of: base)
    let made = try ArchitectureTable.shape(of: base, whatIf: try WhatIfQuantization(text))
    func linears(_ shape: ModelShape) -> Double {
      let weights = shape.weights(
        stage: 0, parallelism: Parallelism(), kernels: WeightKernels(for: ComputeCapability(8, 0)))
      return Double((weights.parts[.attention] ?? .zero).count + (weights.parts[.mlp] ?? .zero).count)
    }
    #expect(abs(linears(made) / linears(plain) * 16 / bits - 1) < 0.01)
  }
}
