/// What the config classes of `transformers` 5.23.0 assume where a key is absent, by `model_type`.
///
/// Only keys that the readers ask for, and only where the class has a value; an explicit `null` in a file stays null.
enum ConfigDefaults {
  static func values(for modelType: String) -> [(String, JSON)] {
    dense(modelType) ?? withExperts(modelType) ?? withStates(modelType) ?? written(modelType) ?? []
  }

  private static func dense(_ modelType: String) -> [(String, JSON)]? {
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
    case "qwen2", "dots_ocr":
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
    case "qwen2_5_omni_text":
      [
        ("vocab_size", 152_064), ("hidden_size", 3584), ("intermediate_size", 18_944), ("num_hidden_layers", 28),
        ("num_attention_heads", 28), ("num_key_value_heads", 4), ("max_position_embeddings", 32_768),
        ("tie_word_embeddings", true), ("sliding_window", 32_768), ("use_sliding_window", false),
      ]
    case "glm_ocr_text":
      [
        ("vocab_size", 59_392), ("hidden_size", 1024), ("intermediate_size", 4096), ("num_hidden_layers", 16),
        ("num_attention_heads", 16), ("num_key_value_heads", 8), ("max_position_embeddings", 131_072),
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
    case "gemma4_text", "gemma4_unified_text":
      [
        ("vocab_size", 262_144), ("hidden_size", 2304), ("intermediate_size", 9216), ("num_hidden_layers", 30),
        ("num_attention_heads", 8), ("num_key_value_heads", 4), ("head_dim", 256), ("tie_word_embeddings", true),
        ("attention_bias", false), ("attention_k_eq_v", false), ("num_kv_shared_layers", 0),
        ("use_double_wide_mlp", false),
      ]
        + (modelType == "gemma4_text"
          ? [
            ("max_position_embeddings", 131_072), ("sliding_window", 512), ("vocab_size_per_layer_input", 262_144),
            ("hidden_size_per_layer_input", 256),
          ]
          : [
            ("max_position_embeddings", 262_144), ("sliding_window", 1024), ("use_bidirectional_attention", "vision"),
          ])
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
    case "exaone4", "exaone4_5_text":
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
    default: nil
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
