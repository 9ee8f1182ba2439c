import Catalog
import Foundation
import ModelFiles
import Plimsoll
import Testing

/// The published parameter counts of `Fixtures/published-counts.tsv`, against the shapes that presets make.
@Suite("Published parameter counts")
struct PublishedCountTests {
  struct Row: Sendable, CustomTestStringConvertible {
    var id: String
    /// What the safetensors headers of the checkpoint add up to.
    var published: Int
    var prediction: MultiTokenPrediction?
    /// What else the checkpoint has beyond the shape; negative where the shape has more.
    var other: Int
    var why: String
    var testDescription: String { id }
  }

  static let rows: [Row] = {
    let file = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "Fixtures/published-counts.tsv")
    let text = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
    return text.split(separator: "\n").filter { !$0.hasPrefix("#") }.compactMap { line in
      let cells = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      guard cells.count == 5, let published = Int(cells[1]), let other = Int(cells[3]) else { return nil }
      return Row(
        id: cells[0], published: published, prediction: MultiTokenPrediction(rawValue: cells[2]), other: other,
        why: cells[4])
    }
  }()

  @Test("the checkpoint holds the shape, multi-token prediction, and what the table names", arguments: rows)
  func published(_ row: Row) throws {
    let preset = try Catalog.model(named: row.id)
    let shape = try ArchitectureTable.shape(of: preset.config, quantization: preset.quantization)
    let prediction = try row.prediction?.parameters(of: preset) ?? 0
    #expect(row.published == shape.parameters + prediction + row.other)
    #expect(row.other == 0 || row.why.count > 5)
  }

  @Test("every preset is in the table, or is known to have no published count")
  func everyPreset() throws {
    let counted = Set(Self.rows.map(\.id))
    #expect(counted.count == Self.rows.count)
    #expect(Self.rows.count >= 290)
    #expect(Self.rows.filter { $0.other == 0 }.count >= 220)
    #expect(Set(Catalog.modelIDs).subtracting(counted) == Set(Self.uncounted))
    #expect(counted.isSubset(of: Catalog.modelIDs))
  }

  /// No total was found for these.
  static let uncounted = [
    "Alibaba-NLP/gte-Qwen2-7B-instruct",
    "BAAI/bge-reranker-v2-m3",
    "RedHatAI/Llama-4-Maverick-17B-128E-Instruct-FP8",
    "THUDM/glm-4-9b",
    "baidu/ERNIE-4.5-300B-A47B-PT",
    "ibm-granite/granite-4-8b-dense",
    "ibm-granite/granite-4-8b-dense-hybrid",
    "meta-llama/Llama-2-70b-hf",
    "meta-llama/Meta-Llama-3.1-405B",
    "meta-llama/Meta-Llama-3.1-70B",
    "meta-llama/Meta-Llama-3.1-8B",
    "mistralai/Codestral-22B-v0.1",
    "mistralai/Devstral-2-123B-Instruct-2512",
    "mistralai/Magistral-Small-2506",
    "mistralai/Ministral-3-14B-Instruct-2512",
    "mistralai/Ministral-3-3B-Instruct-2512",
    "mistralai/Ministral-3-8B-Instruct-2512",
    "mistralai/Mistral-Large-Instruct-2411",
    "mistralai/Mistral-Small-3.2-24B-Instruct-2506",
    "mistralai/Mixtral-8x22B-v0.1",
    "mistralai/Mixtral-8x7B-v0.1",
    "nvidia/Kimi-K2.5-NVFP4",
    "nvidia/Kimi-K2.6-NVFP4",
    "nvidia/Kimi-K2.7-Code-NVFP4",
    "nvidia/NVIDIA-Nemotron-3-Nano-30B-A3B-NVFP4",
    "nvidia/NVIDIA-Nemotron-3-Super-120B-A12B-NVFP4",
    "nvidia/NVIDIA-Nemotron-3-Ultra-550B-A55B-FP8",
    "nvidia/NVIDIA-Nemotron-3-Ultra-550B-A55B-NVFP4",
    "nvidia/NVIDIA-Nemotron-3.5-Lightning-30B-A3B-NVFP4",
    "nvidia/Qwen3.5-397B-A17B-NVFP4",
    "zai-org/GLM-5.3-FP8",
  ]
}
