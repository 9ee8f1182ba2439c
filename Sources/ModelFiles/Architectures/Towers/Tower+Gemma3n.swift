import Plimsoll

extension Tower {
  /// The towers before Gemma 3n, whole on every rank: MobileNet V5 for images (timm's `mobilenetv5_300m_enc`, whose
  /// weights are counted as one), conformers for audio, and what joins each to the text (`gemma3n_mm.py`).
  mutating func gemma3n(textWidth: Int) throws(ConfigError) -> Bool {
    guard try vision.string("architecture", default: "mobilenetv5_300m_enc") == "mobilenetv5_300m_enc" else {
      return false
    }
    let audio = try config.top.optionalObject("audio_config") ?? ConfigObject(JSONObject())
    add("vision_tower") { $0.tensor("timm_model", .encoder, [294_126_912]) }
    let imageWidth = try count("hidden_size", default: 2048)
    joint("embed_vision", rows: try count("vocab_size", default: 128), width: imageWidth, textWidth: textWidth)
    guard try conformers(audio) else { return false }
    joint(
      "embed_audio", rows: try audio.int("vocab_size", in: 1...1 << 20, default: 128),
      width: try audio.int("hidden_size", in: 1...1 << 20, default: 1536), textWidth: textWidth)
    return true
  }

  /// A small vocabulary, norms, and a projection into the text's width.
  private mutating func joint(_ name: String, rows: Int, width: Int, textWidth: Int) {
    add(name, quantized: false) {
      $0.plain("embedding", .encoder, .vocabulary(rows: rows, width: width, bias: false))
      $0.tensor("hard_embedding_norm", .encoder, [width])
      $0.tensor("soft_embedding_norm", .encoder, [width])
      $0.plain("embedding_projection", .encoder, .row(input: width, output: textWidth, bias: false))
      $0.table("embedding_post_projection_norm", .encoder, [textWidth])
    }
    // The class knows no way to keep it whole.
    cutAlways()
  }

  private mutating func conformers(_ audio: ConfigObject) throws(ConfigError) -> Bool {
    func value(_ key: String, _ fallback: Int) throws(ConfigError) -> Int {
      try audio.int(key, in: 0...1 << 20, default: fallback)
    }
    let (width, features) = (try value("hidden_size", 1536), try value("input_feat_size", 128))
    let (heads, kernel) = (try value("conf_num_attention_heads", 8), try value("conf_conv_kernel_size", 5))
    let chunk = try value("conf_attention_chunk_size", 12)
    let left = try value("conf_attention_context_left", 13)
    let context = chunk + max(0, left - 1) + (try value("conf_attention_context_right", 0))
    let channels = try audio.optionalInts("sscp_conv_channel_size", in: 1...1 << 16) ?? [128, 32]
    // Two convolutions of 3 by 3 that halve the frequencies each.
    for (key, stated): (String, JSON) in [
      ("sscp_conv_kernel_size", [[3, 3], [3, 3]]), ("sscp_conv_stride_size", [[2, 2], [2, 2]]),
    ] where audio.has(key) && audio.members[key] != stated {
      return false
    }
    guard channels.count == 2, features % 4 == 0, heads > 0 else { return false }
    add("audio_tower.subsample_conv_projection", quantized: false) {
      $0.tensor("conv_0.conv", .encoder, [channels[0], 1, 3, 3])
      $0.tensor("conv_0.norm", .encoder, [channels[0]])
      $0.tensor("conv_1.conv", .encoder, [channels[1], channels[0], 3, 3])
      $0.tensor("conv_1.norm", .encoder, [channels[1]])
      $0.tensor("input_proj_linear", .encoder, [width, channels[1] * features / 4])
    }
    for index in 0..<(try value("conf_num_hidden_layers", 12)) {
      add("audio_tower.conformer.\(index)", quantized: false) {
        for scope in ["ffw_layer_start.", "ffw_layer_end."] {
          $0.tensor(scope + "pre_layer_norm", .encoder, [width])
          $0.tensor(scope + "ffw_layer_1", .encoder, [4 * width, width])
          $0.tensor(scope + "ffw_layer_2", .encoder, [width, 4 * width])
          $0.tensor(scope + "post_layer_norm", .encoder, [width])
        }
        for name in ["attn.q_proj", "attn.k_proj", "attn.v_proj", "post", "pos_proj"] {
          $0.tensor("attention." + name, .encoder, [width, width])
        }
        for name in ["attention.pre_attn_norm", "attention.post_norm", "norm"] {
          $0.tensor(name, .encoder, [width])
        }
        $0.tensor("attention.attn.per_dim_scale", .encoder, [width / heads])
        $0.table("attention.attn.local_causal_valid_mask", .encoder, [chunk, context], dtype: .uint8)
        $0.table("attention.attn.softcap", .encoder, [1], dtype: .float32)
        $0.table("attention.attn.inv_timescales", .encoder, [width / 2], dtype: .float32)
        $0.tensor("lconv1d.pre_layer_norm", .encoder, [width])
        $0.tensor("lconv1d.linear_start", .encoder, [2 * width, width])
        $0.tensor("lconv1d.depthwise_conv1d", .encoder, [width, 1, kernel])
        $0.tensor("lconv1d.conv_norm", .encoder, [width])
        $0.tensor("lconv1d.linear_end", .encoder, [width, width])
        // A bound for gradients in five places, and the scale of queries.
        for scalar in 0..<6 { $0.table("scalar.\(scalar)", .encoder, [1]) }
      }
    }
    return true
  }
}
