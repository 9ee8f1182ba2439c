import Plimsoll

/// C-RADIO before Nemotron's models (`radio.py`, `nano_nemotron_vl.py`), and towers that are like InternViT.
extension Tower {
  /// timm's sizes by name (`transformers_utils/configs/radio.py VIT_TIMM_DIM_BY_NAME`): width, layers, heads, network.
  private static let sizes: [(name: String, width: Int, layers: Int, heads: Int, inner: Int)] = [
    ("vit_small_patch16_224", 384, 12, 6, 1536), ("vit_base_patch16_224", 768, 12, 12, 3072),
    ("vit_large_patch16_224", 1024, 24, 16, 4096), ("vit_huge_patch16_224", 1280, 32, 16, 5120),
    ("vit_so400m_patch16_224", 1152, 27, 16, 4304),
  ]

  /// Nemotron Nano VL: the tower is never quantized, its layers cut by TP; a network without biases joins it.
  ///
  /// An encoder of sound beside it is not modelled.
  mutating func nemotronNano(textWidth: Int) throws(ConfigError) -> Bool {
    guard let args = try vision.optionalObject("args"), config.top.present("sound_config") == nil else { return false }
    let name = try args.string("model")
    guard let size = Self.sizes.first(where: { $0.name == name }) else { return false }
    let patch = try vision.int("patch_size", in: 1...1 << 10, default: 16)
    let largest = try args.int("cpe_max_size", in: 1...1 << 20, default: 2048)
    let side = Int((Double(largest) / Double(patch)).rounded(.toNearestOrEven))
    let frames = try vision.int("video_temporal_patch_size", in: 1...64, default: 1)
    let teachers = try args.optionalObjects("teachers") ?? []
    var names: Set<String> = []
    var summaries = 0
    for teacher in teachers {
      names.insert(try teacher.string("name"))
      if try teacher.bool("use_summary", default: true) { summaries += 1 }
    }
    var tokens = try args.bool("cls_token_per_teacher", default: false) ? names.count : 1
    if let multiple = try args.optionalInt("register_multiple", in: 1...1 << 10) {
      tokens += multiple - tokens % multiple
    }
    let width = size.width
    add("vision_model.model", quantized: false) {
      $0.tensor("patch_generator.embedder", .encoder, [width, 3 * patch * patch])
      if frames > 1 { $0.tensor("patch_generator.video_embedder", .encoder, [width, 3 * frames * patch * patch]) }
      $0.tensor("patch_generator.pos_embed", .encoder, [side * side, width])
      $0.tensor("patch_generator.cls_token", .encoder, [tokens, width])
      if summaries > 0 { $0.table("summary_idxs", .encoder, [summaries], dtype: .int64) }
    }
    for index in 0..<size.layers {
      let prefix = "vision_model.model.encoder.layers.\(index)"
      add(prefix, quantized: false) {
        $0.towerAttention("attn.qkv", "attn.proj", width: width, heads: size.heads)
      }
      cutOnlyWhere(dividing: size.heads, last: 2)
      add(prefix, quantized: false) {
        $0.towerMLP("mlp.fc1", "mlp.fc2", width: width, inner: size.inner)
        for name in ["norm1", "norm2"] { $0.towerNorm(name, width) }
        for name in ["ls1", "ls2"] { $0.tensor(name, .encoder, [width]) }
      }
    }
    let stated = try config.top.int("vit_hidden_size", in: 1...1 << 20)
    let inner = try config.top.int("projector_hidden_size", in: 1...1 << 20)
    let ratio = Int((1 / (try config.top.double("downsample_ratio", in: 0.015625...1, default: 0.5))).rounded())
    if try config.text.optionalInt("num_nextn_predict_layers", in: 0...64) ?? 0 > 0 {
      add("") { $0.towerNorm("vision_final_layernorm", stated) }
    }
    let merged = stated * ratio * ratio
    add("mlp1") { $0.towerNorm("0", merged, bias: false) }
    whole("mlp1", [("1", merged, inner), ("3", inner, textWidth)], bias: false)
    return true
  }

  /// Step 3 (`step3_vl.py`): CLIP's layers, never quantized, two convolutions that merge patches, and one linear.
  mutating func step3(textWidth: Int) throws(ConfigError) -> Bool {
    let (width, inner) = (try count("hidden_size", default: 1792), try count("intermediate_size", default: 3072))
    let (heads, output) = (
      try count("num_attention_heads", default: 16), try count("output_hidden_size", default: 4096)
    )
    let (image, patch) = (try count("image_size", default: 728), try count("patch_size", default: 14))
    let channels = try count("num_channels", default: 3)
    let bias = try config.top.bool("projector_bias", default: true)
    let patches = (image / patch) * (image / patch) + 1
    add("vision_model.embeddings") {
      $0.tensor("class_embedding", .encoder, [width])
      $0.tensor("patch_embedding.weight", .encoder, [width, channels, patch, patch])
      $0.tensor("patch_embedding.bias", .encoder, [width])
      $0.tensor("position_embedding", .encoder, [patches, width])
      $0.table("position_ids", .encoder, [patches], dtype: .int64)
    }
    for index in 0..<(try count("num_hidden_layers", default: 63)) {
      encoderLayer(
        "vision_model.transformer.layers.\(index)", width: width, inner: inner, heads: heads, isQuantized: false)
    }
    add("") {
      $0.tensor("vit_downsampler.weight", .encoder, [output, width, 2, 2])
      $0.tensor("vit_downsampler.bias", .encoder, [output])
      $0.tensor("vit_downsampler2.weight", .encoder, [2 * output, output, 3, 3])
      $0.tensor("vit_downsampler2.bias", .encoder, [2 * output])
    }
    whole("", [("vit_large_projector", 2 * output, textWidth)], bias: bias)
    return true
  }

  /// Ovis 2.5 (`ovis2_5.py`, `siglip2navit.py`): SigLIP 2 with rotary positions, a table of visual words.
  mutating func ovis25(textWidth: Int) throws(ConfigError) -> Bool {
    let (width, inner) = (try count("hidden_size", default: 1152), try count("intermediate_size", default: 4304))
    let (heads, patch) = (try count("num_attention_heads", default: 16), try count("patch_size", default: 16))
    let channels = try count("num_channels", default: 3)
    let stated = try vision.int("num_patches", in: -1...1 << 20, default: -1)
    let keepsPositions = try vision.bool("preserve_original_pe", default: true)
    let image = try count("image_size", default: 512)
    let stride = try vision.int("hidden_stride", in: 1...64, default: 2)
    let words = try config.top.int("visual_vocab_size", in: 8...1 << 24, default: 65_536)
    let prefix = "visual_tokenizer.vit.vision_model"
    guard width >= heads else { return false }
    let patches = stated > 0 ? stated : (image / patch) * (image / patch)
    add(prefix + ".embeddings", quantized: false) {
      $0.linear(
        "patch_embedding", .encoder, .replicated(input: channels * patch * patch, outputs: [width], bias: true))
      if keepsPositions { $0.tensor("position_embedding", .encoder, [patches, width]) }
    }
    add(prefix + ".encoder") { $0.table("rotary_pos_emb", .encoder, [width / heads / 4], dtype: .float32) }
    for index in 0..<(try count("num_hidden_layers", default: 27)) {
      encoderLayer(prefix + ".encoder.layers.\(index)", width: width, inner: inner, heads: heads)
    }
    add(prefix) { $0.towerNorm("post_layernorm", width) }
    whole("visual_tokenizer", [("head.0", width * stride * stride, words - 4)], bias: false)
    add("visual_tokenizer") { $0.towerNorm("head.1", words - 4) }
    add("vte") { $0.tensor("weight", .encoder, [words, textWidth]) }
    return true
  }
}
