extension ConfigDefaults {
  /// Defaults written as words: eight numbers for the keys of ``leading`` (`-` for none), then `key=value`.
  static func written(_ modelType: String) -> [(String, JSON)]? {
    guard let line = lines.first(where: { $0.type == modelType })?.words else { return nil }
    var values: [(String, JSON)] = []
    for (index, word) in line.split(separator: " ").enumerated() {
      let parts = word.split(separator: "=", maxSplits: 1)
      let key = parts.count == 2 ? String(parts[0]) : leading[index]
      guard word != "-", let last = parts.last, let value = try? JSON.parse(Array(last.utf8)) else { continue }
      values.append((key, value))
    }
    return values
  }

  private static let leading = [
    "vocab_size", "hidden_size", "intermediate_size", "num_hidden_layers", "num_attention_heads",
    "num_key_value_heads", "head_dim", "max_position_embeddings",
  ]

  private static let lines: [(type: String, words: String)] = [
    (
      "afmoe",
      """
      200192 2048 6144 32 16 - 128 16384 moe_intermediate_size=1408 num_dense_layers=1 num_experts=64 \
      num_experts_per_tok=6 num_shared_experts=2 sliding_window=1024 tie_word_embeddings=false
      """
    ),
    ("cohere2_moe", "256000 8192 22528 40 64 - 128 8192 sliding_window=4096 tie_word_embeddings=true"),
    (
      "exaone_moe",
      """
      102400 4096 16384 32 32 32 - 2048 sliding_window=4096 sliding_window_pattern=4 moe_intermediate_size=1024 \
      num_experts=64 num_experts_per_tok=8 num_shared_experts=1 tie_word_embeddings=false
      """
    ),
    (
      "hy_v3",
      """
      120832 4096 13312 80 64 8 128 131072 num_experts=192 num_experts_per_tok=8 num_shared_experts=1 \
      tie_word_embeddings=false
      """
    ),
    (
      "laguna",
      """
      100352 2048 8192 40 48 8 128 131072 sliding_window=512 moe_intermediate_size=512 num_experts=256 \
      shared_expert_intermediate_size=512 num_experts_per_tok=8 tie_word_embeddings=false
      """
    ),
    (
      "longcat_flash",
      """
      131072 6144 - - 64 - - 131072 num_layers=28 ffn_hidden_size=12288 q_lora_rank=1536 kv_lora_rank=512 \
      qk_nope_head_dim=128 qk_rope_head_dim=64 v_head_dim=128 moe_topk=12 n_routed_experts=512 zero_expert_num=256 \
      expert_ffn_hidden_size=2048
      """
    ),
    ("muse_glimmer_text", "202048 6656 19968 52 32 2 128 131072 sliding_window=2048 tie_word_embeddings=false"),
    ("vaultgemma", "256000 2304 9216 26 8 4 256 8192 sliding_window=4096 tie_word_embeddings=true"),
    (
      "gemma3n_text",
      """
      262400 2048 16384 35 8 2 256 32768 sliding_window=512 vocab_size_per_layer_input=262144 \
      hidden_size_per_layer_input=256 altup_num_inputs=4 num_kv_shared_layers=15 laurel_rank=64
      """
    ),
    ("granite_swa", "100352 2560 8192 24 20 4 - 8192 sliding_window=128 tie_word_embeddings=true"),
    (
      "granitemoe_swa",
      """
      32000 4096 11008 32 32 - - 2048 sliding_window=128 num_local_experts=8 num_experts_per_tok=2 \
      shared_intermediate_size=0 tie_word_embeddings=false
      """
    ),
    (
      "step3_text",
      """
      128815 7168 18432 61 64 - 256 - num_attention_groups=1 max_position_embedding=65536 \
      moe_intermediate_size=5120 moe_num_experts=48 moe_top_k=3 share_expert_dim=5120 share_q_dim=2048 \
      moe_layers_enum="4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31,32,33,34,35,\
      36,37,38,39,40,41,42,43,44,45,46,47,48,49,50,51,52,53,54,55,56,57,58,59"
      """
    ),
    (
      "step3p5",
      """
      128815 4096 11264 45 64 8 128 128000 moe_intermediate_size=1280 n_routed_experts=288 num_experts_per_tok=8 \
      share_expert_dim=1280
      """
    ),
    (
      "sarvam_mla",
      """
      262144 4096 16384 32 64 - - 4096 moe_intermediate_size=2048 num_shared_experts=1 num_experts=128 \
      kv_lora_rank=512 qk_rope_head_dim=64 v_head_dim=128 qk_nope_head_dim=128 num_experts_per_tok=8 \
      first_k_dense_replace=1
      """
    ),
    (
      "sarvam_moe",
      """
      262144 4096 8192 19 64 4 64 131072 moe_intermediate_size=1024 num_experts_per_tok=6 num_shared_experts=1 \
      num_experts=128 first_k_dense_replace=1 use_qk_norm=true
      """
    ),
    (
      "axk1",
      """
      163840 7168 18432 61 64 64 - 32768 moe_intermediate_size=2048 n_shared_experts=1 n_routed_experts=192 \
      kv_lora_rank=512 q_lora_rank=1536 qk_rope_head_dim=64 v_head_dim=128 qk_nope_head_dim=128 \
      num_experts_per_tok=8 first_k_dense_replace=1
      """
    ),
  ]
}
