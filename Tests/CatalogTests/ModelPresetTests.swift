import Catalog
import ModelFiles
import Plimsoll
import Testing

@Suite("Model presets")
struct ModelPresetTests {
  @Test("every preset is read and its config makes a shape", arguments: Catalog.modelIDs)
  func shapes(id: String) throws {
    let preset = try Catalog.model(named: id)
    #expect(preset.id == id)
    #expect(!preset.source.isEmpty && !preset.parametersNote.isEmpty)
    let shape = try Self.shape(preset)
    #expect(shape.numLayers > 0)
    if let parameters = preset.parameters, shape.traits.encoderNotModelled {
      #expect(shape.parameters < parameters, "the published total has the encoder too")
    }
  }

  @Test(
    "every preset plans on eight H200, by the largest tensor parallel size that divides", arguments: Catalog.modelIDs)
  func plans(id: String) throws {
    let preset = try Catalog.model(named: id)
    let shape = try Self.shape(preset)
    let device = try Catalog.gpu(named: "h200-sxm")
    let evaluations = [8, 4, 2, 1].lazy.map { size in
      var flags = ServeFlags()
      flags.tensorParallelSize = size
      return Deployment(model: shape, device: device, flags: flags).evaluate()
    }
    let evaluation = try #require(evaluations.first { $0.violations.isEmpty })
    #expect(try #require(evaluation.stages.first).weights.tensors > Bytes(0))
    #expect(evaluation.cacheProblem == nil)
  }

  @Test("a preset without a count says why")
  func proofs() throws {
    let unproved = try Catalog.models().filter { $0.parameters == nil }
    #expect(unproved.count < 20)
    #expect(unproved.allSatisfy { $0.parametersNote.count > 15 })
  }

  @Test("what is marked as unverified is a key of the config")
  func unverified() throws {
    for preset in try Catalog.models() {
      let top = try ConfigObject(preset.config)
      let text = try top.optionalObject("text_config")
      for key in preset.unverified where key != "shape" {
        #expect(top.has(key) || text?.has(key) == true, "\(preset.id) \(key)")
      }
      #expect(preset.unverified.contains("shape") == false || preset.parameters == nil)
    }
  }

  /// Published totals of Gemma 3 are those of the language model and a SigLIP tower of 27 layers, width 1152,
  /// 4 × 1152² + 2 × 1152 × 4304 weights and 4 × 1152 + 4304 + 1152 biases a layer, four norm vectors a layer and two at
  /// the end, patches of 14 × 14 × 3 with a bias, 64² positions; and a projector with its norm.
  @Test("a Gemma 3 with images is its language model and its tower", arguments: ["4b", "12b", "27b"])
  func gemma(size: String) throws {
    let preset = try Catalog.model(named: "gemma-3-" + size)
    let shape = try Self.shape(preset)
    let layer = 4 * 1152 * 1152 + 2 * 1152 * 4304 + 4 * 1152 + 4304 + 1152 + 4 * 1152
    let tower = 27 * layer + 2 * 1152 + (14 * 14 * 3 + 1) * 1152 + 64 * 64 * 1152
    let projector = 1152 * shape.hiddenSize + 1152
    let encoder = shape.outer.filter { $0.module.part == .encoder }
    #expect(encoder.reduce(0) { $0 + $1.module.parameters } == tower + projector)
    #expect(shape.parameters == preset.parameters)
  }

  @Test(
    "windows are the published ones, also where the copied file lacks the key",
    arguments: [
      ("codestral-22b", 0, 0), ("magistral-small", 0, 0), ("mistral-small-24b", 0, 0), ("mistral-large", 0, 0),
      ("mistral-7b", 0, 0), ("mistral-nemo", 0, 0), ("qwen2.5-7b", 0, 0), ("llama-3.1-8b", 0, 0),
      ("Mistral-7B-v0.1", 32, 4096), ("ministral-8b", 36, 32_768), ("gpt-oss-20b", 12, 128), ("gemma-3-27b", 52, 1024),
      ("gemma-3-1b", 22, 512), ("gemma-2-9b", 21, 4096), ("exaone-4.0-32b", 48, 4096), ("phi-4-mini", 32, 262_144),
      // The class counts the current token beside the window.
      ("command-r7b", 24, 4097),
    ])
  func windows(name: String, layers: Int, window: Int) throws {
    let shape = try Self.shape(try Catalog.model(named: name))
    var found = 0
    for group in shape.layers {
      guard case .attention(let attention) = group.mixer, case .slidingWindow(let size) = attention.span else {
        continue
      }
      found += group.count
      #expect(size == window)
    }
    #expect(found == layers)
  }

  @Test(
    "lengths are the published ones",
    arguments: [
      ("qwq-32b", 40_960), ("qwen3-32b", 40_960), ("Qwen3-30B-A3B-Instruct-2507", 262_144), ("qwen2.5-7b", 32_768),
      ("llama-3.1-8b", 131_072), ("llama-3-8b", 8192), ("gemma-3-27b", 131_072), ("gemma-3-1b", 32_768),
      ("phi-4", 16_384), ("mistral-7b", 32_768), ("deepseek-v3", 163_840), ("Kimi-K2-Instruct", 131_072),
      ("gpt-oss-20b", 131_072), ("glm-4.5", 131_072), ("glm-4.7-flash", 202_752), ("llama-4-scout", 10_485_760),
    ])
  func lengths(name: String, length: Int) throws {
    #expect(try Self.shape(try Catalog.model(named: name)).context.stated == length)
  }

  private static func shape(_ preset: ModelPreset) throws -> ModelShape {
    try ArchitectureTable.shape(of: preset.config, quantization: preset.quantization)
  }
}
