import Plimsoll

/// Whisper's encoder, and others of speech, before a language model.
extension Tower {
  /// Whisper's encoder as vLLM has it (`whisper.py`), cut by TP; its width. The keys are Whisper's or the common ones.
  private mutating func whisper(
    _ prefix: String, positionsDType: DType? = nil
  ) throws(ConfigError) -> Int {
    func number(_ keys: String..., default fallback: Int) throws(ConfigError) -> Int {
      guard let key = vision.firstKey(of: keys) else { return fallback }
      return try vision.int(key, in: 1...1 << 20)
    }
    let width = try number("d_model", "hidden_size", default: 1280)
    let inner = try number("encoder_ffn_dim", "intermediate_size", default: 5120)
    let heads = try number("encoder_attention_heads", "num_attention_heads", default: 20)
    let layers = try number("encoder_layers", "num_hidden_layers", default: 32)
    let (bins, positions) = (
      try number("num_mel_bins", default: 128), try number("max_source_positions", default: 1500)
    )
    add(prefix) {
      for (name, input) in [("conv1", bins), ("conv2", width)] {
        $0.tensor(name + ".weight", .encoder, [width, input, 3])
        $0.tensor(name + ".bias", .encoder, [width])
      }
      $0.towerNorm("layer_norm", width)
      $0.tensor("embed_positions", .encoder, [positions, width], dtype: positionsDType)
    }
    for index in 0..<layers {
      add(prefix + ".layers.\(index)") {
        $0.towerAttention(
          "self_attn.qkv_proj", "self_attn.out_proj", width: width, heads: heads,
          fusing: ["q_proj", "k_proj", "v_proj"])
        $0.towerMLP("mlp.fc1", "mlp.fc2", width: width, inner: inner)
        for name in ["self_attn_layer_norm", "final_layer_norm"] { $0.towerNorm(name, width) }
      }
    }
    return width
  }

  /// Ultravox (`ultravox.py`): frames stacked, a gated network that is whole on every rank.
  mutating func ultravox(textWidth: Int) throws(ConfigError) -> Bool {
    guard try config.top.int("num_projector_layers", in: 0...4096, default: 0) == 0 else { return false }
    let stack = try config.top.int("stack_factor", in: 1...64, default: 8)
    let inner = try config.top.int("hidden_size", in: 2...1 << 20, default: 4096)
    let isGated = try config.top.string("projector_act", default: "swiglu") == "swiglu"
    let isNormedInside = try config.top.bool("projector_ln_mid", default: false)
    let merged = try whisper("audio_tower") * stack
    let middle = isGated ? inner / 2 : inner
    add("multi_modal_projector") {
      $0.towerNorm("ln_pre", merged, bias: false)
      $0.linear("linear_1", .encoder, .replicated(input: merged, outputs: [inner], bias: false))
      $0.linear("linear_2", .encoder, .replicated(input: middle, outputs: [textWidth], bias: false))
      $0.towerNorm(isNormedInside ? "ln_mid" : "ln_post", isNormedInside ? middle : textWidth, bias: false)
    }
    return true
  }

  /// Voxtral (`voxtral.py`): positions in float32, the filters of its spectrum, and an adapter that is never quantized.
  mutating func voxtral(textWidth: Int) throws(ConfigError) -> Bool {
    guard try vision.bool("is_causal", default: false) == false else { return false }
    let stack = try vision.int("downsample_factor", in: 1...64, default: 4)
    let bins = try vision.int("num_mel_bins", in: 1...1 << 16, default: 128)
    let window = try vision.int("window_size", in: 2...1 << 20, default: 400)
    let width = try whisper("whisper_encoder.whisper_encoder", positionsDType: .float32)
    add("whisper_encoder") { $0.table("mel_filters", .encoder, [1 + window / 2, bins], dtype: .float32) }
    whole(
      "audio_language_adapter", [("w_in", width * stack, textWidth), ("w_out", textWidth, textWidth)], bias: false)
    return true
  }

  /// Audio Flamingo 3 (`audioflamingo3.py`): Qwen 2-Audio's encoder, two linears.
  mutating func audioFlamingo3(textWidth: Int) throws(ConfigError) -> Bool {
    func number(_ keys: String..., default fallback: Int) throws(ConfigError) -> Int {
      guard let key = vision.firstKey(of: keys) else { return fallback }
      return try vision.int(key, in: 1...1 << 20)
    }
    let width = try number("d_model", "hidden_size", default: 1280)
    let inner = try number("encoder_ffn_dim", "intermediate_size", default: 5120)
    let layers = try number("encoder_layers", "num_hidden_layers", default: 32)
    let bins = try number("num_mel_bins", default: 128)
    let bias = try config.top.bool("projector_bias", default: true)
    try wholeWhisper("audio_tower", vision, width: width, inner: inner, bins: bins, layers: layers)
    whole("multi_modal_projector", [("linear_1", width, textWidth), ("linear_2", textWidth, textWidth)], bias: bias)
    return true
  }

  /// Granite Speech (`granite_speech.py`): a conformer and BLIP 2's queries.
  mutating func graniteSpeech(textWidth: Int) throws(ConfigError) -> Bool {
    let (width, layers) = (try count("hidden_dim", default: 1024), try count("num_layers", default: 16))
    let (input, output) = (try count("input_dim", default: 160), try count("output_dim", default: 42))
    let inner = width * (try count("feedforward_mult", default: 4))
    let (heads, headSize) = (try count("num_heads", default: 8), try count("dim_head", default: 128))
    let reach = try count("max_pos_emb", default: 512)
    let (kernel, wide) = (
      try count("conv_kernel_size", default: 15), width * (try count("conv_expansion_factor", default: 2))
    )
    guard let part = try config.top.optionalObject("projector_config") else { return false }
    let window = try config.top.int("window_size", in: 1...1 << 16, default: 15)
    let rate = try config.top.int("downsample_rate", in: 1...1 << 16, default: 5)
    whole("encoder", [("input_linear", input, width)])
    let context = try count("context_size", default: 200)
    add("encoder") { $0.table("attention_dists", .encoder, [context, context], dtype: .int64) }
    for index in 0..<layers {
      let prefix = "encoder.layers.\(index)"
      for scope in ["ff1", "ff2"] {
        add(prefix + "." + scope) {
          $0.towerNorm("pre_norm", width)
          $0.towerMLP("up_proj", "down_proj", width: width, inner: inner)
        }
      }
      let all = heads * headSize
      whole(prefix + ".attn", [("to_q", width, all), ("to_kv", width, 2 * all)], bias: false)
      whole(prefix + ".attn", [("to_out", all, width)])
      add(prefix) {
        $0.towerNorm("attn.pre_norm", width)
        $0.tensor("attn.rel_pos_emb", .encoder, [2 * reach + 1, headSize])
        $0.towerNorm("conv.norm", width)
        for (name, rows, columns) in [("up_conv", 2 * wide, width), ("down_conv", width, wide)] {
          $0.tensor("conv." + name + ".weight", .encoder, [rows, columns, 1])
          $0.tensor("conv." + name + ".bias", .encoder, [rows])
        }
        $0.tensor("conv.depth_conv", .encoder, [wide, 1, kernel])
        $0.towerNorm("conv.batch_norm", wide)
        for name in ["running_mean", "running_var"] { $0.table("conv.batch_norm." + name, .encoder, [wide]) }
        $0.table("conv.batch_norm.num_batches_tracked", .encoder, [1], dtype: .int64)
        $0.towerNorm("post_norm", width)
      }
    }
    add("encoder") {
      $0.linear("out", .encoder, .column(input: width, outputs: [output], bias: true))
      $0.linear("out_mid", .encoder, .row(input: output, output: width, bias: true))
    }
    let queries = try part.int("hidden_size", in: 1...1 << 20, default: 1024)
    add("projector") { $0.tensor("query", .encoder, [max(1, window / rate), queries]) }
    try qFormer("projector.qformer", part)
    whole("projector", [("linear", queries, textWidth)])
    return true
  }

  /// BLIP 2's queries (`blip2.py Blip2QFormerModel`), whole on every rank.
  mutating func qFormer(_ prefix: String, _ part: ConfigObject) throws(ConfigError) {
    func number(_ key: String, default fallback: Int) throws(ConfigError) -> Int {
      try part.int(key, in: 1...1 << 20, default: fallback)
    }
    let (width, inner) = (try number("hidden_size", default: 768), try number("intermediate_size", default: 3072))
    let encoded = try number("encoder_hidden_size", default: 1408)
    let every = try number("cross_attention_frequency", default: 2)
    add(prefix) { $0.towerNorm("layernorm", width) }
    for index in 0..<(try number("num_hidden_layers", default: 12)) {
      let layer = prefix + ".encoder.layer.\(index)"
      for scope in index % every == 0 ? ["attention", "crossattention"] : ["attention"] {
        let input = scope == "attention" ? width : encoded
        whole(
          layer + "." + scope,
          [
            ("attention.query", width, width), ("attention.key", input, width), ("attention.value", input, width),
            ("output.dense", width, width),
          ])
        add(layer + "." + scope) { $0.towerNorm("output.LayerNorm", width) }
      }
      whole(layer, [("intermediate_query.dense", width, inner), ("output_query.dense", inner, width)])
      add(layer) { $0.towerNorm("output_query.LayerNorm", width) }
    }
  }
}
