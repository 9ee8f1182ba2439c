import Plimsoll

extension Tower {
  /// GLM-4V (`glm4_1v.py`): RMS norms, a gated network as wide as the output, a convolution that merges patches.
  mutating func glm4V() throws(ConfigError) -> Bool {
    let (width, output) = (try count("hidden_size", default: 1536), try count("out_hidden_size", default: 4096))
    let inner = try count("intermediate_size", default: 13_696)
    let heads = try count("num_heads", default: 12)
    let (patch, frames) = (try count("patch_size", default: 14), try count("temporal_patch_size", default: 2))
    let (channels, image) = (try count("in_channels", default: 3), try count("image_size", default: 336))
    let merge = try count("spatial_merge_size", default: 2)
    guard image >= patch, width >= heads else { return false }
    let patches = (image / patch) * (image / patch)
    add("visual") {
      $0.tensor("patch_embed.proj.weight", .encoder, [width, channels, frames, patch, patch])
      $0.tensor("patch_embed.proj.bias", .encoder, [width])
      // Half of each head turns.
      $0.table("rotary_pos_emb", .encoder, [8192, width / heads / 2])
      $0.tensor("embeddings.position_embedding", .encoder, [patches, width])
      $0.table("embeddings.position_ids", .encoder, [patches], dtype: .int64)
      $0.towerNorm("post_conv_layernorm", width, bias: false)
      $0.tensor("downsample.weight", .encoder, [output, width, merge, merge])
      $0.tensor("downsample.bias", .encoder, [output])
      $0.towerNorm("post_layernorm", width, bias: false)
    }
    for index in 0..<(try count("depth", default: 24)) {
      add("visual.blocks.\(index)") {
        $0.towerNorm("norm1", width, bias: false)
        $0.towerNorm("norm2", width, bias: false)
        $0.towerAttention("attn.qkv", "attn.proj", width: width, heads: heads, bias: false)
        $0.towerGatedMLP("mlp", width: width, inner: output, bias: false)
      }
    }
    glmMerger(output: output, inner: inner)
    return true
  }

  /// GLM-OCR (`glm_ocr.py`): norms on heads, biases in the layers, no learned positions; the merger is as wide as the
  /// language model's network.
  mutating func glmOCR() throws(ConfigError) -> Bool {
    let (width, output) = (try count("hidden_size", default: 1024), try count("out_hidden_size", default: 1536))
    let inner = try count("intermediate_size", default: 4096)
    let heads = try count("num_heads", default: 16)
    let (patch, frames) = (try count("patch_size", default: 14), try count("temporal_patch_size", default: 2))
    let channels = try count("in_channels", default: 3)
    let merge = try count("spatial_merge_size", default: 2)
    let textInner = try config.text.int("intermediate_size", in: 1...1 << 20, default: 4096)
    guard width >= heads else { return false }
    add("visual") {
      $0.tensor("patch_embed.proj.weight", .encoder, [width, channels, frames, patch, patch])
      $0.tensor("patch_embed.proj.bias", .encoder, [width])
      $0.table("rotary_pos_emb", .encoder, [8192, width / heads / 2])
      $0.tensor("downsample.weight", .encoder, [output, width, merge, merge])
      $0.tensor("downsample.bias", .encoder, [output])
      $0.towerNorm("post_layernorm", width, bias: false)
    }
    for index in 0..<(try count("depth", default: 24)) {
      add("visual.blocks.\(index)") {
        for name in ["norm1", "norm2"] { $0.towerNorm(name, width, bias: false) }
        for name in ["attn.q_norm", "attn.k_norm"] { $0.towerNorm(name, width / heads, bias: false) }
        $0.towerAttention("attn.qkv", "attn.proj", width: width, heads: heads)
        $0.towerGatedMLP("mlp", width: width, inner: inner, bias: true)
      }
    }
    glmMerger(output: output, inner: textInner)
    return true
  }

  /// GLM-4V's first form (`glm4v.py`): EVA 2's layers, cut by TP, and a gated network.
  mutating func glm4VFirst(textWidth: Int) throws(ConfigError) -> Bool {
    let (width, inner) = (try count("hidden_size"), try count("intermediate_size"))
    let (heads, layers) = (try count("num_heads"), try count("num_hidden_layers"))
    let (patch, channels) = (try count("patch_size"), try count("in_channels"))
    let positions = try count("num_positions")
    let textInner = try config.top.int("ffn_hidden_size", in: 1...1 << 24)
    let prefix = "transformer.vision"
    add(prefix) {
      $0.tensor("patch_embedding.proj.weight", .encoder, [width, channels, patch, patch])
      $0.tensor("patch_embedding.proj.bias", .encoder, [width])
      $0.tensor("patch_embedding.cls_embedding", .encoder, [width])
      $0.tensor("patch_embedding.position_embedding", .encoder, [positions, width])
    }
    for index in 0..<layers {
      add(prefix + ".transformer.layers.\(index)") {
        $0.towerNorm("input_layernorm", width)
        $0.towerAttention("attention.query_key_value", "attention.dense", width: width, heads: heads)
        $0.towerMLP("mlp.fc1", "mlp.fc2", width: width, inner: inner)
        $0.towerNorm("post_attention_layernorm", width)
      }
    }
    add(prefix + ".linear_proj") {
      $0.linear("linear_proj", .encoder, .replicated(input: textWidth, outputs: [textWidth], bias: false))
      $0.towerNorm("norm1", textWidth)
      $0.linear(
        "merged_proj", .encoder, .column(input: textWidth, outputs: [textInner, textInner], bias: false),
        fusing: ["gate_proj", "dense_h_to_4h"])
      $0.linear("dense_4h_to_h", .encoder, .row(input: textInner, output: textWidth, bias: false))
    }
    add(prefix) {
      $0.tensor("conv.weight", .encoder, [textWidth, width, 2, 2])
      $0.tensor("conv.bias", .encoder, [textWidth])
      for name in ["boi", "eoi"] { $0.tensor(name, .encoder, [textWidth]) }
    }
    return true
  }

  private mutating func glmMerger(output: Int, inner: Int) {
    add("visual.merger") {
      $0.linear("proj", .encoder, .column(input: output, outputs: [output], bias: false))
      $0.towerNorm("post_projection_norm", output)
      $0.linear(
        "gate_up_proj", .encoder, .column(input: output, outputs: [inner, inner], bias: false),
        fusing: ["gate_proj", "up_proj"])
      $0.linear("down_proj", .encoder, .row(input: inner, output: output, bias: false))
    }
  }
}
