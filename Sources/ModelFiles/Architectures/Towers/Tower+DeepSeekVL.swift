import Plimsoll

/// The towers before DeepSeek's small language models (`deepseek_vl2.py`, `deepseek_ocr.py`).
extension Tower {
  /// DeepSeek VL2: timm's SigLIP of one size, whatever the config says of it; only its networks are cut by TP.
  mutating func deepSeekVL2() throws(ConfigError) -> Bool {
    guard try config.top.string("tile_tag", default: "tile_tag") == "2D" else { return false }
    let (width, inner, patches) = (1152, 4304, 27 * 27)
    add("vision", quantized: false) {
      $0.tensor("patch_embed.proj.weight", .encoder, [width, 3, 14, 14])
      $0.tensor("patch_embed.proj.bias", .encoder, [width])
      $0.tensor("pos_embed", .encoder, [patches, width])
      $0.towerNorm("norm", width)
    }
    for index in 0..<27 {
      add("vision.blocks.\(index)", quantized: false) {
        $0.towerNorm("norm1", width)
        $0.linear("attn.qkv", .encoder, .replicated(input: width, outputs: [3 * width], bias: true))
        $0.linear("attn.proj", .encoder, .replicated(input: width, outputs: [width], bias: true))
        $0.towerNorm("norm2", width)
      }
      add("vision.blocks.\(index)") { $0.towerMLP("mlp.fc1", "mlp.fc2", width: width, inner: inner) }
    }
    add("vision.attn_pool", quantized: false) {
      $0.tensor("latent", .encoder, [width])
      $0.linear("q", .encoder, .replicated(input: width, outputs: [width], bias: true))
      $0.linear("kv", .encoder, .replicated(input: width, outputs: [2 * width], bias: true))
      $0.linear("proj", .encoder, .replicated(input: width, outputs: [width], bias: true))
      $0.towerNorm("norm", width)
    }
    add("vision.attn_pool") { $0.towerMLP("mlp.fc1", "mlp.fc2", width: width, inner: inner) }
    return try deepSeekProjector(["image_newline", "view_seperator"])
  }

  /// DeepSeek OCR: SAM's tower, whole on every rank, and CLIP's, both of one size.
  mutating func deepSeekOCR() throws(ConfigError) -> Bool {
    guard try config.top.string("tile_tag", default: "tile_tag") == "2D" else { return false }
    sam(lastChannels: 1024)
    clip(
      "vision_model", CLIP(width: 1024, inner: 4096, layers: 24, heads: 16, channels: 3, image: 224, patch: 14),
      layers: 24)
    return try deepSeekProjector(["image_newline", "view_seperator"])
  }

  /// DeepSeek OCR 2 (`deepseek_ocr2.py`, `deepencoder2.py`): SAM's tower and a small Qwen 2 over it, both of one size
  /// and whole on every rank.
  mutating func deepSeekOCR2() throws(ConfigError) -> Bool {
    guard try config.top.string("tile_tag", default: "tile_tag") == "2D" else { return false }
    sam(lastChannels: 896)
    let (width, inner, keys) = (896, 4864, 128)
    add("qwen2_model", quantized: false) {
      for name in ["inv_freq", "original_inv_freq"] {
        $0.table("model.model.rotary_emb." + name, .encoder, [32], dtype: .float32)
      }
      $0.towerNorm("model.model.norm", width, bias: false)
      $0.tensor("query_768", .encoder, [144, width])
      $0.tensor("query_1024", .encoder, [256, width])
    }
    for index in 0..<24 {
      let prefix = "qwen2_model.model.model.layers.\(index)"
      whole(
        prefix,
        [("self_attn.q_proj", width, width), ("self_attn.k_proj", width, keys), ("self_attn.v_proj", width, keys)])
      whole(
        prefix,
        [
          ("self_attn.o_proj", width, width), ("mlp.gate_proj", width, inner), ("mlp.up_proj", width, inner),
          ("mlp.down_proj", inner, width),
        ], bias: false)
      add(prefix) {
        for name in ["input_layernorm", "post_attention_layernorm"] { $0.towerNorm(name, width, bias: false) }
      }
    }
    return try deepSeekProjector(["view_seperator"])
  }

  /// Segment Anything's base tower (`deepencoder.py`): relative positions in every layer, of windows of 14 or the whole.
  private mutating func sam(lastChannels: Int) {
    let (width, inner, head, neck, side) = (768, 3072, 64, 256, 64)
    add("sam_model", quantized: false) {
      $0.tensor("patch_embed.proj.weight", .encoder, [width, 3, 16, 16])
      $0.tensor("patch_embed.proj.bias", .encoder, [width])
      $0.tensor("pos_embed", .encoder, [side, side, width])
      $0.tensor("neck.0", .encoder, [neck, width, 1, 1])
      $0.towerNorm("neck.1", neck)
      $0.tensor("neck.2", .encoder, [neck, neck, 3, 3])
      $0.towerNorm("neck.3", neck)
      $0.tensor("net_2", .encoder, [512, 256, 3, 3])
      $0.tensor("net_3", .encoder, [lastChannels, 512, 3, 3])
    }
    for index in 0..<12 {
      let reach = 2 * ([2, 5, 8, 11].contains(index) ? side : 14) - 1
      add("sam_model.blocks.\(index)", quantized: false) {
        $0.towerNorm("norm1", width)
        $0.linear("attn.qkv", .encoder, .replicated(input: width, outputs: [3 * width], bias: true))
        $0.linear("attn.proj", .encoder, .replicated(input: width, outputs: [width], bias: true))
        for name in ["attn.rel_pos_h", "attn.rel_pos_w"] { $0.tensor(name, .encoder, [reach, head]) }
        $0.towerNorm("norm2", width)
        $0.linear("mlp.lin1", .encoder, .replicated(input: width, outputs: [inner], bias: true))
        $0.linear("mlp.lin2", .encoder, .replicated(input: inner, outputs: [width], bias: true))
      }
    }
  }

  /// Linears between tower and language model, and the vectors that stand between rows and views.
  private mutating func deepSeekProjector(_ separators: [String]) throws(ConfigError) -> Bool {
    guard let part = try config.top.optionalObject("projector_config") else { return false }
    let input = try part.int("input_dim", in: 1...1 << 20, default: 1152)
    let output = try part.int("n_embed", in: 1...1 << 20, default: 2048)
    switch try part.string("projector_type", default: "downsample_mlp_gelu") {
    case "linear": whole("projector", [("layers", input, output)])
    case "downsample_mlp_gelu":
      let side = try part.int("downsample_ratio", in: 1...64, default: 2)
      let inner = output * (try part.int("mlp_ratio", in: 1...64, default: 1))
      let middle = max(0, try part.int("depth", in: 1...64, default: 2) - 2)
      whole(
        "projector",
        [("layers.0", input * side * side, inner)] + (0..<middle).map { ("layers.\(2 * $0 + 2)", inner, inner) }
          + [("layers.\(2 * middle + 2)", inner, output)])
    default: return false
    }
    add("") { for name in separators { $0.tensor(name, .encoder, [output]) } }
    return true
  }
}
