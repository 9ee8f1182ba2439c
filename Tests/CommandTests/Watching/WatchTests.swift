import Foundation
import ModelFiles
import Testing

@testable import PlimsollCommand

/// `plimsoll watch` on pages that were saved.
@Suite struct WatchTests {
  /// 28,004 blocks of Llama 3.1 8B: 2 x 32 layers x 8 heads x 128 x 2 bytes x 16 tokens = 2,097,152 bytes each.
  static let pool = 28_004 * 2_097_152

  /// Runs the verb in this process, on a page and a plan of the same deployment in files; `$page` and `$plan` name them.
  static func watch(_ page: String, release: String = "0.33.0", flags: String = "", _ words: String) throws -> Answer {
    try withFolder { folder in
      try page.write(toFile: folder + "/page.prom", atomically: false, encoding: .utf8)
      let plan = plimsoll(
        "fit llama-3.1-8b-instruct --gpu h100 --vllm \(release) --json "
          + "--available-kv-cache-memory \(pool) \(flags)"
      ).out
      try plan.write(toFile: folder + "/plan.json", atomically: false, encoding: .utf8)
      let line = words.replacingOccurrences(of: "$page", with: folder + "/page.prom")
        .replacingOccurrences(of: "$plan", with: folder + "/plan.json")
      return plimsoll("watch " + line)
    }
  }

  static func document(_ page: String, release: String = "0.33.0", flags: String = "") throws -> (JSON, Int32) {
    let answer = try watch(
      page, release: release, flags: flags, "--metrics $page --plan $plan --once --json")
    let document = try answer.json()
    #expect(try JSONSchema(named: "watch").complaints(about: document).isEmpty)
    return (document, answer.status)
  }

  @Test("a full cache is a crossed line in the oldest and the newest release", arguments: ["0.8.5", "0.33.0"])
  func kvBound(release: String) throws {
    let scrape = Scrape()
    let page = release == "0.8.5" ? scrape.oldest : scrape.newest
    let (document, status) = try Self.document(page, release: release)
    #expect(status == 1)
    #expect(document.text("verdict") == "kv-bound")
    #expect(document.int("engines.#0.running") == 40)
    #expect(document.int("engines.#0.waiting") == 25)
    #expect(document.double("engines.#0.kv_cache_usage") == 0.993)
    #expect(document.int("engines.#0.preemptions") == 12)
    // 50,000 of 200,000 tokens that were looked up.
    #expect(document.double("engines.#0.prefix_cache_hit_rate") == 0.25)
    #expect(document.items("findings.#0.remedies").contains { $0.texts("argv").first?.hasPrefix("--") == true })
  }

  @Test("seats that run short are raised to what waits, where the cache holds them")
  func seatBound() throws {
    var scrape = Scrape(running: 1024, waiting: 80, deferred: 3, use: 0.41, preemptions: 0)
    var (document, status) = try Self.document(scrape.newest)
    #expect(status == 1)
    #expect(document.text("verdict") == "seat-bound")
    #expect(document.int("engines.#0.deferred") == 3)
    // 1,024 + 80, a multiple of 16.
    #expect(document.texts("findings.#0.remedies.#0.argv") == ["--max-num-seqs", "1104"])
    #expect(document.text("findings.#0.remedies.#0.verdict") == "fits")
    // Half of 448,064 tokens for 1,024: 218.8 each, so that 0.95 x 448,064 hold 1,945, and no 2,600.
    scrape.use = 0.5
    scrape.waiting = 1576
    (document, _) = try Self.document(scrape.newest)
    #expect(document.texts("findings.#0.remedies.#0.argv") == ["--max-num-seqs", "1936"])
    #expect(document.text("findings.#0.remedies.#0.message")?.contains("the cache holds 1,945") == true)
  }

  @Test("more hits than questions are no rate")
  func hits() throws {
    let page =
      "vllm:num_requests_running 3\nvllm:kv_cache_usage_perc 0.5\n"
      + "vllm:prefix_cache_queries_total 10\nvllm:prefix_cache_hits_total "
    #expect(try Self.document(page + "5\n").0.double("engines.#0.prefix_cache_hit_rate") == 0.5)
    #expect(try Self.document(page + "1e300\n").0.at("engines.#0.prefix_cache_hit_rate") == .null)
  }

  @Test("a quiet server is no crossed line")
  func quiet() throws {
    let (idle, status) = try Self.document(Scrape(running: 0, waiting: 0, use: 0, preemptions: 0).newest)
    #expect(status == 0)
    #expect(idle.text("verdict") == "no-load")
    let (busy, _) = try Self.document(Scrape(running: 300, waiting: 0, use: 0.6).newest)
    #expect(busy.text("verdict") == "healthy")
    let (large, _) = try Self.document(Scrape(running: 3, waiting: 0, use: 0.05).newest)
    #expect(large.text("verdict") == "oversized")
  }

  @Test("a cache that is not the planned one has drifted, and other flags are named")
  func drift() throws {
    // 0.85 of the card where 0.92 was planned: 0.07 x 79.18 GiB = 5.5 GiB of the 54.7 less.
    var scrape = Scrape(running: 100, waiting: 0, use: 0.6, preemptions: 0)
    scrape.blocks = 25_170
    scrape.utilization = 0.85
    let (document, status) = try Self.document(scrape.newest)
    #expect(status == 1)
    #expect(document.text("verdict") == "drifted")
    #expect(document.items("findings").compactMap { $0.text("code") } == ["flags-drifted", "blocks-drifted"])
    #expect(document.texts("findings.#0.remedies.#0.argv") == ["--gpu-memory-utilization", "0.92"])
    #expect(document.texts("findings.#0.remedies.#1.argv") == ["--gpu-memory-utilization", "0.85"])
  }

  /// v1/engine/core_client.py: "Sum num_gpu_blocks from all engines in DP case".
  @Test("the blocks that a front end tells are those of all its engines together")
  func severalEngines() throws {
    let one = Scrape(running: 10, waiting: 0, use: 0.5, preemptions: 0, blocks: 56_008).newest
    let two = one.replacingOccurrences(of: "engine=\"0\"", with: "engine=\"1\"")
    let (document, status) = try Self.document(one + two)
    #expect(status == 0, "\(document.text("summary") ?? "")")
    #expect(document.items("engines").compactMap { $0.int("num_blocks") } == [28_004, 28_004])
    #expect(document.int("total.running") == 20)
  }

  @Test(
    "the log's line of statistics is a look too",
    arguments: [
      ("Running: 256 reqs, Waiting: 80 reqs, GPU KV cache usage: 41.0%", "seat-bound", ["--max-num-seqs", "336"]),
      ("Running: 40 reqs, Waiting: 25 reqs, Preemptions: 12, GPU KV cache usage: 99.3%", "kv-bound", []),
    ])
  func statistics(line: String, verdict: String, argv: [String]) throws {
    let answer = try Self.watch("INFO start\nEngine 000: \(line)\n", "--metrics $page --once --json")
    #expect(answer.status == 1)
    let document = try answer.json()
    #expect(document.text("verdict") == verdict)
    if !argv.isEmpty { #expect(document.texts("findings.#0.remedies.#0.argv") == argv) }
  }

  @Test(
    "what cannot be read is exit status 4 with what to do",
    arguments: [
      ("<html><body>Grafana</body></html>", "is a page for people"), ("", "is empty"),
      ("process_open_fds 3\n", "none of a model's engine"), ("some text\n", "has no metric of vLLM"),
    ])
  func unusable(page: String, says: String) throws {
    let answer = try Self.watch(page, "--metrics $page --once")
    #expect(answer.status == 4)
    #expect(answer.err.contains(says), "\(answer.err)")
  }

  @Test("an engine that tells no requests is unknown, exit status 4")
  func unknown() throws {
    let answer = try Self.watch(
      "vllm:num_requests_running NaN\nvllm:kv_cache_usage_perc 0.5\n", "--metrics $page --json")
    #expect(answer.status == 4)
    #expect(try answer.json().text("verdict") == "unknown")
    #expect(try answer.json().findings("note") == ["unknown", "odd-values"])
  }

  @Test("figures that no server has end in no crash", arguments: ["1e300", "999999999999999", "1e15", "0.5"])
  func sizes(number: String) throws {
    let page = """
      vllm:num_requests_running \(number)
      vllm:num_requests_waiting \(number)
      vllm:kv_cache_usage_perc 0.2
      vllm:num_preemptions_total \(number)
      vllm:request_prompt_tokens_sum \(number)
      vllm:request_prompt_tokens_count 1e-300
      vllm:iteration_tokens_total_bucket{le="\(number)"} \(number)
      vllm:cache_config_info{num_gpu_blocks="\(number)",block_size="\(number)",gpu_memory_utilization="\(number)"} 1
      """
    for words in ["--metrics $page --json", "--metrics $page --plan $plan --json", "--metrics $page --plan $plan"] {
      #expect([0, 1].contains(try Self.watch(page, words).status))
    }
  }

  @Test("a page that is damaged anywhere is read or refused")
  func damaged() throws {
    try withFolder { folder in
      let page = Array(Scrape().newest.utf8)
      var state: UInt64 = 20_261_130
      func next(_ bound: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(state >> 33) % bound
      }
      for _ in 0..<150 {
        var damaged = page
        for _ in 0...next(20) { damaged[next(damaged.count)] = UInt8(next(256)) }
        let part = damaged[..<(next(4) == 0 ? next(damaged.count) : damaged.count)]
        try Data(part).write(to: URL(fileURLWithPath: folder + "/page"))
        #expect([0, 1, 4].contains(plimsoll("watch --metrics \(folder)/page --json").status))
      }
    }
  }

  @Test(
    "a plan that is none is refused by name",
    arguments: [
      ("{", "is no JSON"), ("{}", "is not what 'plimsoll fit --json' writes"),
      (#"{"schema": "plimsoll.recommend/1"}"#, "is a plimsoll.recommend/1"),
      (
        #"{"schema": "plimsoll.fit/1", "summary": "not modelled"}"#,
        "has no KV cache to hold a server against: not modelled"
      ),
    ])
  func badPlan(text: String, says: String) throws {
    let answer = try withFolder { folder in
      try text.write(toFile: folder + "/plan.json", atomically: false, encoding: .utf8)
      return plimsoll("watch --metrics /dev/null --plan \(folder)/plan.json")
    }
    #expect(answer.status == 4)
    #expect(answer.err.contains(says), "\(answer.err)")
  }

  @Test(
    "words that contradict each other are exit status 2",
    arguments: [
      "--once --count 2", "--json --format prometheus-rules", "--metrics - --plan -", "--count 0", "--interval 5",
      "--metrics ftp://host/", "--metrics http:///metrics", "--vllm 0.9.2", "--format prometheus-rules --vllm x",
    ])
  func usage(words: String) { #expect(plimsoll("watch " + words).status == 2) }

  @Test(
    "an address is completed as a person would write it",
    arguments: [
      ("localhost:8000", "http://localhost:8000/metrics"), ("[::1]:8000", "http://[::1]:8000/metrics"),
      ("gpu-7:80/vllm/metrics", "http://gpu-7:80/vllm/metrics"), ("HTTP://h", "http://h/metrics"),
      ("https://h/", "https://h/metrics"), ("https://h/m?x=1", "https://h/m"),
      ("http://user:secret@h:1/m", "http://h:1/m"),
      ("page.prom", "page.prom"), ("a:b", "a:b"), ("-", "standard input"),
    ])
  func address(word: String, shown: String) throws { #expect(try MetricsSource(word: word).shown == shown) }
}
