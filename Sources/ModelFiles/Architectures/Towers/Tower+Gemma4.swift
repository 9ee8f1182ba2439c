import Plimsoll

/// Gemma 4's encoders: transformers' own modules, whole on every rank (`gemma4_mm.py`).
extension Tower {
  /// The tower for images and video, and that for audio where there is one.
  mutating func gemma4(textWidth: Int) throws(ConfigError) -> Bool {
    let width = try count("hidden_size", default: 768)
    let inner = try count("intermediate_size", default: 3072)
    let heads = try count("num_attention_heads", default: 12)
    let kvHeads = try count("num_key_value_heads", default: 12)
    let headSize = try count("head_dim", default: 64)
    let patch = try count("patch_size", default: 16)
    let positions = try count("position_embedding_size", default: 10_240)
    let isClipped = try vision.bool("use_clipped_linears", default: false)
    // compressed-tensors takes any width; the class leaves widths alone that others' kernels cannot take.
    let isQuantized = quantization.method == .compressedTensors || (width % 64 == 0 && inner % 64 == 0)
    add("vision_tower.patch_embedder", quantized: isQuantized) {
      $0.linear("input_proj", .encoder, .replicated(input: 3 * patch * patch, outputs: [width], bias: false))
      $0.tensor("position_embedding_table", .encoder, [2, positions, width])
    }
    add("vision_tower.encoder.rotary_emb") {
      for name in ["inv_freq", "original_inv_freq"] {
        $0.table(name, .encoder, [(headSize / 2).dividedRoundingUp(by: 2)], dtype: .float32)
      }
    }
    for index in 0..<(try count("num_hidden_layers", default: 16)) {
      add("vision_tower.encoder.layers.\(index)", quantized: isQuantized) {
        $0.clippable("self_attn.q_proj", width, heads * headSize, isClipped: isClipped)
        $0.clippable("self_attn.k_proj", width, kvHeads * headSize, isClipped: isClipped)
        $0.clippable("self_attn.v_proj", width, kvHeads * headSize, isClipped: isClipped)
        $0.clippable("self_attn.o_proj", heads * headSize, width, isClipped: isClipped)
        for name in ["self_attn.q_norm", "self_attn.k_norm"] { $0.towerNorm(name, headSize, bias: false) }
        $0.clippable("mlp.gate_proj", width, inner, isClipped: isClipped)
        $0.clippable("mlp.up_proj", width, inner, isClipped: isClipped)
        $0.clippable("mlp.down_proj", inner, width, isClipped: isClipped)
        for name in [
          "input_layernorm", "post_attention_layernorm", "pre_feedforward_layernorm", "post_feedforward_layernorm",
        ] {
          $0.towerNorm(name, width, bias: false)
        }
      }
    }
    if try vision.bool("standardize", default: false) {
      add("vision_tower") {
        $0.tensor("std_bias", .encoder, [width])
        $0.tensor("std_scale", .encoder, [width])
      }
    }
    addEmbedder("embed_vision", width: width, textWidth: textWidth, quantized: isQuantized)
    if let audio = try config.top.optionalObject("audio_config") {
      try gemma4Audio(audio, textWidth: textWidth)
    }
    return true
  }

  /// No tower: patches of pixels and frames of sound are projected as they are (`gemma4_unified.py`).
  mutating func gemma4Unified(textWidth: Int) throws(ConfigError) -> Bool {
    let width = try count("mm_embed_dim", default: 3840)
    let side =
      try vision.int("patch_size", in: 1...1 << 10, default: 16)
      * vision.int("pooling_kernel_size", in: 1...64, default: 3)
    let positions = try count("mm_posemb_size", default: 1120)
    add("vision_embedder") {
      $0.tensor("pos_embedding", .encoder, [positions, 2, width])
      $0.towerNorm("patch_ln1", 3 * side * side)
      $0.linear("patch_dense", .encoder, .column(input: 3 * side * side, outputs: [width], bias: true))
      $0.towerNorm("patch_ln2", width)
      $0.towerNorm("pos_norm", width)
    }
    let output = try count("output_proj_dims", default: 3840)
    addEmbedder("embed_vision", width: output, textWidth: textWidth, quantized: false)
    if let audio = try config.top.optionalObject("audio_config") {
      let frame = try audio.int("audio_embed_dim", in: 1...1 << 20, default: 640)
      addEmbedder("embed_audio", width: frame, textWidth: textWidth, quantized: false)
    }
    return true
  }

  /// The norm before it has no learned scale and keeps ones.
  private mutating func addEmbedder(_ name: String, width: Int, textWidth: Int, quantized: Bool) {
    add(name, quantized: quantized) {
      $0.table("embedding_pre_projection_norm", .encoder, [width])
      $0.linear("embedding_projection", .encoder, .replicated(input: width, outputs: [textWidth], bias: false))
    }
  }

  /// A conformer over two convolutions (transformers `Gemma4AudioModel`).
  private mutating func gemma4Audio(_ audio: ConfigObject, textWidth: Int) throws(ConfigError) {
    func count(_ key: String, default fallback: Int) throws(ConfigError) -> Int {
      try audio.int(key, in: 1...1 << 20, default: fallback)
    }
    let width = try count("hidden_size", default: 1024)
    let heads = try count("num_attention_heads", default: 8)
    let channels = try audio.ints("subsampling_conv_channels", in: 1...1 << 16, default: [128, 32])
    guard channels.count == 2 else {
      throw audio.error("subsampling_conv_channels", wanted: .rule("two numbers"))
    }
    let kernel = try count("conv_kernel_size", default: 5)
    let output = try count("output_proj_dims", default: 1536)
    let isClipped = try audio.bool("use_clipped_linears", default: true)
    let isQuantized = quantization.method == .compressedTensors || width % 64 == 0
    let headSize = width / heads
    add("audio_tower.subsample_conv_projection", quantized: isQuantized) {
      $0.tensor("layer0.conv", .encoder, [channels[0], 1, 3, 3])
      $0.tensor("layer0.norm", .encoder, [channels[0]])
      $0.tensor("layer1.conv", .encoder, [channels[1], channels[0], 3, 3])
      $0.tensor("layer1.norm", .encoder, [channels[1]])
      $0.linear(
        "input_proj_linear", .encoder,
        .replicated(input: channels[0] / 4 * channels[1], outputs: [width], bias: false))
    }
    add("audio_tower.rel_pos_enc") { $0.table("inv_timescales", .encoder, [width / 2], dtype: .float32) }
    for index in 0..<(try count("num_hidden_layers", default: 12)) {
      add("audio_tower.layers.\(index)", quantized: isQuantized) {
        for scope in ["feed_forward1", "feed_forward2"] {
          $0.clippable(scope + ".ffw_layer_1", width, 4 * width, isClipped: isClipped)
          $0.clippable(scope + ".ffw_layer_2", 4 * width, width, isClipped: isClipped)
          $0.towerNorm(scope + ".pre_layer_norm", width, bias: false)
          $0.towerNorm(scope + ".post_layer_norm", width, bias: false)
        }
        for name in ["q_proj", "k_proj", "v_proj"] {
          $0.clippable("self_attn." + name, width, heads * headSize, isClipped: isClipped)
        }
        $0.clippable("self_attn.post", width, width, isClipped: isClipped)
        $0.linear(
          "self_attn.relative_k_proj", .encoder,
          .replicated(input: width, outputs: [heads * headSize], bias: false))
        $0.tensor("self_attn.per_dim_scale", .encoder, [headSize])
        $0.table("self_attn.softcap", .encoder, [1])
        $0.clippable("lconv1d.linear_start", width, 2 * width, isClipped: isClipped)
        $0.clippable("lconv1d.linear_end", width, width, isClipped: isClipped)
        $0.tensor("lconv1d.depthwise_conv1d", .encoder, [width, 1, kernel])
        for name in ["lconv1d.pre_layer_norm", "lconv1d.conv_norm", "norm_pre_attn", "norm_post_attn", "norm_out"] {
          $0.towerNorm(name, width, bias: false)
        }
      }
    }
    add("audio_tower", quantized: isQuantized) {
      $0.linear("output_proj", .encoder, .replicated(input: width, outputs: [output], bias: true))
    }
    addEmbedder("embed_audio", width: output, textWidth: textWidth, quantized: isQuantized)
  }
}

extension LayerBuilder {
  /// A linear whose input and output may have bounds, four scalars.
  fileprivate mutating func clippable(_ name: String, _ input: Int, _ output: Int, isClipped: Bool) {
    linear(name + ".linear", .encoder, .replicated(input: input, outputs: [output], bias: false))
    guard isClipped else { return }
    for bound in ["input_min", "input_max", "output_min", "output_max"] { tensor(name + "." + bound, .encoder, [1]) }
  }
}
