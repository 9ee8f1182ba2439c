import Foundation
import ModelFiles
import Testing

@testable import PlimsollCommand

/// `plimsoll validate`: figures compared with those of recorded starts.
@Suite struct ValidateTests {
  /// The small model's cache: 8 heads of 64 numbers of 2 bytes, keys and values, 16 layers: 32,768 bytes a token.
  /// 4 GiB hold 131,072 tokens, a request of 8,192 takes 0.25 GiB, and 0.33 cuts blocks of 16 tokens.
  @Test(
    "Block arithmetic agrees to the token with what it is by hand",
    arguments: [
      ("kv_arithmetic", #"{"available_kv_gib": 4, "kv_cache_tokens": 131072}"#, 131_072, 131_072, 0),
      ("kv_arithmetic", #"{"available_kv_gib": 4.0, "kv_cache_tokens": 65536}"#, 131_072, 65_536, 1),
      ("kv_arithmetic", #"{"available_kv_gib": 4, "gpu_blocks": 16384}"#, 131_072, 262_144, -0.5),
      ("kv_needed", #"{"needed_kv_gib": 0.25}"#, 268_435_456, 268_435_456, 0),
      ("kv_needed", #"{"needed_kv_gib": 0.2}"#, 268_435_456, 214_748_365, 0.25),
      ("block_size", #"{"attention_block_size": 16}"#, 16, 16, 0),
    ] as [(String, String, Int, Int, Double)])
  func arithmetic(_ quantity: String, _ observed: String, _ predicted: Int, _ printed: Int, _ error: Double) throws {
    let line = startRecord(flags: #"{"max_model_len": 8192}"#, observed: observed)
    let record = try RecordFolder.with([line]) { try $0.document().at("records.#0") }
    #expect(record?.int("quantities.\(quantity).predicted") == predicted)
    #expect(record?.int("quantities.\(quantity).observed") == printed)
    #expect(abs((record?.double("quantities.\(quantity).error") ?? .nan) - error) < 1e-8)
    #expect(record?.at("skipped") == nil)
  }

  /// Attention 16 × (2 × 2048² + 2 × 2048 × 512), MLP 16 × 3 × 2048 × 8192, norms 33 × 2048, two tables of
  /// 32000 × 2048: 1,104,218,112 numbers of 2 bytes.
  @Test("Weights are compared with the bytes that were loaded")
  func weights() throws {
    let gib = 2.0 * 1_104_218_112 / 1_073_741_824
    let summary = try RecordFolder.with([startRecord(observed: #"{"weights_gib": \#(gib)}"#)]) {
      try $0.document().at("summary")
    }
    #expect(summary?.int("weights.n") == 1)
    // What loading adds: the rotary cache of 1 MiB, and what the allocator rounds up.
    let bias = try #require(summary?.double("weights.bias_pct"))
    #expect(bias > 0 && bias < 0.2)
    #expect(summary?.int("activation.n") == 0)
    #expect(summary?.at("activation.median_abs_pct") == .null)
  }

  /// Errors of 0, +1 and -0.5: sizes 0, 50 and 100 %, mean 16.67 %.
  private static let three = [131_072, 65_536, 262_144].map { tokens in
    startRecord("t\(tokens)", observed: #"{"available_kv_gib": 4, "kv_cache_tokens": \#(tokens)}"#)
  }.map { $0.replacingOccurrences(of: "}, \"config\"", with: "}, \"tests\": [\"kv_arithmetic\"], \"config\"") }

  @Test("The summary is median, nine in ten, and mean with signs")
  func summary() throws {
    let document = try RecordFolder.with(Self.three) { try $0.document() }
    let figures = try #require(document.at("summary.kv_arithmetic"))
    #expect(figures.int("n") == 3)
    #expect(figures.double("median_abs_pct") == 50)
    #expect(figures.double("p90_abs_pct") == 100)
    #expect(abs((figures.double("bias_pct") ?? 0) - 50.0 / 3) < 1e-9)
    #expect(figures.at("inside_interval_pct") == .null)
    // Their tests name no more than the arithmetic.
    #expect(document.int("summary.kv_tokens.n") == 0)
    #expect(document.items("records").allSatisfy { $0.at("quantities")?.keys == ["kv_arithmetic"] })
  }

  @Test(
    "A median past its limit exits 1, and one at its limit does not",
    arguments: [
      ("--max-error 50", 0, ""), ("--max-error 49.9", 1, "kv_arithmetic: the median error of 50.00 %"),
      ("--max-error kv_arithmetic=50%", 0, ""), ("--max-error kv_arithmetic=49", 1, "--max-error 49.00 %"),
      ("--max-error 1 --max-error kv_arithmetic=60", 0, ""), ("--max-error kv_arithmetic=1 --max-error 60", 1, "1.00"),
      ("--max-error weights=1", 4, "no record says what weights was"),
      ("--max-error nope=1", 2, "'nope' is none of weights"), ("--max-error kv_arithmetic=x", 2, "neither PCT nor"),
      ("--max-error=-1", 2, "neither PCT nor"), ("--show -1", 2, "--show"), ("--shw 1", 2, "--show"),
    ] as [(String, Int32, String)])
  func limits(_ options: String, _ status: Int32, _ says: String) throws {
    let answer = try RecordFolder.with(Self.three) { $0.validate(options) }
    #expect(answer.status == status)
    #expect(answer.err.contains(says) || says.isEmpty)
    #expect(answer.err.isEmpty == says.isEmpty)
    #expect(answer.out.isEmpty == (status == 2))
  }

  @Test(
    "A verdict is right, a false fit, or a false refusal",
    arguments: [
      ("80", "started", nil), ("80", "refused", "false_fit"), ("80", "oom", "false_fit"),
      ("2", "oom", nil), ("2", "refused", nil), ("2", "started", "false_refusal"),
    ] as [(String, String, String?)])
  func verdicts(_ total: String, _ outcome: String, _ mistake: String?) throws {
    let more = #""config": "config.json", "gpu": "h100-80gb-sxm", "total_gib": \#(total), "outcome": "\#(outcome)""#
    let document = try RecordFolder.with([startRecord("v", more)]) { try $0.document() }
    #expect(document.text("records.#0.quantities.verdict.error") == mistake)
    #expect(document.int("summary.verdict.n") == 1)
    #expect(document.int("summary.verdict.false_fit") == (mistake == "false_fit" ? 1 : 0))
    #expect(document.int("summary.verdict.false_refusal") == (mistake == "false_refusal" ? 1 : 0))
  }

  @Test(
    "A record is planned as the line that says the same",
    arguments: [
      (
        #"{"max_model_len": 4096, "enforce_eager": true, "enable_prefix_caching": false, "max_num_seqs": null}"#,
        "h100-80gb-sxm", "--max-model-len 4096 --enforce-eager --no-enable-prefix-caching"
      ),
      (
        #"{"tensor_parallel_size": 2, "compilation_config": {"cudagraph_mode": "NONE"}}"#, "h100-80gb-sxm",
        "-tp 2 -cc.cudagraph_mode=NONE"
      ),
      (
        #"{"gpu_memory_utilization": 0.5, "kv_cache_dtype": "fp8"}"#, "l4",
        "--gpu-memory-utilization 0.5 --kv-cache-dtype fp8"
      ),
    ])
  func sameAsFit(_ flags: String, _ gpu: String, _ line: String) throws {
    let observed = #"{"weights_gib": 1, "activation_peak_gib": 1, "cudagraph_gib": 1, "available_kv_gib": 1}"#
    try RecordFolder.with([startRecord(flags: flags, observed: observed, #""config": "config.json", "gpu": "\#(gpu)""#)]
    ) {
      let record = try $0.document().at("records.#0.quantities")
      let plan = try document("fit \($0.path)/config.json --gpu \(gpu) --vllm 0.33.0 \(line)")
      #expect(record?.int("kv_memory.predicted") == plan.int("rank.kv_cache.bytes"))
      #expect(record?.int("weights.predicted") == plan.int("rank.weights.bytes"))
      // What vLLM prints as the peak since 0.27 holds what it takes off for graphs.
      let graphs = plan.at("rank.cuda_graphs_inside_budget") == true ? plan.int("rank.cuda_graphs.bytes") ?? 0 : 0
      #expect(record?.int("activation.predicted") == plan.int("rank.activation.bytes").map { $0 + graphs })
      #expect(record?.int("cuda_graphs.predicted") == plan.int("rank.cuda_graphs.bytes"))
    }
  }

  @Test("Every document holds to its published schema")
  func schema() throws {
    let more = #""config": "config.json", "gpu": "h100-80gb-sxm", "outcome": "refused""#
    let lines = Self.three + [startRecord("v", more), "[]", startRecord("o", #""engine": "V0""#)]
    let document = try RecordFolder.with(lines) { try $0.document() }
    #expect(try JSONSchema(named: "validate").complaints(about: document) == [])
    #expect(document.items("records").count == 6)
  }

  @Test("The text shows the summary, the worst records, and what is left out")
  func text() throws {
    let text = try RecordFolder.with(Self.three + ["[]"]) { $0.validate().out }
    for part in [
      "3 of 4 records compared", "kv_arithmetic        3       50.00 %    100.00 %  +16.67 %", "t65536",
      "131,072", "+100.00 %", "1 that cannot be read", "line 4: line 4 is no JSON object",
    ] { #expect(text.contains(part), "\(part)\n\(text)") }
    #expect(!text.contains("t131072"))
  }
}
