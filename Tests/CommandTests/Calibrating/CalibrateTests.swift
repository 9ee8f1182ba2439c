import Foundation
import ModelFiles
import Testing

@Suite struct CalibrateTests {
  @Test("The deployment of a log is predicted to the token that the log printed, and says what it rests on")
  func same() throws {
    try Site.with { site in
      let before = try site.fit(store: "none")
      #expect(before.int("kv_cache.tokens") != SampleLog.tokens)
      #expect(before.at("calibration") == .null)
      let answer = try site.calibrate(site.log)
      #expect(answer.status == 0, "\(answer.err)")
      let after = try site.fit()
      #expect(after.int("kv_cache.tokens") == SampleLog.tokens)
      #expect(after.text("rank.kv_cache.basis") == "measured")
      #expect(after.int("rank.total_bytes") == Int((79.18 * 1_073_741_824).rounded()))
      #expect(after.findings("note").contains("calibrated"))
      #expect(after.texts("calibration.differs").isEmpty)
      #expect(try JSONSchema(named: "fit").complaints(about: after).isEmpty)
    }
  }

  @Test("The interval of what was measured is that of its rounding, and grows with what is changed")
  func intervals() throws {
    try Site.with { site in
      try site.calibrate(site.log)
      func width(_ options: String) throws -> Double {
        let plan = try site.fit(options)
        let (low, high) = (plan.int("rank.kv_cache.low_bytes"), plan.int("rank.kv_cache.high_bytes"))
        return Double(try #require(high) - (try #require(low))) / 1_048_576
      }
      // The memory that holds the printed tokens is a block of 512 KiB: 90 % of it.
      let same = try width("--vllm 0.33.0 --max-model-len 8192")
      #expect(same <= 1)
      let fewer = try width("--vllm 0.33.0 --max-model-len 8192 --max-num-seqs 128")
      let older = try width("--vllm 0.32.0 --max-model-len 8192")
      #expect(fewer > same)
      #expect(older > same + 10)
    }
  }

  @Test("Another utilization moves the cache by its share of the printed total, and by nothing else")
  func utilization() throws {
    try Site.with { site in
      try site.calibrate(site.log)
      let lower = try site.fit("--vllm 0.33.0 --max-model-len 8192 --gpu-memory-utilization 0.9")
      let moved = Double(SampleLog.tokens - (try #require(lower.int("kv_cache.tokens"))))
      // 0.02 × 79.18 GiB in blocks of 16 tokens, to a block on either side.
      let expected = 0.02 * 79.18 * 1_073_741_824 / SampleLog.blockBytes * 16
      #expect(abs(moved - expected) <= 32, "\(moved) against \(expected)")
      #expect(lower.texts("calibration.differs") == ["--gpu-memory-utilization 0.92"])
    }
  }

  @Test(
    "A record tells of no other GPU, ranks, type or sleeping engine, nor of a release with another rule for the budget",
    arguments: [
      "--vllm 0.33.0 --max-model-len 8192 --tensor-parallel-size 2",
      "--vllm 0.33.0 --max-model-len 8192 --dtype float32",
      "--vllm 0.33.0 --max-model-len 8192 --enable-sleep-mode", "--vllm 0.26.0 --max-model-len 8192",
      "--vllm 0.33.0 --max-model-len 8192 --gpu h200",
    ])
  func others(options: String) throws {
    try Site.with { site in
      try site.calibrate(site.log)
      let (with, without) = (try site.fit(options), try site.fit(options, store: "none"))
      #expect(with == without)
    }
  }

  @Test("A model of another shape is not held to the record, whatever it is called")
  func shape() throws {
    try Site.with { site in
      try site.calibrate(site.log)
      try smallConfig(["intermediate_size": 4096]).write(toFile: site.model, atomically: false, encoding: .utf8)
      #expect(try site.fit().at("calibration") == .null)
    }
  }

  @Test("A figure that is given stays as it is given")
  func given() throws {
    try Site.with { site in
      try site.calibrate(site.log)
      let plan = try site.fit("--vllm 0.33.0 --max-model-len 8192 --measured activation=3GiB")
      #expect(plan.int("rank.activation.bytes") == 3 << 30)
    }
  }

  @Test("Of two starts of the same flags the one with less cache counts, both are named, and the interval holds both")
  func conflict() throws {
    try Site.with { site in
      try site.calibrate(site.log)
      var second = site.log
      (second.cache, second.tokens) = ("59.00", "1,933,312")
      try site.calibrate(second)
      let plan = try site.fit()
      #expect(plan.int("kv_cache.tokens") == 1_933_312)
      #expect(plan.findings("warning").contains("records-differ"))
      #expect(plan.texts("calibration.conflicts").count == 1)
      let high = try #require(plan.int("rank.kv_cache.high_bytes"))
      #expect(high >= 60 << 30)
      // The other order comes to the same.
      try FileManager.default.removeItem(atPath: site.store)
      try site.calibrate(second)
      try site.calibrate(site.log)
      #expect(try site.fit().int("kv_cache.tokens") == 1_933_312)
    }
  }

  @Test("Of two neighbours the record that leaves less open is taken")
  func nearest() throws {
    try Site.with { site in
      try site.calibrate(site.log)
      var second = site.log
      (second.sequences, second.cache, second.tokens) = (64, "61.00", "1,998,848")
      try site.calibrate(second)
      let plan = try site.fit("--vllm 0.33.0 --max-model-len 8192 --max-num-seqs 64")
      #expect(plan.int("kv_cache.tokens") == 1_998_848)
      #expect(try site.fit().int("kv_cache.tokens") == SampleLog.tokens)
    }
  }

  @Test("A log that is read again makes no second record; a log of two starts makes two")
  func starts() throws {
    try Site.with { site in
      try site.calibrate(site.log)
      try site.calibrate(site.log)
      #expect(site.records.count == 1)
      var second = site.log
      (second.length, second.cache, second.tokens) = (4096, "60.10", "1,969,376")
      try site.write(site.log.text + second.text, "two.log")
      let answer = plimsoll("calibrate \(site.folder)/two.log --gpu h100 --store \(site.store) --host here")
      #expect(answer.status == 0, "\(answer.err)")
      #expect(answer.out.contains("kept 2 records"))
    }
  }

  @Test("Colours, prefixes of containers and UTF-16 keep nothing from being read")
  func dressed() throws {
    try Site.with { site in
      let plain = site.log.text.split(separator: "\n")
      try site.write(plain.map { "vllm-1  | \u{1B}[36m\($0)\u{1B}[0m" }.joined(separator: "\r\n"))
      let line = "calibrate \(site.folder)/a.log --gpu h100 --store \(site.store) --host here"
      #expect(plimsoll(line).status == 0)
      let bytes = try #require(site.log.text.data(using: .utf16LittleEndian))
      try bytes.write(to: URL(fileURLWithPath: site.folder + "/a.log"))
      #expect(plimsoll(line).status == 0)
      #expect(site.records.count == 1)
      #expect(try site.fit().int("kv_cache.tokens") == SampleLog.tokens)
    }
  }

  @Test(
    "Lines that a container's runtime or a journal keeps as texts of JSON are read, and the release is the log's own")
  func texts() throws {
    try Site.with { site in
      let lines = site.log.text.split(separator: "\n").map { line in
        let text = JSON.string(String(line) + "\n").serialized(pretty: false)
        return "{\"log\":\(text),\"stream\":\"stderr\",\"time\":\"2026-11-02T09:11:02Z\"}"
      }
      try site.write(lines.joined(separator: "\n"), "docker.log")
      let answer = plimsoll("calibrate \(site.folder)/docker.log --gpu h100 --store \(site.store) --host here")
      #expect(answer.status == 0, "\(answer.err)")
      let plan = try site.fit()
      #expect(plan.int("kv_cache.tokens") == SampleLog.tokens)
      #expect(plan.texts("calibration.drifts").isEmpty)
    }
  }

  @Test("solve, recommend and compare say which record they are held to, and solve has the tokens of fit")
  func verbs() throws {
    try Site.with { site in
      try site.calibrate(site.log)
      let record = try #require(site.records.first).dropFirst(17).prefix(8)
      let flags = "--gpu h100:1 --vllm 0.33.0 --max-model-len 8192 --store \(site.store)"
      // The flags of the start, which is tight; left open, a search would take less of the memory.
      let start = "--tight --max-num-seqs 1024 --max-num-batched-tokens 8192 --gpu-memory-utilization 0.92"
      let searched = try document("solve \(site.model) \(flags) \(start)")
      #expect(searched.findings("note").contains("calibrated"))
      #expect(searched.at("configurations.#0.kv_cache.tokens") == .integer(SampleLog.tokens))
      let chosen = try document("recommend \(site.model) \(flags)")
      #expect(chosen.findings("note").contains("calibrated"))
      let compared = plimsoll("compare \(site.model) \(flags) -- --max-num-seqs 64 -- --max-num-seqs 128")
      #expect(
        compared.out.split(separator: "\n").contains { $0.hasPrefix("record of this site") && $0.contains(record) })
    }
  }
}
