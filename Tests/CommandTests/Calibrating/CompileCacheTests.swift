import Foundation
import ModelFiles
import Testing

@Suite("What a start finds compiled")
struct CompileCacheTests {
  static let compiling = "(EngineCore pid=7) INFO 11-02 09:11:30 [backends.py:418] Compiling a graph for (1, 8192)"
  static let loading = "(EngineCore pid=7) INFO 11-02 09:11:30 [backends.py:292] Directly load the compiled graph(s)"
  /// 6 GiB of cache less, as if by compiling.
  static func first(_ site: Site) -> SampleLog {
    var log = site.log
    (log.compiled, log.cache, log.tokens) = (compiling, "59.30", "1,943,136")
    return log
  }

  @Test(
    "Without a record a first start shows the floor of compiling as its peak, and a later one has it in no interval")
  func floor() throws {
    try Site.with { site in
      // A small batch, of which the peak is less than the floor: 1,055 MiB, 1,134 at the high end.
      let flags = "--vllm 0.25.1 --max-model-len 8192 --max-num-batched-tokens 512 --max-num-seqs 8"
      func peak(_ options: String, _ key: String) throws -> Int {
        let plan = try site.fit("\(flags) \(options)", store: "none")
        return try #require(plan.int("rank.activation.\(key)"))
      }
      let (cold, warm) = (try peak("--compile-cache cold", "bytes"), try peak("--compile-cache warm", "bytes"))
      let either = try peak("", "bytes")
      #expect(cold >= 1055 << 20)
      #expect(warm == either)
      let (warmest, most) = (try peak("--compile-cache warm", "high_bytes"), try peak("", "high_bytes"))
      #expect(warmest < 1055 << 20)
      #expect(most >= 1134 << 20)
      let disabled = try peak("--env VLLM_DISABLE_COMPILE_CACHE=1", "bytes")
      #expect(disabled == cold)
      let eager = try peak("--compile-cache cold --enforce-eager", "bytes")
      #expect(eager < 1055 << 20)
    }
  }

  @Test("A first start's record is told to the token, and tells of a later start what its own compiling did not take")
  func first() throws {
    try Site.with { site in
      let flags = "--vllm 0.33.0 --max-model-len 8192"
      try site.calibrate(Self.first(site))
      let same = try site.fit(flags)
      #expect(same.int("kv_cache.tokens") == 1_943_136)
      let warm = try site.fit(flags + " --compile-cache warm")
      let tokens = try #require(warm.int("kv_cache.tokens"))
      #expect(tokens >= 1_943_136)
      #expect(warm.texts("calibration.differs") == ["a cold compile cache"])
      let cold = try site.fit(flags + " --compile-cache cold")
      #expect(cold.texts("calibration.differs").isEmpty)
    }
  }

  @Test("A first start and a later one of the same flags are no conflict: each is told by its own record")
  func both() throws {
    try Site.with { site in
      var later = site.log
      later.compiled = Self.loading
      for logs in [[Self.first(site), later], [later, Self.first(site)]] {
        try? FileManager.default.removeItem(atPath: site.store)
        for log in logs { try site.calibrate(log) }
        func tokens(_ options: String) throws -> Int? {
          let plan = try site.fit("--vllm 0.33.0 --max-model-len 8192 " + options)
          #expect(!plan.findings("warning").contains("records-differ"))
          return plan.int("kv_cache.tokens")
        }
        let (either, warm) = (try tokens(""), try tokens("--compile-cache warm"))
        let cold = try tokens("--compile-cache cold")
        #expect(either == SampleLog.tokens)
        #expect(warm == SampleLog.tokens)
        #expect(cold == 1_943_136)
      }
    }
  }

  @Test("What a log does not tell of its start, --compile-cache of calibrate does")
  func stated() throws {
    try Site.with { site in
      var log = site.log
      log.compiled = nil
      try site.calibrate(log, "--compile-cache cold")
      let list = try document("calibrate --list --store \(site.store)")
      #expect(list.at("records.#0.compiled") == .bool(true))
    }
  }
}
