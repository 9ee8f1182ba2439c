/// What the config classes of `transformers` 5.23.0 assume where a key is absent, by `model_type`.
///
/// Only keys that the readers ask for, and only where the class has a value; an explicit `null` in a file stays null.
enum ConfigDefaults {
  static func values(for modelType: String) -> [(String, JSON)] {
    switch modelType {
    case "llama":
      [
        ("vocab_size", 32_000), ("hidden_size", 4096), ("intermediate_size", 11_008), ("num_hidden_layers", 32),
        ("num_attention_heads", 32), ("max_position_embeddings", 2048), ("tie_word_embeddings", false),
        ("attention_bias", false), ("mlp_bias", false), ("hidden_act", "silu"),
      ]
    case "mistral":
      [
        ("vocab_size", 32_000), ("hidden_size", 4096), ("intermediate_size", 14_336), ("num_hidden_layers", 32),
        ("num_attention_heads", 32), ("num_key_value_heads", 8), ("max_position_embeddings", 131_072),
        ("tie_word_embeddings", false), ("sliding_window", 4096), ("hidden_act", "silu"),
      ]
    case "ministral3":
      [
        ("vocab_size", 131_072), ("hidden_size", 4096), ("intermediate_size", 14_336), ("num_hidden_layers", 34),
        ("num_attention_heads", 32), ("num_key_value_heads", 8), ("head_dim", 128),
        ("max_position_embeddings", 262_144), ("tie_word_embeddings", false), ("hidden_act", "silu"),
      ]
    case "mixtral":
      [
        ("vocab_size", 32_000), ("hidden_size", 4096), ("intermediate_size", 14_336), ("num_hidden_layers", 32),
        ("num_attention_heads", 32), ("num_key_value_heads", 8), ("max_position_embeddings", 131_072),
        ("tie_word_embeddings", false), ("num_experts_per_tok", 2), ("num_local_experts", 8), ("hidden_act", "silu"),
      ]
    case "qwen2":
      [
        ("vocab_size", 151_936), ("hidden_size", 4096), ("intermediate_size", 22_016), ("num_hidden_layers", 32),
        ("num_attention_heads", 32), ("num_key_value_heads", 32), ("max_position_embeddings", 32_768),
        ("tie_word_embeddings", false), ("sliding_window", 4096), ("use_sliding_window", false),
        ("max_window_layers", 28), ("hidden_act", "silu"),
      ]
    case "qwen3":
      [
        ("vocab_size", 151_936), ("hidden_size", 4096), ("intermediate_size", 22_016), ("num_hidden_layers", 32),
        ("num_attention_heads", 32), ("num_key_value_heads", 32), ("head_dim", 128),
        ("max_position_embeddings", 32_768), ("tie_word_embeddings", false), ("attention_bias", false),
        ("sliding_window", 4096), ("use_sliding_window", false), ("max_window_layers", 28), ("hidden_act", "silu"),
      ]
    case "qwen2_moe":
      [
        ("vocab_size", 151_936), ("hidden_size", 2048), ("intermediate_size", 5632), ("num_hidden_layers", 24),
        ("num_attention_heads", 16), ("num_key_value_heads", 16), ("max_position_embeddings", 32_768),
        ("tie_word_embeddings", false), ("sliding_window", 4096), ("use_sliding_window", false),
        ("max_window_layers", 28), ("decoder_sparse_step", 1), ("moe_intermediate_size", 1408),
        ("shared_expert_intermediate_size", 5632), ("num_experts_per_tok", 4), ("num_experts", 60),
        ("qkv_bias", true), ("hidden_act", "silu"),
      ]
    case "qwen3_moe":
      [
        ("vocab_size", 151_936), ("hidden_size", 2048), ("intermediate_size", 6144), ("num_hidden_layers", 24),
        ("num_attention_heads", 32), ("num_key_value_heads", 4), ("max_position_embeddings", 32_768),
        ("tie_word_embeddings", false), ("attention_bias", false), ("sliding_window", 4096),
        ("use_sliding_window", false), ("decoder_sparse_step", 1), ("moe_intermediate_size", 768),
        ("num_experts_per_tok", 8), ("num_experts", 128), ("hidden_act", "silu"),
      ]
    case "gemma":
      [
        ("vocab_size", 256_000), ("hidden_size", 3072), ("intermediate_size", 24_576), ("num_hidden_layers", 28),
        ("num_attention_heads", 16), ("num_key_value_heads", 16), ("head_dim", 256),
        ("max_position_embeddings", 8192), ("tie_word_embeddings", true), ("attention_bias", false),
        ("hidden_act", "gelu_pytorch_tanh"),
      ]
    case "gemma2":
      [
        ("vocab_size", 256_000), ("hidden_size", 2304), ("intermediate_size", 9216), ("num_hidden_layers", 26),
        ("num_attention_heads", 8), ("num_key_value_heads", 4), ("head_dim", 256), ("max_position_embeddings", 8192),
        ("tie_word_embeddings", true), ("attention_bias", false), ("sliding_window", 4096),
      ]
    case "gemma3_text":
      [
        ("vocab_size", 262_208), ("hidden_size", 2304), ("intermediate_size", 9216), ("num_hidden_layers", 26),
        ("num_attention_heads", 8), ("num_key_value_heads", 4), ("head_dim", 256),
        ("max_position_embeddings", 131_072), ("tie_word_embeddings", true), ("attention_bias", false),
        ("sliding_window", 4096), ("use_bidirectional_attention", false),
      ]
    case "gemma4_text":
      [
        ("vocab_size", 262_144), ("hidden_size", 2304), ("intermediate_size", 9216), ("num_hidden_layers", 30),
        ("num_attention_heads", 8), ("num_key_value_heads", 4), ("head_dim", 256),
        ("max_position_embeddings", 131_072), ("tie_word_embeddings", true), ("attention_bias", false),
        ("sliding_window", 512), ("vocab_size_per_layer_input", 262_144), ("hidden_size_per_layer_input", 256),
        ("attention_k_eq_v", false), ("num_kv_shared_layers", 0), ("use_double_wide_mlp", false),
      ]
    case "gemma3":
      [
        ("tie_word_embeddings", true)
      ]
    case "phi3":
      [
        ("vocab_size", 32_064), ("hidden_size", 3072), ("intermediate_size", 8192), ("num_hidden_layers", 32),
        ("num_attention_heads", 32), ("max_position_embeddings", 4096), ("original_max_position_embeddings", 4096),
        ("tie_word_embeddings", false), ("hidden_act", "silu"),
      ]
    case "phi":
      [
        ("vocab_size", 51_200), ("hidden_size", 2048), ("intermediate_size", 8192), ("num_hidden_layers", 24),
        ("num_attention_heads", 32), ("max_position_embeddings", 2048), ("tie_word_embeddings", false),
        ("hidden_act", "gelu_new"),
      ]
    case "gpt_oss":
      [
        ("vocab_size", 201_088), ("hidden_size", 2880), ("intermediate_size", 2880), ("num_hidden_layers", 36),
        ("num_attention_heads", 64), ("num_key_value_heads", 8), ("head_dim", 64),
        ("max_position_embeddings", 131_072), ("tie_word_embeddings", false), ("attention_bias", true),
        ("sliding_window", 128), ("num_experts_per_tok", 4), ("num_local_experts", 128), ("hidden_act", "silu"),
      ]
    case "deepseek_v2":
      [
        ("vocab_size", 102_400), ("hidden_size", 4096), ("intermediate_size", 11_008), ("num_hidden_layers", 32),
        ("num_attention_heads", 32), ("max_position_embeddings", 2048), ("tie_word_embeddings", false),
        ("attention_bias", false), ("mlp_bias", false), ("moe_intermediate_size", 1407), ("kv_lora_rank", 512),
        ("q_lora_rank", 1536), ("qk_nope_head_dim", 128), ("qk_rope_head_dim", 64), ("v_head_dim", 128),
        ("n_routed_experts", 64), ("n_shared_experts", 2), ("first_k_dense_replace", 0), ("hidden_act", "silu"),
      ]
    case "deepseek_v3", "deepseek_v32":
      [
        ("vocab_size", 129_280), ("hidden_size", 7168), ("intermediate_size", 18_432), ("num_hidden_layers", 61),
        ("num_attention_heads", 128), ("num_key_value_heads", 128), ("max_position_embeddings", 4096),
        ("tie_word_embeddings", false), ("attention_bias", false), ("moe_intermediate_size", 2048),
        ("num_experts_per_tok", 8), ("kv_lora_rank", 512), ("q_lora_rank", 1536), ("qk_nope_head_dim", 128),
        ("qk_rope_head_dim", 64), ("v_head_dim", 128), ("n_routed_experts", 256), ("n_shared_experts", 1),
        ("first_k_dense_replace", 3), ("hidden_act", "silu"),
      ]
    case "glm_moe_dsa":
      [
        ("vocab_size", 154_880), ("hidden_size", 6144), ("intermediate_size", 12_288), ("num_hidden_layers", 78),
        ("num_attention_heads", 64), ("num_key_value_heads", 64), ("max_position_embeddings", 202_752),
        ("tie_word_embeddings", false), ("moe_intermediate_size", 2048), ("num_experts_per_tok", 8),
        ("kv_lora_rank", 512), ("q_lora_rank", 2048), ("qk_nope_head_dim", 192), ("qk_rope_head_dim", 64),
        ("v_head_dim", 256), ("n_routed_experts", 256), ("n_shared_experts", 1), ("first_k_dense_replace", 3),
        ("index_topk", 2048), ("index_head_dim", 128), ("index_n_heads", 32), ("hidden_act", "silu"),
      ]
    case "llama4_text":
      [
        ("vocab_size", 202_048), ("hidden_size", 5120), ("intermediate_size", 8192), ("num_hidden_layers", 48),
        ("num_attention_heads", 40), ("num_key_value_heads", 8), ("head_dim", 128),
        ("max_position_embeddings", 131_072), ("tie_word_embeddings", false), ("attention_bias", false),
        ("num_experts_per_tok", 1), ("num_local_experts", 16), ("intermediate_size_mlp", 16_384),
        ("interleave_moe_layer_step", 1), ("use_qk_norm", true), ("attention_chunk_size", 8192),
        ("no_rope_layer_interval", 4), ("hidden_act", "silu"),
      ]
    case "glm":
      [
        ("vocab_size", 151_552), ("hidden_size", 4096), ("intermediate_size", 13_696), ("num_hidden_layers", 40),
        ("num_attention_heads", 32), ("num_key_value_heads", 2), ("head_dim", 128),
        ("max_position_embeddings", 131_072), ("tie_word_embeddings", false), ("attention_bias", true),
        ("hidden_act", "silu"),
      ]
    case "glm4":
      [
        ("vocab_size", 151_552), ("hidden_size", 4096), ("intermediate_size", 13_696), ("num_hidden_layers", 40),
        ("num_attention_heads", 32), ("num_key_value_heads", 2), ("head_dim", 128),
        ("max_position_embeddings", 131_072), ("tie_word_embeddings", false), ("attention_bias", true),
        ("hidden_act", "silu"),
      ]
    case "glm4_moe":
      [
        ("vocab_size", 151_552), ("hidden_size", 4096), ("intermediate_size", 10_944), ("num_hidden_layers", 46),
        ("num_attention_heads", 96), ("num_key_value_heads", 8), ("max_position_embeddings", 131_072),
        ("tie_word_embeddings", false), ("attention_bias", false), ("moe_intermediate_size", 1408),
        ("num_experts_per_tok", 8), ("n_routed_experts", 128), ("n_shared_experts", 1), ("first_k_dense_replace", 1),
        ("use_qk_norm", false), ("hidden_act", "silu"),
      ]
    case "glm4_moe_lite":
      [
        ("vocab_size", 154_880), ("hidden_size", 2048), ("intermediate_size", 10_240), ("num_hidden_layers", 47),
        ("num_attention_heads", 20), ("num_key_value_heads", 20), ("max_position_embeddings", 202_752),
        ("tie_word_embeddings", false), ("attention_bias", false), ("moe_intermediate_size", 1536),
        ("num_experts_per_tok", 4), ("kv_lora_rank", 512), ("q_lora_rank", 768), ("qk_nope_head_dim", 192),
        ("qk_rope_head_dim", 64), ("v_head_dim", 256), ("n_routed_experts", 64), ("n_shared_experts", 1),
        ("hidden_act", "silu"),
      ]
    case "granite":
      [
        ("vocab_size", 32_000), ("hidden_size", 4096), ("intermediate_size", 11_008), ("num_hidden_layers", 32),
        ("num_attention_heads", 32), ("max_position_embeddings", 2048), ("tie_word_embeddings", false),
        ("attention_bias", false), ("mlp_bias", false), ("hidden_act", "silu"),
      ]
    case "cohere":
      [
        ("vocab_size", 256_000), ("hidden_size", 8192), ("intermediate_size", 22_528), ("num_hidden_layers", 40),
        ("num_attention_heads", 64), ("max_position_embeddings", 8192), ("tie_word_embeddings", true),
        ("attention_bias", false), ("use_qk_norm", false), ("hidden_act", "silu"),
      ]
    case "cohere2":
      [
        ("vocab_size", 256_000), ("hidden_size", 8192), ("intermediate_size", 22_528), ("num_hidden_layers", 40),
        ("num_attention_heads", 64), ("max_position_embeddings", 8192), ("tie_word_embeddings", true),
        ("attention_bias", false), ("sliding_window", 4096), ("hidden_act", "silu"),
      ]
    case "olmo":
      [
        ("vocab_size", 50_304), ("hidden_size", 4096), ("intermediate_size", 11_008), ("num_hidden_layers", 32),
        ("num_attention_heads", 32), ("max_position_embeddings", 2048), ("tie_word_embeddings", false),
        ("attention_bias", false), ("hidden_act", "silu"),
      ]
    case "olmo2":
      [
        ("vocab_size", 50_304), ("hidden_size", 4096), ("intermediate_size", 11_008), ("num_hidden_layers", 32),
        ("num_attention_heads", 32), ("max_position_embeddings", 2048), ("tie_word_embeddings", false),
        ("attention_bias", false), ("hidden_act", "silu"),
      ]
    case "olmo3":
      [
        ("vocab_size", 50_304), ("hidden_size", 4096), ("intermediate_size", 11_008), ("num_hidden_layers", 32),
        ("num_attention_heads", 32), ("max_position_embeddings", 2048), ("tie_word_embeddings", false),
        ("attention_bias", false), ("sliding_window", 4096), ("hidden_act", "silu"),
      ]
    case "exaone4":
      [
        ("vocab_size", 102_400), ("hidden_size", 4096), ("intermediate_size", 16_384), ("num_hidden_layers", 32),
        ("num_attention_heads", 32), ("num_key_value_heads", 32), ("max_position_embeddings", 2048),
        ("tie_word_embeddings", false), ("sliding_window", 4096), ("sliding_window_pattern", 4),
        ("hidden_act", "silu"),
      ]
    case "starcoder2":
      [
        ("vocab_size", 49_152), ("hidden_size", 3072), ("intermediate_size", 12_288), ("num_hidden_layers", 30),
        ("num_attention_heads", 24), ("num_key_value_heads", 2), ("max_position_embeddings", 4096),
        ("tie_word_embeddings", true), ("use_bias", true), ("hidden_act", "gelu_pytorch_tanh"),
      ]
    case "falcon":
      [
        ("vocab_size", 65_024), ("hidden_size", 4544), ("num_hidden_layers", 32), ("num_attention_heads", 71),
        ("max_position_embeddings", 2048), ("tie_word_embeddings", true), ("multi_query", true),
        ("new_decoder_architecture", false), ("parallel_attn", true), ("bias", false), ("alibi", false),
      ]
    case "smollm3":
      [
        ("vocab_size", 128_256), ("hidden_size", 2048), ("intermediate_size", 11_008), ("num_hidden_layers", 36),
        ("num_attention_heads", 16), ("num_key_value_heads", 4), ("max_position_embeddings", 32_768),
        ("tie_word_embeddings", true), ("attention_bias", false), ("mlp_bias", false), ("use_sliding_window", false),
        ("no_rope_layer_interval", 4), ("hidden_act", "silu"),
      ]
    case "seed_oss":
      [
        ("vocab_size", 155_136), ("hidden_size", 4096), ("intermediate_size", 27_648), ("num_hidden_layers", 64),
        ("num_attention_heads", 80), ("num_key_value_heads", 8), ("head_dim", 128),
        ("max_position_embeddings", 524_288), ("tie_word_embeddings", false), ("attention_bias", true),
        ("mlp_bias", false), ("hidden_act", "silu"),
      ]
    case "hunyuan_v1_dense":
      [
        ("vocab_size", 290_943), ("hidden_size", 4096), ("intermediate_size", 11_008), ("num_hidden_layers", 32),
        ("num_attention_heads", 32), ("max_position_embeddings", 2048), ("tie_word_embeddings", false),
        ("attention_bias", false), ("hidden_act", "silu"),
      ]
    case "apertus":
      [
        ("vocab_size", 131_072), ("hidden_size", 4096), ("intermediate_size", 14_336), ("num_hidden_layers", 32),
        ("num_attention_heads", 32), ("max_position_embeddings", 65_536), ("tie_word_embeddings", false),
        ("attention_bias", false), ("hidden_act", "xielu"),
      ]
    case "olmoe":
      [
        ("vocab_size", 50_304), ("hidden_size", 2048), ("intermediate_size", 2048), ("num_hidden_layers", 16),
        ("num_attention_heads", 16), ("max_position_embeddings", 4096), ("tie_word_embeddings", false),
        ("num_experts_per_tok", 8), ("num_experts", 64), ("hidden_act", "silu"),
      ]
    case "flex_olmo":
      [
        ("vocab_size", 100_352), ("hidden_size", 4096), ("intermediate_size", 11_008), ("num_hidden_layers", 32),
        ("num_attention_heads", 32), ("max_position_embeddings", 4096), ("tie_word_embeddings", false),
        ("attention_bias", false), ("num_experts_per_tok", 5), ("num_experts", 7), ("hidden_act", "silu"),
      ]
    case "phimoe":
      [
        ("vocab_size", 32_064), ("hidden_size", 4096), ("intermediate_size", 6400), ("num_hidden_layers", 32),
        ("num_attention_heads", 32), ("num_key_value_heads", 8), ("max_position_embeddings", 131_072),
        ("tie_word_embeddings", false), ("num_experts_per_tok", 2), ("num_local_experts", 16), ("hidden_act", "silu"),
      ]
    case "stablelm":
      [
        ("vocab_size", 50_304), ("hidden_size", 2560), ("intermediate_size", 6912), ("num_hidden_layers", 32),
        ("num_attention_heads", 32), ("num_key_value_heads", 32), ("max_position_embeddings", 4096),
        ("tie_word_embeddings", false), ("use_qkv_bias", false), ("hidden_act", "silu"),
      ]
    case "gpt_neox":
      [
        ("vocab_size", 50_432), ("hidden_size", 6144), ("intermediate_size", 24_576), ("num_hidden_layers", 44),
        ("num_attention_heads", 64), ("max_position_embeddings", 2048), ("tie_word_embeddings", false),
        ("attention_bias", true), ("hidden_act", "gelu"),
      ]
    case "gptj":
      [
        ("vocab_size", 50_400), ("n_positions", 2048), ("n_embd", 4096), ("n_layer", 28), ("n_head", 16),
        ("rotary_dim", 64), ("tie_word_embeddings", false),
      ]
    case "minicpm3":
      [
        ("vocab_size", 73_448), ("hidden_size", 2560), ("intermediate_size", 6400), ("num_hidden_layers", 62),
        ("num_attention_heads", 40), ("num_key_value_heads", 40), ("max_position_embeddings", 32_768),
        ("tie_word_embeddings", true), ("kv_lora_rank", 256), ("q_lora_rank", 768), ("qk_nope_head_dim", 64),
        ("qk_rope_head_dim", 32), ("hidden_act", "silu"),
      ]
    case "qwen3_next":
      [
        ("vocab_size", 151_936), ("hidden_size", 2048), ("intermediate_size", 5632), ("num_hidden_layers", 48),
        ("num_attention_heads", 16), ("num_key_value_heads", 2), ("head_dim", 256),
        ("max_position_embeddings", 32_768), ("tie_word_embeddings", false), ("linear_conv_kernel_dim", 4),
        ("linear_key_head_dim", 128), ("linear_value_head_dim", 128), ("linear_num_key_heads", 16),
        ("linear_num_value_heads", 32), ("decoder_sparse_step", 1), ("moe_intermediate_size", 512),
        ("shared_expert_intermediate_size", 512), ("num_experts_per_tok", 10), ("num_experts", 512),
      ]
    case "qwen3_5_text":
      [
        ("vocab_size", 248_320), ("hidden_size", 4096), ("intermediate_size", 12_288), ("num_hidden_layers", 32),
        ("num_attention_heads", 16), ("num_key_value_heads", 4), ("head_dim", 256),
        ("max_position_embeddings", 32_768), ("tie_word_embeddings", false), ("linear_conv_kernel_dim", 4),
        ("linear_key_head_dim", 128), ("linear_value_head_dim", 128), ("linear_num_key_heads", 16),
        ("linear_num_value_heads", 32),
      ]
    case "qwen3_5_moe_text":
      [
        ("vocab_size", 248_320), ("hidden_size", 2048), ("num_hidden_layers", 40), ("num_attention_heads", 16),
        ("num_key_value_heads", 2), ("head_dim", 256), ("max_position_embeddings", 32_768),
        ("tie_word_embeddings", false), ("linear_conv_kernel_dim", 4), ("linear_key_head_dim", 128),
        ("linear_value_head_dim", 128), ("linear_num_key_heads", 16), ("linear_num_value_heads", 32),
        ("moe_intermediate_size", 512), ("shared_expert_intermediate_size", 512), ("num_experts_per_tok", 8),
        ("num_experts", 256),
      ]
    case "gpt2":
      [
        ("vocab_size", 50_257), ("n_positions", 1024), ("n_embd", 768), ("n_layer", 12), ("n_head", 12),
        ("tie_word_embeddings", true),
      ]
    case "gpt_bigcode":
      [
        ("vocab_size", 50_257), ("n_positions", 1024), ("n_embd", 768), ("n_layer", 12), ("n_head", 12),
        ("multi_query", true), ("tie_word_embeddings", true),
      ]
    case "opt":
      [
        ("vocab_size", 50_272), ("hidden_size", 768), ("num_hidden_layers", 12), ("ffn_dim", 3072),
        ("max_position_embeddings", 2048), ("do_layer_norm_before", true), ("_remove_final_layer_norm", false),
        ("num_attention_heads", 12), ("enable_bias", true),
        ("layer_norm_elementwise_affine", true), ("tie_word_embeddings", true),
      ]
    case "bloom":
      [
        ("vocab_size", 250_880), ("hidden_size", 64), ("n_layer", 2), ("n_head", 8), ("tie_word_embeddings", true),
      ]
    case "arcee":
      [
        ("vocab_size", 32_000), ("hidden_size", 2560), ("intermediate_size", 18_432), ("num_hidden_layers", 32),
        ("num_attention_heads", 32), ("max_position_embeddings", 4096), ("tie_word_embeddings", false),
        ("attention_bias", false), ("mlp_bias", false),
      ]
    case "jais2":
      [
        ("vocab_size", 150_272), ("hidden_size", 3328), ("intermediate_size", 26_624), ("num_hidden_layers", 32),
        ("num_attention_heads", 26), ("max_position_embeddings", 8192), ("tie_word_embeddings", false),
        ("attention_bias", true), ("mlp_bias", true),
      ]
    case "cwm":
      [
        ("vocab_size", 128_256), ("hidden_size", 6144), ("intermediate_size", 21_504), ("num_hidden_layers", 64),
        ("num_attention_heads", 48), ("num_key_value_heads", 8), ("head_dim", 128),
        ("max_position_embeddings", 131_072), ("tie_word_embeddings", false), ("mlp_bias", false),
        ("sliding_window", 8192),
      ]
    case "helium":
      [
        ("vocab_size", 48_000), ("hidden_size", 2560), ("intermediate_size", 7040), ("num_hidden_layers", 24),
        ("num_attention_heads", 20), ("num_key_value_heads", 20), ("head_dim", 128),
        ("max_position_embeddings", 4096), ("tie_word_embeddings", false), ("attention_bias", false),
        ("mlp_bias", false),
      ]
    case "ministral":
      [
        ("vocab_size", 32_000), ("hidden_size", 4096), ("intermediate_size", 14_336), ("num_hidden_layers", 32),
        ("num_attention_heads", 32), ("num_key_value_heads", 8), ("max_position_embeddings", 131_072),
        ("tie_word_embeddings", false), ("sliding_window", 4096),
      ]
    case "nanochat":
      [
        ("vocab_size", 50_304), ("hidden_size", 768), ("intermediate_size", 8192), ("num_hidden_layers", 12),
        ("num_attention_heads", 6), ("max_position_embeddings", 2048), ("tie_word_embeddings", false),
        ("attention_bias", false),
      ]
    case "dots1":
      [
        ("vocab_size", 152_064), ("hidden_size", 4608), ("intermediate_size", 10_944), ("num_hidden_layers", 62),
        ("num_attention_heads", 32), ("num_key_value_heads", 32), ("max_position_embeddings", 2048),
        ("tie_word_embeddings", false), ("attention_bias", false), ("moe_intermediate_size", 1408),
        ("first_k_dense_replace", 0), ("sliding_window", 4096), ("max_window_layers", 62),
      ]
    case "solar_open":
      [
        ("vocab_size", 196_608), ("hidden_size", 4096), ("num_hidden_layers", 48), ("num_attention_heads", 64),
        ("num_key_value_heads", 8), ("head_dim", 128), ("max_position_embeddings", 131_072),
        ("tie_word_embeddings", false), ("attention_bias", false), ("moe_intermediate_size", 1280),
        ("num_experts_per_tok", 8), ("n_shared_experts", 1), ("n_routed_experts", 128),
      ]
    case "kolibri1":
      [
        ("vocab_size", 128_000), ("hidden_size", 2560), ("num_hidden_layers", 50), ("num_attention_heads", 48),
        ("num_key_value_heads", 4), ("head_dim", 128), ("max_position_embeddings", 262_144),
        ("tie_word_embeddings", false), ("sliding_window", 513), ("moe_intermediate_size", 512),
        ("num_experts_per_tok", 6), ("num_experts", 384), ("shared_expert_intermediate_size", 512),
      ]
    case "mellum":
      [
        ("vocab_size", 98_304), ("hidden_size", 2304), ("intermediate_size", 7168), ("num_hidden_layers", 28),
        ("num_attention_heads", 32), ("num_key_value_heads", 4), ("head_dim", 128),
        ("max_position_embeddings", 131_072), ("tie_word_embeddings", false), ("attention_bias", false),
        ("sliding_window", 1024), ("moe_intermediate_size", 896), ("num_experts_per_tok", 8), ("num_experts", 64),
      ]
    case "hunyuan_v1_moe":
      [
        ("vocab_size", 290_943), ("hidden_size", 4096), ("intermediate_size", 11_008), ("num_hidden_layers", 32),
        ("num_attention_heads", 32), ("max_position_embeddings", 2048), ("tie_word_embeddings", false),
        ("attention_bias", false), ("num_experts", 1), ("moe_topk", 1),
      ]
    case "nemotron":
      [
        ("vocab_size", 256_000), ("hidden_size", 6144), ("intermediate_size", 24_576), ("num_hidden_layers", 32),
        ("num_attention_heads", 48), ("max_position_embeddings", 4096), ("tie_word_embeddings", false),
        ("attention_bias", false), ("mlp_bias", false),
      ]
    case "ernie4_5":
      [
        ("vocab_size", 103_424), ("hidden_size", 1024), ("intermediate_size", 3072), ("num_hidden_layers", 18),
        ("num_attention_heads", 16), ("num_key_value_heads", 2), ("head_dim", 128),
        ("max_position_embeddings", 131_072), ("tie_word_embeddings", true),
      ]
    case "ernie4_5_moe":
      [
        ("vocab_size", 103_424), ("hidden_size", 2560), ("intermediate_size", 12_288), ("num_hidden_layers", 28),
        ("num_attention_heads", 20), ("num_key_value_heads", 4), ("max_position_embeddings", 131_072),
        ("tie_word_embeddings", true), ("use_bias", false), ("moe_intermediate_size", 1536), ("moe_k", 6),
        ("moe_num_experts", 64), ("moe_num_shared_experts", 2), ("moe_layer_start_index", 1),
        ("moe_layer_interval", 1),
      ]
    case "granitemoe":
      [
        ("vocab_size", 32_000), ("hidden_size", 4096), ("intermediate_size", 11_008), ("num_hidden_layers", 32),
        ("num_attention_heads", 32), ("max_position_embeddings", 2048), ("tie_word_embeddings", false),
        ("num_local_experts", 8), ("num_experts_per_tok", 2),
      ]
    case "granitemoeshared":
      [
        ("vocab_size", 32_000), ("hidden_size", 4096), ("intermediate_size", 11_008), ("num_hidden_layers", 32),
        ("num_attention_heads", 32), ("max_position_embeddings", 2048), ("tie_word_embeddings", false),
        ("num_local_experts", 8), ("num_experts_per_tok", 2), ("shared_intermediate_size", 0),
      ]
    case "dbrx":
      [
        ("vocab_size", 32_000), ("d_model", 2048), ("n_heads", 16), ("n_layers", 24), ("max_seq_len", 2048),
        ("tie_word_embeddings", false),
      ]
    case "bert": bert(vocabSize: 30_522)
    case "roberta": bert(vocabSize: 50_265)
    case "xlm-roberta": bert(vocabSize: 30_522)
    case "modernbert":
      [
        ("vocab_size", 50_368), ("hidden_size", 768), ("intermediate_size", 1152), ("num_hidden_layers", 22),
        ("num_attention_heads", 12), ("max_position_embeddings", 8192), ("norm_bias", false),
        ("attention_bias", false), ("mlp_bias", false), ("local_attention", 128), ("classifier_bias", false),
        ("tie_word_embeddings", true),
      ]
    case "nemotron_h":
      [
        ("vocab_size", 131_072), ("hidden_size", 4096), ("intermediate_size", 21_504), ("num_attention_heads", 32),
        ("num_key_value_heads", 8), ("head_dim", 128), ("max_position_embeddings", 4096), ("ssm_state_size", 128),
        ("mamba_num_heads", 128), ("mamba_head_dim", 64), ("n_groups", 8), ("conv_kernel", 4), ("use_conv_bias", true),
        ("n_routed_experts", 8), ("n_shared_experts", 1), ("moe_intermediate_size", 7688),
        ("moe_shared_expert_intermediate_size", 7688), ("num_experts_per_tok", 2),
      ]
    case "jamba":
      [
        ("vocab_size", 65_536), ("hidden_size", 4096), ("intermediate_size", 14_336), ("num_hidden_layers", 32),
        ("num_attention_heads", 32), ("num_key_value_heads", 8), ("max_position_embeddings", 262_144),
        ("num_experts_per_tok", 2), ("num_experts", 16), ("expert_layer_period", 2), ("expert_layer_offset", 1),
        ("attn_layer_period", 8), ("attn_layer_offset", 4), ("mamba_d_state", 16), ("mamba_d_conv", 4),
        ("mamba_expand", 2),
      ]
    case "granitemoehybrid":
      [
        ("vocab_size", 32_000), ("hidden_size", 4096), ("intermediate_size", 11_008), ("num_hidden_layers", 32),
        ("num_attention_heads", 32), ("max_position_embeddings", 2048), ("tie_word_embeddings", false),
        ("num_local_experts", 8), ("num_experts_per_tok", 2), ("shared_intermediate_size", 1024),
        ("mamba_n_heads", 128), ("mamba_n_groups", 1), ("mamba_d_state", 256), ("mamba_d_conv", 4),
        ("mamba_expand", 2),
      ]
    case "falcon_h1":
      [
        ("vocab_size", 128_000), ("hidden_size", 4096), ("intermediate_size", 14_336), ("num_hidden_layers", 32),
        ("num_attention_heads", 32), ("num_key_value_heads", 8), ("max_position_embeddings", 8192),
        ("tie_word_embeddings", false), ("mamba_d_ssm", 1024), ("mamba_n_heads", 128), ("mamba_n_groups", 1),
        ("mamba_d_state", 256), ("mamba_d_conv", 4), ("mamba_expand", 2),
      ]
    case "zamba2":
      [
        ("vocab_size", 32_000), ("hidden_size", 2560), ("num_hidden_layers", 54), ("num_attention_heads", 32),
        ("max_position_embeddings", 4096), ("mamba_d_state", 64), ("mamba_d_conv", 4), ("mamba_expand", 2),
        ("mamba_ngroups", 1), ("n_mamba_heads", 8), ("num_mem_blocks", 1), ("adapter_rank", 128),
      ]
    case "mamba", "falcon_mamba":
      [
        ("vocab_size", 50_280), ("hidden_size", 768), ("num_hidden_layers", 32), ("state_size", 16),
        ("conv_kernel", 4), ("tie_word_embeddings", true),
      ]
    case "mamba2":
      [
        ("vocab_size", 32_768), ("hidden_size", 4096), ("num_hidden_layers", 64), ("state_size", 128),
        ("conv_kernel", 4), ("n_groups", 8), ("num_heads", 128), ("head_dim", 64), ("tie_word_embeddings", false),
      ]
    case "lfm2":
      [
        ("vocab_size", 65_536), ("hidden_size", 2560), ("intermediate_size", 12_288), ("num_hidden_layers", 32),
        ("num_attention_heads", 32), ("num_key_value_heads", 8), ("max_position_embeddings", 128_000),
        ("conv_L_cache", 3),
      ]
    case "lfm2_moe":
      [
        ("vocab_size", 65_536), ("hidden_size", 2048), ("intermediate_size", 7168), ("num_hidden_layers", 32),
        ("num_attention_heads", 32), ("num_key_value_heads", 8), ("max_position_embeddings", 128_000),
        ("conv_L_cache", 3), ("moe_intermediate_size", 1792), ("num_dense_layers", 2), ("num_experts_per_tok", 4),
        ("num_experts", 32),
      ]
    default: []
    }
  }

  private static func bert(vocabSize: JSON) -> [(String, JSON)] {
    [
      ("vocab_size", vocabSize), ("hidden_size", 768), ("intermediate_size", 3072), ("num_hidden_layers", 12),
      ("num_attention_heads", 12), ("max_position_embeddings", 512), ("type_vocab_size", 2),
      ("tie_word_embeddings", true),
    ]
  }
}
