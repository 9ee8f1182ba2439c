import ModelFiles
import Testing

@Suite("compare")
struct CompareTests {
  /// The value of a row in a column.
  private func figure(_ key: String, of document: JSON) -> JSON? {
    document.items("rows").first { $0.text("key") == key }
  }

  static let lines = [
    (line: "llama-3.1-8b --gpu l40s --max-model-len 16384 --vllm 0.10.2 --vllm 0.33.0", count: 2),
    (line: "QwQ-32B --gpu a100-80gb-sxm --gpu h100 --gpu tpu-v5p --max-model-len 16384", count: 3),
    (line: "QwQ-32B Qwen3-8B --gpu h100 --max-model-len 16384", count: 2),
    (line: "QwQ-32B --gpu h100 --max-model-len 16384 -- --max-num-seqs 64", count: 2),
    (line: "QwQ-32B --gpu h100 --max-model-len 16384 -- --max-num-seqs 64 -- --max-num-seqs=512 -tp 2", count: 2),
    (line: "--gpu h100 -- vllm serve Qwen/QwQ-32B --max-model-len 8192 -- vllm serve Qwen/Qwen3-8B", count: 2),
    (line: "QwQ-32B --gpu h100 --gpu=h200 --vllm 0.26.0 --vllm=0.33.0 --max-model-len 8192", count: 2),
  ]

  @Test("Columns are what is given more than once, and each is what fit says of it", arguments: lines)
  func columns(_ line: String, _ count: Int) throws {
    let answer = plimsoll("compare " + line)
    #expect(answer.status == 0, "\(answer.err)")
    let document = try self.document("compare " + line)
    #expect(document.items("columns").count == count)
    for row in document.items("rows") {
      #expect(row.items("values").count == count)
      #expect(row.items("differences").count == count)
    }
    #expect(try JSONSchema(named: "compare").complaints(about: document) == [])
  }

  @Test(
    "A column has fit's figures, and the difference to the first",
    arguments: [
      (
        "QwQ-32B --gpu h100 --max-model-len 16384 -- --max-num-seqs 64 -- --max-num-seqs 512",
        [
          "QwQ-32B --gpu h100 --max-model-len 16384 --max-num-seqs 64",
          "QwQ-32B --gpu h100 --max-model-len 16384 --max-num-seqs 512",
        ]
      ),
      (
        "QwQ-32B --gpu h100 --gpu h200 --vllm 0.26.0 --vllm 0.33.0 --max-model-len 8192",
        [
          "QwQ-32B --gpu h100 --vllm 0.26.0 --max-model-len 8192",
          "QwQ-32B --gpu h200 --vllm 0.33.0 --max-model-len 8192",
        ]
      ),
    ])
  func figures(_ line: String, _ single: [String]) throws {
    let document = try self.document("compare " + line)
    let places = [
      ("requested", "rank.requested_bytes"), ("weights", "rank.weights.bytes"), ("activation", "rank.activation.bytes"),
      ("persistent_buffers", "rank.persistent_buffers.bytes"), ("kv_cache", "rank.kv_cache.bytes"),
      ("num_blocks", "kv_cache.num_blocks"), ("tokens", "kv_cache.tokens"), ("max_num_seqs", "flags.max_num_seqs"),
      ("max_concurrency", "kv_cache.max_concurrency"),
    ]
    let plans = try single.map { try self.document("fit " + $0) }
    for (key, place) in places {
      let row = try #require(figure(key, of: document))
      for (index, plan) in plans.enumerated() {
        let value = try #require(plan.double(place))
        #expect(row.double("values.#\(index)") == value, "\(key)")
        let first = try #require(plans[0].double(place))
        #expect(row.double("differences.#\(index)") == value - first, "\(key)")
      }
    }
  }

  private func document(_ line: String) throws -> JSON { try plimsoll(withJSON(words(line))).json() }

  /// The default of VLLM_MEMORY_PROFILER_ESTIMATE_CUDAGRAPHS is 1 from 0.20.0 on (envs.py); a start of 0.21 says "since
  /// v0.21.0" and what the share was before it.
  @Test(
    "Graphs that a release takes off: the utilization that keeps the cache of one that does not (story 9)",
    arguments: ["0.19.1", "0.20.2"])
  func equalCache(_ before: String) throws {
    // A log of 0.21 with 0.36 GiB of graphs on 23.56 GiB at 0.82 prints 0.8048 and 0.8352.
    let line =
      "compare llama-3.1-8b --gpu-memory 23.56GiB --max-model-len 4096 --gpu-memory-utilization 0.82 "
      + "--measured cuda_graphs=0.36GiB --vllm \(before) --vllm 0.21.0"
    let reasons = try document(line).texts("columns.#1.reasons")
    let said = try #require(reasons.first { $0.contains("keeps the cache") })
    let numbers = said.split { !($0.isNumber || $0 == ".") }.compactMap { Double($0) }
    #expect(numbers.contains { ($0 - 0.8048).magnitude <= 0.0005 })
    #expect(numbers.contains { ($0 - 0.8352).magnitude <= 0.0005 })
    #expect(reasons.contains { $0.contains("estimate of CUDA graphs") } == (before == "0.19.1"))
  }

  @Test("Reasons are of rules that move a figure: none where nothing differs")
  func reasons() throws {
    let same = try document("compare llama-3.1-8b --gpu l40s --max-model-len 8192 --vllm 0.33.0 --vllm 0.33.0")
    #expect(same.texts("columns.#1.reasons").isEmpty)
    for row in same.items("rows") {
      #expect(row.at("values.#0") == row.at("values.#1"))
    }
    let older = try document("compare llama-3.1-8b --gpu l40s --max-model-len 8192 --vllm 0.26.0 --vllm 0.33.0")
    #expect(older.texts("columns.#1.reasons").contains { $0.contains("takes off all that free memory fell by") })
  }

  @Test(
    "What cannot be compared is refused, before anything is planned",
    arguments: [
      ("QwQ-32B --gpu h100", "nothing-to-compare"),
      ("QwQ-32B --gpu h100 --gpu h200 --vllm 0.26.0 --vllm 0.27.1 --vllm 0.33.0", "not-paired"),
      ("a b c d e f g --gpu h100", "too-many"),
      ("QwQ-32B Qwen3-8B --max-model-len 8192", "missing-argument"),
      ("QwQ-32B --gpu h100 --gpu nope --max-model-len 8192", "unknown-gpu"),
      ("QwQ-32B --gpu h100 -- --max-num-seqs 4 -- --max-nm-seqs 4", "unknown-option"),
    ])
  func refused(_ line: String, _ code: String) throws {
    #expect(plimsoll("compare " + line).status == 2)
    // What stands after a '--' is no option of the verb, so that --json stands before.
    #expect(try document("compare " + line).text("code") == code)
  }

  @Test("A model that is not there is said so, with status 4")
  func missing() { #expect(plimsoll("compare QwQ-32B no-such-model --gpu h100").status == 4) }
}
