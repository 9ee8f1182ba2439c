import Foundation
import ModelFiles
import Testing

@Suite struct CalibrationInputTests {
  @Test(
    "What tells nothing of a start exits 4, says what is needed, and keeps nothing",
    arguments: [
      "", "hello\n", "\u{0}\u{1}\u{2}\u{7F}", "{\"error_type\": \"RuntimeError\", \"error\": \"server not ready\"}",
      "INFO 11-02 09:11:02 [utils.py:233] vLLM API server version 0.33.0\nINFO Available KV cache mem",
      String(repeating: "x", count: 70_000),
    ])
  func nothing(text: String) throws {
    try Site.with { site in
      try site.write(text)
      let answer = plimsoll(
        "calibrate \(site.folder)/a.log --model \(site.model) --gpu h100 --store \(site.store) --json")
      #expect(answer.status == 4)
      #expect(answer.out.contains("nothing-measured"))
      #expect(site.records.isEmpty)
    }
  }

  @Test(
    "What the log does not say is asked for, by the option that says it",
    arguments: [
      ("'model'", "'x'", "--gpu h100", "--model"), ("API server version 0.33.0", "API server", "--gpu h100", "--vllm"),
      ("API server version 0.33.0", "API server version 0.1.dev7+g00", "--gpu h100", "--vllm"), ("", "", "", "--gpu"),
    ])
  func incomplete(word: String, instead: String, options: String, asked: String) throws {
    try Site.with { site in
      try site.write(word.isEmpty ? site.log.text : site.log.text.replacingOccurrences(of: word, with: instead))
      let answer = plimsoll("calibrate \(site.folder)/a.log --store \(site.store) \(options)")
      #expect(answer.status == 4)
      #expect(answer.err.contains(asked), "\(answer.err)")
    }
  }

  @Test("A log of another GPU is kept with a doubt, and with the way to take it back")
  func anotherGPU() throws {
    try Site.with { site in
      // An H100 leaves what is printed; a B200 of 180 GB has more than twice the memory, and leaves as much more.
      let own = try site.calibrate(site.log)
      #expect(own.status == 0 && !own.err.contains("--remove"), "\(own.err)")
      let lines = site.log.text.split(separator: "\n")
      for (text, figure) in [
        (site.log.text, "79.18 GiB as the memory"),
        (lines.filter { !$0.contains("Free memory") }.joined(separator: "\n"), "60.00 GiB of KV cache"),
      ] {
        try site.write(text, "b.log")
        let answer = plimsoll("calibrate \(site.folder)/b.log --gpu b200 --store \(site.store)")
        #expect(answer.status == 0)
        #expect(answer.err.contains("b.log prints " + figure), "\(answer.err)")
        #expect(answer.err.contains("on b200") && answer.err.contains("--remove"), "\(answer.err)")
      }
    }
  }

  @Test("Options and flags of the line stand in for what a part of a log lacks")
  func flags() throws {
    try Site.with { site in
      let lines = site.log.text.split(separator: "\n").filter { !$0.contains("pid=1)") }
      try site.write(lines.joined(separator: "\n"))
      let answer = plimsoll(
        "calibrate \(site.folder)/a.log --model \(site.model) --gpu h100 --vllm 0.33.0 --max-num-seqs 64 "
          + "--store \(site.store) --json")
      #expect(answer.status == 0, "\(answer.err)")
      let flags = try answer.json().texts("records.#0.flags")
      // The length is that for which the log counts requests, the utilization the one that it printed.
      for word in ["--max-num-seqs", "64", "--max-model-len", "8192", "--gpu-memory-utilization", "0.92"] {
        #expect(flags.contains(word), "\(flags)")
      }
    }
  }

  @Test("One log that cannot be used does not keep another from being used")
  func several() throws {
    try Site.with { site in
      try site.write(site.log.text)
      try site.write("nothing", "b.log")
      let answer = plimsoll(
        "calibrate \(site.folder)/b.log \(site.folder)/a.log \(site.folder)/c.log --gpu h100 --store \(site.store)")
      #expect(answer.status == 0)
      #expect(answer.err.contains("b.log") && answer.err.contains("c.log"))
      #expect(site.records.count == 1)
    }
  }

  /// vLLM 0.33.0 `v1/worker/startup_plan.py`: what is left is without the graphs and 150 MiB.
  @Test("A startup plan of vLLM tells what a start left, but for the graphs")
  func startupPlan() throws {
    try Site.with { site in
      let kept = 50 << 30
      try site.write(
        "{\"schema\": 1, \"fingerprint\": \"00ff\", \"kv_cache_memory_bytes\": \(kept), "
          + "\"free_memory_baseline\": 84365275791}", "startup_plan_00ff.json")
      let line =
        "calibrate \(site.folder)/startup_plan_00ff.json --model \(site.model) --gpu h100 --vllm 0.33.0 "
        + "--max-model-len 8192 --enforce-eager --store \(site.store)"
      #expect(plimsoll(line).status == 0)
      let plan = try site.fit("--vllm 0.33.0 --max-model-len 8192 --enforce-eager")
      let cache = try #require(plan.int("rank.kv_cache.bytes"))
      #expect(abs(cache - kept - 150 << 20) < 1 << 20, "\(cache)")
    }
  }

  @Test("The failure of a server in a sweep tells what was left, and with which flags")
  func sweep() throws {
    try Site.with { site in
      try site.write(
        "{\"error_type\": \"RuntimeError\", \"error\": \"ValueError: To serve at least one request with the model's max seq "
          + "len (8192), (0.25 GiB KV cache is needed, which is larger than the available KV cache memory (0.12 GiB).\", "
          + "\"serve_overrides\": {\"max_model_len\": 8192, \"gpu-memory-utilization\": 0.2}}", "SERVE-a-failure.json")
      let answer = plimsoll(
        "calibrate \(site.folder)/SERVE-a-failure.json --model \(site.model) --gpu h100 --vllm 0.33.0 --store \(site.store)"
      )
      #expect(answer.status == 0, "\(answer.err)")
      let plan = try site.fit("--vllm 0.33.0 --max-model-len 8192 --gpu-memory-utilization 0.2")
      let cache = Double(try #require(plan.int("rank.kv_cache.bytes"))) / 1_073_741_824
      #expect(abs(cache - 0.12) <= 0.005)
    }
  }
}
