import ModelFiles
import Testing

@testable import PlimsollCommand

/// The workload on the command line and in files.
@Suite struct WorkloadInputTests {
  private static let line = "fit QwQ-32B --gpu a100-80gb-sxm:2"

  /// Story 4: the number of users that a pool sustains, of lengths that are stated.
  @Test func theConcurrencyOfAWorkloadLiesBetweenThatOfItsQuantiles() throws {
    let plan = try document(Self.line + " --lengths p50=1200,p95=6000")
    let tokens = try #require(plan.int("kv_cache.tokens"))
    let sustained = try #require(plan.int("limits.max_num_seqs.workload"))
    #expect(sustained > tokens / 6000)
    #expect(sustained < tokens / 1200)
    #expect(plan.text("workload.distribution") == "lognormal")
    #expect(plan.int("workload.lengths.p95") == 6000)
  }

  /// Blocks of 16: 1,100 tokens on average are 69.25 blocks and the deviation 3.6, so that B·69.25 + 2·3.6·√B = blocks.
  @Test func promptsAndAnswersOfOneLengthAreTheHandCount() throws {
    let plan = try document(Self.line + " --prompt-tokens 1000 --output-tokens 200")
    let blocks = Double(try #require(plan.int("kv_cache.num_blocks")) - 1)
    let sustained = Double(try #require(plan.int("limits.max_num_seqs.workload")))
    let used = sustained * 69.25 + 7.2 * sustained.squareRoot()
    #expect(used < blocks * 1.01 && used > blocks * 0.98)
  }

  @Test func withoutOneNothingIsAssumed() throws {
    let plan = try document(Self.line)
    #expect(plan.at("limits.max_num_seqs.workload") == .null)
    #expect(plan.at("workload") == ["stated": false])
    #expect(plimsoll(Self.line).out.contains("workload  not stated"))
  }

  @Test func theGateCountsRequestsOfTheWorkload() throws {
    let line = Self.line + " --max-num-seqs 512 --prompt-tokens 1000 --output-tokens 200"
    let sustained = try #require(try document(line).int("limits.max_num_seqs.workload"))
    #expect(plimsoll(line + " --min-concurrency \(sustained)").status == 0)
    #expect(plimsoll(line + " --min-concurrency \(sustained + 1)").status == 1)
    // Without it, of full length.
    #expect(plimsoll(Self.line + " --min-concurrency \(sustained)").status == 1)
  }

  @Test(arguments: [
    (
      "--prompt-tokens 1000 --output-tokens 200 --concurrency 4000",
      ["concurrency-beyond-pool", "concurrency-beyond-seqs"]
    ),
    ("--prompt-tokens 50k --output-tokens 200", ["workload-too-long"]),
    ("--lengths p50=20k,p95=60k", ["workload-too-long"]),
    ("--prompt-tokens 1000 --output-tokens 20 --shared-prefix 500 --no-enable-prefix-caching", ["prefix-not-cached"]),
    ("--prompt-tokens 1000 --output-tokens 20 --shared-prefix 500 --concurrency 8", []),
  ])
  func whatAPoolDoesNotHoldIsAWarning(words: String, codes: [String]) throws {
    #expect(try document(Self.line + " " + words).findings("warning") == codes)
  }

  @Test(arguments: [
    "--lengths p50=1200", "--lengths p50=1200,p95=600", "--lengths p50=,p95=3", "--lengths x", "--lengths p0=1,p50=2",
    "--lengths -5", "--lengths 0", "--lengths p50=1200,p95=6000 --output-tokens 5", "--prompt-tokens 5",
    "--output-tokens 5", "--shared-prefix 5", "--prompt-tokens 5 --output-tokens 5 --shared-prefix 6",
    "--concurrency 0", "--concurrency -3", "--lengths 99999999999999999999", "--lengths p50=1e9999,p95=2e9999",
    "--lengths ''", "--lengths p50=1200,,p95=6000", "--prompt-tokens 5 --output-tokens 5 --shared-prefix -1",
  ])
  func whatIsNoWorkloadExitsWithTwo(words: String) {
    let answer = plimsoll(Self.line + " " + words)
    #expect(answer.status == 2, "\(answer.out)\(answer.err)")
    #expect(answer.err.hasPrefix("plimsoll: --"))
    #expect(answer.out.isEmpty)
  }

  @Test func aProjectFileStatesItToo() throws {
    let file = #"{"lengths": "p50=1200,p95=6000", "concurrency": 8, "gpu": "h100", "model": "Qwen/Qwen3-8B"}"#
    try Workplace.with(project: file) { place in
      let plan = try place.document("fit")
      #expect(plan.int("workload.concurrency") == 8)
      #expect(plan.int("workload.lengths.p50") == 1200)
    }
    try Workplace.with(project: #"{"prompt_tokens": 900, "output_tokens": true}"#) { place in
      #expect(place.plimsoll("fit Qwen/Qwen3-8B --gpu h100").status == 2)
    }
  }
}
