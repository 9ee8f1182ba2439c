import Foundation
import ModelFiles
import Plimsoll
import Testing

/// What is kept on this machine, and what is read from it.
@Suite struct HubCacheTests {
  let home = try! HubHome()
  private let id = HubID(name: MiniHub.name)

  @Test func theSecondTimeNoNetworkIsTouched() throws {
    let hub = try MiniHub()
    let first = try home.hub(hub).model(id)
    let count = hub.server.requests.count
    let second = try home.hub(hub).model(id)
    #expect(hub.server.requests.count == count)
    #expect(second.config == first.config && second.tally?.data == first.tally?.data)
    guard case .cache(let fetched?) = second.origin else {
      Issue.record("\(second.origin)")
      return
    }
    #expect(abs(Double(fetched) - Date().timeIntervalSince1970) < 60)
    #expect(second.note?.contains("'org/model' at main (commit 0123456) is as of 20") == true)
    // A commit does not move.
    #expect(try home.hub(hub, offline: true).model(HubID(name: id.name, revision: MiniHub.commit)).note == nil)
  }

  @Test func onlyHeadersAndSmallFilesAreKept() throws {
    let hub = try MiniHub()
    _ = try home.hub(hub).model(id)
    let folder = ".cache/plimsoll/hub/127.0.0.1:\(hub.server.port)/org/model/"
    #expect(home.files == [folder + MiniHub.commit + ".pack", folder + "refs/main"])
    // The weights are 8,256 bytes of zeros, which are not there.
    #expect(try home.contents(folder + MiniHub.commit + ".pack").count < 2000)
  }

  @Test(arguments: ["flip", "cut", "longer", "empty", "other"])
  func aDamagedEntryIsReadAgainAndNeverTrusted(_ damage: String) throws {
    let hub = try MiniHub()
    _ = try home.hub(hub).model(id)
    let count = hub.server.requests.count
    let path = try #require(home.packs.first)
    var bytes = try home.contents(path)
    switch damage {
    case "flip": bytes[bytes.count - 20] ^= 1
    case "cut": bytes.removeLast()
    case "longer": bytes.append(0)
    case "empty": bytes = []
    default: bytes = Array("{}".utf8)
    }
    try home.write(path, bytes)
    let offline = failure(home.hub(hub, offline: true))
    #expect(offline?.kind == .offline && offline?.message.contains("is damaged in the cache") == true)
    #expect(hub.server.requests.count == count)
    #expect(try home.hub(hub).model(id).tally?.tensors == 3)
    #expect(hub.server.requests.count == 2 * count)
    #expect(try home.hub(hub, offline: true).model(id).tally?.tensors == 3)
  }

  @Test func everyBytePlaysAPartInTheChecksum() throws {
    let hub = try MiniHub()
    _ = try home.hub(hub).model(id)
    let path = try #require(home.packs.first)
    let bytes = try home.contents(path)
    for place in stride(from: 0, to: bytes.count, by: 7) {
      var damaged = bytes
      damaged[place] ^= 0x10
      try home.write(path, damaged)
      #expect(failure(home.hub(hub, offline: true))?.kind == .offline, "byte \(place)")
    }
  }

  @Test func aRefreshAsksWhetherTheListHasChanged() throws {
    let hub = try MiniHub()
    _ = try home.hub(hub).model(id)
    let count = hub.server.requests.count
    let same = try home.hub(hub, refresh: true).model(id)
    #expect(same.origin == .network && same.tally?.tensors == 3)
    #expect(hub.server.requests.count == count + 1)
    #expect(hub.server.requests.last?.headers["if-none-match"] == hub.etag)
  }

  @Test func aRefreshOfADamagedEntryReadsItAgain() throws {
    let hub = try MiniHub()
    _ = try home.hub(hub).model(id)
    try home.write(try #require(home.packs.first), [1])
    // The hub says that the list has not changed, and is asked for it once more.
    #expect(try home.hub(hub, refresh: true).model(id).tally?.tensors == 3)
    #expect(hub.server.requests.count == 4 + 5)
  }

  @Test func aBranchThatMovedIsReadAnewAndOnlyOnRefresh() throws {
    let hub = try MiniHub()
    _ = try home.hub(hub).model(id)
    let other = String(repeating: "f", count: 40)
    hub.script(
      "/revision/main",
      .answer(200, body: Array("{\"sha\":\"\(other)\",\"siblings\":[{\"rfilename\":\"config.json\"}]}".utf8)))
    hub.move(to: other)
    #expect(try home.hub(hub).model(id).commit == MiniHub.commit)
    #expect(try home.hub(hub, refresh: true).model(id).commit == other)
    #expect(try home.hub(hub).model(id).commit == other)
    #expect(home.packs.count == 2)
  }

  @Test(arguments: ["--offline", "HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"])
  func offlineNothingIsAsked(_ way: String) throws {
    let hub = try MiniHub()
    if !way.hasPrefix("-") { home.variables[way] = "1" }
    let error = failure(home.hub(hub, offline: way.hasPrefix("-")))
    #expect(error?.kind == .offline)
    #expect(error?.message.contains("is in no cache on this machine, and \(way) forbids to ask") == true)
    #expect(hub.server.requests.isEmpty)
  }

  @Test func whatTheHubsOwnClientDownloadedIsReadFromThere() throws {
    let hub = try MiniHub()
    let folder = "caches/hub/models--org--model/"
    for (name, bytes) in MiniHub.files { try home.write(folder + "snapshots/abc/" + name, bytes) }
    try home.write(folder + "refs/main", Array("abc".utf8))
    try home.write(folder + "refs/refs/pr/1", Array("abc\n".utf8))
    home.variables["HF_HOME"] = home.folder.path + "/caches"
    for revision in [nil, "main", "abc", "refs/pr/1"] {
      let model = try home.hub(hub).model(HubID(name: id.name, revision: revision))
      #expect(model.origin == .downloaded && model.commit == "abc")
      guard case .folder(let path) = model.content else {
        Issue.record("\(model.content)")
        continue
      }
      #expect(path == home.folder.path + "/" + folder + "snapshots/abc")
    }
    #expect(hub.server.requests.isEmpty)
    #expect(try home.hub(hub).model(HubID(name: id.name, revision: "v2")).origin == .network)
    #expect(try home.hub(hub, refresh: true).model(id).origin == .network)
  }

  @Test func aDownloadWithoutWeightsDoesOnlyOffline() throws {
    let hub = try MiniHub()
    home.variables["HF_HUB_CACHE"] = home.folder.path + "/hf"
    try home.write("hf/models--org--model/snapshots/abc/config.json", Array(MiniHub.config.utf8))
    try home.write("hf/models--org--model/refs/main", Array("abc".utf8))
    #expect(try home.hub(hub, offline: true).model(id).origin == .downloaded)
    #expect(try home.hub(hub).model(id).origin == .network)
  }

  @Test(arguments: ["models/org/model___v1___5", "org/model-v1.5"])
  func whatModelScopeDownloadedIsReadFromThere(_ folder: String) throws {
    home.variables = ["VLLM_USE_MODELSCOPE": "1", "MODELSCOPE_CACHE": home.folder.path + "/ms"]
    let name = folder.hasPrefix("models/") ? "org/model.v1.5" : "org/model-v1.5"
    for (file, bytes) in MiniHub.files { try home.write("ms/\(folder)/\(file)", bytes) }
    let model = try home.hub(nil, offline: true).model(HubID(name: name))
    #expect(model.origin == .downloaded)
  }

  @Test(arguments: ["a file in its place", "a folder that cannot be written"])
  func whereNothingCanBeKeptTheAnswerIsGivenAllTheSame(_ fault: String) throws {
    let hub = try MiniHub()
    let place = try home.write("place", [])
    home.variables["XDG_CACHE_HOME"] = fault == "a file in its place" ? place : "/proc/self/no"
    let model = try home.hub(hub).model(id)
    #expect(model.tally?.tensors == 3)
    #expect(model.warnings.count == 1)
    #expect(model.warnings.first?.hasPrefix("what was read of 'org/model' cannot be kept for the next time: ") == true)
  }

  @Test func manyMayWriteOneEntryAtOnce() async throws {
    let hub = try MiniHub()
    let home = home
    let id = id
    let counts = try await withThrowingTaskGroup(of: Int?.self) { group in
      for _ in 0..<8 { group.addTask { try home.hub(hub, refresh: true).model(id).tally?.tensors } }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(counts == Array(repeating: 3, count: 8))
    #expect(home.packs.count == 1)
    #expect(home.files.count == 2, "\(home.files)")
    #expect(try home.hub(hub, offline: true).model(id).tally?.tensors == 3)
  }
}
