import Plimsoll
import Testing

@testable import ModelFiles

/// Names as published checkpoints have them.
@Suite struct TensorKindTests {
  @Test(
    "a tensor is told by its name",
    arguments: [
      ("model.embed_tokens.weight", WeightPart.embedding), ("transformer.wte.weight", .embedding),
      ("language_model.model.embed_tokens.weight", .embedding), ("tok_embeddings.weight", .embedding),
      ("embeddings.LayerNorm.weight", .norms), ("lm_head.weight", .lmHead), ("output.weight", .lmHead),
      ("transformer.output_layer.weight", .lmHead), ("head.weight", .lmHead), ("model.norm.weight", .norms),
      ("model.layers.3.self_attn.q_proj.weight", .attention), ("model.layers.3.self_attn.q_norm.weight", .norms),
      ("h.3.attn.c_attn.weight", .attention), ("layers.0.attention.wq.weight", .attention),
      ("model.layers.3.input_layernorm.weight", .norms), ("model.layers.3.mlp.gate_proj.weight", .mlp),
      ("model.layers.3.mlp.gate.weight", .router), ("model.layers.3.mlp.router.bias", .router),
      ("model.layers.3.mlp.gate.e_score_correction_bias", .router),
      ("model.layers.3.mlp.experts.7.down_proj.weight", .experts),
      ("model.layers.3.mlp.experts.gate_up_proj", .experts),
      ("model.layers.3.block_sparse_moe.input_linear.weight", .experts),
      ("model.layers.3.mlp.shared_experts.up_proj.weight", .mlp),
      ("model.layers.3.mlp.shared_expert_gate.weight", .router),
      ("model.layers.3.mamba.in_proj.weight", .mamba), ("model.layers.3.linear_attn.A_log", .mamba),
      ("backbone.layers.3.mixer.conv1d.weight", .mamba), ("model.layers.3.feed_forward.w1.weight", .mlp),
      ("vision_tower.vision_model.encoder.layers.3.mlp.fc1.weight", .encoder),
      ("visual.blocks.3.attn.qkv.weight", .encoder),
      ("model.visual.merger.mlp.0.weight", .encoder), ("multi_modal_projector.linear_1.weight", .encoder),
      ("model.encoder.layers.3.fc1.weight", .encoder), ("encoder.layer.3.attention.self.query.weight", .attention),
      ("audio_tower.layers.3.fc1.weight", .encoder), ("score.weight", .pooler), ("bert.pooler.dense.bias", .pooler),
      ("mm_whisper_embeddings.whisper_encoder.transformer.layers.31.feed_forward.w1.weight", .encoder),
      ("pre_mm_projector_norm.weight", .encoder), ("patch_merger.merging_layer.weight", .encoder),
    ])
  func part(_ name: String, _ part: WeightPart) {
    let kind = TensorKind(name: name, dtype: .bf16)
    #expect(kind.part == part)
    #expect(kind.role == .weight)
  }

  @Test(
    "what is no weight of the model is told by its name and type",
    arguments: [
      ("model.layers.3.self_attn.q_proj.weight_scale_inv", TensorDType.f32, TensorKind.Role.scale),
      ("model.layers.3.self_attn.q_proj.weight_scale_2", .f32, .scale), ("a.0.input_scale", .f32, .scale),
      ("layers.0.ffn.experts.3.w1.scale", .f8e8m0, .scale), ("model.layers.0.per_expert_scale", .bf16, .weight),
      ("model.layers.0.router.scale", .bf16, .weight), ("model.layers.3.self_attn.k_scale", .f32, .scale),
      ("model.layers.3.mlp.experts.gate_up_proj_scales", .u8, .scale),
      ("model.layers.3.mlp.experts.gate_up_proj_blocks", .u8, .packed), ("a.q_proj.qweight", .i32, .packed),
      ("a.q_proj.qzeros", .i32, .scale), ("a.q_proj.scales", .f16, .scale), ("a.q_proj.g_idx", .i32, .scale),
      ("a.q_proj.weight_packed", .i32, .packed), ("a.q_proj.weight_shape", .i64, .scale),
      ("a.q_proj.weight", .u8, .packed),
      ("a.q_proj.weight", .i8, .weight), ("a.q_proj.weight.absmax", .u8, .bitsandbytes),
      ("a.q_proj.SCB", .f32, .bitsandbytes),
      ("a.q_proj.weight.quant_state.bitsandbytes__nf4", .u8, .bitsandbytes),
      ("model.layers.3.self_attn.rotary_emb.inv_freq", .f32, .buffer), ("h.3.attn.bias", .bool, .buffer),
      ("h.3.attn.masked_bias", .f32, .buffer), ("h.3.attn.c_attn.bias", .f32, .weight),
      ("embeddings.position_ids", .i64, .buffer), ("embeddings.token_type_ids", .i64, .buffer),
      ("mtp.layers.0.mlp.gate.weight", .bf16, .tokenPrediction),
      ("model.mtp_layers.0.token_layernorm.weight", .bf16, .tokenPrediction),
      ("talker.model.norm.weight", .bf16, .generator),
      ("token2wav.code2wav_dit_model.a", .f32, .generator), ("thinker.model.norm.weight", .bf16, .weight),
    ])
  func role(_ name: String, _ dtype: TensorDType, _ role: TensorKind.Role) {
    #expect(TensorKind(name: name, dtype: dtype).role == role)
  }

  /// The number of a decoder layer, and no other, says whether a tensor lies beyond the model's own layers.
  @Test(
    "only decoder layers have a layer's number",
    arguments: [
      ("model.layers.61.eh_proj.weight", true), ("transformer.h.3.ln_1.weight", true),
      ("encoder.layer.3.output.weight", true),
      ("vision_tower.encoder.layers.61.fc1.weight", false),
      ("mm_whisper_embeddings.whisper_encoder.transformer.layers.31.a.weight", false),
      ("model.encoder.layers.31.fc1.weight", false),
      ("model.ngram_embeddings.embedders.70.weight", false), ("model.norm.weight", false), ("0.weight", false),
    ])
  func layer(_ name: String, _ isInLayer: Bool) {
    #expect(TensorKind(name: name, dtype: .bf16).isInLayer == isInLayer)
  }
}
