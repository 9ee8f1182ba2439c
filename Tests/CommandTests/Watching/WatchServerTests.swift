import Foundation
import ModelFiles
import Testing

/// `plimsoll watch` at a server of the tests' own, faults included.
@Suite struct WatchServerTests {
  static let page = Scrape().newest

  static func ok(_ body: String, _ headers: [String: String] = [:]) -> ScriptedServer.Reply {
    .answer(200, headers: headers, body: Array(body.utf8))
  }

  private func watch(_ words: String, _ environment: [String: String] = [:]) throws -> Answer {
    try shell("$plimsoll watch --no-driver \(words)", environment: environment)
  }

  @Test("a server's address is enough, and no proxy stands before one of this machine")
  func address() throws {
    let server = try ScriptedServer { _ in Self.ok(Self.page) }
    defer { server.stop() }
    let answer = try watch("--metrics 127.0.0.1:\(server.port) --once --json", ["http_proxy": "http://127.0.0.1:9"])
    #expect(answer.status == 1)
    #expect(try answer.json().text("verdict") == "kv-bound")
    #expect(try answer.json().text("source") == "http://127.0.0.1:\(server.port)/metrics")
    #expect(server.paths == ["/metrics"])
  }

  @Test("IPv6 in brackets")
  func ipv6() throws {
    guard let server = try? ScriptedServer(isIPv6: true, { _ in Self.ok(Self.page) }) else { return }
    defer { server.stop() }
    let answer = try watch("--metrics [::1]:\(server.port) --once")
    #expect(answer.status == 1, "\(answer.err)")
  }

  @Test("the token of a file is sent in a header, and is in no argument")
  func token() throws {
    try withFolder { folder in
      try "s3cret\n".write(toFile: folder + "/token", atomically: false, encoding: .utf8)
      // A curl that notes its arguments.
      let curl = try shell("command -v curl").out.trimmingCharacters(in: .whitespacesAndNewlines)
      let script = "#!/bin/sh\necho \"$@\" >> \(folder)/arguments\nexec \(curl) \"$@\"\n"
      // Written by another program: what this one has open for writing cannot be run.
      let made = try shell("cat > \(folder)/curl <<'END'\n\(script)END\nchmod +x \(folder)/curl")
      #expect(made.status == 0)
      let server = try ScriptedServer { request in
        request.headers["authorization"] == "Bearer s3cret" ? Self.ok(Self.page) : .answer(401)
      }
      defer { server.stop() }
      let path = folder + ":" + (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin")
      let with = try watch("--metrics \(server.url) --once --token-file \(folder)/token", ["PATH": path])
      #expect(with.status == 1, "\(with.err)")
      let arguments = try String(contentsOfFile: folder + "/arguments", encoding: .utf8)
      #expect(!arguments.contains("s3cret") && arguments.contains("--config -"))
      let without = try watch("--metrics \(server.url) --once")
      #expect(without.status == 4)
      #expect(without.err.contains("asks for a token (401); --token-file"))
      try "  \n".write(toFile: folder + "/token", atomically: false, encoding: .utf8)
      #expect(try watch("--metrics \(server.url) --once --token-file \(folder)/token").err.contains("holds no token"))
      #expect(try watch("--metrics \(server.url) --once --token-file \(folder)/none").err.contains("no such file"))
    }
  }

  struct Fault: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var reply: ScriptedServer.Reply
    var says: String
    var code = "bad-metrics"
  }

  @Test(
    "a fault is exit status 4 and a sentence that names the address",
    arguments: [
      Fault(testDescription: "HTML", reply: ok("<!DOCTYPE html><p>hi"), says: "a page for people"),
      Fault(
        testDescription: "HTML by its type", reply: ok("hi", ["Content-Type": "text/html"]), says: "a page for people"),
      Fault(testDescription: "empty", reply: ok(""), says: "is empty"),
      Fault(testDescription: "others", reply: ok("process_open_fds 3\n"), says: "none of a model's engine"),
      Fault(testDescription: "404", reply: .answer(404), says: "is not there (404)"),
      Fault(testDescription: "403", reply: .answer(403), says: "asks for a token (403)"),
      Fault(testDescription: "503", reply: .answer(503), says: "answers with 503", code: "metrics-unreachable"),
      Fault(
        testDescription: "broken gzip", reply: ok("no gzip", ["Content-Encoding": "gzip"]), says: "cannot unpack"),
      Fault(testDescription: "no HTTP", reply: .raw(Array("hello".utf8), .close), says: "127.0.0.1", code: ""),
      Fault(
        testDescription: "cut", reply: .raw(Array("HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\nvllm:".utf8), .close),
        says: "breaks off", code: "metrics-unreachable"),
      Fault(
        testDescription: "cut where it is packed", reply: ok(String(page.prefix(900))), says: "has no end",
        code: "metrics-unreachable"),
      Fault(
        testDescription: "reset", reply: .raw(Array("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nv".utf8), .reset),
        says: "breaks off", code: "metrics-unreachable"),
      Fault(
        testDescription: "slow",
        reply: .raw(Array("HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\nvllm:".utf8), .stall),
        says: "is not answered in", code: "metrics-unreachable"),
      Fault(
        testDescription: "endless", reply: .endless(Array("HTTP/1.1 200 OK\r\n\r\n".utf8)),
        says: "sends more than 32.00 GiB".replacingOccurrences(of: "32.00", with: "0.03")),
    ])
  func faults(fault: Fault) throws {
    let server = try ScriptedServer { _ in fault.reply }
    defer { server.stop() }
    let answer = try watch("--metrics \(server.url) --once --timeout 2s --json")
    #expect(answer.status == 4)
    #expect(answer.err.contains(fault.says), "\(answer.err)")
    #expect(answer.err.contains("127.0.0.1"))
    let document = try answer.json()
    #expect(document.text("schema") == "plimsoll.error/1")
    if !fault.code.isEmpty { #expect(document.text("code") == fault.code) }
    // Whatever is sent, little more than the limit of 32 MiB is taken.
    #expect(server.sentBytes < 64 << 20)
  }

  @Test("a page packed with gzip is unpacked")
  func gzip() throws {
    try withFolder { folder in
      try Self.page.write(toFile: folder + "/page", atomically: false, encoding: .utf8)
      try #require(try shell("gzip -n \(folder)/page").status == 0)
      let packed = [UInt8](try Data(contentsOf: URL(fileURLWithPath: folder + "/page.gz")))
      let server = try ScriptedServer { _ in .answer(200, headers: ["Content-Encoding": "gzip"], body: packed) }
      defer { server.stop() }
      #expect(try watch("--metrics \(server.url) --once").status == 1)
      #expect(server.requests.first?.headers["accept-encoding"]?.contains("gzip") == true)
      // The same page as a file is told how to be unpacked.
      #expect(try watch("--metrics \(folder)/page.gz").err.contains("unpack it first"))
    }
  }

  @Test("no server is exit status 4, a password is not shown, and a curl that is not there is named")
  func unreachable() throws {
    let server = try ScriptedServer { _ in .answer(200) }
    server.stop()
    let answer = try watch("--metrics http://me:pass@127.0.0.1:\(server.port) --once")
    #expect(answer.status == 4)
    #expect(answer.err.contains("cannot be reached") && !answer.err.contains("pass@"))
    let missing = try watch("--metrics 127.0.0.1:1 --once", ["PATH": "/nowhere"])
    #expect(missing.status == 4 || missing.err.contains("No such file"), "\(missing.err)")
  }

  @Test("two looks give rates, and counters that fell a restart")
  func twoLooks() throws {
    let server = try ScriptedServer { _ in Self.ok(Self.page) }
    defer { server.stop() }
    let same = try watch("--metrics \(server.url) --once --interval 300ms --json").json()
    #expect(server.requests.count == 2)
    #expect(same.double("engines.#0.generation_tokens_per_second") == 0)
    #expect(same.double("engines.#0.preemptions_per_minute") == 0)
    let counter = Counting()
    let moving = try ScriptedServer { _ in
      let look = counter.next()
      // A new engine each time after the second look.
      return Self.ok(
        Scrape(running: 5, waiting: 0, use: 0.5, preemptions: 0, generated: look == 2 ? 10 : Double(look) * 300)
          .newest)
    }
    defer { moving.stop() }
    let lines = try watch("--metrics \(moving.url) --count 3 --interval 200ms --json").out.split(separator: "\n")
    #expect(lines.count == 3)
    let documents = try lines.map { try JSON.parse(String($0)) }
    #expect(documents[0].double("engines.#0.generation_tokens_per_second") == nil)
    #expect(documents[1].at("engines.#0.restarted") == .bool(true))
    #expect(documents[2].at("engines.#0.restarted") == .bool(false))
    #expect((documents[2].double("engines.#0.generation_tokens_per_second") ?? 0) > 0)
  }

  @Test("in a pipe a look is a line, and a server that is away is tried again")
  func pipe() throws {
    let counter = Counting()
    let server = try ScriptedServer { _ in counter.next() == 2 ? .answer(503) : Self.ok(Self.page) }
    defer { server.stop() }
    // The reader goes after three lines, and the tool with it.
    let answer = try shell(
      "timeout 20 $plimsoll watch --no-driver --metrics \(server.url) --interval 200ms | head -3; echo ${PIPESTATUS[0]}"
    )
    let lines = answer.out.split(separator: "\n")
    #expect(lines.count == 4)
    #expect(lines[0].contains("kv-bound  running=40  waiting=25  kv=99.3%"))
    #expect(lines[1].contains("no-metrics") && lines[1].contains("tried 1 times, trying again"))
    #expect(lines[2].contains("kv-bound"))
    #expect(["0", "1"].contains(lines[3]))
  }

  @Test(
    "certificates of one's own are trusted where they are named",
    .enabled(if: TLSServer.hasTools, "python3, openssl"))
  func tls() throws {
    try withFolder { folder in
      try Self.page.write(toFile: folder + "/page", atomically: false, encoding: .utf8)
      let server = try TLSServer(
        answer: [
          "body = open(word, 'rb').read()", "self.send_response(200)",
          "self.send_header('Content-Length', str(len(body)))", "self.end_headers()", "self.wfile.write(body)",
        ], word: folder + "/page", in: folder)
      let address = server.address
      let distrusted = try watch("--metrics \(address) --once")
      #expect(distrusted.status == 4)
      #expect(distrusted.err.contains("cannot be trusted") && distrusted.err.contains("--cacert"))
      #expect(try watch("--metrics \(address) --once --cacert \(server.certificate)").status == 1)
    }
  }

  @Test("the GPUs of the machine are looked at where the server is this machine's")
  func driver() throws {
    let library = FileManager.default.temporaryDirectory.appendingPathComponent("nvml-\(UUID().uuidString).so").path
    defer { unlink(library) }
    let source = projectFolder.appendingPathComponent("Tests/DeviceProbeTests/Fixtures/standin.c").path
    try #require(try shell("clang -shared -fPIC -w -DDEVICES=1 -o \(library) \(source)").status == 0)
    let server = try ScriptedServer { _ in Self.ok(Self.page) }
    defer { server.stop() }
    let libraries = ["PLIMSOLL_NVML_LIBRARY": library, "PLIMSOLL_CUDA_LIBRARY": library]
    let document = try shell("$plimsoll watch --metrics \(server.url) --once --json", environment: libraries).json()
    #expect(document.items("accelerators").count == 1)
    #expect((document.int("accelerators.#0.used_bytes") ?? -1) >= 0)
    let without = try shell(
      "$plimsoll watch --metrics \(server.url) --once --json --no-driver", environment: libraries
    ).json()
    #expect(without.at("accelerators") == .null)
  }
}

/// Counts from 1 on, for scripts that run on several threads.
private final class Counting: @unchecked Sendable {
  private let lock = NSLock()
  private var count = 0

  func next() -> Int {
    lock.withLock {
      count += 1
      return count
    }
  }
}
