import Foundation
import Testing

@testable import ModelFiles

@Suite("The architectures of vLLM's registry")
struct ArchitecturePageTests {
  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  /// `PLIMSOLL_RECORD=1 swift test --filter ArchitecturePageTests` writes the page anew.
  @Test("docs/architectures.md is what the table of readers and the registry say")
  func isCurrent() throws {
    let file = Self.root.appending(path: "docs").appending(path: "architectures.md")
    let page = Self.page
    if ProcessInfo.processInfo.environment["PLIMSOLL_RECORD"] == "1" {
      try page.write(to: file, atomically: true, encoding: .utf8)
    }
    let recorded = try String(contentsOf: file, encoding: .utf8)
    #expect(recorded == page, "docs/architectures.md is out of date; record it with PLIMSOLL_RECORD=1")
  }

  /// What the registry lacks runs through the Transformers backend, where transformers has the class
  /// (`models/registry.py _try_resolve_transformers`).
  @Test("Each row names a class of the registry, or one of the Transformers backend, once, and the file that reads it")
  func rowsAreSound() {
    let folder = Self.root.appending(path: "Sources/ModelFiles/Architectures")
    #expect(Set(ArchitectureTable.rows.map(\.architecture)).count == ArchitectureTable.rows.count)
    for row in ArchitectureTable.rows {
      #expect(
        VLLMRegistry.Kind(of: row.architecture) != nil || row.family == "TransformersForms",
        "\(row.architecture) is not in the registry")
      let file = folder.appending(path: row.family + ".swift")
      #expect(FileManager.default.fileExists(atPath: file.path), "\(row.architecture): no \(row.family).swift")
    }
  }

  @Test("Each draft model that is read is one of the registry's, once, and has its file")
  func draftsAreSound() {
    let folder = Self.root.appending(path: "Sources/ModelFiles/Architectures/Drafts")
    #expect(Set(DraftTable.rows.map(\.architecture)).count == DraftTable.rows.count)
    for row in DraftTable.rows {
      #expect(VLLMRegistry.Kind(of: row.architecture) == .draft, "\(row.architecture) is no draft model")
      #expect(FileManager.default.fileExists(atPath: folder.appending(path: row.family + ".swift").path))
    }
  }

  /// 415 names in the ten tables of `models/registry.py`, counted there.
  @Test("The registry has 415 names, each in one table")
  func registryIsWhole() {
    let names = VLLMRegistry.Kind.allCases.flatMap(\.names)
    #expect(names.count == 415)
    #expect(Set(names).count == 415)
  }

  /// The page.
  static var page: String {
    var page = """
      # Architectures

      Every name of vLLM 0.33.0's registry (`model_executor/models/registry.py`) and what plimsoll does with a config.json
      that gives it. A modelled one is read by the file named here; what of it is not modelled (a quantization method, a
      rotary scaling, a tower) is named when it is met. All others are answered `unknown` (exit code 4), never guessed.

      """
    for kind in VLLMRegistry.Kind.allCases {
      page += "\n## " + title(kind) + "\n\n| architecture | plimsoll |\n| --- | --- |\n"
      for name in kind.names { page += "| \(name) | \(answer(String(name))) |\n" }
    }
    page += """

      ## Served through the Transformers backend, though the registry lacks them

      | architecture | plimsoll |
      | --- | --- |

      """
    for row in ArchitectureTable.rows where VLLMRegistry.Kind(of: row.architecture) == nil {
      page += "| \(row.architecture) | \(answer(row.architecture)) |\n"
    }
    page += "\n## Served by a plugin of vLLM\n\n| architecture | plugin |\n| --- | --- |\n"
    for (name, plugin) in VLLMRegistry.plugins { page += "| \(name) | \(plugin) |\n" }
    page += "\n## No longer served\n\n| architecture | last release |\n| --- | --- |\n"
    for (name, last) in VLLMRegistry.dropped where ArchitectureTable.reader(of: name) == nil {
      page += "| \(name) | \(last) |\n"
    }
    return page
  }

  private static func title(_ kind: VLLMRegistry.Kind) -> String {
    switch kind {
    case .text: "Decoders of text"
    case .multimodal: "Images, video and audio"
    case .pooling: "Embedding, ranking and classification"
    case .draft: "Draft models"
    case .transformers: "Through the Transformers backend"
    }
  }

  private static func answer(_ name: String) -> String {
    if let row = DraftTable.rows.first(where: { $0.architecture == name }) {
      return "[\(row.family)](../Sources/ModelFiles/Architectures/Drafts/\(row.family).swift)"
    }
    guard let row = ArchitectureTable.rows.first(where: { $0.architecture == name }) else { return "not modelled" }
    return "[\(row.family)](../Sources/ModelFiles/Architectures/\(row.family).swift)"
  }
}
