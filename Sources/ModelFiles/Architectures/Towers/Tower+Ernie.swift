import Plimsoll

extension Tower {
  /// ERNIE 4.5 VL: a tower with rotary positions, and what joins patches, and frames in pairs (`ernie45_vl.py`).
  mutating func ernieVL() throws(ConfigError) -> Bool {
    let width = try count("embed_dim", default: 1280)
    let heads = try count("num_heads", default: 16)
    let inner = Int(Double(width) * (try vision.optionalDouble("mlp_ratio", in: 0...1024) ?? 4))
    let patch = try vision.int("patch_size", in: 1...1 << 10, default: 14)
    let channels = try vision.int("in_channels", in: 1...64, default: 3)
    add("vision_model", quantized: false) {
      $0.linear(
        "patch_embed.proj", .encoder, .replicated(input: channels * patch * patch, outputs: [width], bias: false))
      $0.table("rotary_pos_emb.inv_freq", .encoder, [width / heads / 4], dtype: .float32)
    }
    for index in 0..<(try count("depth", default: 32)) {
      add("vision_model.blocks.\(index)") {
        $0.towerNorm("norm1", width)
        $0.towerNorm("norm2", width)
        $0.towerAttention("attn.qkv", "attn.proj", width: width, heads: heads)
        $0.towerMLP("mlp.fc1", "mlp.fc2", width: width, inner: inner)
      }
    }
    add("vision_model", quantized: false) { $0.towerNorm("ln", width) }
    let top = config.top
    let side = try top.int("spatial_conv_size", in: 1...16, default: 2)
    let frames = try top.int("temporal_conv_size", in: 1...16, default: 2)
    let joined = side * side * (try top.int("pixel_hidden_size", in: 1...1 << 20, default: width))
    let joinsFrames = try top.bool("use_temporal_conv", default: true)
    let output = try top.int("hidden_size", in: 1...1 << 20)
    add("resampler_model", quantized: false) {
      func join(_ name: String, _ input: Int, to layer: inout LayerBuilder) {
        for (number, columns) in [input, joined].enumerated() {
          layer.linear(
            "\(name)_linear\(number + 1)", .encoder, .column(input: columns, outputs: [joined], bias: true))
        }
        layer.towerNorm(name + "_norm", joined)
      }
      join("spatial", joined, to: &$0)
      if joinsFrames { join("temporal", joined * frames, to: &$0) }
      $0.linear("mlp", .encoder, .column(input: joined, outputs: [output], bias: true))
      $0.towerNorm("after_norm", output, bias: false)
    }
    // The tokens that images begin with, end with and stand for, as 64-bit numbers.
    guard let patchID = top.members["im_patch_id"], patchID != .null, patchID != .integer(0) else { return true }
    let keys = ["image_start_token_id", "image_end_token_id", "video_start_token_id", "video_end_token_id"]
    let tokens = 1 + keys.filter { key in top.members[key].map { $0 != .null } ?? false }.count
    add("") { $0.table("_visual_token_ids_tensor_cache", .encoder, [tokens], dtype: .int64) }
    return true
  }
}
