import Plimsoll
import Testing

@testable import ModelFiles

/// Names, addresses and what curl is told, as text.
@Suite struct HubNamesTests {
  @Test(
    arguments: [
      ("org/name", "org/name", nil), ("Qwen/Qwen2.5-7B_x", "Qwen/Qwen2.5-7B_x", nil), ("o/n@main", "o/n", "main"),
      ("o/n@refs/pr/1", "o/n", "refs/pr/1"),
    ] as [(String, String, String?)])
  func aNameOfAHubIsRead(_ text: String, _ name: String, _ revision: String?) {
    #expect(HubID(text) == HubID(name: name, revision: revision))
  }

  @Test(arguments: [
    "name", "/name", "org/", "./name", "../name", "a/b/c", "org/na me", "org/-name", "org/name.", "org/na--me",
    "org/na..me", "org/näme", "org/name@", "org/name@a b", "~/name", "", "org/" + String(repeating: "a", count: 97),
    "org/name@a\u{0}",
  ])
  func whatCannotBeANameIsNone(_ text: String) { #expect(HubID(text) == nil) }

  @Test func addressesAreTheHubs() {
    let site = HubSite.huggingFace
    #expect(site.listing("o/n", "refs/pr/1") == "https://huggingface.co/api/models/o/n/revision/refs%2Fpr%2F1")
    #expect(site.file("a b/c#.json", of: "o/n", "main") == "https://huggingface.co/o/n/resolve/main/a%20b/c%23.json")
    let scope = HubSite.modelScope
    #expect(
      scope.listing("o/n", "v1")
        == "https://www.modelscope.cn/api/v1/models/o/n/repo/files?Revision=v1&Recursive=true")
    #expect(scope.file("config.json", of: "o/n", "v1") == "https://www.modelscope.cn/models/o/n/resolve/v1/config.json")
  }

  @Test func aPasswordInAnEndpointIsNotShown() throws {
    let site = try HubSite { $0 == "HF_ENDPOINT" ? "https://me:secret@hub.example/hf/" : nil }
    #expect(site.base == "https://me:secret@hub.example/hf")
    #expect(site.shown == "https://hub.example/hf")
    #expect(site.folderName == "hub.example%2Fhf")
    let failure = #expect(throws: HubFailure.self) { try HubSite { $0 == "HF_ENDPOINT" ? "ftp://me:secret@x" : nil } }
    #expect(failure?.message.contains("secret") == false)
  }

  @Test(arguments: [("True", true), ("1", true), ("true", true), ("False", false), ("0", false), ("", false)])
  func modelScopeIsTurnedOnAsInVLLM(_ value: String, _ isOn: Bool) throws {
    let site = try HubSite { $0 == "VLLM_USE_MODELSCOPE" ? value : nil }
    #expect((site == .modelScope) == isOn)
  }

  /// What curl reads, with one option a line.
  private func config(_ site: HubSite, token: String? = nil) -> [Substring] {
    var curl = Curl()
    curl.isPlain = site.isPlain
    curl.token = token.map { HubToken(value: $0, source: "HF_TOKEN") }
    var config = CurlConfig(limits: TransferLimits(), isParallel: true)
    config.add(CurlRequest("https://h/a", range: 0..<100, limit: 100), number: 0, output: "/tmp/a \"b\"\\c\nurl", curl)
    config.add(CurlRequest("https://h/b", limit: 5, etag: "\"e\""), number: 1, output: "/tmp/b", curl)
    return config.text.split(separator: "\n")
  }

  @Test func nothingLeadsFromHTTPSToHTTP() {
    let lines = config(.huggingFace)
    #expect(lines.filter { $0 == "proto = \"=https\"" }.count == 2)
    #expect(lines.filter { $0 == "proto-redir = \"=https\"" }.count == 2)
    #expect(lines.filter { $0.hasPrefix("proto") }.count == 4)
    let plain = config(HubSite(kind: .huggingFace, base: "http://mirror"))
    #expect(plain.filter { $0 == "proto-redir = \"=http,https\"" }.count == 2)
  }

  @Test func eachTransferHasItsOwnOptions() {
    let lines = config(.huggingFace, token: "hf_x")
    #expect(lines.filter { $0 == "next" }.count == 1)
    #expect(lines.filter { $0 == "header = \"Authorization: Bearer hf_x\"" }.count == 2)
    #expect(lines.filter { $0.hasPrefix("range") } == ["range = \"0-99\""])
    #expect(lines.filter { $0.hasPrefix("max-filesize") } == ["max-filesize = \"100\"", "max-filesize = \"5\""])
    #expect(lines.contains("header = \"If-None-Match: \\\"e\\\"\""))
    // A text cannot end its line and begin an option.
    #expect(lines.contains("output = \"/tmp/a \\\"b\\\"\\\\curl\""))
  }

  @Test func aTokenDoesNotPrintItself() {
    let token = HubToken(value: "hf_SECRET", source: "HF_TOKEN")
    var dumped = ""
    dump(token, to: &dumped)
    #expect(!"\(token) \(String(reflecting: token)) \(dumped) \(Curl(token: token))".contains("SECRET"))
  }

  // Days by hand: 1972 and 2000 have a leap day, 2100 has none.
  @Test(arguments: [
    (0, "1970-01-01"), (86_399, "1970-01-01"), (86_400, "1970-01-02"), (68_169_600, "1972-02-29"),
    (951_782_400, "2000-02-29"), (951_868_800, "2000-03-01"), (1_796_083_199, "2026-11-30"),
    (4_107_542_400, "2100-03-01"),
  ])
  func aDayIsNamed(_ epoch: Int, _ text: String) { #expect(CalendarDate(epoch: epoch).text == text) }

  @Test(arguments: [
    (["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"], true),
    (["model-1-of-1.safetensors"], true), (["model-00001-of-00002.safetensors"], false),
    (["model-00001-of-00002.safetensors", "model-00001-of-00002.safetensors"], false),
    (["a-00001-of-00002.safetensors", "b-00002-of-00002.safetensors"], false), (["model.safetensors"], false),
    (["model-00001-of-00002.safetensors", "extra.safetensors"], false), (["model-0-of-1.safetensors"], false),
    (["-00001-of-00001.safetensors"], true),
  ])
  func aSeriesIsFullOrNot(_ files: [String], _ isFull: Bool) { #expect(HubDownload.isFullSeries(files) == isFull) }
}
