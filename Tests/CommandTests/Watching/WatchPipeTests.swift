import Foundation
import ModelFiles
import Testing

/// `plimsoll watch --metrics -` while the pipe stays open, as that of `kubectl logs -f` does.
@Suite struct WatchPipeTests {
  private static func line(_ running: Int, _ waiting: Int, _ use: String, engine: String = "000") -> String {
    "INFO 10-01 10:00:00 [loggers.py:310] Engine \(engine): Avg prompt throughput: 1.0 tokens/s, Avg generation "
      + "throughput: 2.0 tokens/s, Running: \(running) reqs, Waiting: \(waiting) reqs, GPU KV cache usage: \(use)%"
  }

  /// Runs the tool behind a writer that stays for `seconds` after its last line, and prints how it ended.
  private func watch(_ writer: String, _ words: String) throws -> (lines: [String], status: String) {
    let answer = try shell("{ \(writer) } | timeout 20 $plimsoll watch --no-driver --metrics - \(words); echo $?")
    let lines = answer.out.split(separator: "\n").map(String.init)
    return (Array(lines.dropLast()), lines.last ?? "")
  }

  @Test("lines of statistics are shown as they come, and the pipe's end is the end")
  func live() throws {
    let answer = try watch(
      "echo start; echo '\(Self.line(3, 0, "50.0"))'; sleep 1; echo '\(Self.line(40, 25, "99.3"))'; sleep 1; "
        + "echo '\(Self.line(9, 0, "60.0"))'; sleep 0.5;", "--interval 100ms")
    #expect(answer.status == "1")
    #expect(answer.lines.count == 3, "\(answer.lines)")
    for (line, words) in zip(answer.lines, ["healthy  running=3", "kv-bound  running=40", "healthy  running=9"]) {
      #expect(line.contains(words))
    }
  }

  @Test("a single look takes what is there, of each engine the last, and does not wait for the end")
  func once() throws {
    // The writer stays for eight seconds: what waits for it is ended. Signals but KILL may be blocked by who runs the tests.
    let answer = try shell(
      "exec 3< <(echo '\(Self.line(1, 0, "10.0"))'; echo '\(Self.line(40, 25, "99.3"))'; "
        + "echo '\(Self.line(7, 0, "50.0", engine: "001"))'; exec sleep 8 2> /dev/null); "
        + "timeout -s KILL 6 $plimsoll watch --metrics - --once --json <&3; echo $? >&2; kill -9 $!")
    let document = try answer.json()
    #expect(document.items("engines").compactMap { $0.int("running") } == [40, 7])
    #expect(document.text("verdict") == "kv-bound")
    #expect(answer.err.hasPrefix("1"))
  }

  @Test("a single look at a pipe that says nothing of an engine gives up")
  func silence() throws {
    let answer = try shell(
      "exec 3< <(echo start; exec sleep 8 2> /dev/null); $plimsoll watch --metrics - --once --timeout 500ms <&3; echo $?; kill -9 $!"
    )
    #expect(answer.out == "4\n")
    #expect(answer.err.contains("no line of statistics"), "\(answer.err)")
  }

  @Test("pages that come one after the other are looked at one by one")
  func pages() throws {
    try withFolder { folder in
      for (name, generated) in [("a", 1000.0), ("b", 7000.0)] {
        try Scrape(running: 30, waiting: 0, use: 0.5, preemptions: 0, generated: generated).newest
          .write(toFile: folder + "/" + name, atomically: false, encoding: .utf8)
      }
      let answer = try watch("cat \(folder)/a; sleep 2.5; cat \(folder)/b;", "--json")
      #expect(answer.status == "0")
      let documents = try answer.lines.map { try JSON.parse($0) }
      #expect(documents.count == 2)
      // 6,000 tokens in the two and a half seconds or more between them.
      let rate = documents.last?.double("engines.#0.generation_tokens_per_second") ?? 0
      #expect(rate > 1000 && rate < 6000)
    }
  }

  @Test("a pipe that ends is one look, as a file is")
  func ends() throws {
    let answer = try shell("echo '\(Self.line(40, 25, "99.3"))' | $plimsoll watch --metrics -; echo $?")
    #expect(answer.out.contains("KV-BOUND") && answer.out.hasSuffix("1\n"))
    #expect(try shell("echo hello | $plimsoll watch --metrics -").status == 4)
  }

  @Test("preemptions that grow fewer from line to line are no restart")
  func fewer() throws {
    let many = Self.line(40, 25, "99.3").replacingOccurrences(of: "reqs, GPU", with: "reqs, Preemptions: 12, GPU")
    let answer = try watch(
      "echo '\(many)'; sleep 0.6; echo '\(Self.line(40, 0, "60"))'; sleep 0.5;", "--json --interval 1ms")
    let last = try JSON.parse(answer.lines.last ?? "")
    #expect(last.int("engines.#0.running") == 40 && last.at("engines.#0.restarted") == .bool(false))
  }
}
