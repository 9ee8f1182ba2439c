import Plimsoll

extension Tower {
  /// Pixtral's tower before Mistral 3: no biases, two small buffers of frequencies (`pixtral.py`, `mistral3.py`).
  mutating func pixtral(textWidth: Int) throws(ConfigError) -> Bool {
    guard try vision.string("model_type", default: "") == "pixtral",
      try config.top.int("vision_feature_layer", in: -4096...4096, default: -1) == -1
    else { return false }
    let merge = try config.top.int("spatial_merge_size", in: 1...64, default: 2)
    let bias = try config.top.bool("multimodal_projector_bias", default: false)
    let width = try pixtralTower()
    add("multi_modal_projector") {
      $0.towerNorm("norm", width, bias: false)
      $0.tensor("patch_merger.merging_layer", .encoder, [width, width * merge * merge])
      $0.towerMLP("linear_1", "linear_2", width: width, inner: textWidth, output: textWidth, bias: bias)
    }
    return true
  }

  /// The tower alone; its width.
  mutating func pixtralTower() throws(ConfigError) -> Int {
    let (width, inner) = (try count("hidden_size", default: 1024), try count("intermediate_size", default: 4096))
    let (layers, heads) = (
      try count("num_hidden_layers", default: 24), try count("num_attention_heads", default: 16)
    )
    let (patch, channels) = (try count("patch_size", default: 16), try count("num_channels", default: 3))
    let headSize = try vision.optionalInt("head_dim", in: 1...1 << 14) ?? width / heads
    add("vision_tower") {
      $0.tensor("patch_conv.weight", .encoder, [width, channels, patch, patch])
      $0.towerNorm("ln_pre", width, bias: false)
    }
    for index in 0..<layers {
      add("vision_tower.transformer.layers.\(index)") {
        $0.towerNorm("attention_norm", width, bias: false)
        $0.towerAttention(
          "attention.qkv_proj", "attention.o_proj", width: width, heads: heads, bias: false,
          fusing: ["q_proj", "k_proj", "v_proj"])
        $0.towerGatedMLP("feed_forward", width: width, inner: inner, bias: false)
        $0.towerNorm("ffn_norm", width, bias: false)
      }
    }
    add("vision_tower.patch_positional_embedding") {
      for name in ["inv_freq", "original_inv_freq"] { $0.tensor(name, .encoder, [headSize / 2], dtype: .float32) }
    }
    return width
  }

  /// Llama 4's tower, never quantized, with its adapter and projector (`mllama4.py`).
  mutating func llama4(textWidth: Int) throws(ConfigError) -> Bool {
    let (width, inner) = (try count("hidden_size", default: 768), try count("intermediate_size", default: 5632))
    let (layers, heads) = (
      try count("num_hidden_layers", default: 34), try count("num_attention_heads", default: 16)
    )
    let (image, patch) = (try count("image_size", default: 448), try count("patch_size", default: 14))
    let channels = try count("num_channels", default: 3)
    let (projectorInput, projectorOutput) = (
      try count("projector_input_dim", default: 4096), try count("projector_output_dim", default: 4096)
    )
    let output = try count("vision_output_dim", default: 7680)
    let bias = try vision.bool("multi_modal_projector_bias", default: false)
    let patches = (image / patch) * (image / patch) + 1
    add("vision_model", quantized: false) {
      $0.linear(
        "patch_embedding.linear", .encoder, .column(input: channels * patch * patch, outputs: [width], bias: false))
      $0.tensor("class_embedding", .encoder, [width])
      $0.tensor("positional_embedding_vlm", .encoder, [patches, width])
      $0.towerNorm("layernorm_pre", width)
      $0.towerNorm("layernorm_post", width)
      // Complex numbers of two floats, one for each pair of half a head's elements.
      $0.table("rotary_emb", .encoder, [patches, width / heads / 2, 2], dtype: .float32)
    }
    for index in 0..<layers {
      add("vision_model.model.layers.\(index)", quantized: false) {
        $0.towerAttention("self_attn.qkv_proj", "self_attn.o_proj", width: width, heads: heads)
        $0.towerMLP("mlp.fc1", "mlp.fc2", width: width, inner: inner)
        $0.towerNorm("input_layernorm", width)
        $0.towerNorm("post_attention_layernorm", width)
      }
    }
    add("vision_model.vision_adapter", quantized: false) {
      $0.towerMLP("mlp.fc1", "mlp.fc2", width: inner, inner: projectorInput, output: projectorOutput, bias: bias)
    }
    add("multi_modal_projector", quantized: false) {
      $0.linear("linear_1", .encoder, .column(input: output, outputs: [textWidth], bias: false))
    }
    cutAlways()
    return true
  }
}
