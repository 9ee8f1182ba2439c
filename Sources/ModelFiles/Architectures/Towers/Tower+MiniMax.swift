import Plimsoll

extension Tower {
  /// The tower before MiniMax M3: CLIP's layers without class or position embeddings, a projector and a merger of
  /// patches, all cut by TP (`models/minimax_m3/common/vision_tower.py`).
  mutating func miniMaxVL(textWidth: Int) throws(ConfigError) -> Bool {
    let (width, inner) = (try count("hidden_size"), try count("intermediate_size"))
    let (layers, heads) = (try count("num_hidden_layers"), try count("num_attention_heads"))
    let (patch, channels) = (try count("patch_size"), try count("num_channels"))
    guard let compression = try vision.optionalObject("img_token_compression_config"), width >= heads else {
      return false
    }
    let frames = try compression.int("temporal_patch_size", in: 1...64, default: 2)
    let merge = try compression.int("spatial_merge_size", in: 1...64, default: 2)
    let middle = try config.top.optionalInt("projector_hidden_size", in: 1...1 << 20) ?? textWidth
    // The class looks for the biases' switches in the tower's part, where the files do not have them.
    let bias = try vision.bool("multimodal_projector_bias", default: true)
    let mergeBias = try vision.bool("patch_merge_bias", default: true)
    add("vision_tower.vision_model") {
      $0.tensor("embeddings.patch_embedding.weight", .encoder, [width, channels, frames, patch, patch])
      // Frequencies of a third of a head, for time, height and width.
      for name in ["inv_freq_t", "inv_freq_h", "inv_freq_w"] {
        $0.table(name, .encoder, [width / heads / 2 * 2 / 3 / 2], dtype: .float32)
      }
      $0.towerNorm("pre_layrnorm", width)
    }
    for index in 0..<layers {
      add("vision_tower.vision_model.encoder.layers.\(index)") {
        $0.towerNorm("layer_norm1", width)
        $0.towerAttention(
          "self_attn.qkv_proj", "self_attn.out_proj", width: width, heads: heads,
          fusing: ["q_proj", "k_proj", "v_proj"])
        $0.towerNorm("layer_norm2", width)
        $0.towerMLP("fc1", "fc2", width: width, inner: inner)
      }
    }
    add("vision_tower.multi_modal_projector") {
      $0.towerMLP("linear_1", "linear_2", width: width, inner: middle, output: textWidth, bias: bias)
    }
    add("vision_tower.patch_merge_mlp") {
      $0.towerMLP(
        "linear_1", "linear_2", width: textWidth * merge * merge, inner: middle, output: textWidth, bias: mergeBias)
    }
    return true
  }
}
