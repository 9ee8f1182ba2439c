import Plimsoll
import Testing

/// Flags that releases have or lack.
@Suite struct ReleaseFlagTests {
  private static func violations(_ line: String, _ release: String) throws -> [RuleViolation] {
    try ServeFlags(line: line).violations(
      for: .decoder(), device: .h100, release: try .row(release), entryPoint: .serve)
  }

  @Test(
    "a flag newer than the release is refused with the release that brought it",
    arguments: [
      ("--max-cudagraph-capture-size 64", "0.11.0", "0.11.1"), ("--kv-cache-memory-bytes 1Gi", "0.10.1.1", "0.10.2"),
      ("--async-scheduling", "0.9.2", "0.10.0"), ("--decode-context-parallel-size 1", "0.10.1.1", "0.10.2"),
      ("--language-model-only", "0.16.0", "0.17.0"), ("--max-model-len auto", "0.13.0", "0.14.0"),
      ("--attention-backend FLASH_ATTN", "0.12.0", "0.13.0"), ("--max-num-active-seqs 4", "0.30.0", "0.31.0"),
      ("--performance-mode balanced", "0.16.0", "0.17.0"), ("--spec-tokens 3", "0.21.0", "0.22.0"),
      ("--enable-eplb", "0.9.1", "0.9.2"), ("--disable-hybrid-kv-cache-manager", "0.9.0.1", "0.9.1"),
    ])
  func tooNew(_ line: String, _ release: String, _ since: String) throws {
    let refusals = try Self.violations(line, release).filter { $0.rule == .notInRelease }
    #expect(refusals.map(\.reason).allSatisfy { $0.hasSuffix("it came with \(since)") })
    #expect(refusals.count == 1)
    #expect(try Self.violations(line, since).allSatisfy { $0.rule != .notInRelease })
  }

  @Test(
    "a word newer than the release is refused",
    arguments: [
      ("--kv-cache-dtype nvfp4", "0.19.1", "0.20.0"), ("--kv-cache-dtype bfloat16", "0.10.2", "0.11.0"),
      ("--kv-cache-dtype fp8_inc", "0.9.2", "0.10.0"), ("--kv-cache-dtype int4_per_token_head", "0.24.0", "0.25.0"),
      ("--quantization mxfp4", "0.10.0", "0.10.1"),
      ("--attention-backend TURBOQUANT", "0.19.1", "0.20.0"),
    ])
  func unknownWord(_ line: String, _ release: String, _ since: String) throws {
    let rules: Set<RuleViolation.Rule> = [.kvCacheDType, .quantization, .attentionBackend]
    #expect(try Self.violations(line, release).contains { rules.contains($0.rule) && $0.reason.hasPrefix("vLLM ") })
    #expect(try !Self.violations(line, since).contains { rules.contains($0.rule) && $0.reason.hasPrefix("vLLM ") })
  }

  @Test(
    "a flag that later releases dropped is read, and is known to have been",
    arguments: [
      ("--swap-space 4", "--swap-space", "0.17.1"), ("--num-scheduler-steps 8", "--num-scheduler-steps", "0.10.0"),
      ("--use-v2-block-manager", "--use-v2-block-manager", "0.9.2"),
      ("--no-disable-log-requests", "--disable-log-requests", "0.16.0"),
      ("--max_seq_len_to_capture 8192", "--max-seq-len-to-capture", "0.10.2"),
      ("--calculate-kv-scales", "--calculate-kv-scales", "0.27.1"), ("--task embed", "--task", "0.12.0"),
    ])
  func dropped(_ line: String, _ name: String, _ last: String) throws {
    #expect(try ServeFlags(line: line).retired == [name])
    #expect(EngineRelease.last(with: name) == last)
    #expect(try EngineRelease.row(last).vocabulary.alsoAccepts.contains(name))
  }

  @Test("no flag that a row takes is in the way of one of 0.33.0, and each can be read")
  func tables() throws {
    for name in try EngineRelease.row("0.8.5").vocabulary.alsoAccepts {
      guard case .ignored = ServeFlags.match(name) else {
        Issue.record("\(name) cannot be read")
        continue
      }
    }
    for later in try EngineRelease.row("0.8.5").vocabulary.lacks {
      #expect(ServeFlags.match(later.name) != nil, "\(later.name) is no flag of 0.33.0")
      #expect(EngineRelease.names.contains(later.since))
    }
  }
}
