import ModelFiles
import Testing

/// The question that the project began with: QwQ-32B, a dense model of 64 layers, 8 KV heads of 128 and
/// 32,763,876,352 parameters, on one A100 80GB, of which CUDA reports 79.14 GiB.
@Suite struct FirstQuestionTests {
  private static let question = "fit Qwen/QwQ-32B --gpu a100-80gb-sxm"

  @Test("With 32,768 tokens it starts, and blocks are exact")
  func fits() throws {
    let answer = plimsoll(Self.question + " --max-model-len 32768 --json")
    #expect(answer.status == 0)
    let plan = try answer.json()
    #expect(["fits", "tight"].contains(plan.text("verdict")))
    // 64 layers × (K and V) × 8 heads × 128 × 2 B × 16 tokens.
    #expect(plan.int("kv_cache.block_bytes") == 64 * 2 * 8 * 128 * 2 * 16)
    #expect(plan.int("kv_cache.block_bytes") == 4_194_304)
    #expect(plan.int("kv_cache.bytes_per_token") == 4_194_304 / 16)
    // 32,768 tokens in blocks of 16.
    #expect(plan.int("kv_cache.blocks_per_request") == 2048)
    #expect(plan.items("kv_cache.groups").count == 1)
    #expect(plan.text("kv_cache.groups.#0.kind") == "full-attention")
    #expect(plan.int("kv_cache.groups.#0.layers") == 64)
    // One layer's share of a block: 4,194,304 / 64.
    #expect(plan.int("kv_cache.groups.#0.page_bytes") == 65_536)
    #expect(plan.int("model.parameters") == 32_763_876_352)
    #expect(plan.int("model.max_model_len") == 40_960)
  }

  @Test("Blocks, tokens and concurrency are those of the KV memory, by vLLM's arithmetic")
  func pool() throws {
    let plan = try document(Self.question + " --max-model-len 32768 --available-kv-cache-memory 10GiB")
    // 10 GiB / 4 MiB = 2,560 blocks; over 2,048 a request 1.25; times 32,768 tokens 40,960.
    #expect(plan.int("kv_cache.num_blocks") == 2560)
    #expect(plan.double("kv_cache.max_concurrency") == 1.25)
    #expect(plan.int("kv_cache.tokens") == 40_960)
    #expect(plan.text("rank.kv_cache.basis") == "measured")
    #expect(plan.int("rank.kv_cache.low_bytes") == 10 << 30)
    #expect(plan.int("rank.kv_cache.high_bytes") == 10 << 30)
  }

  @Test(
    "The memory asked for is the share of the total, rounded up, and weights are two bytes a parameter and the rope")
  func ledger() throws {
    let plan = try document(Self.question + " --max-model-len 32768")
    let total = try #require(plan.int("rank.total_bytes"))
    // The median of eight prints, (79.18 + 79.25) / 2 GiB.
    #expect((Double(total) / 1_073_741_824 * 1000).rounded() == 79_215)
    #expect(plan.int("rank.requested_bytes") == Int((Double(total) * 0.92).rounded(.up)))
    // cos and sin for 40,960 positions of 128, 40,960 × 128 × 2 B; four scales a layer, 64 × 4 × 4 B.
    let tensors = 32_763_876_352 * 2 + 40_960 * 128 * 2 + 64 * 4 * 4
    #expect(plan.int("rank.weights.tensor_bytes") == tensors)
    let loaded = try #require(plan.int("rank.weights.bytes"))
    #expect(loaded >= tensors && loaded < tensors + tensors / 300)
    // What is asked for, less what is spent, is the cache.
    let terms = ["weights", "activation", "persistent_buffers", "non_torch", "cuda_graphs", "kv_cache"]
    let sum = terms.compactMap { plan.int("rank.\($0).bytes") }.reduce(0, +)
    let buffers = try #require(plan.int("rank.persistent_buffers.bytes"))
    let requested = try #require(plan.int("rank.requested_bytes"))
    #expect(plan.at("rank.cuda_graphs_inside_budget") == .bool(true))
    // Whether the buffers count is this release's affair; nothing else may be missing.
    #expect(sum == requested || sum - buffers == requested)
  }

  @Test("At 0.85 it does not start, and the share is said to be of what CUDA reports")
  func doesNotFit() throws {
    let line = Self.question + " --max-model-len 32768 --gpu-memory-utilization 0.85 --max-num-seqs 4"
    let answer = plimsoll(line)
    #expect(answer.status == 1)
    let plan = try document(line)
    #expect(plan.text("verdict") == "does-not-fit")
    #expect(plan.text("limiting") == "kv_cache")
    #expect(plan.findings("error") == ["kv-cache-too-small"])
    for text in [answer.out, plan.text("findings.#0.message") ?? ""] {
      #expect(text.contains("0.85 of the 79.21 GiB that CUDA reports"))
      // 79.215 × 0.85 = 67.33; 80 GB appears only as what the share is not of.
      #expect(text.contains("67.33 GiB"))
      #expect(text.contains("(not of 80 GB)"))
      // 2,048 blocks and the null block of 4 MiB each.
      #expect(text.contains("32,768 tokens needs 8.00 GiB"))
    }
    #expect(plan.double("limits.gpu_memory_utilization.min") ?? 0 > 0.85)
    #expect(plan.int("limits.max_model_len_by_memory") ?? .max < 32_768)
  }

  @Test("131,072 tokens are refused twice: by the model's length, and for want of 32 GiB")
  func refused() throws {
    let line = Self.question + " --max-model-len 131072"
    #expect(plimsoll(line).status == 1)
    let plan = try document(line)
    #expect(plan.text("verdict") == "refused")
    #expect(plan.findings("error") == ["max-model-len", "kv-cache-too-small"])
    let rule = plan.text("findings.#0.message") ?? ""
    for word in ["131072", "40960", "--hf-overrides", "VLLM_ALLOW_LONG_MAX_MODEL_LEN", "risk"] {
      #expect(rule.contains(word))
    }
    // 8,192 blocks of 4 MiB.
    #expect(plan.text("findings.#1.message")?.contains("131,072 tokens needs 32.00 GiB") == true)
    #expect(plan.int("kv_cache.blocks_per_request") == 8192)
    let remedies = plan.items("findings").flatMap { $0.items("remedies") }
    #expect(remedies.contains { $0.texts("argv").contains("--tensor-parallel-size") && $0.int("accelerators") == 2 })
    let lengths = remedies.filter { $0.texts("argv").first == "--max-model-len" }
    #expect(!lengths.isEmpty)
    for remedy in lengths { #expect(Int(remedy.texts("argv")[1]) ?? 0 <= 40_960) }
  }

  @Test("fp8 halves a block, and is offered only where this GPU reads it")
  func eightBit() throws {
    let plan = try document(Self.question + " --max-model-len 32768 --kv-cache-dtype fp8")
    #expect(plan.int("kv_cache.block_bytes") == 64 * 2 * 8 * 128 * 1 * 16)
    #expect(plan.text("flags.kv_cache_dtype") == "fp8")
  }
}
