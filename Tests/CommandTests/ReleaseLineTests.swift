import CommandLineKit
import ModelFiles
import Testing

@testable import PlimsollCommand

/// `--vllm`: a release with a row, between rows, before and after all of them.
@Suite struct ReleaseLineTests {
  @Test(
    "What cannot be planned says why and gives no number",
    arguments: [
      ("fit qwen3-8b --gpu h100 --vllm 0.7.3", 4, "the oldest release that is, is 0.8.5"),
      ("fit qwen3-8b --gpu t4 --vllm 0.8.5", 4, "V0 engine (GPUs before compute capability 8.0)"),
      ("fit qwen3-8b --gpu h100 --vllm 0.10.2 --env VLLM_USE_V1=0", 4, "V0 engine (VLLM_USE_V1=0)"),
      ("fit qwen3-8b --gpu a100-80gb-sxm --vllm 0.9.2 --kv-cache-dtype fp8", 4, "V0 engine (--kv-cache-dtype fp8"),
      ("fit qwen3-next-80b-a3b-instruct --gpu h100:4 --vllm 0.10.1.1", 4, "V0 engine (models with states)"),
      ("fit qwen3-8b --gpu h100:2 --vllm 0.8.5 -pp 2", 4, "--distributed-executor-backend ray"),
      ("fit qwen3-8b --gpu h100 --vllm latest", 2, "'latest' is no release of vLLM"),
      ("fit qwen3-8b --gpu h100 --swap-space 4", 2, "0.17.1 was the last release that had it"),
      ("fit qwen3-8b --gpu h100 --vllm 0.18.0 --swap-space 4", 2, "vLLM 0.18.0 has no flag '--swap-space'"),
      ("fit qwen3-8b --gpu h100 --vllm 0.11.0 --max-cudagraph-capture-size 64", 1, "it came with 0.11.1"),
    ])
  func refused(_ line: String, _ status: Int32, _ words: String) {
    let answer = plimsoll(line)
    #expect(answer.status == status)
    #expect((answer.out + answer.err).contains(words))
  }

  @Test("An older release is an unknown document under --json, with its own name")
  func olderDocument() throws {
    let document = try document("fit qwen3-8b --gpu h100 --vllm 0.7.3")
    #expect(document["verdict"] == .string("unknown"))
    #expect(document["engine"]?["release"] == .string("0.7.3"))
    #expect(document["kv_cache"] == .null)
  }

  @Test(
    "A release without a row is planned, and what it takes is said",
    arguments: [
      ("0.16.1", "fits", "release-between-rows", "0.16.0"), ("0.8.5.post1", "fits", "release-between-rows", "0.8.5"),
      ("0.40.0", "tight", "release-newer", "0.33.0"),
    ])
  func said(_ release: String, _ verdict: String, _ code: String, _ row: String) throws {
    let document = try document("fit llama-3.2-1b-instruct --gpu h100 --vllm \(release)")
    #expect(document["verdict"] == .string(verdict))
    #expect(document["engine"]?["release"] == .string(release))
    guard case .array(let findings)? = document["findings"],
      case .string(let message)? = findings.first(where: { $0["code"] == .string(code) })?["message"]
    else {
      Issue.record("no finding \(code)")
      return
    }
    #expect(message.contains(row))
    #expect(document["run"] != .null)
  }

  /// 0.92 of the memory since 0.20, 0.9 before; 1,024 and 256 sequences on an A100 80GB.
  @Test(
    "Defaults are those of the release",
    arguments: [("0.33.0", 0.92, 256), ("0.19.1", 0.9, 256), ("0.8.5", 0.9, 1_024)])
  func defaults(_ release: String, _ utilization: Double, _ seqs: Int) throws {
    let flags = try document("fit qwen3-8b --gpu a100-80gb-sxm --vllm \(release)")["flags"]
    #expect(flags?["gpu_memory_utilization"] == .number(utilization))
    #expect(flags?["max_num_seqs"] == .integer(seqs))
  }

  @Test("A flag that later releases dropped is taken by those that had it")
  func dropped() {
    #expect(plimsoll("fit llama-3.2-1b-instruct --gpu h100 --vllm 0.17.1 --swap-space 4").status == 0)
    #expect(plimsoll("fit llama-3.2-1b-instruct --gpu h100 --vllm 0.9.2 --no-disable-log-requests").status == 0)
    // A flag of its own through 0.16, and the opposite of another since: no release refuses it.
    #expect(plimsoll("fit llama-3.2-1b-instruct --gpu h100 --disable-log-requests").status == 0)
    let warned = plimsoll("fit llama-3.2-1b-instruct --gpu h100 --vllm 0.10.0 --cuda-graph-sizes 1 2 4")
    #expect(warned.status == 0)
    #expect(warned.err.contains("--cuda-graph-sizes moves memory"))
  }
}
