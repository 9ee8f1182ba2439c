import Foundation
import ModelFiles
import Plimsoll
import Testing

/// What a hub does wrong, and what a user is told then.
@Suite struct HubFaultTests {
  let home = try! HubHome()
  private let id = HubID(name: MiniHub.name)
  private static let list = "/revision/main"
  private static let shard = "model-00002-of-00002.safetensors"

  private func answer(_ status: Int, _ headers: [String: String] = [:]) -> MiniHub.Reply {
    .answer(status, headers: headers)
  }

  // MARK: What the hub refuses

  struct Refusal: CustomTestStringConvertible, Sendable {
    var path: String
    var status: Int
    var headers: [String: String] = [:]
    var token: String?
    var kind: HubFailure.Kind
    var says: [String]
    var testDescription: String { "\(path) \(status) \(headers) \(token ?? "")" }
  }

  @Test(arguments: [
    Refusal(
      path: list, status: 401, headers: ["X-Error-Code": "RepoNotFound"], kind: .unknown,
      says: ["has no model 'org/model' that is open to you", "check its name", "set HF_TOKEN"]),
    Refusal(
      path: list, status: 404, headers: ["X-Error-Code": "RepoNotFound"], token: "hf_x", kind: .unknown,
      says: ["check its name, and whether the account of the token of HF_TOKEN may read it"]),
    Refusal(path: list, status: 404, kind: .unknown, says: ["has no model 'org/model'"]),
    Refusal(
      path: list, status: 401, headers: ["X-Error-Message": "Invalid credentials in Authorization header"],
      token: "hf_x",
      kind: .token, says: ["does not know the token of HF_TOKEN"]),
    Refusal(
      path: list, status: 404, headers: ["X-Error-Code": "RevisionNotFound"], kind: .revision,
      says: ["'org/model' has no revision 'main'", "/org/model/tree/main"]),
    Refusal(
      path: "config.json", status: 403, headers: ["X-Error-Code": "GatedRepo"], kind: .gated,
      says: ["'org/model' is gated: accept its terms at http://127.0.0.1:", "/org/model and set HF_TOKEN"]),
    Refusal(
      path: shard, status: 401, headers: ["X-Error-Code": "GatedRepo"], kind: .gated, says: ["and set HF_TOKEN"]),
    Refusal(
      path: "config.json", status: 403, headers: ["X-Error-Code": "GatedRepo"], token: "hf_x", kind: .gated,
      says: ["accept its terms at", "with the account of the token of HF_TOKEN"]),
    Refusal(
      path: "config.json", status: 404, headers: ["X-Error-Code": "EntryNotFound"], kind: .missing,
      says: ["config.json is not there"]),
    Refusal(path: list, status: 403, kind: .unknown, says: ["does not let you read 'org/model'"]),
    Refusal(path: list, status: 418, kind: .answer, says: ["answers with 418"]),
  ])
  func aRefusalIsToldWithWhatToDo(_ refusal: Refusal) throws {
    let hub = try MiniHub()
    hub.script(refusal.path, answer(refusal.status, refusal.headers))
    home.variables["HF_TOKEN"] = refusal.token
    let error = failure(home.hub(hub))
    #expect(error?.kind == refusal.kind)
    for part in refusal.says { #expect(error?.message.contains(part) == true, "\(error?.message ?? "")") }
    // What cannot pass is not tried again.
    #expect(hub.server.paths.filter { $0.hasSuffix(refusal.path) }.count == 1)
    #expect(home.packs.isEmpty)
  }

  // MARK: What may pass

  @Test(
    arguments: [
      [.answer(429, headers: ["Retry-After": "0"])], [.answer(429)], [.answer(500)], [.answer(503), .answer(502)],
      [.raw(Array("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{\"sha\"".utf8), .reset)],
      [.raw(Array("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{\"sha\"".utf8), .close)],
      [.raw([], .close)],
      [.raw(Array("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n".utf8), .stall)],
    ] as [[MiniHub.Reply]])
  func whatMayPassIsTriedAgain(_ faults: [MiniHub.Reply]) throws {
    for path in [Self.list, "config.json", Self.shard] {
      let hub = try MiniHub()
      let home = try HubHome()
      switch faults.count {
      case 1: hub.script(path, faults[0], MiniHub.usual)
      default: hub.script(path, faults[0], faults[1], MiniHub.usual)
      }
      #expect(try home.hub(hub).model(id).tally?.tensors == 3)
      #expect(hub.server.paths.filter { $0.hasSuffix(path) }.count == faults.count + 1)
      // Nothing is left of what was read half.
      #expect(home.files.filter { $0.contains("plimsoll-") }.isEmpty)
    }
  }

  @Test func aHubThatIsAskedTooOftenIsTriedAFewTimes() throws {
    let hub = try MiniHub()
    hub.script(Self.list, answer(429))
    let error = failure(home.hub(hub))
    #expect(
      error?.kind == .busy
        && error?.message.contains("asked too often from here (429); try again later, or set HF_TOKEN") == true)
    #expect(hub.server.requests.count == 3)
  }

  @Test func aHubThatAsksToWaitForAnHourIsNotWaitedFor() throws {
    let hub = try MiniHub()
    hub.script(Self.list, answer(429, ["Retry-After": "3600"]))
    let start = Date()
    let error = failure(home.hub(hub))
    #expect(Date().timeIntervalSince(start) < 5)
    #expect(error?.kind == .busy && error?.message.contains("try again in 3600 s") == true)
    #expect(hub.server.requests.count == 1)
  }

  @Test func whatTheHubAsksToWaitIsWaited() throws {
    let hub = try MiniHub()
    hub.script(Self.list, answer(429, ["Retry-After": "1"]), MiniHub.usual)
    var asked = home.hub(hub)
    asked.limits.pauses = 3
    let start = Date()
    _ = try asked.model(id)
    #expect(Date().timeIntervalSince(start) >= 1)
  }

  @Test func aServerThatKeepsFailingIsNamed() throws {
    let hub = try MiniHub()
    hub.script("config.json", answer(500))
    let error = failure(home.hub(hub))
    #expect(error?.kind == .busy && error?.message.contains("config.json fails with 500, again and again") == true)
  }

  // MARK: The way there

  @Test func aHubThatIsNotThereIsNamed() throws {
    let gone = try ScriptedServer { _ in .answer(500) }
    gone.stop()
    home.variables["HF_ENDPOINT"] = gone.url
    let error = failure(home.hub(nil))
    #expect(error?.kind == .network && error?.message.hasPrefix("\(gone.url) cannot be reached") == true)
    home.variables["HF_ENDPOINT"] = "http://hub.invalid"
    #expect(failure(home.hub(nil))?.kind == .network)
  }

  @Test(
    arguments: [
      (.raw(Array("HTTP/1.1 206 Partial\r\nContent-Length: 9000\r\n\r\nabc".utf8), .reset), "breaks off"),
      (.raw(Array("HTTP/1.1 206 Partial\r\nContent-Length: 9000\r\n\r\nabc".utf8), .close), "breaks off"),
      (.raw(Array("HTTP/1.1 206 Partial\r\nContent-Length: 9000\r\n\r\nabc".utf8), .stall), "is not answered in time"),
    ] as [(MiniHub.Reply, String)])
  func aTransferThatNeverEndsWellIsNamed(_ fault: MiniHub.Reply, _ says: String) throws {
    let hub = try MiniHub()
    hub.script(Self.shard, fault)
    let error = failure(home.hub(hub))
    #expect(
      error?.kind == .network && error?.message.contains(Self.shard + " " + says) == true, "\(error?.message ?? "")")
    #expect(home.packs.isEmpty)
  }

  @Test func aCircleOfRedirectsEnds() throws {
    let hub = try MiniHub()
    hub.script(Self.list, answer(302, ["Location": "/api/models/org/model/revision/main"]))
    let error = failure(home.hub(hub))
    #expect(error?.kind == .answer && error?.message.contains("redirects in a circle") == true)
    // The first request and five redirects.
    #expect(hub.server.requests.count == 6)
  }

  @Test func aRedirectToAnotherHostDoesNotCarryTheToken() throws {
    let file = try #require(MiniHub.files[Self.shard])
    let other = try ScriptedServer { MiniHub.part(of: file, $0) }
    defer { other.stop() }
    let hub = try MiniHub()
    hub.script(Self.shard, answer(302, ["Location": "http://localhost:\(other.port)/blob?signed=1"]))
    home.variables["HF_TOKEN"] = "hf_SECRET"
    #expect(try home.hub(hub).model(id).tally?.tensors == 3)
    #expect(other.requests.map { $0.headers["authorization"] } == [nil])
    #expect(other.requests.first?.headers["range"] == "bytes=0-131071")
    #expect(hub.server.requests.allSatisfy { $0.headers["authorization"] == "Bearer hf_SECRET" })
  }

  @Test func aProxyIsGoneThrough() throws {
    let hub = try MiniHub()
    home.variables["HF_ENDPOINT"] = "http://hub.invalid"
    home.variables["http_proxy"] = hub.server.url
    // A proxy is asked with the whole address; the little hub knows only paths.
    #expect(failure(home.hub(nil))?.kind == .missing)
    #expect(hub.server.paths == ["http://hub.invalid/api/models/org/model/revision/main"])
  }

  @Test func withoutCurlAFolderIsOffered() throws {
    let hub = try MiniHub()
    var asked = home.hub(hub)
    asked.program = "plimsoll-test-no-such-curl"
    let error = failure(asked)
    #expect(error?.kind == .noCurl)
    #expect(
      error?.message.hasSuffix(
        "is not on PATH, and the hub is read with it; install it, or give a folder with config.json") == true)
  }

  // MARK: What a hub answers that it should not

  @Test(arguments: [list, "config.json"])
  func aPageInPlaceOfJSONIsNamed(_ path: String) throws {
    let hub = try MiniHub()
    hub.script(path, .answer(200, headers: ["Content-Type": "text/html"], body: Array("<!doctype html><p>Log in".utf8)))
    let error = failure(home.hub(hub))
    #expect(error?.kind == .answer && error?.message.contains("answers with a web page where JSON is expected") == true)
  }

  @Test(arguments: ["", "{\"sha\":", "[]", "{\"sha\":\"\",\"siblings\":[]}", "{\"sha\":1,\"siblings\":[]}"])
  func aListThatIsNoneIsNamed(_ body: String) throws {
    let hub = try MiniHub()
    hub.script(Self.list, .answer(200, body: Array(body.utf8)))
    #expect(failure(home.hub(hub))?.kind == .answer)
  }

  @Test(arguments: [
    "bytes 8-131079/900000", "bytes 0-130000/900000", "bytes 0-200000/900000", "bytes */900000", "bytes 0-131071", "",
    "bytes 0-9223372036854775807/1", "bytes -5-2/9",
  ])
  func anotherPartThanThatAskedForIsNotTaken(_ range: String) throws {
    let hub = try MiniHub()
    let body = [UInt8](repeating: 1, count: 131_072)
    hub.script(Self.shard, .answer(206, headers: range.isEmpty ? [:] : ["Content-Range": range], body: body))
    let error = failure(home.hub(hub))
    #expect(error?.kind == .answer && error?.message.contains("answers with another part of the file") == true)
  }

  @Test func aServerWithoutRangesIsReadNoFurtherThanNeeded() throws {
    let file = MiniHub.safetensors([("lm_head.weight", [64, 32])], headerOf: 150_000)
    for length in ["Content-Length: 5000000000\r\n", ""] {
      let hub = try MiniHub()
      let home = try HubHome()
      // The header, and then what would be 5 GB of weights.
      hub.script(Self.shard, .endless(Array("HTTP/1.1 200 OK\r\n\(length)\r\n".utf8) + file))
      let model = try? home.hub(hub).model(id)
      // A stated length that is not that of the file is told; without one the header is what counts.
      #expect(length.isEmpty ? model?.tally?.tensors == 3 : model == nil)
      #expect(hub.server.sentBytes < 128 << 20, "\(hub.server.sentBytes)")
    }
  }

  @Test func aServerWithoutRangesGivesASmallFileWhole() throws {
    let hub = try MiniHub()
    hub.script(Self.shard, .answer(200, body: try #require(MiniHub.files[Self.shard])))
    #expect(try home.hub(hub).model(id).tally?.tensors == 3)
  }

  @Test(
    arguments: [
      (UInt64(1) << 63, "the header would be 9223372036854775808 bytes long"), (.max, "the header would be"),
      (100_000_001, "the header would be 100000001 bytes long"),
      (100_000_000, "bytes, and its header alone needs 100000008"),
    ] as [(UInt64, String)])
  func aHeaderThatCannotBeIsNotAskedFor(_ length: UInt64, _ says: String) throws {
    let hub = try MiniHub()
    hub.move(to: MiniHub.commit, [Self.shard: MiniHub.lengthWord(length) + Array("{}".utf8)])
    let error = failure(home.hub(hub))
    #expect(error?.kind == .header && error?.message.contains(says) == true, "\(error?.message ?? "")")
    #expect(error?.message.hasPrefix("org/model/" + Self.shard) == true)
    #expect(hub.server.requests.count == 4)
  }

  @Test func aHeaderOf100MBIsLeftWhereItIs() throws {
    let hub = try MiniHub()
    let start = MiniHub.lengthWord(99_000_000) + [UInt8](repeating: 0x20, count: 131_064)
    hub.script(Self.shard, .answer(206, headers: ["Content-Range": "bytes 0-131071/700000000000"], body: start))
    let error = failure(home.hub(hub))
    #expect(
      error?.kind == .header && error?.message.contains("a header of 99000000 bytes is not read from afar") == true)
    #expect(hub.server.requests.count == 4)
  }

  @Test(arguments: [
    (["README.md", "adapter_config.json"], "is a LoRA adapter"), (["a.gguf"], "has GGUF files and no config.json"),
    (["README.md"], "has no config.json among its 1 files"),
  ])
  func aRepositoryThatIsNoModelIsToldForWhatItIs(_ names: [String], _ says: String) throws {
    let hub = try MiniHub(Dictionary(uniqueKeysWithValues: names.map { ($0, []) }))
    let error = failure(home.hub(hub))
    #expect(error?.kind == .missing && error?.message.contains(says) == true)
  }
}
