import Plimsoll

/// The towers of Qwen's models, cut by TP but for patch embedding and norms.
extension Tower {
  /// Qwen 2-VL: the width of the language model is `hidden_size`, the tower's `embed_dim` (`qwen2_vl.py`).
  mutating func qwen2VL() throws(ConfigError) -> Bool {
    let (width, output) = (try count("embed_dim", default: 1280), try count("hidden_size", default: 3584))
    let ratio = try count("mlp_ratio", default: 4)
    let heads = try count("num_heads", default: 16)
    let merged = try mergedWidth(width)
    try patches(width: width, bias: false)
    for index in 0..<(try count("depth", default: 32)) {
      add("visual.blocks.\(index)") {
        $0.towerNorm("norm1", width)
        $0.towerNorm("norm2", width)
        $0.towerAttention("attn.qkv", "attn.proj", width: width, heads: heads)
        $0.towerMLP("mlp.fc1", "mlp.fc2", width: width, inner: width * ratio)
      }
    }
    rotary(width: width, heads: heads)
    add("visual.merger") {
      $0.towerNorm("ln_q", width)
      $0.towerMLP("mlp.0", "mlp.2", width: merged, inner: merged, output: output)
    }
    return true
  }

  /// Qwen 2.5-VL: a gated network and RMS norms (`qwen2_5_vl.py`); EXAONE 4.5's has fewer heads for keys and values
  /// (`exaone4_5.py`).
  mutating func qwen25VL(kvHeads: Int? = nil) throws(ConfigError) -> Bool {
    let (width, inner) = (try count("hidden_size", default: 3584), try count("intermediate_size", default: 3420))
    let output = try count("out_hidden_size", default: 3584)
    let heads = try count("num_heads", default: 16)
    let merged = try mergedWidth(width)
    try patches(width: width, bias: false)
    for index in 0..<(try count("depth", default: 32)) {
      add("visual.blocks.\(index)") {
        $0.towerNorm("norm1", width, bias: false)
        $0.towerNorm("norm2", width, bias: false)
        $0.towerAttention("attn.qkv", "attn.proj", width: width, heads: heads, kvHeads: kvHeads)
        $0.towerGatedMLP("mlp", width: width, inner: inner, bias: true)
      }
    }
    rotary(width: width, heads: heads)
    add("visual.merger") {
      $0.towerNorm("ln_q", width, bias: false)
      $0.towerMLP("mlp.0", "mlp.2", width: merged, inner: merged, output: output)
    }
    return true
  }

  /// Qwen 3-VL: learned positions, and a merger for each level of features that goes deeper (`qwen3_vl.py`).
  mutating func qwen3VL(positions given: Int? = nil) throws(ConfigError) -> Bool {
    let (width, inner) = (try count("hidden_size", default: 1152), try count("intermediate_size", default: 4304))
    let output = try count("out_hidden_size", default: 3584)
    let heads = try count("num_heads", default: 16)
    let stated = try count("num_position_embeddings", default: 2304)
    let positions = given ?? stated
    let merged = try mergedWidth(width)
    try patches(width: width, bias: true)
    add("visual") { $0.tensor("pos_embed", .encoder, [positions, width]) }
    for index in 0..<(try count("depth", default: 27)) {
      add("visual.blocks.\(index)") {
        $0.towerNorm("norm1", width)
        $0.towerNorm("norm2", width)
        $0.towerAttention("attn.qkv", "attn.proj", width: width, heads: heads)
        $0.towerMLP("mlp.linear_fc1", "mlp.linear_fc2", width: width, inner: inner)
      }
    }
    rotary(width: width, heads: heads)
    let deeper = (0..<(try deepstackLevels)).map { "visual.deepstack_merger_list.\($0)" }
    for prefix in ["visual.merger"] + deeper {
      add(prefix) {
        $0.towerNorm("norm", prefix == "visual.merger" ? width : merged)
        $0.towerMLP("linear_fc1", "linear_fc2", width: merged, inner: merged, output: output)
      }
    }
    return true
  }

  /// How many levels go deeper; Qwen 3.5's config class names none, Qwen 3-VL's three.
  var deepstackLevels: Int {
    get throws(ConfigError) {
      let fallback = config.modelType.hasPrefix("qwen3_5") ? [] : [8, 16, 24]
      return try vision.ints("deepstack_visual_indexes", default: fallback).count
    }
  }

  /// The width of the patches that are merged into one token.
  private func mergedWidth(_ width: Int) throws(ConfigError) -> Int {
    let side = try vision.int("spatial_merge_size", in: 1...64, default: 2)
    return width * side * side
  }

  private mutating func patches(width: Int, bias: Bool) throws(ConfigError) {
    let channels = try vision.optionalInt("in_channels", in: 1...64) ?? 3
    let (patch, frames) = (try count("patch_size"), try count("temporal_patch_size", default: 2))
    add("visual.patch_embed") {
      $0.tensor("proj.weight", .encoder, [width, channels, frames, patch, patch])
      if bias { $0.tensor("proj.bias", .encoder, [width]) }
    }
  }

  /// A rotary table of 8,192 rows over half of each head.
  private mutating func rotary(width: Int, heads: Int) {
    add("visual") { $0.table("rotary_pos_emb", .encoder, [8192, width / heads / 2]) }
  }
}
