import ModelFiles
import Testing

/// Hybrid models: a block for the state of each sequence, which the textbook formula does not know.
@Suite struct HybridStoryTests {
  /// The shape of Qwen3.6-27B, 48 layers of states and 16 of attention, in block FP8 as it is published.
  private static let config: String = {
    let excepted = (0..<64).flatMap { layer in
      ["a", "b"].map { "model.language_model.layers.\(layer).linear_attn.in_proj_\($0)" }
    }
    let kinds: [JSON] = (0..<64).map { $0 % 4 == 3 ? "full_attention" : "linear_attention" }
    var text = JSONObject()
    for (key, value) in [
      ("hidden_size", 5120), ("intermediate_size", 17_408), ("num_hidden_layers", 64), ("num_attention_heads", 24),
      ("num_key_value_heads", 4), ("head_dim", 256), ("vocab_size", 248_320), ("max_position_embeddings", 262_144),
      ("linear_conv_kernel_dim", 4), ("linear_key_head_dim", 128), ("linear_num_key_heads", 16),
      ("linear_num_value_heads", 48), ("linear_value_head_dim", 128), ("full_attention_interval", 4),
    ] { text[key] = .integer(value) }
    text["model_type"] = "qwen3_5_text"
    text["dtype"] = "bfloat16"
    text["mamba_ssm_dtype"] = "float32"
    text["attn_output_gate"] = true
    text["tie_word_embeddings"] = false
    text["layer_types"] = .array(kinds)
    text["rope_parameters"] = [
      "rope_type": "default", "rope_theta": 10_000_000, "partial_rotary_factor": 0.25,
    ]
    var top = JSONObject()
    top["architectures"] = ["Qwen3_5ForConditionalGeneration"]
    top["model_type"] = "qwen3_5"
    top["tie_word_embeddings"] = false
    top["text_config"] = .object(text)
    top["vision_config"] = [
      "model_type": "qwen3_5_vision", "depth": 27, "hidden_size": 1152, "intermediate_size": 4304, "num_heads": 16,
      "num_position_embeddings": 2304, "out_hidden_size": 5120, "patch_size": 16, "spatial_merge_size": 2,
      "temporal_patch_size": 2, "in_channels": 3, "deepstack_visual_indexes": [],
    ]
    top["quantization_config"] = [
      "quant_method": "fp8", "activation_scheme": "dynamic", "weight_block_size": [128, 128],
      "modules_to_not_convert": .array((["lm_head", "model.visual"] + excepted).map { .string($0) }),
    ]
    return JSON.object(top).serialized(pretty: true)
  }()

  private func plan(_ flags: String) throws -> JSON {
    try withConfig(Self.config) { try plimsoll(["fit", $0] + words("--gpu h100 --json " + flags)).json() }
  }

  @Test("One H100 at 0.95 and the defaults: 1,024 sequences exceed the blocks, of which vLLM counted 856")
  func mambaBlocks() throws {
    // The start was without prefix caching, which was off for hybrids then (vllm-project/recipes 551): blocks of 784.
    let plan = try plan("--gpu-memory-utilization 0.95 --no-enable-prefix-caching")
    #expect(plan.text("verdict") == "does-not-fit")
    #expect(plan.text("limiting") == "mamba_blocks")
    #expect(plan.int("flags.max_num_seqs") == 1024)
    #expect(plan.int("kv_cache.block_size") == 784)
    let blocks = try #require(plan.int("kv_cache.num_blocks"))
    #expect(abs(Double(blocks) / 856 - 1) <= 0.03)
    let finding = plan.items("findings").first { $0.text("code") == "mamba-blocks" }
    #expect(finding?.text("severity") == "error")
    // The remedy is what vLLM asks for, fewer sequences.
    #expect(finding?.items("remedies").contains { $0.texts("argv").contains("--max-num-seqs") } == true)
    // A page of 2 · 4 heads · 256 · 2 B a token and 784 tokens in each of 16 layers.
    #expect(plan.int("kv_cache.block_bytes") == 784 * 4096 * 16)
  }

  @Test("As many sequences as blocks start, eager execution needs none, and piecewise graphs neither")
  func bound() throws {
    let utilization = "--gpu-memory-utilization 0.95 "
    #expect(try plan(utilization + "--max-num-seqs 512").findings("error").isEmpty)
    #expect(try !plan(utilization + "--enforce-eager").findings("error").contains("mamba-blocks"))
    let piecewise = try plan(utilization + "--compilation-config.cudagraph_mode=PIECEWISE")
    #expect(!piecewise.findings("error").contains("mamba-blocks"))
  }

  @Test("What prefixes and drafts add is told apart: of a full request the states of two more pages, and of two drafts")
  func lines() throws {
    let plan = try plan("--max-num-seqs 128 --speculative-config '{\"method\":\"mtp\",\"num_speculative_tokens\":2}'")
    let line = { (name: String) in FeatureLinesTests.line(name, plan) }
    #expect(line("prefix_states")?.text("inside") == "kv_cache")
    // 17 layers attend with the draft's, so states come in groups of 17, three of them: two pages more in each.
    let block = 17 * (plan.int("kv_cache.block_size") ?? 0) * 4096
    #expect(plan.int("kv_cache.block_bytes") == block)
    let perRequest = try #require(plan.int("kv_cache.blocks_per_request"))
    let length = 262_144
    let size = try #require(plan.int("kv_cache.block_size"))
    // Attention, and running state, last block's, two drafts' and a checkpoint in each of three groups.
    #expect(perRequest == (length + size - 1) / size + 3 * 5)
    // The layer of full attention: 2 · 4 heads · 256 elements in 2 B.
    #expect(plan.int("kv_cache.bytes_per_token") == 17 * 4096)
    #expect(line("draft_weights")?.text("detail")?.contains("Qwen3_5MTP") == true)
    #expect((line("draft_states")?.int("bytes") ?? 0) > 0)
  }

  @Test("Of a cache whose memory is given the fit check alone decides; the block of each sequence is a warning")
  func givenMemory() throws {
    let plan = try plan("--available-kv-cache-memory 20GiB")
    #expect(plan.text("verdict") == "fits")
    #expect(plan.findings("warning").contains("mamba-blocks"))
    #expect(plan.findings("error") == [])
  }
}
