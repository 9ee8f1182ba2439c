import Deployments
import ModelFiles
import Plimsoll
import Testing

/// vLLM's own parser was asked, and its answers are in Fixtures: `make_arg_parser` of release 0.33.0, under Python 3.12.
@Suite struct ParserAgreementTests {
  private static let lines = (try? Fixture.read("command-lines.json")["lines"]?.items) ?? []
  private static let files = (try? Fixture.read("command-lines.json")["files"]) ?? .null
  private static let flags = (try? Fixture.read("flags.json")["rows"]?.items) ?? []
  private static let refused = (try? Fixture.read("refused.json")["rows"]?.items) ?? []

  /// What is read although 0.33.0 has it no more: releases up to 0.31 had `all`, and it has no effect since.
  private static let wider = ["--mamba-cache-mode": ["all"]]

  @Test("The answers of vLLM are there")
  func fixtures() {
    #expect(Self.lines.count >= 50)
    #expect(Self.flags.count >= 480)
    #expect(Self.refused.count >= 40)
  }

  @Test("A whole line gives the model and the flags that vLLM's parser gives", arguments: lines)
  func line(_ row: JSON) throws {
    var files: [String: String] = [:]
    if case .object(let written) = Self.files {
      for member in written.members { files[member.key] = member.value.text }
    }
    let folder = try Folder(files)
    let words = (row["words"]?.texts ?? []).map { files[$0] == nil ? $0 : folder.path + "/" + $0 }
    let values = row["values"] ?? .null
    let line = try ServeLine.read(words)
    #expect(line.model == values["model"]?.text)
    #expect(try line.flags == Fixture.flags(values), "\(row["line"]?.text ?? "")")
  }

  @Test("A flag of vLLM is read as vLLM reads it, in each of its spellings", arguments: flags)
  func flag(_ row: JSON) throws {
    let line = try ServeLine.read(["vllm", "serve", "m"] + (row["words"]?.texts ?? []))
    #expect(line.model == "m")
    #expect(try line.flags == Fixture.flags(row["values"] ?? .null))
  }

  @Test("What vLLM's parser refuses is refused, or noted where an older release takes it", arguments: refused)
  func refusal(_ row: JSON) {
    let line = try? ServeLine.read(["vllm", "serve"] + row.texts)
    #expect(line.map { !$0.flags.retired.isEmpty } ?? true)
  }

  @Test("A flag has the choices that it has in vLLM", arguments: ServeFlags.descriptors.filter { !$0.choices.isEmpty })
  func choices(_ flag: FlagDescriptor) throws {
    guard let choices = try Fixture.read("flags.json")["choices"]?[flag.name]?.texts else { return }
    #expect(Set(flag.choices) == Set(choices + (Self.wider[flag.name] ?? [])), "\(flag.name)")
  }

  @Test("Every flag that moves memory is one of vLLM's")
  func descriptors() {
    let names = Set(Self.flags.compactMap { $0["words"]?.texts.first })
    for descriptor in ServeFlags.descriptors { #expect(names.contains(descriptor.name), "\(descriptor.name)") }
  }
}
