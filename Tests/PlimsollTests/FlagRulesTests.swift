import Plimsoll
import Testing

@Suite struct FlagRulesTests {
  /// Model, flags, environment, the rule broken, and the words that vLLM's own refusal has.
  struct Case: Sendable, CustomTestStringConvertible {
    var line: String
    var model = FlagContext.decoder()
    var environment: [String] = []
    var rule: RuleViolation.Rule
    var words: [String]
    var testDescription: String { line + " " + rule.rawValue }
  }

  static let heads28 = FlagContext.decoder {
    $0.numAttentionHeads = 28
    $0.totalKVHeads = 4
  }
  static let deepSeek = FlagContext.decoder {
    $0.usesMLA = true
    $0.isMoE = true
    $0.numAttentionHeads = 128
    $0.totalKVHeads = 128
  }

  static let cases = [
    // Without images there are videos still, so the encoder is built.
    Case(
      line: "-tp 8 --limit-mm-per-prompt {\"image\":0}",
      model: .decoder {
        $0.encoderAttentionHeads = 12
        $0.modalities = ["image", "video"]
      }, rule: .encoderHeadsDivisible, words: ["12 is not divisible by"]),
    // vllm-refusals: Qwen2-VL-7B, TP 8: "Total number of attention heads (28) must be divisible by tensor parallel size (8)."
    Case(
      line: "-tp 8", model: heads28, rule: .headsDivisible,
      words: ["Total number of attention heads (28) must be divisible by tensor parallel size (8)"]),
    // vllm-refusals: Qwen3.5-0.8B, TP 8: "12 is not divisible by 8", the heads of its encoder.
    Case(
      line: "-tp 8",
      model: .decoder {
        $0.encoderAttentionHeads = 12
        $0.modalities = ["image"]
      }, rule: .encoderHeadsDivisible,
      words: ["12 is not divisible by"]),
    Case(
      line: "-tp 6",
      model: .decoder {
        $0.numAttentionHeads = 36
        $0.totalKVHeads = 4
      }, rule: .kvHeadsDivisible, words: ["KV heads (4)", "(6)"]),
    Case(
      line: "--gpu-memory-utilization 1.5", rule: .range, words: ["gpu_memory_utilization", "less than or equal to 1"]),
    Case(line: "--gpu-memory-utilization 0", rule: .range, words: ["greater than 0"]),
    Case(line: "--gpu-memory-utilization nan", rule: .range, words: ["gpu_memory_utilization"]),
    Case(line: "--block-size 0", rule: .positive, words: ["--block-size (0)", "greater than 0"]),
    Case(line: "-tp 0", rule: .positive, words: ["--tensor-parallel-size (0)"]),
    Case(
      line: "--max-num-batched-tokens 100 --max-num-seqs 200", rule: .batchedTokens,
      words: ["max_num_batched_tokens (100) must be greater than or equal to max_num_seqs (200)"]),
    Case(
      line: "--max-num-batched-tokens 1024 --no-enable-chunked-prefill", rule: .batchedTokens,
      words: ["max_num_batched_tokens (1024) is smaller than max_model_len (40960)"]),
    Case(
      line: "--max-num-seqs 8 --max-num-active-seqs 9", rule: .activeSeqs,
      words: ["max_num_active_seqs (9) cannot be greater than max_num_seqs (8)"]),
    Case(
      line: "--long-prefill-token-threshold 50000", rule: .batchedTokens,
      words: ["long_prefill_token_threshold (50000) cannot be greater than"]),
    Case(
      line: "--max-model-len 40961", rule: .maxModelLen,
      words: [
        "User-specified max_model_len (40961) is greater than the derived max_model_len (max_position_embeddings=40960)"
      ]),
    Case(line: "--max-model-len 0", rule: .maxModelLen, words: ["at least 1"]),
    Case(line: "-tp 4 -dcp 3", rule: .decodeContextParallel, words: ["divisible"]),
    Case(line: "-tp 8 -dcp 2", rule: .decodeContextParallel, words: ["greater than the number of KV heads (8)"]),
    Case(line: "-tp 16 -dcp 4", rule: .decodeContextParallel, words: ["exceeds the maximum (2)"]),
    Case(line: "-tp 2 -pcp 2 -dcp 3", rule: .decodeContextParallel, words: ["must be 1, 2 or 4"]),
    Case(line: "-pp 33", rule: .pipelineParallel, words: ["exceeds the number of layers (32)"]),
    Case(
      line: "-pp 2", environment: ["VLLM_PP_LAYER_PARTITION=16,15"], rule: .pipelineParallel,
      words: ["sum to 31", "32"]),
    Case(
      line: "-pp 2", environment: ["VLLM_PP_LAYER_PARTITION=8,8,16"], rule: .pipelineParallel, words: ["3 entries"]),
    Case(line: "-ep", rule: .expertParallel, words: ["number of experts in the model must be greater than 0"]),
    Case(line: "--enable-eplb", model: deepSeek, rule: .expertParallel, words: ["EPLB"]),
    Case(line: "--enable-eplb -ep", model: deepSeek, rule: .expertParallel, words: ["EPLB requires tensor"]),
    Case(line: "-dp 2 -dpl 3", rule: .dataParallel, words: ["data_parallel_size_local (3)"]),
    Case(line: "--kv-cache-dtype float16", rule: .kvCacheDType, words: ["incompatible", "bfloat16"]),
    Case(line: "--kv-cache-dtype nvfp4", model: deepSeek, rule: .kvCacheDType, words: ["not supported with MLA"]),
    Case(line: "--dtype half", model: .decoder { $0.excludesFloat16 = true }, rule: .dtype, words: ["float16"]),
    Case(line: "-q awqq", rule: .quantization, words: ["awqq", "nearest is awq"]),
    Case(line: "-q fp_quant", rule: .quantization, words: ["deprecated"]),
    Case(line: "--attention-backend FLASHATTN", rule: .attentionBackend, words: ["nearest is FLASH_ATTN"]),
    Case(
      line: "--cudagraph-capture-sizes 1 8 --max-cudagraph-capture-size 16", rule: .captureSizes,
      words: ["max_cudagraph_capture_size (16) should be consistent", "(8)"]),
    Case(
      line: "--enable-lora --max-loras 4 --max-cpu-loras 2", rule: .lora, words: ["max_cpu_loras (2)", "max_loras (4)"]),
    Case(line: "--enable-lora --fully-sharded-loras --max-lora-rank 1 -tp 2", rule: .lora, words: ["divisible"]),
    Case(line: "--offload-group-size 2 --offload-num-in-group 3", rule: .offload, words: ["offload_num_in_group (3)"]),
    Case(line: "--offload-group-size 2 --offload-prefetch-step 0", rule: .offload, words: ["prefetch_step (0)"]),
    Case(
      line: "--spec-method eagle3 --spec-tokens 8 --max-num-batched-tokens 8", rule: .speculative, words: ["slots"]),
    Case(line: "--mamba-block-size 64 --no-enable-prefix-caching", rule: .mambaCache, words: ["prefix-caching"]),
    Case(
      line: "-pp 2 --async-scheduling", environment: ["VLLM_USE_V2_MODEL_RUNNER=0"], rule: .modelRunner,
      words: ["pipeline parallelism"]),
    Case(
      line: "--spec-method suffix", environment: ["VLLM_USE_V2_MODEL_RUNNER=1"], rule: .modelRunner, words: ["suffix"]),
  ]

  @Test(arguments: cases)
  func `vLLM refuses, and the reason has its words`(_ c: Case) throws {
    let violations = try violations(c.line, c.model, c.environment)
    let found = try #require(violations.first { $0.rule == c.rule }, "\(violations.map(\.reason))")
    for word in c.words { #expect(found.reason.contains(word), "\(found.reason)") }
    #expect(!found.flags.isEmpty && !found.source.isEmpty)
  }

  @Test(arguments: [
    ("", FlagContext.decoder(), [String]()), ("-tp 16", .decoder(), []),  // 16 ranks share 8 KV heads
    ("-tp 4", heads28, []), ("-tp 8 -ep -dp 2", deepSeek, []), ("-tp 8 -dcp 8", deepSeek, []),
    ("-tp 16 -dcp 2", .decoder(), []), ("--max-model-len auto", .decoder(), []),
    ("--max-model-len 80000", .decoder(), ["VLLM_ALLOW_LONG_MAX_MODEL_LEN=1"]),
    ("--max-model-len 80000", .decoder { $0.context.modelMaxLength = 131_072 }, []),
    ("--kv-cache-dtype bfloat16", .decoder(), []), ("--kv-cache-dtype nvfp4_ds_mla", deepSeek, []),
    ("--gpu-memory-utilization 1", .decoder(), []), ("-pp 2", .decoder(), ["VLLM_PP_LAYER_PARTITION=17,15"]),
    (
      "-tp 8 --mm-encoder-tp-mode data",
      .decoder {
        $0.encoderAttentionHeads = 12
        $0.encoderMayBeWhole = true
        $0.modalities = ["image"]
      }, []
    ),
    (
      "-tp 8 --language-model-only",
      .decoder {
        $0.encoderAttentionHeads = 12
        $0.modalities = ["image"]
      }, []
    ),
    (
      "-tp 8 --limit-mm-per-prompt {\"image\":0,\"video\":0}",
      .decoder {
        $0.encoderAttentionHeads = 12
        $0.modalities = ["image", "video"]
      }, []
    ),
    ("--cudagraph-capture-sizes 1 8 --max-cudagraph-capture-size 8", .decoder(), []),
    ("--max-loras 4 --max-cpu-loras 2", .decoder(), []),  // without --enable-lora nothing is made of them
  ])
  func `vLLM takes`(line: String, model: FlagContext, environment: [String]) throws {
    #expect(try violations(line, model, environment) == [])
  }

  @Test func `one setting in two flags is refused`() throws {
    var flags = try ServeFlags(line: "--max-cudagraph-capture-size 8")
    try flags.apply(name: "-cc.max_cudagraph_capture_size", value: "8")
    let found = flags.violations(for: .decoder(), device: .h100, release: .v0_33_0, entryPoint: .serve)
    #expect(found.map(\.rule) == [.exclusive])
  }

  private func violations(_ line: String, _ model: FlagContext, _ environment: [String]) throws -> [RuleViolation] {
    try ServeFlags(line: line).violations(
      for: model, device: .h100, release: .v0_33_0, entryPoint: .serve,
      environment: EngineEnvironment(pairs: environment))
  }
}
