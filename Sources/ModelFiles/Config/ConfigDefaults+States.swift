extension ConfigDefaults {
  /// The defaults of models with layers that keep a state.
  static func withStates(_ modelType: String) -> [(String, JSON)]? {
    switch modelType {
    case "bailing_hybrid":
      [
        ("vocab_size", 157_184), ("hidden_size", 2560), ("intermediate_size", 6144), ("moe_intermediate_size", 768),
        ("num_hidden_layers", 42), ("num_attention_heads", 32), ("num_key_value_heads", 32), ("kv_lora_rank", 512),
        ("qk_nope_head_dim", 128), ("qk_rope_head_dim", 64), ("v_head_dim", 128), ("num_experts", 512),
        ("num_experts_per_tok", 8), ("num_shared_experts", 1), ("first_k_dense_replace", 2), ("layer_group_size", 6),
        ("max_position_embeddings", 262_144), ("short_conv_kernel_size", 4), ("tie_word_embeddings", false),
      ]
    case "olmo_hybrid":
      [
        ("vocab_size", 100_352), ("hidden_size", 3840), ("intermediate_size", 11_008), ("num_hidden_layers", 32),
        ("num_attention_heads", 30), ("max_position_embeddings", 65_536), ("tie_word_embeddings", false),
        ("linear_conv_kernel_dim", 4), ("hidden_act", "silu"),
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
    default: nil
    }
  }
}
