import Plimsoll

/// MiMo V2's encoders, never quantized (`mimo_v2_omni.py`, `mimo_audio.py`).
extension Tower {
  /// The tower for images and video, cut by TP, with sinks where it is windowed; and the encoder of audio.
  ///
  /// The audio tokenizer that some checkpoints keep in a folder of its own is not part of config.json.
  mutating func mimoV2() throws(ConfigError) -> Bool {
    let (width, inner) = (try count("hidden_size", default: 1280), try count("intermediate_size", default: 4608))
    let heads = try count("num_heads", default: 32)
    let kvHeads = vision.isNull("num_key_value_heads") ? heads : try count("num_key_value_heads", default: 8)
    let (headSize, headSizeV) = (try count("qk_channels", default: 64), try count("kv_channels", default: 64))
    let output = try count("out_hidden_size", default: 2048)
    let (patch, frames) = (try count("patch_size", default: 16), try count("temporal_patch_size", default: 2))
    let channels = try count("in_channels", default: 3)
    let side = try vision.int("spatial_merge_size", in: 1...64, default: 2)
    let full = try vision.ints("fullatt_block_indexes", in: 0...4096, default: [7, 15, 23, 31])
    // The class asks for the key and the config class has no default.
    let hasSinks = try vision.bool("use_sink")
    add("visual", quantized: false) {
      $0.tensor("patch_embed.proj.weight", .encoder, [width, channels, frames, patch, patch])
      $0.table("rotary_pos_emb", .encoder, [8192, headSize / 2])
    }
    for index in 0..<(try count("depth", default: 28)) {
      add("visual.blocks.\(index)", quantized: false) {
        $0.towerNorm("norm1", width, bias: false)
        $0.towerNorm("norm2", width, bias: false)
        $0.linear(
          "attn.qkv", .encoder,
          .qkv(
            Module.QKV(
              input: width, numHeads: heads, numKVHeads: kvHeads, headSize: headSize, headSizeV: headSizeV, bias: true))
        )
        $0.linear("attn.proj", .encoder, .row(input: heads * headSizeV, output: width, bias: true))
        if hasSinks, !full.contains(index) { $0.tensor("attn.sinks", .encoder, [heads]) }
        $0.towerGatedMLP("mlp", width: width, inner: inner, bias: true)
      }
    }
    let merged = width * side * side
    add("visual.merger", quantized: false) {
      $0.towerNorm("ln_q", width, bias: false)
      $0.towerMLP("mlp.0", "mlp.2", width: merged, inner: merged, output: output, bias: false)
    }
    if let audio = try config.top.optionalObject("audio_config") { try mimoAudio(audio) }
    return true
  }

  /// Embeddings of the tokenizer's codes, transformers' Qwen 2 over them, whole on every rank, and a projection.
  private mutating func mimoAudio(_ audio: ConfigObject) throws(ConfigError) {
    func count(_ key: String, default fallback: Int) throws(ConfigError) -> Int {
      try audio.int(key, in: 1...1 << 20, default: fallback)
    }
    let width = try count("input_local_dim", default: 1024)
    let inner = try count("input_local_intermediate_size", default: 4096)
    let heads = try count("input_local_attn_heads", default: 64)
    let channels = try count("audio_channels", default: 8)
    let group = try count("group_size", default: 4)
    let output = try count("out_hidden_size", default: 4096)
    let vocabularies = try Self.codes(audio, channels: channels)
    let isNormed = try audio.bool("add_post_norm", default: false)
    func plain(_ layer: inout LayerBuilder, _ name: String, _ input: Int, _ output: Int, bias: Bool = false) {
      layer.plain(name, .encoder, .replicated(input: input, outputs: [output], bias: bias))
    }
    // The decoder that the encoder is made of has an embedding that nothing reads, of its config class's default size.
    add("audio_encoder.input_local_transformer") {
      $0.tensor("embed_tokens", .encoder, [151_936, width])
      for name in ["inv_freq", "original_inv_freq"] {
        $0.table("rotary_emb." + name, .encoder, [(width / heads).dividedRoundingUp(by: 2)], dtype: .float32)
      }
      if isNormed { $0.towerNorm("norm", width, bias: false) }
    }
    for index in 0..<(try count("input_local_layers", default: 6)) {
      add("audio_encoder.input_local_transformer.layers.\(index)") {
        for name in ["q_proj", "k_proj", "v_proj", "o_proj"] {
          plain(&$0, "self_attn." + name, width, width / heads * heads, bias: name != "o_proj")
        }
        plain(&$0, "mlp.gate_proj", width, inner)
        plain(&$0, "mlp.up_proj", width, inner)
        plain(&$0, "mlp.down_proj", inner, width)
        for name in ["input_layernorm", "post_attention_layernorm"] { $0.towerNorm(name, width, bias: false) }
      }
    }
    let layers = try audio.int("projection_layers", in: 1...2, default: 1)
    add("audio_encoder") {
      for (index, rows) in vocabularies.enumerated() {
        $0.tensor("speech_embeddings.\(index)", .encoder, [rows, width])
      }
      let grouped = width * group
      if layers == 1 {
        plain(&$0, "projection", grouped, output)
      } else {
        plain(&$0, "projection.mlp.0", grouped, 4 * grouped)
        plain(&$0, "projection.mlp.2", 4 * grouped, output)
      }
    }
  }

  /// The codes of each channel: numbers with hyphens between them, or one for all.
  private static func codes(_ audio: ConfigObject, channels: Int) throws(ConfigError) -> [Int] {
    let key = "speech_vocab_size"
    if case .integer(let rows)? = audio.members[key], (1...1 << 20).contains(rows) {
      return Array(repeating: rows, count: channels)
    }
    let text = try audio.string(key, default: "1025-1025-129-129-129-129-129-129")
    let numbers = text.split(separator: "-").compactMap { Int($0) }.filter { (1...1 << 20).contains($0) }
    if numbers.count == 1 { return Array(repeating: numbers[0], count: channels) }
    guard numbers.count >= channels else {
      throw audio.error(key, wanted: .rule("a number for each of audio_channels"))
    }
    return Array(numbers.prefix(channels))
  }
}
