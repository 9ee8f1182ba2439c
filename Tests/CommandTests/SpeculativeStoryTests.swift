import ModelFiles
import Testing

/// Speculative decoding: the draft's weights, its part of the cache, the runner's buffers, each a line of its own.
@Suite struct SpeculativeStoryTests {
  private static func line(_ feature: String, _ plan: JSON) -> JSON? { FeatureLinesTests.line(feature, plan) }

  /// An EAGLE-3 head for Llama 3.1 8B, as such heads are published.
  private static let head = smallConfig([
    "architectures": ["LlamaForCausalLMEagle3"], "hidden_size": 4096, "intermediate_size": 14_336,
    "num_hidden_layers": 1, "vocab_size": 128_256, "draft_vocab_size": 32_000, "max_position_embeddings": 2048,
    "rope_theta": 500_000,
  ])

  private static let model = "fit llama-3.1-8b --gpu h100 --max-model-len 8192 "

  private func plan(_ config: String, _ settings: String, _ line: String = model) throws -> JSON {
    try withConfig(config) { folder in
      let draft = "{\"model\": \"\(folder)\", \(settings)}"
      return try plimsoll(words(line) + ["--json", "--speculative-config", draft]).json()
    }
  }

  @Test("A head of EAGLE-3 takes its weights, a layer's share of the cache, and buffers, and KV tokens fall by them")
  func head() throws {
    let plain = try document(Self.model)
    let plan = try plan(Self.head, "\"method\": \"eagle3\", \"num_speculative_tokens\": 3")
    // Query, key and value of embedding and hidden state, output, gate, up and down; fc of three hidden states.
    let layer = 8192 * 6144 + 4096 * 4096 + 3 * 4096 * 14_336
    let head = layer + 3 * 4096 * 4096 + 32_000 * 4096
    // Four norms, four scales in float32, which tokens the head's rows are, and 8,192 positions of 128 elements.
    let rest = 4 * 4096 * 2 + 16 + 8 * 32_000 + 8192 * 128 * 2
    #expect(Self.line("draft_weights", plan)?.int("bytes") == 2 * head + rest)
    #expect(Self.line("draft_weights", plan)?.text("inside") == "weights")
    #expect(
      plan.int("rank.weights.tensor_bytes") == (plain.int("rank.weights.tensor_bytes") ?? 0) + 2 * head + rest)
    // One more layer of the same kind beside 32.
    #expect(plan.int("kv_cache.bytes_per_token") == 33 * 4096)
    let share = try #require(Self.line("draft_kv_cache", plan)?.int("bytes"))
    #expect(abs(share - (plan.int("rank.kv_cache.bytes") ?? 0) / 33) <= 1)
    // T · 4,096 · 2 B of hidden states, 13 B a token and 48 a sequence, 20 a sequence and drafted token.
    let buffers = 8192 * (8192 + 13) + 1024 * (48 + 20 * 3)
    #expect(Self.line("draft_buffers", plan)?.int("bytes") == buffers)
    // The three hidden states of a step lie in wait while logits are computed.
    let less = (plain.int("rank.kv_cache.bytes") ?? 0) - (plan.int("rank.kv_cache.bytes") ?? 0)
    #expect(less >= 2 * head + rest + buffers)
    let tokens = try #require(plan.int("kv_cache.tokens"))
    let expected = Double(plan.int("rank.kv_cache.bytes") ?? 0) / Double(33 * 4096)
    #expect(abs(Double(tokens) / expected - 1) < 0.001)
    #expect(plan.findings("note").contains("draft-sharing-assumed"))
  }

  @Test("A whole draft model brings all its layers and its own ends; what it shares is the rotary table")
  func wholeModel() throws {
    let line = "fit Qwen3-8B --gpu h100 --max-model-len 8192"
    let plan = try document(
      line + " --speculative-config '{\"model\":\"Qwen/Qwen3-0.6B\",\"num_speculative_tokens\":4}'")
    let alone = try document("fit Qwen/Qwen3-0.6B --gpu h100 --max-model-len 8192")
    // 40,960 positions of 128 elements in 2 B, which both models' rotary embeddings have in common.
    #expect(
      Self.line("draft_weights", plan)?.int("bytes") == (alone.int("rank.weights.tensor_bytes") ?? 0) - 40_960 * 256)
    // 36 layers of 8 KV heads of 128 and 28 of the same.
    #expect(plan.int("kv_cache.bytes_per_token") == (36 + 28) * 2 * 8 * 128 * 2)
  }

  @Test("Drafts looked up in requests keep the requests' tokens on the GPU: 4 B a sequence and position")
  func lookUp() throws {
    let plan = try document(Self.model + "--speculative-config '{\"method\":\"ngram\",\"num_speculative_tokens\":3}'")
    #expect(Self.line("draft_buffers", plan)?.int("bytes") == 4 * 1024 * 8192 + 8 * 1024 * 3)
    #expect(Self.line("draft_weights", plan) == nil)
  }

  @Test("Sampled drafts keep their logits: sequences × drafts × the draft's vocabulary in the model's type")
  func sampled() throws {
    let greedy = try plan(Self.head, "\"method\": \"eagle3\", \"num_speculative_tokens\": 3")
    let sampled = try plan(
      Self.head, "\"method\": \"eagle3\", \"num_speculative_tokens\": 3, \"draft_sample_method\": \"probabilistic\"")
    let more =
      (Self.line("draft_buffers", sampled)?.int("bytes") ?? 0)
      - (Self.line("draft_buffers", greedy)?.int("bytes") ?? 0)
    #expect(more == 1024 * 3 * 32_000 * 2)
  }

  @Test("Drafts are on the last pipeline stage alone")
  func stages() throws {
    let plan = try plan(
      Self.head, "\"method\": \"eagle3\", \"num_speculative_tokens\": 3",
      "fit llama-3.1-8b --gpu h100:2 -pp 2 --max-model-len 8192")
    let blocks = plan.items("stages").map { $0.int("block_bytes") }
    // 16 layers of 64 KiB a block of 16, and 17.
    #expect(blocks == [16 << 16, 17 << 16])
  }

  @Test(
    "What vLLM refuses of drafts is refused",
    arguments: [
      ("{\"method\":\"ngram\"}", "num_speculative_tokens must be provided"),
      ("{\"model\":\"Qwen/Qwen3-0.6B\",\"num_speculative_tokens\":3}", "same vocabulary size (128256 and 151936)"),
    ])
  func refused(_ settings: String, _ reason: String) throws {
    let answer = plimsoll(words(Self.model) + ["--json", "--speculative-config", settings])
    #expect(answer.status == 1)
    let plan = try answer.json()
    #expect(plan.text("verdict") == "refused")
    #expect(plan.text("findings.#0.message")?.contains(reason) == true)
  }

  @Test("A draft that is not here is named, and no number is given in its place")
  func unknown() throws {
    let answer = plimsoll(Self.model + "--json --speculative-config '{\"model\":\"a/b\",\"num_speculative_tokens\":3}'")
    #expect(answer.status == 4)
    let plan = try answer.json()
    #expect(plan.text("verdict") == "unknown")
    #expect(plan.text("summary")?.contains("'a/b'") == true)
    #expect(plan.at("rank") == .null)
  }

  /// A layer of DeepSeek-V3's own kind: latent attention and 256 experts in block FP8, eh_proj and three norms.
  @Test("Multi-token prediction of DeepSeek-V3 is its 62nd layer, a page of the latent cache, and a projection")
  func tokenPrediction() throws {
    let line = "fit deepseek-v3 --gpu h200:8 --max-model-len 8192"
    let plain = try document(line)
    let plan = try document(line + " --speculative-config '{\"method\":\"deepseek_mtp\",\"num_speculative_tokens\":1}'")
    // 61 layers of 16 tokens of 576 elements in 2 B.
    #expect(plain.int("kv_cache.block_bytes") == 61 * 16 * 576 * 2)
    #expect(plan.int("kv_cache.block_bytes") == 62 * 16 * 576 * 2)
    let draft = try #require(Self.line("draft_weights", plan)?.int("bytes"))
    // 256 + 1 experts of 3 · 7,168 · 2,048 B over eight ranks and the projection of 14,336 × 7,168 in 2 B are the most.
    let least = 257 * 3 * 7168 * 2048 / 8 + 14_336 * 7168 * 2
    #expect(draft > least && draft < least * 13 / 10)
    let refused = try document(
      line + " --speculative-config '{\"method\":\"mtp\",\"num_speculative_tokens\":1,\"model\":\"llama-3.1-8b\"}'")
    #expect(refused.text("verdict") == "unknown")
  }

  /// GLM-4.5 over eight H100: vLLM's own classes made tensors of 89,583,281,872 B on a rank, 1,091,885,712 of them the
  /// draft's, and 56,375 blocks of 761,856 B in 40 GiB.
  @Test("Multi-token prediction of GLM-4.5 is to the byte what vLLM's classes make of it")
  func tokenPredictionOfGLM() throws {
    let plan = try document(
      "fit glm-4.5 --gpu h100:8 --max-model-len 8192 --available-kv-cache-memory 40GiB "
        + "--speculative-config '{\"method\":\"mtp\",\"num_speculative_tokens\":1}'")
    #expect(plan.int("stages.#0.weights.tensor_bytes") == 89_583_281_872)
    #expect(Self.line("draft_weights", plan)?.int("bytes") == 1_091_885_712)
    #expect(plan.int("kv_cache.block_bytes") == 761_856)
    #expect(plan.int("kv_cache.num_blocks") == 56_375)
  }
}
