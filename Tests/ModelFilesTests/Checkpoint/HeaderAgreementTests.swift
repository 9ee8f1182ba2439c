import ModelFiles
import Plimsoll
import Testing

/// Nine published repositories: what their headers add up to is what the reader makes of their config.
@Suite struct HeaderAgreementTests {
  struct Repository: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var config: JSON
    var tensors: @Sendable () -> [StoredTensor]
    /// The parameters by the repository's page, without the layers that predict further tokens.
    var parameters: Int
    /// All bytes of data: `metadata.total_size` of its index.
    var total: Int
    /// What of it vLLM leaves.
    var skipped: [CheckpointAccount.Skipped: Int] = [:]
    /// What its data take by type, where it has several.
    var dtypes: [TensorDType: Int] = [:]
  }

  private static func llama(_ changes: [String: JSON]) -> JSON {
    var config: JSONObject = JSONObject()
    for (key, value) in [
      "architectures": ["LlamaForCausalLM"], "model_type": "llama", "torch_dtype": "bfloat16", "vocab_size": 128_256,
      "max_position_embeddings": 131_072, "tie_word_embeddings": false,
    ] as [String: JSON] { config[key] = value }
    for (key, value) in changes { config[key] = value }
    return .object(config)
  }

  static let all: [Repository] = [
    Repository(
      testDescription: "Qwen/QwQ-32B",
      config: [
        "architectures": ["Qwen2ForCausalLM"], "model_type": "qwen2", "hidden_size": 5120, "intermediate_size": 27_648,
        "num_hidden_layers": 64, "num_attention_heads": 40, "num_key_value_heads": 8, "vocab_size": 152_064,
        "torch_dtype": "bfloat16", "tie_word_embeddings": false,
      ],
      tensors: {
        PublishedTensors.llama(
          hidden: 5120, width: 27_648, layers: 64, heads: 40, kvHeads: 8, head: 128, vocabulary: 152_064, bias: true)
      }, parameters: 32_763_876_352, total: 65_527_752_704),
    Repository(
      testDescription: "meta-llama/Llama-3.1-8B-Instruct",
      config: llama([
        "hidden_size": 4096, "intermediate_size": 14_336, "num_hidden_layers": 32, "num_attention_heads": 32,
        "num_key_value_heads": 8,
      ]),
      tensors: {
        PublishedTensors.llama(
          hidden: 4096, width: 14_336, layers: 32, heads: 32, kvHeads: 8, head: 128, vocabulary: 128_256)
      }, parameters: 8_030_261_248, total: 16_060_522_496),
    Repository(
      testDescription: "meta-llama/Llama-3.3-70B-Instruct",
      config: llama([
        "hidden_size": 8192, "intermediate_size": 28_672, "num_hidden_layers": 80, "num_attention_heads": 64,
        "num_key_value_heads": 8,
      ]),
      tensors: {
        PublishedTensors.llama(
          hidden: 8192, width: 28_672, layers: 80, heads: 64, kvHeads: 8, head: 128, vocabulary: 128_256)
      }, parameters: 70_553_706_496, total: 141_107_412_992),
    Repository(
      testDescription: "Qwen/Qwen3-30B-A3B",
      config: [
        "architectures": ["Qwen3MoeForCausalLM"], "model_type": "qwen3_moe", "torch_dtype": "bfloat16",
        "hidden_size": 2048, "intermediate_size": 6144, "moe_intermediate_size": 768, "num_hidden_layers": 48,
        "num_attention_heads": 32, "num_key_value_heads": 4, "head_dim": 128, "num_experts": 128,
        "num_experts_per_tok": 8, "decoder_sparse_step": 1, "mlp_only_layers": [], "vocab_size": 151_936,
        "tie_word_embeddings": false,
      ], tensors: PublishedTensors.qwen3MoE, parameters: 30_532_122_624, total: 61_064_245_248),
    // The further layer: attention and experts of a byte a weight, with a float32 for each block of 128 × 128; a router,
    // a projection of 2 × 7168², two tables of 129,280 × 7168 and norms of two bytes; 256 float32 for balance.
    Repository(
      testDescription: "deepseek-ai/DeepSeek-V3",
      config: [
        "architectures": ["DeepseekV3ForCausalLM"], "model_type": "deepseek_v3", "torch_dtype": "bfloat16",
        "hidden_size": 7168, "intermediate_size": 18_432, "moe_intermediate_size": 2048, "num_hidden_layers": 61,
        "num_nextn_predict_layers": 1, "num_attention_heads": 128, "num_key_value_heads": 128, "q_lora_rank": 1536,
        "kv_lora_rank": 512, "qk_nope_head_dim": 128, "qk_rope_head_dim": 64, "v_head_dim": 128,
        "first_k_dense_replace": 3, "moe_layer_freq": 1, "n_routed_experts": 256, "n_shared_experts": 1,
        "num_experts_per_tok": 8, "n_group": 8, "topk_group": 4, "topk_method": "noaux_tc", "vocab_size": 129_280,
        "tie_word_embeddings": false,
        "quantization_config": ["quant_method": "fp8", "fmt": "e4m3", "weight_block_size": [128, 128]],
      ], tensors: PublishedTensors.deepSeekV3, parameters: 671_026_419_200, total: 688_574_839_360,
      skipped: [.tokenPrediction: deepSeekPrediction]),
    // 36 layers of 128 experts: (5760 + 2880) × 2880 / 2 bytes each, and a 16th of that for exponents.
    Repository(
      testDescription: "openai/gpt-oss-120b",
      config: [
        "architectures": ["GptOssForCausalLM"], "model_type": "gpt_oss", "hidden_size": 2880, "intermediate_size": 2880,
        "num_hidden_layers": 36, "num_attention_heads": 64, "num_key_value_heads": 8, "head_dim": 64,
        "num_local_experts": 128, "num_experts_per_tok": 4, "vocab_size": 201_088, "sliding_window": 128,
        "tie_word_embeddings": false, "torch_dtype": "bfloat16",
        "quantization_config": ["quant_method": "mxfp4"],
      ], tensors: PublishedTensors.gptOSS, parameters: 116_829_156_672, total: 65_248_815_744,
      dtypes: [.u8: 36 * 128 * 8640 * (1440 + 90)]),
    Repository(
      testDescription: "google/gemma-3-27b-it",
      config: [
        "architectures": ["Gemma3ForConditionalGeneration"], "model_type": "gemma3", "torch_dtype": "bfloat16",
        "mm_tokens_per_image": 256,
        "text_config": [
          "head_dim": 128, "hidden_size": 5376, "intermediate_size": 21_504, "model_type": "gemma3_text",
          "num_attention_heads": 32, "num_hidden_layers": 62, "num_key_value_heads": 16, "sliding_window": 1024,
        ],
        "vision_config": [
          "hidden_size": 1152, "image_size": 896, "intermediate_size": 4304, "model_type": "siglip_vision_model",
          "num_attention_heads": 16, "num_hidden_layers": 27, "patch_size": 14, "vision_use_head": false,
        ],
      ], tensors: PublishedTensors.gemma3, parameters: 27_432_406_640, total: 54_864_813_280),
    // The further layer, as MultiTokenPrediction of CatalogTests counts it: 1,651 M parameters of 2 bytes.
    Repository(
      testDescription: "Qwen/Qwen3-Next-80B-A3B-Instruct",
      config: [
        "architectures": ["Qwen3NextForCausalLM"], "model_type": "qwen3_next", "torch_dtype": "bfloat16",
        "hidden_size": 2048, "intermediate_size": 5120, "num_hidden_layers": 48, "full_attention_interval": 4,
        "num_attention_heads": 16, "num_key_value_heads": 2, "head_dim": 256, "linear_conv_kernel_dim": 4,
        "linear_key_head_dim": 128, "linear_num_key_heads": 16, "linear_num_value_heads": 32,
        "linear_value_head_dim": 128, "num_experts": 512, "num_experts_per_tok": 10, "moe_intermediate_size": 512,
        "shared_expert_intermediate_size": 512, "decoder_sparse_step": 1, "mlp_only_layers": [], "vocab_size": 151_936,
        "tie_word_embeddings": false,
      ], tensors: PublishedTensors.qwen3Next, parameters: 79_674_391_296, total: 162_649_725_440,
      skipped: [.tokenPrediction: 162_649_725_440 - 2 * 79_674_391_296]),
    Repository(
      testDescription: "ibm-granite/granite-4.0-h-small",
      config: [
        "architectures": ["GraniteMoeHybridForCausalLM"], "model_type": "granitemoehybrid", "torch_dtype": "bfloat16",
        "hidden_size": 4096, "intermediate_size": 768, "shared_intermediate_size": 1536, "num_hidden_layers": 40,
        "layer_types": .array((0..<40).map { $0 % 10 == 5 ? "attention" : "mamba" }), "mamba_conv_bias": true,
        "mamba_d_conv": 4, "mamba_d_head": 64, "mamba_d_state": 128, "mamba_expand": 2, "mamba_n_groups": 1,
        "mamba_n_heads": 128, "mamba_proj_bias": false, "num_attention_heads": 32, "num_key_value_heads": 8,
        "num_experts_per_tok": 10, "num_local_experts": 72, "vocab_size": 100_352, "tie_word_embeddings": true,
        "max_position_embeddings": 131_072,
      ], tensors: PublishedTensors.granite4, parameters: 32_207_337_984, total: 64_414_675_968),
  ]

  private static let deepSeekPrediction: Int = {
    let attention = [(1536, 7168), (24_576, 1536), (576, 7168), (32_768, 512), (7168, 16_384)]
    let experts = Array(repeating: [(2048, 7168), (2048, 7168), (7168, 2048)], count: 257).flatMap { $0 }
    let blocks = (attention + experts).reduce(0) { $0 + $1.0 * $1.1 + 4 * (($1.0 + 127) / 128) * ($1.1 / 128) }
    let plain = 256 * 7168 + 2 * 7168 * 7168 + 2 * 129_280 * 7168 + 5 * 7168 + 1536 + 512
    return blocks + 2 * plain + 4 * 256
  }()

  @Test("headers and config agree within 0.1 %, and both with the page", arguments: all)
  func agree(_ repository: Repository) throws {
    let shape = try ArchitectureTable.shape(of: repository.config)
    let tally = try CheckpointTally(repository.tensors())
    #expect(tally.data == Bytes(repository.total))
    let account = tally.account(for: shape)
    #expect(account.parameters == repository.parameters)
    #expect(shape.parameters == repository.parameters)
    #expect(!account.countsIntegers)
    let weights = tally.compared(with: shape)
    #expect(weights.agrees, "\(weights.ratio)")
    #expect(weights.differences.isEmpty, "\(weights.differences)")
    let skipped = Dictionary(uniqueKeysWithValues: account.skipped.map { ($0.reason, $0.bytes.count) })
    #expect(skipped == repository.skipped)
    #expect(account.loaded + Bytes(skipped.values.reduce(0, +)) == tally.data)
    for (dtype, bytes) in repository.dtypes {
      #expect(account.dtypes.first { $0.dtype == dtype }?.bytes == Bytes(bytes))
    }
    // The same parts, not only the same sum: a name that is taken for another part would show here.
    for (kind, bytes) in shape.stored.kinds where bytes > .mib(64) {
      let found = account.stored.kinds[kind] ?? .zero
      #expect(Double((found - bytes).count.magnitude) < 0.001 * Double(bytes.count), "\(kind): \(found) \(bytes)")
    }
  }
}
