extension ConfigDefaults {
  /// The defaults of models with routed experts whose layers all attend.
  static func withExperts(_ modelType: String) -> [(String, JSON)]? {
    switch modelType {
    case "mixtral":
      [
        ("vocab_size", 32_000), ("hidden_size", 4096), ("intermediate_size", 14_336), ("num_hidden_layers", 32),
        ("num_attention_heads", 32), ("num_key_value_heads", 8), ("max_position_embeddings", 131_072),
        ("tie_word_embeddings", false), ("num_experts_per_tok", 2), ("num_local_experts", 8), ("hidden_act", "silu"),
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
    case "minimax_m3_vl":
      // The config class is vLLM's own (`transformers_utils/configs/minimax_m3.py`).
      [
        ("hidden_size", 6144), ("intermediate_size", 3072), ("dense_intermediate_size", 12_288),
        ("num_hidden_layers", 60), ("num_attention_heads", 64), ("num_key_value_heads", 4), ("head_dim", 128),
        ("max_position_embeddings", 524_288), ("partial_rotary_factor", 0.5), ("tie_word_embeddings", false),
        ("num_local_experts", 128), ("num_experts_per_tok", 4), ("n_shared_experts", 1), ("use_routing_bias", true),
        ("moe_layer_freq", .array(lateLayers)),
        (
          "sparse_attention_config",
          [
            "sparse_index_dim": 128, "sparse_num_index_heads": 4, "sparse_topk_blocks": 16,
            "sparse_attention_freq": .array(lateLayers),
          ]
        ),
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
    case "deepseek_v4":
      [
        ("vocab_size", 129_280), ("hidden_size", 4096), ("moe_intermediate_size", 2048), ("num_hidden_layers", 43),
        ("num_attention_heads", 64), ("num_key_value_heads", 1), ("head_dim", 512), ("q_lora_rank", 1024),
        ("num_experts_per_tok", 6), ("n_routed_experts", 256), ("n_shared_experts", 1), ("sliding_window", 128),
        ("max_position_embeddings", 1_048_576), ("hc_mult", 4), ("o_groups", 8), ("o_lora_rank", 1024),
        ("index_n_heads", 64), ("index_head_dim", 128), ("index_topk", 512), ("swiglu_limit", 10),
        ("tie_word_embeddings", false), ("hidden_act", "silu"),
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
    default: nil
    }
  }

  /// MiniMax M3: all of 60 layers but the first three.
  private static var lateLayers: [JSON] {
    Array(repeating: 0, count: 3) + Array(repeating: 1, count: 57)
  }
}
