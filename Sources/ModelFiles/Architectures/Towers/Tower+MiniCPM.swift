import Plimsoll

/// The encoders before MiniCPM's models (`minicpmv.py`, `minicpmo.py`, `minicpmv4_6.py`).
extension Tower {
  /// MiniCPM-V from 2.5 on: Idefics 2's tower and queries that gather its patches; MiniCPM-o hears too.
  mutating func miniCPMV(textWidth: Int) throws(ConfigError) -> Bool {
    let version = try config.top.miniCPMVersion()
    guard version != [2, 0] else { return false }
    let (width, inner) = (try count("hidden_size", default: 1152), try count("intermediate_size", default: 4304))
    let heads = try count("num_attention_heads", default: 16)
    let layers = try count("num_hidden_layers", default: 27)
    let isShort = try config.top.bool("drop_vision_last_layer", default: false)
    try idefics2Tower("vpm", width: width, inner: inner, heads: heads, layers: isShort ? layers - 1 : layers)
    let queries = try config.top.int("query_num", in: 1...1 << 16, default: 64)
    add("resampler") {
      $0.tensor("query", .encoder, [queries, textWidth])
      if width != textWidth {
        $0.linear("kv_proj", .encoder, .replicated(input: width, outputs: [textWidth], bias: false))
      }
      $0.tensor("attn.in_proj_weight", .encoder, [3 * textWidth, textWidth])
      $0.tensor("attn.in_proj_bias", .encoder, [3 * textWidth])
      $0.tensor("attn.out_proj.weight", .encoder, [textWidth, textWidth])
      $0.tensor("attn.out_proj.bias", .encoder, [textWidth])
      for name in ["ln_q", "ln_kv", "ln_post"] { $0.towerNorm(name, textWidth) }
      $0.tensor("proj", .encoder, [textWidth, textWidth])
      // Positions of a grid of 70 patches a side, and from 4.5 on of moments.
      $0.table("pos_embed", .encoder, [70, 70, textWidth])
      if version == [4, 5] { $0.table("temporal_pos_embed", .encoder, [36_000, textWidth]) }
    }
    guard config.architecture == "MiniCPMO" else { return true }
    guard let audio = try config.top.optionalObject("audio_config") else { return false }
    let sound = try audio.int("d_model", in: 1...1 << 20, default: 1024)
    let soundInner = try audio.int("encoder_ffn_dim", in: 4...1 << 20, default: 4096)
    let bins = try audio.int("num_mel_bins", in: 1...1 << 16, default: 80)
    try wholeWhisper(
      "apm", audio, width: sound, inner: soundInner, bins: bins, layers: audio.int("encoder_layers", in: 1...4096))
    whole(
      "audio_projection_layer", [("linear1", soundInner / 4, textWidth), ("linear2", textWidth, textWidth)])
    return true
  }

  /// Whisper's encoder as transformers has it, whole on every rank.
  mutating func wholeWhisper(
    _ prefix: String, _ audio: ConfigObject, width: Int, inner: Int, bins: Int, layers: Int
  ) throws(ConfigError) {
    let positions = try audio.int("max_source_positions", in: 1...1 << 20, default: 1500)
    add(prefix, quantized: false) {
      for (name, input) in [("conv1", bins), ("conv2", width)] {
        $0.tensor(name + ".weight", .encoder, [width, input, 3])
        $0.tensor(name + ".bias", .encoder, [width])
      }
      $0.tensor("embed_positions", .encoder, [positions, width])
      $0.towerNorm("layer_norm", width)
    }
    for index in 0..<layers { wholeWhisperLayer(prefix + ".layers.\(index)", width: width, inner: inner) }
  }

  /// MiniCPM-V 4.6: Idefics 2's tower, attention in windows that merges four patches, and a merger.
  mutating func miniCPMV46(textWidth: Int) throws(ConfigError) -> Bool {
    let (width, inner) = (try count("hidden_size", default: 1152), try count("intermediate_size", default: 4304))
    let heads = try count("num_attention_heads", default: 16)
    let layers = try count("num_hidden_layers", default: 27)
    let isShort =
      config.architecture == "MiniCPMV4_6ForConditionalGeneration"
      ? try config.top.bool("drop_vision_last_layer", default: false) : false
    try idefics2Tower("vpm", width: width, inner: inner, heads: heads, layers: isShort ? layers - 1 : layers)
    add("vit_merger") {
      $0.towerAttention(
        "self_attn.qkv_proj", "self_attn.out_proj", width: width, heads: heads, fusing: ["q_proj", "k_proj", "v_proj"])
      $0.towerNorm("layer_norm1", width)
      $0.towerNorm("pre_norm", 4 * width)
    }
    whole("vit_merger", [("linear_1", 4 * width, 4 * inner), ("linear_2", 4 * inner, width)])
    add("merger.mlp.0") { $0.towerNorm("pre_norm", 4 * width) }
    whole("merger.mlp.0", [("linear_1", 4 * width, 4 * width), ("linear_2", 4 * width, textWidth)])
    return true
  }
}

extension ConfigObject {
  /// The version of a MiniCPM-V, by which vLLM chooses its class (`minicpmv.py get_version_by_config`).
  func miniCPMVersion() throws(ConfigError) -> [Int] {
    if let version = members["version"]?.double { return [Int(version), Int((version * 10).rounded()) % 10] }
    if let text = try optionalString("version") { return text.split(separator: ".").prefix(2).compactMap { Int($0) } }
    let (width, queries) = (try int("hidden_size"), try int("query_num", default: 64))
    return width == 2304 && queries == 64 ? [2, 0] : [2, 5]
  }
}
