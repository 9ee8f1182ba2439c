import ModelFiles
import Testing

/// That a derivation derives what `fit` prints: each formula gives its node's value, and the tree ends in the plan.
@Suite("explain")
struct ExplainTests {
  /// Dense, hybrid, windowed, latent, experts; layouts, releases, given caches, measured terms; every verdict.
  static let lines = [
    "QwQ-32B --gpu a100-80gb-sxm --max-model-len 32768",
    "QwQ-32B --gpu a100-80gb-sxm --max-model-len 32768 --max-num-seqs 4",
    "QwQ-32B --gpu a100-80gb-sxm --max-model-len auto",
    "QwQ-32B --gpu a100-80gb-sxm --gpu-memory-utilization 0.85",
    "QwQ-32B --gpu a100-80gb-sxm --max-model-len 131072",
    "QwQ-32B --gpu h100:3",
    "QwQ-32B --gpu h100:3 -pp 3 --max-model-len 8192",
    "QwQ-32B --gpu l40s",
    "QwQ-32B --gpu tpu-v5p",
    "QwQ-32B --gpu tpu-v5p --available-kv-cache-memory 20GiB",
    "QwQ-32B --gpu a100-80gb-sxm --kv-cache-memory-bytes 8G --max-model-len 8192",
    "QwQ-32B --gpu a100-80gb-sxm --num-gpu-blocks-override 100",
    "QwQ-32B --gpu a100-80gb-sxm --gpu-free 60GiB --max-model-len 8192",
    "QwQ-32B --gpu a100-80gb-sxm --measured activation=1GiB --measured non_torch=100MiB --max-model-len 8192",
    "QwQ-32B --gpu a100-80gb-sxm --enforce-eager --max-model-len 8192",
    "QwQ-32B --gpu a100-80gb-sxm --max-model-len 8192 --vllm 0.8.5",
    "QwQ-32B --gpu a100-80gb-sxm --max-model-len 8192 --vllm 0.9.2",
    "QwQ-32B --gpu a100-80gb-sxm --max-model-len 8192 --vllm 0.11.0",
    "QwQ-32B --gpu h100 --max-model-len 8192 --vllm 0.13.0",
    "QwQ-32B --gpu h100 --max-model-len 8192 --vllm 0.19.1",
    "QwQ-32B --gpu h100 --max-model-len 8192 --vllm 0.26.0",
    "qwen3-32b-awq --gpu l40s --max-model-len 16384",
    "llama-3.1-8b --gpu l4 --max-model-len 8192 --enable-lora --max-loras 4",
    "llama-3.1-8b --gpu a100-80gb-sxm --cpu-offload-gb 4",
    "gpt-oss-20b --gpu h100 --max-model-len 131072",
    "gpt-oss-20b --gpu h100 --max-model-len 131072 --vllm 0.14.0",
    "gpt-oss-20b --gpu h100 --max-model-len 131072 --vllm 0.12.0",
    "gemma-3-27b-it --gpu h100 --max-model-len 8192",
    "gemma-3-27b-it --gpu h100 --language-model-only --max-model-len 8192 -tp 2",
    "qwen3-next-80b-a3b-instruct --gpu h200:2",
    "deepseek-v3 --gpu h200:16 -tp 8 -pp 2 --max-model-len 32k",
    "deepseek-v3.2 --gpu h200:8 --max-model-len 32k",
    "qwen3-30b-a3b --gpu h100:2 --enable-expert-parallel",
    "qwen2.5-vl-7b-instruct --gpu h100",
    "llama-3.3-70b-instruct --gpu h100",
  ]

  /// Made once for all tests.
  private static let documents: [String: JSON] = Dictionary(
    uniqueKeysWithValues: lines.compactMap { line in (try? document("explain " + line)).map { (line, $0) } })

  private func derivation(_ line: String) throws -> JSON { try Self.documents[line] ?? document("explain " + line) }

  /// Every node below, with the way to it.
  private func walk(_ node: JSON, _ path: String = "", _ visit: (JSON, String) -> Void) {
    let place = path + "/" + (node.text("symbol") ?? "?")
    visit(node, place)
    for child in node.items("children") { walk(child, place, visit) }
  }

  private func find(_ symbol: String, in node: JSON) -> JSON? {
    var found: JSON?
    walk(node) { candidate, _ in
      if found == nil, candidate.text("symbol") == symbol, candidate.at("children")?.isEmptyList == false {
        found = candidate
      }
    }
    return found
  }

  @Test("Each formula, with its children's values in it, gives the value of its node", arguments: lines)
  func formulas(_ line: String) throws {
    let root = try #require(try derivation(line).at("derivation"))
    var seen = 0
    walk(root) { node, place in
      guard let numbers = node.text("numbers") else { return }
      seen += 1
      let value = Arithmetic.value(numbers)
      #expect(value != nil, "\(place): \(numbers)")
      guard let value else { return }
      switch node.text("unit") {
      case "outcome": #expect((node.text("value") != "fails") == (value == 1), "\(place): \(numbers)")
      default: #expect(node.double("value") == value, "\(place): \(node.text("formula") ?? "") = \(numbers)")
      }
    }
    let verdict = try derivation(line).text("verdict")
    if verdict != "unknown", !line.hasSuffix("h100:3") { #expect(seen > 8) }
  }

  @Test("What a formula names stands among the children", arguments: lines)
  func symbols(_ line: String) throws {
    walk(try #require(try derivation(line).at("derivation"))) { node, place in
      guard let formula = node.text("formula") else { return }
      let symbols = Set(node.items("children").compactMap { $0.text("symbol") })
      #expect(symbols.count == node.items("children").count, "\(place) has two of one name")
      var word = ""
      for character in formula + " " {
        if character.isASCII, character.isLetter || character.isNumber || character == "_" {
          word.append(character)
        } else {
          let isName = word.first?.isLetter == true && word != "max" && word != "min"
          #expect(!isName || symbols.contains(word), "\(place): \(word) of \(formula)")
          word = ""
        }
      }
    }
  }

  @Test("The tree ends in what fit says of the same line", arguments: lines)
  func plan(_ line: String) throws {
    let explained = try derivation(line)
    let root = try #require(explained.at("derivation"))
    let plan = try document("fit " + line)
    #expect(root.text("value") == plan.text("verdict"))
    #expect(explained.text("summary") == plan.text("summary"))
    #expect(plimsoll("explain " + line).status == plimsoll("fit " + line).status)
    let places = [
      ("tokens", "kv_cache.tokens"), ("C", "kv_cache.max_concurrency"), ("N", "kv_cache.num_blocks"),
      ("requested", "rank.requested_bytes"), ("weights", "rank.weights.bytes"),
      ("tensors", "rank.weights.tensor_bytes"),
      ("activation", "rank.activation.bytes"), ("graphs", "rank.cuda_graphs.bytes"),
      ("non_torch", "rank.non_torch.bytes"), ("kv", "rank.kv_cache.bytes"),
      ("sequence", "marginal.one_more_sequence_bytes"), ("model_len", "marginal.model_len_1024_bytes"),
      ("batched_tokens", "marginal.batched_tokens_1024_bytes"), ("utilization", "marginal.utilization_0_01_bytes"),
    ]
    for (symbol, place) in places {
      guard let node = find(symbol, in: root) else { continue }
      #expect(node.double("value") == plan.double(place), "\(symbol) is \(place)")
    }
    if plan.int("kv_cache.num_blocks") != nil, !(plan.items("kv_cache.groups").isEmpty) {
      for symbol in ["tokens", "C", "fit", "marginal"] { #expect(find(symbol, in: root) != nil, "\(symbol)") }
    }
  }

  @Test("A document holds to its schema", arguments: lines)
  func schema(_ line: String) throws {
    #expect(try JSONSchema(named: "explain").complaints(about: derivation(line)) == [])
  }

  @Test("A plan by hand: QwQ-32B on one A100")
  func byHand() throws {
    let root = try #require(try derivation(Self.lines[0]).at("derivation"))
    // ⌈85,056,458,588 · 0.92⌉; attention of a layer: q and o 5,120 × 5,120, k and v 5,120 × 1,024, biases of 7,168,
    // two bytes each, 64 layers; a page of 2 · 128 · 2 B, 8 heads, 16 tokens.
    #expect(find("requested", in: root)?.int("value") == 78_251_941_901)
    let attention = (2 * 5120 * 5120 + 2 * 5120 * 1024 + 7168) * 2 * 64
    let tensors = try #require(find("tensors", in: root))
    #expect(find("attention", in: tensors)?.int("value") == attention)
    #expect(find("p1", in: root)?.int("value") == 2 * 128 * 2 * 8 * 16)
    let activation = try #require(find("activation", in: root))
    #expect(find("block", in: root)?.int("value") == 64 * 65_536)
    // The sampler wins: 256 · 152,064 · 14 + (2,048 + 256) · 5,120 · 2.
    #expect(find("sampler", in: root)?.int("value") == 568_590_336)
    #expect(find("mlp", in: activation)?.int("value") == 402_653_184)
  }

  @Test(
    "Each release is explained by its own files",
    arguments: [
      ("0.33.0", "fit", "v1/core/kv_cache_planning.py", "_check_enough_kv_cache_memory"),
      ("0.32.0", "fit", "v1/core/kv_cache_utils.py", "_check_enough_kv_cache_memory"),
      ("0.13.0", "fit", "v1/core/kv_cache_utils.py", "check_enough_kv_cache_memory"),
      ("0.14.0", "requested", "v1/worker/utils.py", "request_memory"),
      ("0.13.0", "requested", "v1/worker/gpu_worker.py", "init_device"),
      ("0.8.5", "requested", "v1/worker/gpu_worker.py", "determine_available_memory"),
      ("0.28.0", "tokens", "v1/core/kv_cache_utils.py", "update_kv_cache_capacity"),
      ("0.24.0", "tokens", "v1/core/kv_cache_utils.py", "get_kv_cache_configs"),
      ("0.23.0", "tokens", "v1/core/kv_cache_utils.py", "_report_kv_cache_config"),
      ("0.11.0", "tokens", "v1/core/kv_cache_utils.py", "get_kv_cache_config_from_groups"),
      ("0.32.0", "N", "v1/core/kv_cache_utils.py", "get_kv_cache_config_from_groups"),
      ("0.28.0", "N", "v1/core/kv_cache_utils.py", "get_num_blocks"),
      ("0.8.5", "N", "v1/core/kv_cache_utils.py", "_get_kv_cache_config_uniform_type"),
    ])
  func sources(_ release: String, _ symbol: String, _ file: String, _ function: String) throws {
    let line = "llama-3.1-8b --gpu a100-80gb-sxm --max-model-len 8192 --vllm \(release)"
    let root = try #require(try derivation(line).at("derivation"))
    let node = try #require(find(symbol, in: root))
    #expect(node.text("source.file") == file)
    #expect(node.text("source.function") == function)
    #expect(node.text("source.release") == release)
  }

  @Test("What is refused names the rule, and what is not modelled the part")
  func rules() throws {
    let refused = try derivation("QwQ-32B --gpu h100:3")
    let rule = try #require(refused.at("derivation.children.#0"))
    #expect(rule.text("symbol") == "rule")
    #expect(rule.text("note")?.contains("divisible") == true)
    #expect(rule.text("source.file")?.hasSuffix(".py") == true)
    let unknown = try derivation("QwQ-32B --gpu tpu-v5p")
    #expect(unknown.text("derivation.children.#0.name") == "backend-not-modelled")
    #expect(unknown.items("derivation.children").count == 1)
    #expect(plimsoll("explain QwQ-32B").status == 2)
  }
}

extension JSON {
  fileprivate var isEmptyList: Bool? { if case .array(let items) = self { items.isEmpty } else { nil } }
}
