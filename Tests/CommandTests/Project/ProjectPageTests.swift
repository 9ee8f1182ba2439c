import CommandLineKit
import Foundation
import ModelFiles
import Testing

@testable import PlimsollCommand

@Suite("docs/project-file.md")
struct ProjectPageTests {
  private static let file = projectFolder.appendingPathComponent("docs/project-file.md")

  private func page() throws -> String { try String(contentsOf: Self.file, encoding: .utf8) }

  private func example() throws -> String {
    let parts = try page().components(separatedBy: "```json\n")
    try #require(parts.count == 2)
    return parts[1].components(separatedBy: "```")[0]
  }

  /// `PLIMSOLL_RECORD=1 swift test --filter ProjectPageTests` writes the outputs anew.
  @Test("The page shows what the tool says today where its example lies")
  func outputs() throws {
    let page = try page()
    let shown: String = try Workplace.with(project: try example()) { place in
      var blocks = page.components(separatedBy: "```\n$ plimsoll ")
      try #require(blocks.count == 3)
      for index in blocks.indices.dropFirst() {
        let line = String(blocks[index].prefix { $0 != "\n" })
        let rest = blocks[index].components(separatedBy: "```").dropFirst().joined(separator: "```")
        let terminal = Terminal(isInteractive: false, columns: 80) { $0 == "LANG" ? "C.UTF-8" : nil }
        let answer = place.plimsoll(line, terminal: terminal)
        let out = answer.out.replacingOccurrences(of: place.project, with: "/srv/qwq")
        blocks[index] = "\(line)\n\(out)```\(rest)"
      }
      return blocks.joined(separator: "```\n$ plimsoll ")
    }
    if ProcessInfo.processInfo.environment["PLIMSOLL_RECORD"] == "1" {
      try shown.write(to: Self.file, atomically: true, encoding: .utf8)
    } else {
      #expect(shown == page)
    }
  }

  @Test("The example passes its gate as the page says, and misses one that is set higher")
  func gate() throws {
    let example = try example()
    try Workplace.with(project: example) { place in
      let plan = try place.document("fit")
      // Two A100 have room for at least 8 requests of 32,000 tokens, and one alone has not.
      #expect((plan.double("kv_cache.max_concurrency") ?? 0) >= 8)
      #expect(place.plimsoll("fit").status == 0)
      #expect(place.plimsoll("fit --min-concurrency 1000").status == 1)
      #expect(place.plimsoll("fit --gpu a100-80gb-sxm").status == 1)
    }
  }

  @Test("The example and every key hold to the published schema, which names the keys that are read and no other")
  func schema() throws {
    let schema = try JSONSchema(named: "project")
    #expect(schema.complaints(about: try JSON.parse(try example())) == [])
    let whole = try Data(contentsOf: projectFolder.appendingPathComponent("docs/schema/project.schema.json"))
    let properties = try #require(try JSON.parse([UInt8](whole)).at("properties"))
    #expect(Set(properties.keys) == Set(ConfigKey.all))
    #expect(properties.at("measured.properties")?.keys == MeasuredArgument.terms)
    let page = try page()
    for key in ConfigKey.all { #expect(page.contains("`\(key)`"), "\(key)") }
    for key in ConfigKey.scalars { #expect(page.contains("`\(key.variable)`"), "\(key.variable)") }
  }

  @Test(
    "What the schema refuses the tool refuses",
    arguments: [
      #"{"modle": "x"}"#, #"{"model": 1}"#, #"{"nodes": "2"}"#, #"{"nodes": 1.5}"#, #"{"min_concurrency": "8"}"#,
      #"{"min_kv_tokens": 1.5}"#, #"{"min_headroom": 5}"#, #"{"gpu_memory": 79}"#, #"{"flags": []}"#, #"{"env": 1}"#,
      #"{"measured": {"weight": "1GiB"}}"#, #"{"measured": {"weights": true}}"#, #"{"entry_point": "api"}"#,
      #"{"schema": "plimsoll.project/0"}"#, #"{"$schema": 1}"#, "[]",
    ])
  func refused(_ text: String) throws {
    let complaints = try JSONSchema(named: "project").complaints(about: try JSON.parse(text))
    #expect(!complaints.isEmpty)
    try Workplace.with(project: text) { place in
      let failure = try place.document("fit QwQ-32B --gpu h100")
      #expect(failure.text("code") == "bad-project-file" || failure.text("code") == "bad-value")
    }
  }
}
