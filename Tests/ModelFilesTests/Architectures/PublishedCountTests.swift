import ModelFiles
import Plimsoll
import Testing

/// Models whose published element count (the hub's safetensors total) is what the reader makes of their config, without
/// the layers for multi-token prediction that vLLM leaves out.
@Suite struct PublishedCountTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var model: String
    var config: JSON
    var published: Int
    /// What of that the model class does not build.
    var drafting = 0
    var testDescription: String { model }
  }

  static let cases: [Case] = [
    // Drafting: a layer of 483,666,176, a projection of 2 × 5120² and three norms.
    Case(
      model: "LGAI-EXAONE/EXAONE-4.5-33B",
      config: [
        "architectures": ["Exaone4_5_ForConditionalGeneration"], "model_type": "exaone4_5",
        "text_config": [
          "dtype": "bfloat16", "hidden_size": 5120, "intermediate_size": 27392, "max_position_embeddings": 262144,
          "model_type": "exaone4_5_text", "num_attention_heads": 40, "num_hidden_layers": 64,
          "num_key_value_heads": 8, "sliding_window": 4096, "sliding_window_pattern": "LLLG", "vocab_size": 153600,
        ],
        "vision_config": [
          "depth": 28, "hidden_size": 2048, "intermediate_size": 5120, "num_heads": 32, "num_key_value_heads": 8,
          "out_hidden_size": 5120, "patch_size": 14,
        ],
      ], published: 34_350_097_664, drafting: 483_666_176 + 2 * 5120 * 5120 + 3 * 5120),
    Case(
      model: "rednote-hilab/dots.ocr",
      config: [
        "architectures": ["DotsOCRForCausalLM"], "model_type": "dots_ocr", "hidden_size": 1536,
        "intermediate_size": 8960, "num_hidden_layers": 28, "num_attention_heads": 12, "num_key_value_heads": 2,
        "vocab_size": 151_936, "max_position_embeddings": 131_072, "torch_dtype": "bfloat16",
        "vision_config": ["embed_dim": 1536, "num_hidden_layers": 42],
      ], published: 3_039_179_264),
    Case(
      model: "deepseek-ai/DeepSeek-OCR",
      config: [
        "architectures": ["DeepseekOCRForCausalLM"], "model_type": "deepseek_vl_v2", "tile_tag": "2D",
        "torch_dtype": "bfloat16",
        "language_config": [
          "model_type": "deepseek_v2", "first_k_dense_replace": 1, "hidden_size": 1280, "intermediate_size": 6848,
          "kv_lora_rank": nil, "max_position_embeddings": 8192, "moe_intermediate_size": 896, "n_routed_experts": 64,
          "n_shared_experts": 2, "num_attention_heads": 10, "num_experts_per_tok": 6, "num_hidden_layers": 12,
          "num_key_value_heads": 10, "q_lora_rank": nil, "qk_nope_head_dim": 0, "qk_rope_head_dim": 0,
          "topk_method": "greedy", "v_head_dim": 0, "vocab_size": 129_280,
        ],
        "projector_config": ["input_dim": 2048, "n_embed": 1280, "projector_type": "linear"],
        "vision_config": ["width": 1024],
      ], published: 3_336_106_240),
    Case(
      model: "HuggingFaceTB/SmolVLM2-500M-Video-Instruct",
      config: [
        "architectures": ["SmolVLMForConditionalGeneration"], "model_type": "smolvlm", "torch_dtype": "bfloat16",
        "text_config": [
          "model_type": "llama", "hidden_size": 960, "intermediate_size": 2560, "num_hidden_layers": 32,
          "num_attention_heads": 15, "num_key_value_heads": 5, "vocab_size": 49_280, "max_position_embeddings": 8192,
        ],
        "vision_config": [
          "hidden_size": 768, "intermediate_size": 3072, "num_hidden_layers": 12, "num_attention_heads": 12,
          "image_size": 512, "patch_size": 16,
        ], "scale_factor": 4,
      ], published: 507_482_304),
    // vLLM leaves out the norm after the tower's last layer, 2 × 1152.
    Case(
      model: "llava-hf/llava-onevision-qwen2-0.5b-ov-hf",
      config: [
        "architectures": ["LlavaOnevisionForConditionalGeneration"], "model_type": "llava_onevision",
        "torch_dtype": "float16", "tie_word_embeddings": false,
        "text_config": [
          "model_type": "qwen2", "hidden_size": 896, "intermediate_size": 4864, "num_hidden_layers": 24,
          "num_attention_heads": 14, "num_key_value_heads": 2, "vocab_size": 152_000, "tie_word_embeddings": true,
          "max_position_embeddings": 32_768,
        ],
        "vision_config": [
          "model_type": "siglip_vision_model", "hidden_size": 1152, "intermediate_size": 4304,
          "num_hidden_layers": 26, "num_attention_heads": 16, "image_size": 384, "patch_size": 14,
        ],
      ], published: 893_675_552, drafting: 2304),
    // Drafting: embedding and lm_head once more, a layer of 30,676,992, a projection of 2 × 1536² and three norms.
    Case(
      model: "zai-org/GLM-OCR",
      config: [
        "architectures": ["GlmOcrForConditionalGeneration"], "model_type": "glm_ocr", "torch_dtype": "bfloat16",
        "text_config": [
          "model_type": "glm_ocr_text", "hidden_size": 1536, "intermediate_size": 4608, "num_hidden_layers": 16,
          "num_attention_heads": 16, "num_key_value_heads": 8, "head_dim": 128, "vocab_size": 59_392,
        ],
        "vision_config": ["depth": 24, "hidden_size": 1024, "out_hidden_size": 1536],
      ], published: 1_325_258_240, drafting: 2 * 59_392 * 1536 + 30_676_992 + 2 * 1536 * 1536 + 3 * 1536),
    Case(
      model: "ibm-granite/granite-swash-2b",
      config: ["architectures": ["GraniteSWAForCausalLM"], "model_type": "granite_swa", "dtype": "bfloat16"],
      published: 2_144_463_840),
    // 48 query heads in full layers and 64 in windowed ones, a gate for each.
    Case(
      model: "poolside/Laguna-XS-2.1",
      config: [
        "architectures": ["LagunaForCausalLM"], "model_type": "laguna", "dtype": "bfloat16", "gating": "per-head",
        "layer_types": .array(copies(["full_attention"] + three("sliding_attention"), 10)),
        "num_attention_heads_per_layer": .array(copies([48] + three(64), 10)),
      ], published: 33_442_617_088),
    Case(
      model: "sarvamai/sarvam-30b",
      config: [
        "architectures": ["SarvamMoEForCausalLM"], "model_type": "sarvam_moe", "dtype": "bfloat16",
        "moe_router_enable_expert_bias": true, "use_rmsnorm": true,
      ], published: 32_152_650_368),
    // Drafting: a layer as the others (192 experts and a shared one of 1536, attention, router, two norms and those of
    // the heads), a projection of 2 × 4096², three norms.
    Case(
      model: "tencent/Hy3",
      config: [
        "architectures": ["HYV3ForCausalLM"], "model_type": "hy_v3", "dtype": "bfloat16", "qk_norm": true,
        "expert_hidden_dim": 1536, "first_k_dense_replace": 1,
      ], published: 298_786_155_776,
      drafting: 193 * 3 * 4096 * 1536 + 2 * 4096 * (64 + 8) * 128 + 192 * 4096 + 192 + 2 * 4096 * 4096 + 5 * 4096
        + 256),
    // Drafting: three windowed layers with a dense network, each with a head of its own, a projection and three norms.
    Case(
      model: "stepfun-ai/Step-3.5-Flash",
      config: [
        "architectures": ["Step3p5ForCausalLM"], "model_type": "step3p5", "dtype": "bfloat16", "vocab_size": 128896,
        "sliding_window": 512, "use_head_wise_attn_gate": true, "num_attention_groups": 8,
        "attention_other_setting": ["attention_type": "sliding_attention", "num_attention_heads": 96],
        "layer_types": .array(copies(["full_attention"] + three("sliding_attention"), 12)),
      ], published: 199_384_301_376,
      drafting: 3
        * (128_896 * 4096 + 2 * 4096 * 4096 + 2 * 4096 * (96 + 8) * 128 + 96 * 4096 + 3 * 4096 * 11_264 + 5 * 4096
          + 256)),
    // Drafting: an attention, a dense network, an embedding, a projection of 2 × 6144², five norms.
    Case(
      model: "meituan-longcat/LongCat-Flash-Chat",
      config: ["architectures": ["LongcatFlashForCausalLM"], "model_type": "longcat_flash", "dtype": "bfloat16"],
      published: 561_862_880_256,
      drafting: 6144 * (1536 + 576 + 64 * 128) + 1536 * 64 * 192 + 512 * 64 * 256 + 1536 + 512 + 3 * 6144 * 12_288
        + 131_072 * 6144 + 2 * 6144 * 6144 + 5 * 6144),
    // Twelve tables of n-grams, 256 wide. Drafting as above with a hidden state of 3072 and 32 heads.
    Case(
      model: "meituan-longcat/LongCat-Flash-Lite",
      config: [
        "architectures": ["LongcatFlashNgramForCausalLM"], "model_type": "longcat_flash", "dtype": "bfloat16",
        "hidden_size": 3072, "num_layers": 14, "num_attention_heads": 32, "ffn_hidden_size": 6144,
        "expert_ffn_hidden_size": 1024, "n_routed_experts": 256, "zero_expert_num": 128,
        "ngram_vocab_size_ratio": 78, "emb_split_num": 4, "emb_neighbor_num": 4,
      ], published: 69_073_335_552,
      drafting: 3072 * (1536 + 576 + 32 * 128) + 1536 * 32 * 192 + 512 * 32 * 256 + 1536 + 512 + 3 * 3072 * 6144
        + 131_072 * 3072 + 2 * 3072 * 3072 + 5 * 3072),
    Case(
      model: "meta-models/Muse-Glimmer-30B",
      config: [
        "architectures": ["MuseGlimmerForConditionalGeneration"], "model_type": "muse_glimmer", "dtype": "bfloat16",
        "text_config": ["model_type": "muse_glimmer_text"], "vision_config": ["model_type": "muse_glimmer_vision"],
      ], published: 29_776_626_688),
    Case(
      model: "google/vaultgemma-1b",
      config: [
        "architectures": ["VaultGemmaForCausalLM"], "model_type": "vaultgemma", "dtype": "bfloat16",
        "hidden_size": 1152, "intermediate_size": 6912, "num_attention_heads": 4,
      ], published: 1_038_741_120),
    // The checkpoint holds keys and values (two of 2048 × 512, a norm) also for the ten layers that read another's.
    Case(
      model: "google/gemma-3n-E2B-it",
      config: [
        "architectures": ["Gemma3nForConditionalGeneration"], "model_type": "gemma3n", "dtype": "bfloat16",
        "text_config": [
          "model_type": "gemma3n_text", "num_hidden_layers": 30, "intermediate_size": 8192,
          "num_kv_shared_layers": 10,
        ], "vision_config": ["model_type": "gemma3n_vision"], "audio_config": ["model_type": "gemma3n_audio"],
      ], published: 5_439_438_272, drafting: 10 * (2 * 2048 * 512 + 256)),
  ]

  private static func three(_ value: JSON) -> [JSON] { [value, value, value] }

  private static func copies(_ values: [JSON], _ times: Int) -> [JSON] { (0..<times).flatMap { _ in values } }

  @Test(arguments: cases)
  func parametersAreThePublishedOnes(_ expected: Case) throws {
    let shape = try ArchitectureTable.shape(of: expected.config)
    #expect(!shape.traits.encoderNotModelled)
    #expect(shape.parameters == expected.published - expected.drafting)
  }
}
