import Plimsoll

extension Tower {
  /// MoonViT before Kimi K2.5 and K3: cut by TP, its projector whole on every rank (`kimi_k25_vit.py`, `kimi_k25.py`).
  ///
  /// compressed-tensors leaves the tower alone whatever the checkpoint's list says; then, as without a method, the
  /// table of frame positions is cast to the model's type.
  mutating func moonViT(textWidth: Int, isK3: Bool) throws(ConfigError) -> Bool {
    let projector = try vision.string("mm_projector_type", default: isK3 ? "patchmergerv2" : "patchmerger")
    guard try vision.string("pos_emb_type", default: "divided_fixed") == "divided_fixed",
      ["patchmerger", "patchmergerv2"].contains(projector)
    else { return false }
    let width = try count("vt_hidden_size", default: isK3 ? 1024 : 1152)
    let inner = try count("vt_intermediate_size", default: isK3 ? 4096 : 4304)
    let heads = try count("vt_num_attention_heads", default: isK3 ? 12 : 16)
    let attended = isK3 ? try count("qkv_hidden_size", default: 1536) : width
    func bias(_ key: String) throws(ConfigError) -> Bool { try vision.bool(key, default: !isK3) }
    let normBias = try vision.string("norm_type", default: isK3 ? "rmsnorm" : "layernorm") != "rmsnorm"
    let (patchBias, attentionBias) = (try bias("patch_embed_proj_bias"), try bias("attn_bias"))
    let linearBias = try bias("linear_bias")
    let patch = try count("patch_size", default: 14)
    let positions = [
      try count("init_pos_emb_height", default: 64), try count("init_pos_emb_width", default: 64), width,
    ]
    let frames = try count("init_pos_emb_time", default: 4)
    let merge = try vision.optionalInts("merge_kernel_size", in: 1...64) ?? [2, 2]
    let merged = merge.reduce(width, *)
    let isQuantized = quantization.method != .compressedTensors && quantization.method != .none
    let timeDType: DType = isQuantized ? .float32 : config.dtype
    add("vision_tower.patch_embed") {
      $0.tensor("proj.weight", .encoder, [width, 3, patch, patch])
      if patchBias { $0.tensor("proj.bias", .encoder, [width]) }
      $0.tensor("pos_emb.weight", .encoder, positions)
      $0.tensor("pos_emb.time_weight", .encoder, [frames, width], dtype: timeDType)
    }
    for index in 0..<(try count("vt_num_hidden_layers", default: 27)) {
      add("vision_tower.encoder.blocks.\(index)", quantized: isQuantized) {
        $0.towerNorm("norm0", width, bias: normBias)
        $0.towerNorm("norm1", width, bias: normBias)
        $0.towerMLP("mlp.fc0", "mlp.fc1", width: width, inner: inner, bias: linearBias)
        $0.towerAttention("wqkv", "wo", width: width, heads: heads, bias: attentionBias, inner: attended)
      }
    }
    add("vision_tower.encoder") { $0.towerNorm("final_layernorm", width, bias: normBias) }
    let isMerged = projector == "patchmergerv2"
    add("mm_projector", quantized: isQuantized) {
      if !isMerged { $0.towerNorm("pre_norm", width) }
      $0.linear("linear_1", .encoder, .replicated(input: merged, outputs: [merged], bias: !isMerged))
      $0.linear("linear_2", .encoder, .replicated(input: merged, outputs: [textWidth], bias: !isMerged))
      if isMerged { $0.towerNorm("post_norm", textWidth, bias: false) }
    }
    return true
  }
}
