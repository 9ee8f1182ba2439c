import Plimsoll

/// The encoders of Qwen's models that hear (`qwen2_5_omni_thinker.py`, `qwen3_omni_moe_thinker.py`, `qwen3_asr.py`).
extension Tower {
  /// Qwen 2.5 Omni: transformers' audio encoder, whole on every rank, and Qwen 2.5-VL's tower.
  mutating func qwen25Omni() throws(ConfigError) -> Bool {
    guard let audio = try config.whole.optionalObject("audio_config") else { return false }
    func count(_ key: String, default fallback: Int) throws(ConfigError) -> Int {
      try audio.int(key, in: 1...1 << 20, default: fallback)
    }
    let (width, inner) = (try count("d_model", default: 1280), try count("encoder_ffn_dim", default: 5120))
    let bins = try count("num_mel_bins", default: 128)
    let positions = try count("max_source_positions", default: 1500)
    let output = try count("output_dim", default: 3584)
    add("audio_tower", quantized: false) {
      for (name, input) in [("conv1", bins), ("conv2", width)] {
        $0.tensor(name + ".weight", .encoder, [width, input, 3])
        $0.tensor(name + ".bias", .encoder, [width])
      }
      $0.table("positional_embedding", .encoder, [positions, width], dtype: .float32)
      $0.tensor("audio_bos_eos_token", .encoder, [2, output])
      $0.towerNorm("ln_post", width)
    }
    for index in 0..<(try count("encoder_layers", default: 32)) {
      wholeWhisperLayer("audio_tower.layers.\(index)", width: width, inner: inner)
    }
    whole("audio_tower", [("proj", width, output)])
    return try qwen25VL()
  }

  /// A layer of Whisper's encoder as transformers has it, whole on every rank; keys have no bias.
  mutating func wholeWhisperLayer(_ prefix: String, width: Int, inner: Int, keyBias: Bool = false) {
    add(prefix, quantized: false) {
      for name in ["q_proj", "k_proj", "v_proj", "out_proj"] {
        $0.linear(
          "self_attn." + name, .encoder,
          .replicated(input: width, outputs: [width], bias: keyBias || name != "k_proj"))
      }
      $0.linear("fc1", .encoder, .replicated(input: width, outputs: [inner], bias: true))
      $0.linear("fc2", .encoder, .replicated(input: inner, outputs: [width], bias: true))
      for name in ["self_attn_layer_norm", "final_layer_norm"] { $0.towerNorm(name, width) }
    }
  }

  /// Qwen 3's audio encoder: three convolutions over time and pitch, and layers that TP cuts where it divides their heads.
  mutating func qwen3Audio() throws(ConfigError) -> Bool {
    guard let audio = try config.whole.optionalObject("audio_config") else { return false }
    func count(_ key: String, default fallback: Int) throws(ConfigError) -> Int {
      try audio.int(key, in: 1...1 << 20, default: fallback)
    }
    let (width, inner) = (try count("d_model", default: 1280), try count("encoder_ffn_dim", default: 5120))
    let heads = try count("encoder_attention_heads", default: 20)
    let bins = try count("num_mel_bins", default: 128)
    let positions = try count("max_source_positions", default: 1500)
    let channels = try count("downsample_hidden_size", default: 480)
    let output = try count("output_dim", default: 3584)
    let rows = (((bins + 1) / 2 + 1) / 2 + 1) / 2
    add("audio_tower", quantized: false) {
      $0.table("positional_embedding", .encoder, [positions, width], dtype: .float32)
      for (name, input) in [("conv2d1", 1), ("conv2d2", channels), ("conv2d3", channels)] {
        $0.tensor(name + ".weight", .encoder, [channels, input, 3, 3])
        $0.tensor(name + ".bias", .encoder, [channels])
      }
      $0.linear("conv_out", .encoder, .replicated(input: channels * rows, outputs: [width], bias: false))
      $0.towerNorm("ln_post", width)
    }
    for index in 0..<(try count("encoder_layers", default: 32)) {
      add("audio_tower.layers.\(index)", quantized: false) {
        $0.towerAttention("self_attn.qkv_proj", "self_attn.out_proj", width: width, heads: heads)
        $0.towerMLP("fc1", "fc2", width: width, inner: inner)
      }
      cutOnlyWhere(dividing: heads, last: 4)
      add("audio_tower.layers.\(index)", quantized: false) {
        for name in ["self_attn_layer_norm", "final_layer_norm"] { $0.towerNorm(name, width) }
      }
    }
    whole("audio_tower", [("proj1", width, width), ("proj2", width, output)])
    return true
  }

  /// Qwen 3 Omni: that encoder, and Qwen 3-VL's tower with a position for each patch of its largest image.
  mutating func qwen3Omni() throws(ConfigError) -> Bool {
    guard try qwen3Audio() else { return false }
    let side = try count("image_size") / (try count("patch_size", default: 16))
    return try qwen3VL(positions: side * side)
  }
}
