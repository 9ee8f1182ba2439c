import Plimsoll

/// Pixtral's tower in Mistral's own form, and towers with rotary positions that are like it.
extension Tower {
  /// Mistral's own form (`pixtral.py`): never quantized, its adapter whole on every rank.
  mutating func pixtralOwn(textWidth: Int) throws(ConfigError) -> Bool {
    let (width, inner) = (try count("hidden_size"), try count("intermediate_size"))
    let (heads, patch) = (try count("num_attention_heads"), try count("patch_size"))
    let channels = try count("num_channels", default: 3)
    let merge = try vision.int("spatial_merge_size", in: 1...64, default: 1)
    let bias = try vision.bool("adapter_bias", default: true)
    let isNormed = try vision.bool("add_pre_mm_projector_layer_norm", default: false)
    let isMerged = try vision.string("mm_projector_id", default: "") == "patch_merge"
    add("vision_encoder", quantized: false) {
      $0.tensor("patch_conv.weight", .encoder, [width, channels, patch, patch])
      $0.towerNorm("ln_pre", width, bias: false)
    }
    for index in 0..<(try count("num_hidden_layers")) {
      add("vision_encoder.transformer.layers.\(index)", quantized: false) {
        $0.towerAttention("attention.wqkv", "attention.wo", width: width, heads: heads, bias: false)
        $0.towerGatedMLP("feed_forward", width: width, inner: inner, bias: false)
        for name in ["attention_norm", "ffn_norm"] { $0.towerNorm(name, width, bias: false) }
      }
    }
    if isNormed { add("pre_mm_projector_norm") { $0.tensor("weight", .encoder, [width]) } }
    if isMerged { whole("patch_merger", [("merging_layer", width * merge * merge, width)], bias: false) }
    whole("vision_language_adapter", [("w_in", width, textWidth), ("w_out", textWidth, textWidth)], bias: bias)
    return true
  }

  /// dots.ocr (`dots_ocr.py`): RMS norms, a gated network, and a merger that is never quantized.
  mutating func dotsOCR() throws(ConfigError) -> Bool {
    let (width, inner) = (try count("embed_dim", default: 1536), try count("intermediate_size", default: 4224))
    let (heads, output) = (try count("num_attention_heads", default: 12), try count("hidden_size", default: 1536))
    let (patch, channels) = (try count("patch_size", default: 14), try count("num_channels", default: 3))
    let merge = try vision.int("spatial_merge_size", in: 1...64, default: 2)
    let bias = try vision.bool("use_bias", default: false)
    guard width >= heads else { return false }
    add("vision_tower.patch_embed.patchifier") {
      $0.tensor("proj.weight", .encoder, [width, channels, patch, patch])
      $0.tensor("proj.bias", .encoder, [width])
      $0.towerNorm("norm", width, bias: false)
    }
    add("vision_tower") { $0.table("rotary_pos_emb", .encoder, [width / heads / 4], dtype: .float32) }
    for index in 0..<(try count("num_hidden_layers", default: 42)) {
      add("vision_tower.blocks.\(index)") {
        $0.towerAttention("attn.qkv", "attn.proj", width: width, heads: heads, bias: bias)
        $0.towerNorm("norm1", width, bias: false)
        $0.linear(
          "mlp.fc13", .encoder, .column(input: width, outputs: [inner, inner], bias: bias), fusing: ["fc1", "fc3"])
        $0.linear("mlp.fc2", .encoder, .row(input: inner, output: width, bias: bias))
        $0.towerNorm("norm2", width, bias: false)
      }
    }
    if try vision.bool("post_norm", default: true) {
      add("vision_tower") { $0.towerNorm("post_trunk_norm", width, bias: false) }
    }
    let merged = width * merge * merge
    add("vision_tower.merger", quantized: false) {
      $0.towerNorm("ln_q", width)
      $0.towerMLP("mlp.0", "mlp.2", width: merged, inner: merged, output: output)
    }
    return true
  }
}
