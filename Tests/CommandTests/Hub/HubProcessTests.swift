import Foundation
import ModelFiles
import Testing

/// The built tool against a hub: what only a process has.
@Suite struct HubProcessTests {
  let home = try! HubHome()

  private func run(_ script: String, _ hub: MiniHub, _ more: [String: String] = [:]) throws -> Answer {
    let variables = ["HF_HUB_OFFLINE": "", "HF_ENDPOINT": hub.server.url].merging(more) { $1 }
    return try shell(script, environment: home.environment.merging(variables) { $1 })
  }

  private static let fit = "$plimsoll fit org/model --gpu h100"

  @Test func aModelOfTheHubIsPlannedByItsHeaders() throws {
    let hub = try MiniHub()
    let answer = try run(Self.fit + " --json", hub)
    let json = try answer.json()
    #expect(json.text("model.source") == "hub" && json.text("model.id") == "org/model")
    #expect(json.int("model.checkpoint.tensors") == 3)
    #expect(json.texts("run.argv").starts(with: ["vllm", "serve", "org/model"]))
    let revised = try run("$plimsoll fit org/model@v1 --gpu h100 --json", hub).json()
    #expect(revised.texts("run.argv").starts(with: ["vllm", "serve", "org/model", "--revision", "v1"]))
    #expect(revised.text("model.id") == "org/model")
  }

  @Test func aDraftComesFromTheHubToo() throws {
    let hub = try MiniHub()
    let draft = "'{\"model\": \"org/model\", \"method\": \"draft_model\", \"num_speculative_tokens\": 2}'"
    _ = try run(Self.fit + " --speculative-config \(draft)", hub)
    #expect(hub.server.requests.count == 4)
  }

  @Test func aPresetNeedsNoNetworkUnlessItIsToBeRefreshed() throws {
    let hub = try MiniHub()
    #expect(try run("$plimsoll fit Qwen/QwQ-32B --gpu a100-80gb --max-model-len 8192", hub).status == 0)
    #expect(hub.server.requests.isEmpty)
    let answer = try run("$plimsoll fit QwQ-32B --gpu a100-80gb --refresh", hub)
    #expect(answer.status == 4)
    #expect(hub.server.paths == ["/api/models/Qwen/QwQ-32B/revision/main"])
    #expect(try run("$plimsoll fit Qwen/QwQ-32B@main --gpu a100-80gb", hub).status == 4)
    #expect(try run(Self.fit + " --offline --refresh", hub).status == 2)
  }

  @Test func theWordsOfALineReachTheHub() throws {
    let hub = try MiniHub()
    let line = "HF_ENDPOINT=\(hub.server.url) HF_TOKEN=hf_SECRET vllm serve org/model"
    let answer = try shell(
      "$plimsoll fit --gpu h100 --json -- \(line)",
      environment: home.environment.merging(["HF_HUB_OFFLINE": ""]) { $1 })
    #expect(try answer.json().text("model.source") == "hub")
    #expect(hub.server.requests.allSatisfy { $0.headers["authorization"] == "Bearer hf_SECRET" })
    #expect(!(answer.out + answer.err).contains("SECRET"))
  }

  /// A stand-in for curl that notes its words, its variables and what it reads.
  private func standIn(_ before: String = "cat") throws -> String {
    let curl = try shell("command -v curl").out.trimmingCharacters(in: .whitespacesAndNewlines)
    let script = """
      #!/bin/bash
      here=$(dirname "$0")
      tr '\\0' '\\n' < /proc/$$/cmdline >> "$here/argv"
      printf '%s\\n' "$@" >> "$here/argv"
      env >> "$here/env"
      tee -a "$here/stdin" | \(before) | exec \(curl) "$@"
      """
    _ = try home.write("bin/curl.sh", Array(script.utf8))
    // Copied by another program: what this one has open for writing cannot be run while a child of it starts.
    #expect(try shell("cd '\(home.folder.path)/bin' && cp curl.sh curl && chmod 755 curl").status == 0)
    return home.folder.path + "/bin:" + (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin")
  }

  @Test func aSecretIsNowhereButInWhatCurlReads() throws {
    let hub = try MiniHub()
    let path = try standIn()
    let variables = ["HF_TOKEN": "hf_SECRETone", "PATH": path]
    var said = ""
    for line in [
      Self.fit, Self.fit + " --json --hf-token hf_SECRETtwo", Self.fit + " --refresh",
      "$plimsoll fit --gpu h100 --json -- vllm serve org/model --hf-token=hf_SECRETtwo --api-key SECRETthree",
      "$plimsoll fit other/model --gpu h100", "$plimsoll fit org/model@none --offline --gpu h100 --json",
    ] {
      let answer = try run(line, hub, variables)
      said += answer.out + answer.err
    }
    hub.script("config.json", .answer(403, headers: ["X-Error-Code": "GatedRepo"]))
    let gated = try run("$plimsoll fit org/model@v2 --gpu h100", hub, variables)
    hub.server.stop()
    let gone = try run(Self.fit + " --refresh", hub, variables)
    said += gated.out + gated.err + gone.out + gone.err
    #expect(!said.contains("SECRET"), "\(said)")
    #expect(hub.server.requests.contains { $0.headers["authorization"] == "Bearer hf_SECRETone" })
    for file in home.files where file != "bin/stdin" {
      #expect(!String(decoding: try home.contents(file), as: UTF8.self).contains("SECRET"), "\(file)")
    }
    #expect(
      String(decoding: try home.contents("bin/stdin"), as: UTF8.self).contains("Authorization: Bearer hf_SECRETone"))
    #expect(String(decoding: try home.contents("bin/argv"), as: UTF8.self).contains("--config"))
  }

  @Test func anOldCurlDoesOneTransferAfterTheOther() throws {
    let hub = try MiniHub()
    // One that knows neither --parallel nor what --write-out is to say says so, and goes on.
    let path = try standIn("grep -v -e ^parallel -e ^no-progress-meter -e ^write-out -e ^suppress-connect-headers")
    let answer = try run(Self.fit + " --json", hub, ["PATH": path])
    #expect(try answer.json().int("model.checkpoint.tensors") == 3)
    hub.script(
      "config.json", .raw(Array("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{".utf8), .close), MiniHub.usual)
    #expect(try run("$plimsoll fit org/model@v1 --refresh --gpu h100 --json", hub, ["PATH": path]).status == 0)
    hub.server.stop()
    let gone = try run(Self.fit + " --refresh", hub, ["PATH": path])
    #expect(gone.status == 4 && gone.err.contains("cannot be reached"))
  }

  @Test func withoutCurlTheExitStatusIs4() throws {
    let hub = try MiniHub()
    let answer = try run("PATH=/nonexistent; " + Self.fit, hub)
    #expect(answer.status == 4 && answer.err.contains("'curl' is not on PATH"))
  }

  @Test func twoProcessesMayWriteOneEntry() throws {
    let hub = try MiniHub()
    let answer = try run(
      "for i in 1 2 3 4; do \(Self.fit) --refresh --json > /dev/null & done; wait; \(Self.fit) --offline --json", hub)
    #expect(try answer.json().int("model.checkpoint.tensors") == 3)
    #expect(home.packs.count == 1 && home.files.count == 2)
  }

  @Test func aFullDiskIsAWarningAndNoFailure() throws {
    // Two headers of 3,000 bytes: each fits into 4 blocks of 1,024 bytes as it is read, and both together do not.
    var files = MiniHub.files
    files["model-00001-of-00002.safetensors"] = MiniHub.safetensors([("model.norm.weight", [32])], headerOf: 3000)
    files["model-00002-of-00002.safetensors"] = MiniHub.safetensors([("lm_head.weight", [32])], headerOf: 3000)
    let hub = try MiniHub(files)
    let answer = try run("ulimit -f 4; \(Self.fit) --json", hub)
    let json = try answer.json()
    #expect(json.int("model.checkpoint.tensors") == 2)
    #expect(json.findings("warning").contains("hub-cache"))
    #expect(home.packs.isEmpty)
    #expect(home.files.allSatisfy { $0.hasSuffix("refs/main") }, "\(home.files)")
  }

  @Test func aClosedStandardStreamIsNoTrouble() throws {
    let hub = try MiniHub()
    for streams in ["<&-", "2>&-", "<&- 2>&-", "<&- >&- 2>&-"] {
      #expect(try run("\(Self.fit) --refresh --quiet --exit-zero \(streams)", hub).status == 0, "\(streams)")
    }
    #expect(try run("\(Self.fit) --json 2>&-", hub).json().text("model.source") == "hub")
  }

  @Test(arguments: [SIGINT, SIGTERM])
  func aSignalEndsItAndCurlAndLeavesNothing(_ signal: Int32) throws {
    let hub = try MiniHub()
    hub.script("config.json", .raw(Array("HTTP/1.1 200 OK\r\n".utf8), .stall))
    let process = Process()
    process.executableURL = products.appendingPathComponent("plimsoll")
    process.arguments = ["fit", "org/model", "--gpu", "h100"]
    process.environment = home.environment.merging(["HF_ENDPOINT": hub.server.url]) { $1 }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    let said = Pipe()
    process.standardError = said
    try process.run()
    let deadline = Date().addingTimeInterval(20)
    while hub.server.requests.count < 4, Date() < deadline { usleep(20_000) }
    usleep(100_000)
    #expect(home.files.contains { $0.contains("plimsoll-\(process.processIdentifier)-") })
    let start = Date()
    kill(process.processIdentifier, signal)
    process.waitUntilExit()
    #expect(Date().timeIntervalSince(start) < 5)
    // A shell shows 128 and the number of the signal: 130 for Ctrl-C.
    #expect(process.terminationReason == .uncaughtSignal && process.terminationStatus == signal)
    #expect(home.files.isEmpty, "\(home.files)")
    // curl held the other end of the pipe; that it ends means that curl has gone.
    #expect(said.fileHandleForReading.readDataToEndOfFile().isEmpty)
  }

  /// `script` of util-linux gives its program a terminal.
  @Test(.enabled(if: (try? shell("script --version").out.contains("util-linux")) == true, "no terminal to be had"))
  func progressIsShownOnATerminalOnly() throws {
    let hub = try MiniHub()
    hub.script("config.json", .raw(Array("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n".utf8), .stall))
    let fit = "timeout -s INT 2 $plimsoll fit org/model --gpu h100"
    let shown = try run("script -qec '\(fit)' /dev/null", hub)
    #expect(shown.out.contains("reading the hub: 2 of 3 files"))
    #expect(try !run("script -qec '\(fit) --quiet' /dev/null", hub).out.contains("reading"))
    #expect(try !run(fit, hub).err.contains("reading"))
  }
}
