import Foundation
import ModelFiles
import Plimsoll
import Testing

/// What is asked of a hub that does as it should.
@Suite struct HubReadingTests {
  let home = try! HubHome()
  private let id = HubID(name: MiniHub.name)

  @Test func configAndHeadersAreReadInTwoRoundTripsAtOneCommit() throws {
    let hub = try MiniHub()
    let model = try home.hub(hub).model(id)
    #expect(model.commit == MiniHub.commit && model.revision == "main" && model.origin == .network)
    #expect(model.config == MiniHub.config)
    // 64 × 32 twice and 32, at two bytes each: 8,256 bytes.
    #expect(model.tally?.data == Bytes(2 * (2 * 64 * 32 + 32)))
    #expect(model.tally?.tensors == 3 && model.tally?.files == 2)
    #expect(hub.server.paths.first == "/api/models/org/model/revision/main")
    #expect(
      hub.asked.dropFirst().sorted()
        == ["config.json", "model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"])
  }

  @Test func onlyTheBeginningOfAFileOfWeightsIsAskedFor() throws {
    let hub = try MiniHub()
    _ = try home.hub(hub).model(id)
    let ranges = hub.server.requests.filter { $0.path.hasSuffix(".safetensors") }.map { $0.headers["range"] }
    #expect(ranges == ["bytes=0-131071", "bytes=0-131071"])
  }

  @Test func aHeaderLongerThanTheFirstPartIsReadToItsEnd() throws {
    var files = MiniHub.files
    files["model-00002-of-00002.safetensors"] = MiniHub.safetensors([("lm_head.weight", [64, 32])], headerOf: 200_000)
    let hub = try MiniHub(files)
    let model = try home.hub(hub).model(id)
    #expect(model.tally?.data == Bytes(2 * (2 * 64 * 32 + 32)))
    let rest = hub.server.requests.last
    // The first part was bytes 0 to 131,071; the header ends at byte 200,007, after the 8 of its length.
    #expect(
      rest?.headers["range"] == "bytes=131072-200007" && rest?.path.hasSuffix("00002-of-00002.safetensors") == true)
    #expect(hub.server.requests.count == 5)
  }

  @Test func anIndexIsReadWhereTheNamesDoNotSayThatAllFilesCount() throws {
    var files = MiniHub.files
    files["extra.safetensors"] = MiniHub.safetensors([("other.weight", [1000])])
    let index = ["model.embed_tokens.weight", "model.norm.weight"].map {
      "\"\($0)\":\"model-00001-of-00002.safetensors\""
    }
    files["model.safetensors.index.json"] = Array(
      "{\"weight_map\":{\(index.joined(separator: ",")),\"lm_head.weight\":\"model-00002-of-00002.safetensors\"}}".utf8)
    let whole = try MiniHub(files)
    let model = try home.hub(whole).model(id)
    #expect(model.tally?.data == Bytes(2 * (2 * 64 * 32 + 32)))
    #expect(whole.asked.contains("model.safetensors.index.json"))
    // The second time from the cache: the same.
    #expect(try home.hub(whole).model(id).tally?.data == Bytes(2 * (2 * 64 * 32 + 32)))

    files["extra.safetensors"] = nil
    let series = try MiniHub(files)
    #expect(try HubHome().hub(series).model(id).tally?.tensors == 3)
    #expect(!series.asked.contains("model.safetensors.index.json"))
  }

  @Test(arguments: [
    ("v1.0", "v1.0"), ("refs/pr/7", "refs%2Fpr%2F7"), (MiniHub.commit, MiniHub.commit),
  ])
  func aRevisionIsAskedForByItsName(_ revision: String, _ path: String) throws {
    let hub = try MiniHub()
    let id = try #require(HubID("\(MiniHub.name)@\(revision)"))
    #expect(try home.hub(hub).model(id).revision == revision)
    #expect(hub.server.paths.first == "/api/models/org/model/revision/\(path)")
    _ = try home.hub(hub, offline: true).model(id)
  }

  @Test(arguments: ["", "/"])
  func aMirrorMayLieBelowAPath(_ end: String) throws {
    let hub = try MiniHub(prefix: "/mirror/hf")
    home.variables["HF_ENDPOINT"] = hub.server.url + hub.prefix + end
    #expect(try home.hub(hub).model(id).commit == MiniHub.commit)
    #expect(
      hub.server.paths.allSatisfy { $0.hasPrefix("/mirror/hf/api/models/") || $0.hasPrefix("/mirror/hf/org/model/") })
  }

  @Test(arguments: ["models.example.org", "ftp://models.example.org", "https://", "http://a b"])
  func anEndpointThatIsNoWebAddressIsNamed(_ address: String) {
    home.variables["HF_ENDPOINT"] = address
    let error = failure(home.hub(nil))
    #expect(error?.kind == .endpoint && error?.message.hasPrefix("HF_ENDPOINT is no web address") == true)
  }

  @Test func theTokenIsThatOfTheVariableElseOfTheFile() throws {
    func sent(_ home: HubHome) throws -> Set<String?> {
      let hub = try MiniHub()
      _ = try home.hub(hub).model(id)
      return Set(hub.server.requests.map { $0.headers["authorization"] })
    }
    #expect(try sent(HubHome()) == [nil])
    let home = try HubHome()
    try home.write(".cache/huggingface/token", Array("hf_file\n".utf8))
    #expect(try sent(home) == ["Bearer hf_file"])
    let other = try HubHome()
    other.variables["HF_TOKEN_PATH"] = try other.write("elsewhere", Array(" hf_path ".utf8))
    #expect(try sent(other) == ["Bearer hf_path"])
    let old = try HubHome()
    old.variables["HUGGING_FACE_HUB_TOKEN"] = "hf_old"
    try old.write(".cache/huggingface/token", Array("hf_file".utf8))
    #expect(try sent(old) == ["Bearer hf_old"])
    let new = try HubHome()
    new.variables = ["HUGGING_FACE_HUB_TOKEN": "hf_old", "HF_TOKEN": "hf_new"]
    #expect(try sent(new) == ["Bearer hf_new"])
  }

  @Test func aTokenThatWouldEndItsHeaderIsRefusedUnseen() throws {
    home.variables["HF_TOKEN"] = "hf_SECRET\r\nX: y"
    let hub = try MiniHub()
    let error = failure(home.hub(hub))
    #expect(error?.kind == .token && error?.message.contains("SECRET") == false)
    #expect(hub.server.requests.isEmpty)
  }

  @Test func modelScopeIsAskedInItsOwnWay() throws {
    let list = """
      {"Code":200,"Success":true,"Data":{"Files":[{"Path":"config.json","Type":"blob","Size":9,"Revision":"r1"},
      {"Path":"assets","Type":"tree"}]}}
      """
    let server = try ScriptedServer { request in
      switch request.path {
      case "/api/v1/models/org/model/repo/files?Revision=master&Recursive=true": .answer(200, body: Array(list.utf8))
      case let path where path.hasPrefix("/models/org/model/resolve/") && path.hasSuffix("/config.json"):
        .answer(200, body: Array(MiniHub.config.utf8))
      default: .answer(404)
      }
    }
    defer { server.stop() }
    home.variables = ["VLLM_USE_MODELSCOPE": "True", "MODELSCOPE_DOMAIN": server.url]
    let model = try home.hub(nil).model(id)
    #expect(model.config == MiniHub.config && model.revision == "master")
    #expect(server.paths.last == "/models/org/model/resolve/master/config.json")
    // From the cache.
    server.stop()
    #expect(try home.hub(nil).model(id).config == MiniHub.config)
  }
}
