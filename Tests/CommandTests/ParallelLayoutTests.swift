import Testing

/// Layouts of many ranks, as `fit` answers them.
@Suite struct ParallelLayoutTests {
  @Test func expertsThatDoNotDivideOverRanksAreAskedToBeWhole() throws {
    // 768 over 5 · 2 ranks leaves a rest; so do 32 heads over 5, which is another rule.
    let plan = try plimsoll(words("fit qwen3-30b-a3b --gpu h100:10 -tp 1 -dp 10 --json")).json()
    #expect(plan.text("verdict") == "refused")
    #expect(plan.text("findings.#0.code") == "expert-parallel")
    let whole = try plimsoll(words("fit qwen3-30b-a3b --gpu h100:10 -tp 1 -dp 10 -ep --json")).json()
    #expect(whole.text("verdict") == "fits")
    // 128 experts on 10 ranks: 8 · 13 + 2 · 12.
    #expect(whole.int("rank.experts.most") == 13)
    #expect(whole.int("rank.experts.ranks_with_most") == 8)
    #expect(whole.int("rank.experts.least") == 12)
    // 48 layers of 13 experts of 3 · 768 · 2,048 in bfloat16.
    #expect(whole.int("rank.weights.parts.experts") == 48 * 13 * 3 * 768 * 2048 * 2)
  }

  @Test func theRankThatLimitsIsNamed() {
    let text = plimsoll(words("fit qwen3-30b-a3b --gpu h100:20 -tp 2 -pp 2 -dp 5 -ep")).out
    #expect(text.contains("limited by"))
    // The last stage samples too.
    #expect(text.contains("stage 1 of 2 (counted from 0), layers 24 to 47"))
    // 128 experts on 10 ranks.
    #expect(text.contains("the first 8 of 10 expert ranks, with 13 experts a layer where the others hold 12"))
  }

  @Test func aStatedPartitionDecidesWhichStageLimits() throws {
    let line = "fit llama-3.1-8b --gpu h100:2 -pp 2 --json --env VLLM_PP_LAYER_PARTITION="
    let first = try plimsoll(words(line + "20,12")).json()
    #expect(first.int("rank.pipeline_stage") == 0)
    #expect(first.int("stages.#0.layers") == 20)
    let last = try plimsoll(words(line + "12,20")).json()
    #expect(last.int("rank.pipeline_stage") == 1)
  }

  @Test func copiesOfExpertsHaveToDivideOverTheRanks() throws {
    let line = "fit qwen3-30b-a3b --gpu h100:8 -tp 8 -ep --enable-eplb --json --eplb-config.num_redundant_experts="
    #expect(try plimsoll(words(line + "4")).json().text("verdict") == "refused")
    let plan = try plimsoll(words(line + "16")).json()
    // (128 + 16) / 8.
    #expect(plan.int("rank.experts.most") == 18)
  }

  /// The tower of Qwen3-VL-8B at TP 8: 1,153,366,496 B whole, as vLLM's own code answers.
  @Test func mmEncoderTPModeDataKeepsTheTowerWhole() throws {
    let text = """
      "attention_bias": false, "dtype": "bfloat16", "head_dim": 128, "hidden_size": 4096, "intermediate_size": 12288,
      "max_position_embeddings": 262144, "model_type": "qwen3_vl_text", "num_attention_heads": 32,
      "num_hidden_layers": 36, "num_key_value_heads": 8, "vocab_size": 151936
      """
    let vision = """
      "deepstack_visual_indexes": [8, 16, 24], "depth": 27, "hidden_size": 1152, "in_channels": 3,
      "intermediate_size": 4304, "num_heads": 16, "num_position_embeddings": 2304, "out_hidden_size": 4096,
      "patch_size": 16, "spatial_merge_size": 2, "temporal_patch_size": 2
      """
    let config = """
      {"architectures": ["Qwen3VLForConditionalGeneration"], "model_type": "qwen3_vl", "tie_word_embeddings": false,
      "text_config": {\(text)}, "vision_config": {\(vision)}}
      """
    let plan = try withConfig(config) { folder in
      try plimsoll(["fit", folder] + words("--gpu h100:8 -tp 8 --mm-encoder-tp-mode data --json")).json()
    }
    #expect(plan.int("rank.weights.parts.encoder") == 1_153_366_496)
  }

  /// DeepSeek-V3 in 40 GiB a rank at a length of 4,096, as vLLM 0.33.0's own planner has it: 61 latent pages of 18,432 B in
  /// a block, 20, 21 and 20 of them on three stages; decode context parallelism shares out a request's tokens.
  @Test(
    arguments: [
      ("-tp 2 -pp 3", [368_640, 387_072, 368_640], 110_960, 1_775_360),
      ("-tp 8 --decode-context-parallel-size 4", [1_124_352], 38_199, 2_444_736),
      ("-tp 2 --data-parallel-size 4 --enable-expert-parallel", [1_124_352], 38_199, 611_184),
      (
        "-tp 8 -ep --enable-eplb --eplb-config.num_redundant_experts=32", [1_124_352], 38_199, 611_184
      ),
    ])
  func layoutsOfLatentAttention(_ flags: String, _ blocks: [Int], _ count: Int, _ tokens: Int) throws {
    let plan = try document(
      "fit deepseek-v3 --gpu h200 --max-model-len 4096 --available-kv-cache-memory 40GiB " + flags)
    #expect(plan.items("stages").compactMap { $0.int("block_bytes") } == blocks)
    #expect(plan.int("kv_cache.num_blocks") == count)
    #expect(plan.int("kv_cache.tokens") == tokens)
  }
}
