import Catalog
import ModelFiles

/// The parameters of a checkpoint's layers for multi-token prediction, by hand from its config.
///
/// Each is one more layer of the model after a projection of two hidden vectors, 2h × h, with the norms of both and
/// one at the end.
enum MultiTokenPrediction: String {
  /// Gated full attention: Qwen3-Next, Qwen 3.5 and later.
  case gated
  /// DeepSeek's layer of experts, with latent attention and an indexer where the model has them, and GLM's.
  case latent
  /// The same, with the embedding and lm_head stored again.
  case latentWithCopies = "latent+copies"
  /// A dense layer.
  case plain
  /// Nemotron 3: a layer of attention and one of latent experts.
  case hybrid

  func parameters(of preset: ModelPreset) throws -> Int {
    let top = try ConfigObject(preset.config)
    let text = try top.optionalObject("text_config") ?? top
    let h = try text.int("hidden_size")
    func size(_ key: String) throws -> Int { try text.optionalInt(key) ?? 0 }
    let heads = try size("num_attention_heads")
    let head = try text.optionalInt("head_dim") ?? h / heads
    let (query, kv) = (heads * head, try size("num_key_value_heads") * head)
    let join = 2 * h * h + 2 * h + h
    switch self {
    case .gated:
      let attention = h * 2 * query + 2 * h * kv + query * h + 2 * head
      let experts = try size("num_experts")
      var network = 3 * h * (try size("intermediate_size"))
      if experts > 0 {
        network = experts * 3 * h * (try size("moe_intermediate_size")) + experts * h
        network += 3 * h * (try size("shared_expert_intermediate_size")) + h
      }
      return join + attention + network + 2 * h
    case .latent, .latentWithCopies:
      var attention = 2 * h * query + 2 * h * kv
      if try text.optionalBool("attention_bias") == true { attention += query + 2 * kv }
      if try text.optionalBool("use_qk_norm") == true { attention += 2 * head }
      let latent = try size("kv_lora_rank")
      if latent > 0 {
        let (q, rope) = (try size("q_lora_rank"), try size("qk_rope_head_dim"))
        let (nope, value) = (try size("qk_nope_head_dim"), try size("v_head_dim"))
        attention = h * q + q + q * heads * (nope + rope) + h * (latent + rope) + latent
        attention += latent * heads * (nope + value) + heads * value * h
        let (indexHeads, index) = (try size("index_n_heads"), try size("index_head_dim"))
        if indexHeads > 0 { attention += q * indexHeads * index + h * index + 2 * index + h * indexHeads }
      }
      let experts = try size("n_routed_experts")
      let width = 3 * h * (try size("moe_intermediate_size"))
      let network = (experts + (try size("n_shared_experts"))) * width + experts * h + experts
      let copies = self == .latentWithCopies ? 2 * (try size("vocab_size")) * h : 0
      return join + attention + network + 2 * h + copies
    case .plain:
      // MiMo has biases where EXAONE has norms.
      let extra = try text.string("model_type") == "mimo" ? query + 2 * kv : 2 * head
      return join + 2 * h * query + 2 * h * kv + extra + 3 * h * (try size("intermediate_size")) + 2 * h
    case .hybrid:
      let (experts, latent) = (try size("n_routed_experts"), try size("moe_latent_size"))
      let attention = 2 * h * query + 2 * h * kv
      var network = experts * h + 2 * h * latent
      network += experts * 2 * latent * (try size("moe_intermediate_size"))
      network += 2 * h * (try size("moe_shared_expert_intermediate_size"))
      return join + attention + network + 2 * h
    }
  }
}
