import ModelFiles
import Testing

@Suite struct FitJSONTests {
  /// A line for each verdict, and what it must not leave null.
  static let lines: [(verdict: String, line: String)] = [
    ("fits", "fit QwQ-32B --gpu a100-80gb-sxm --max-model-len 8192"),
    ("fits", "fit deepseek-v3 --gpu h200:16 -tp 8 -pp 2 --max-model-len 32k"),
    ("fits", "fit gemma-3-27b-it --gpu h100 --language-model-only --max-model-len 8192 --min-kv-tokens 999999999"),
    ("fits", "fit QwQ-32B --gpu tpu-v5p --available-kv-cache-memory 20GiB"),
    ("tight", "fit QwQ-32B --gpu a100-80gb-sxm --max-model-len auto"),
    ("does-not-fit", "fit QwQ-32B --gpu a100-80gb-sxm --gpu-memory-utilization 0.9"),
    ("does-not-fit", "fit llama-3.3-70b-instruct --gpu h100"),
    ("refused", "fit QwQ-32B --gpu a100-80gb-sxm --max-model-len 131072"),
    ("refused", "fit QwQ-32B --gpu h100:3"),
    ("refused", "fit QwQ-32B --gpu h100 --gpu-memory-utilization nan"),
    ("refused", "fit QwQ-32B --gpu h100:2 -tp 8"),
    ("refused", "fit QwQ-32B --gpu h100 --max-num-seqs 0"),
    ("unknown", "fit QwQ-32B --gpu tpu-v5p"),
    ("unknown", "fit QwQ-32B --gpu b300"),
    ("unknown", "fit no-such-model --gpu h100"),
    ("unknown", "fit QwQ-32B --gpu h100 --quantization awq_marlin"),
  ]

  /// The contract's keys; what may be null is what is not computed in `refused` and `unknown`.
  private static let top = [
    "schema", "verdict", "summary", "engine", "model", "accelerator", "flags", "stages", "rank", "kv_cache", "limiting",
    "limits", "marginal", "workload", "run", "project", "findings",
  ]
  private static let inner = [
    "engine": ["name", "release"],
    "model": ["id", "architecture", "source", "parameters", "max_model_len"],
    "accelerator": ["id", "count", "nodes", "total_bytes", "free_bytes", "measured"],
    "flags": [
      "tensor_parallel_size", "max_model_len", "max_num_seqs", "max_num_batched_tokens", "gpu_memory_utilization",
      "block_size", "kv_cache_dtype",
    ],
    "rank": [
      "pipeline_stage", "total_bytes", "requested_bytes", "weights", "activation", "persistent_buffers", "non_torch",
      "cuda_graphs", "kv_cache", "cuda_graphs_inside_budget", "after_budget",
    ],
    "kv_cache": [
      "bytes_per_token", "block_size", "block_bytes", "num_blocks", "tokens", "blocks_per_request", "max_concurrency",
      "groups",
    ],
    "limits": [
      "max_num_seqs", "max_model_len", "max_model_len_by_memory", "min_accelerators", "gpu_memory_utilization",
    ],
    "limits.max_num_seqs": ["starts", "full_length", "workload"],
    "marginal": [
      "one_more_sequence_bytes", "model_len_1024_bytes", "batched_tokens_1024_bytes", "utilization_0_01_bytes",
    ],
    "run": ["argv", "env"],
    "kv_cache.groups.#0": ["kind", "count", "layers", "block_size", "page_bytes"],
    "stages.#0": ["pipeline_stage", "layers", "block_bytes", "weights"],
    "findings.#0": ["code", "severity", "message", "remedies"],
    "findings.#0.remedies.#0": ["argv", "verdict", "tokens", "changes"],
  ]
  private static let always = ["engine", "model", "accelerator", "findings.#0"]

  @Test("Every verdict's document has every key of the contract", arguments: lines)
  func keys(_ verdict: String, _ line: String) throws {
    let plan = try document(line)
    #expect(plan.text("schema") == "plimsoll.fit/1")
    #expect(plan.text("verdict") == verdict)
    for key in Self.top { #expect(plan.at(key) != nil, "\(key)") }
    for (place, keys) in Self.inner {
      guard let value = plan.at(place), value != .null else {
        let isOptional = ["refused", "unknown"].contains(verdict) || place == "run" || place.contains("#")
        #expect(isOptional && !Self.always.contains(place), "\(place) is missing or null")
        continue
      }
      for key in keys { #expect(value[key] != nil, "\(place).\(key)") }
    }
  }

  @Test("An answer without a plan gives no number", arguments: lines.filter { $0.verdict == "unknown" })
  func unknown(_ verdict: String, _ line: String) throws {
    let plan = try document(line)
    #expect(plimsoll(line).status == 4)
    for key in ["stages", "rank", "kv_cache", "limits", "marginal", "run", "limiting"] {
      #expect(plan.at(key) == .null, "\(key)")
    }
    #expect(!plan.findings("error").isEmpty)
  }

  @Test("Sizes are whole numbers, estimates have low ≤ best ≤ high and exact ones are points", arguments: lines)
  func sizes(_ verdict: String, _ line: String) throws {
    func check(_ value: JSON, _ place: String) {
      if case .array(let items) = value { for item in items { check(item, place) } }
      guard case .object(let object) = value else { return }
      for member in object.members {
        let place = "\(place).\(member.key)"
        if member.key.hasSuffix("_bytes") || member.key == "bytes" {
          if case .integer = member.value { continue }
          #expect(member.value == .null, "\(place)")
        } else {
          check(member.value, place)
        }
      }
      guard let best = value.int("bytes"), let basis = value.text("basis") else { return }
      let (low, high) = (value.int("low_bytes") ?? .max, value.int("high_bytes") ?? .min)
      #expect(low <= best && best <= high, "\(place)")
      #expect(["exact", "checkpoint", "analytic", "fitted", "measured"].contains(basis), "\(place)")
      if basis == "exact" { #expect(low == best && high == best, "\(place)") }
    }
    check(try document(line), "$")
  }

  @Test("Every document holds to its published schema", arguments: lines)
  func schema(_ verdict: String, _ line: String) throws {
    let complaints = try JSONSchema(named: "fit").complaints(about: document(line))
    #expect(complaints == [])
  }

  @Test(
    "Other documents hold to theirs",
    arguments: [
      ("fit-gpus", "fit QwQ-32B"), ("presets", "presets models"), ("presets", "presets models --since 2026-06"),
      ("presets", "presets gpus"),
      ("presets", "presets engines"), ("error", "fit QwQ-32B --gpu a100-80gb-sxn"), ("error", "fit"),
      ("error", "presets gpus nope"), ("error", "fit QwQ-32B --gpu h100 --max-modl-len 1"),
    ])
  func otherSchemas(_ name: String, _ line: String) throws {
    let complaints = try JSONSchema(named: name).complaints(about: document(line))
    #expect(complaints == [])
  }

  @Test("The validator sees what is wrong")
  func validator() throws {
    let schema: JSON = [
      "type": "object", "required": ["a"], "additionalProperties": false,
      "properties": [
        "a": ["type": ["integer", "null"]], "b": ["type": "array", "items": ["enum": ["x", "y"]]],
        "c": ["const": "z"], "d": ["$ref": "#/$defs/d"],
      ],
      "$defs": ["d": ["type": "number"]],
    ]
    func complaints(_ value: JSON) -> Int { JSONSchema(schema).complaints(about: value).count }
    #expect(complaints(["a": 1, "b": ["x", "y"], "c": "z", "d": 1.5]) == 0)
    #expect(complaints(["a": nil]) == 0)
    for wrong: JSON in [
      [:], ["a": "1"], ["a": 1.5], ["a": 1, "b": ["q"]], ["a": 1, "c": "y"], ["a": 1, "d": "1"], ["a": 1, "e": 1], [1],
    ] { #expect(complaints(wrong) > 0, "\(wrong.serialized(pretty: false))") }
    #expect(JSONSchema(["oneOf": []]).complaints(about: 1).count == 1)
  }

  @Test("rank is the limiting stage's, and block_bytes the largest stage's")
  func stages() throws {
    let plan = try document("fit QwQ-32B --gpu h100:3 -pp 3 --max-model-len 8192")
    let stages = plan.items("stages")
    // 64 layers over three stages: 22, 21, 21 or the like; the sum is all of them.
    #expect(stages.count == 3)
    #expect(stages.compactMap { $0.int("layers") }.reduce(0, +) == 64)
    #expect(stages.compactMap { $0.int("block_bytes") }.max() == plan.int("kv_cache.block_bytes"))
    // A layer's block is 65,536 bytes: 2 × 8 heads × 128 × 2 B × 16 tokens.
    for stage in stages { #expect(stage.int("block_bytes") == (stage.int("layers") ?? 0) * 65_536) }
    let limiting = try #require(plan.int("rank.pipeline_stage"))
    #expect(stages[limiting].at("weights") == plan.at("rank.weights"))
  }
}
