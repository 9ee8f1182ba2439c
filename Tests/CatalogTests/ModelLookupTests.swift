import ModelFiles
import Testing

@testable import Catalog

@Suite("Model names")
struct ModelLookupTests {
  @Test(
    "a name leads to its model",
    arguments: [
      ("llama-3.1-8b", "meta-llama/Llama-3.1-8B-Instruct"), ("llama-3.3-70b", "meta-llama/Llama-3.3-70B-Instruct"),
      ("Meta-Llama-3.1-8B-Instruct", "meta-llama/Llama-3.1-8B-Instruct"),
      ("meta-llama/Meta-Llama-3.1-8B-Instruct", "meta-llama/Llama-3.1-8B-Instruct"),
      ("meta-llama/Llama-3.1-70B-Instruct", "meta-llama/Llama-3.1-70B-Instruct"),
      ("llama-4-scout", "meta-llama/Llama-4-Scout-17B-16E-Instruct"), ("qwq-32b", "Qwen/QwQ-32B"),
      ("qwen/qwq-32b", "Qwen/QwQ-32B"), ("QWEN/QWQ-32B", "Qwen/QwQ-32B"), ("qwen3-32b", "Qwen/Qwen3-32B"),
      ("qwen3-30b", "Qwen/Qwen3-30B-A3B"), ("qwen3_30b_a3b", "Qwen/Qwen3-30B-A3B"),
      ("qwen2.5-72b", "Qwen/Qwen2.5-72B-Instruct"), ("qwen2.5-coder-32b", "Qwen/Qwen2.5-Coder-32B-Instruct"),
      ("gpt-oss-20b", "openai/gpt-oss-20b"), ("gpt-oss-120b", "openai/gpt-oss-120b"),
      ("deepseek-v3", "deepseek-ai/DeepSeek-V3"), ("DeepSeek-R1", "deepseek-ai/DeepSeek-R1"),
      ("r1-distill-qwen-32b", "deepseek-ai/DeepSeek-R1-Distill-Qwen-32B"), ("gemma-3-27b", "google/gemma-3-27b-it"),
      ("gemma-2-9b", "google/gemma-2-9b-it"), ("mixtral-8x7b", "mistralai/Mixtral-8x7B-Instruct-v0.1"),
      ("mistral-7b", "mistralai/Mistral-7B-Instruct-v0.3"), ("phi 4", "microsoft/phi-4"),
      ("kimi-k2", "moonshotai/Kimi-K2-Instruct"), ("glm-4.5-air", "zai-org/GLM-4.5-Air"),
      ("command-r7b", "CohereLabs/c4ai-command-r7b-12-2024"),
    ])
  func names(name: String, id: String) throws {
    #expect(try Catalog.model(named: name).id == id)
  }

  @Test("no listed name, with capitals and separators left out of account, leads to two models")
  func unique() throws {
    var owners: [PresetName: String] = [:]
    for preset in try Catalog.models() {
      for name in Set(([preset.id] + preset.aliases).map(PresetName.init)) {
        #expect(owners[name] == nil, "\(name.key): \(preset.id) and \(owners[name] ?? "")")
        owners[name] = preset.id
      }
    }
    #expect(Catalog.modelIDs.count >= 320)
  }

  @Test("where the end of an id is another model's alias, the two are of one shape")
  func ends() throws {
    var found = 0
    for id in Catalog.modelIDs {
      let other = try Catalog.model(named: id.split(separator: "/").last.map(String.init) ?? id)
      if other.id == id { continue }
      found += 1
      #expect(other.parameters == (try Catalog.model(named: id)).parameters, "\(id) and \(other.id)")
    }
    // Qwen2.5-7B and the like, where the short name stands for the instruct model.
    #expect(found == 10)
  }

  @Test("an alias adds something to the id and the part after its slash")
  func aliases() throws {
    for preset in try Catalog.models() {
      let short = preset.id.split(separator: "/").last.map(String.init) ?? preset.id
      #expect(Set(([preset.id, short] + preset.aliases).map(PresetName.init)).count == 2 + preset.aliases.count)
    }
  }

  @Test(
    "a misspelt name is answered with the nearest ids",
    arguments: [
      ("qwq-23b", "Qwen/QwQ-32B"), ("lama-3.1-8b", "meta-llama/Llama-3.1-8B-Instruct"),
      ("gpt-os-20b", "openai/gpt-oss-20b"), ("deepsek-v3", "deepseek-ai/DeepSeek-V3"),
      ("gemma-3-27", "google/gemma-3-27b-it"),
    ])
  func misspelt(name: String, nearest: String) throws {
    let error = try #require(throws: LookupError.self) { try Catalog.model(named: name) }
    #expect(error.suggestions.contains(nearest))
    #expect(error.message.hasPrefix("no model preset is called '" + name + "'; did you mean "))
  }

  @Test("a name of nothing has no suggestions", arguments: ["", "/", "no-such-model-at-all-anywhere"])
  func unknown(name: String) throws {
    let error = try #require(throws: LookupError.self) { try Catalog.model(named: name) }
    #expect(error == .unknown(kind: .models, name: name, suggestions: []))
  }
}
