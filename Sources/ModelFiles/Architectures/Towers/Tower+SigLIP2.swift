import Plimsoll

/// Towers of SigLIP 2's kind: patches as a linear, positions for a number of patches or rotary ones.
extension Tower {
  /// SigLIP 2 with its learned positions (`lfm2_siglip2.py`, `isaac.py`); its width.
  mutating func siglip2Tower(
    _ prefix: String, layers: Int? = nil, hasNorm: Bool = true, isMLPQuantized: Bool? = nil
  ) throws(ConfigError) -> Int {
    let (width, inner) = (try count("hidden_size", default: 768), try count("intermediate_size", default: 3072))
    let (heads, patch) = (try count("num_attention_heads", default: 12), try count("patch_size", default: 16))
    let (channels, patches) = (try count("num_channels", default: 3), try count("num_patches", default: 256))
    let all = try count("num_hidden_layers", default: 12)
    whole(prefix + ".embeddings", [("patch_embedding", channels * patch * patch, width)])
    add(prefix + ".embeddings") { $0.tensor("position_embedding", .encoder, [patches, width]) }
    for index in 0..<(layers ?? all) {
      encoderLayer(
        prefix + ".encoder.layers.\(index)", width: width, inner: inner, heads: heads,
        isMLPQuantized: isMLPQuantized ?? true)
    }
    if hasNorm { add(prefix) { $0.towerNorm("post_layernorm", width) } }
    return width
  }

  /// LFM2-VL (`lfm2_vl.py`): neighbouring patches side by side through two linears that are whole on every rank.
  mutating func lfm2VL(textWidth: Int) throws(ConfigError) -> Bool {
    let side = try config.top.int("downsample_factor", in: 1...64, default: 2)
    let inner = try config.top.int("projector_hidden_size", in: 1...1 << 20, default: 2560)
    let bias = try config.top.bool("projector_bias", default: true)
    let isNormed = try config.top.bool("projector_use_layernorm", default: true)
    let merged = try siglip2Tower("vision_tower.vision_model") * side * side
    if isNormed { add("multi_modal_projector") { $0.towerNorm("layer_norm", merged) } }
    whole("multi_modal_projector", [("linear_1", merged, inner), ("linear_2", inner, textWidth)], bias: bias)
    return true
  }

  /// Isaac (`isaac.py`): the same tower and a network that is cut.
  mutating func isaac(textWidth: Int) throws(ConfigError) -> Bool {
    let side = try vision.int("pixel_shuffle_scale_factor", in: 1...64, default: 1)
    let (width, inner) = (try count("hidden_size", default: 768), try count("intermediate_size", default: 3072))
    _ = try siglip2Tower(
      "vision_embedding.transformer", isMLPQuantized: width % 64 == 0 && inner % 64 == 0)
    let merged = width * side * side
    add("vision_embedding") {
      $0.towerMLP("linear_fc1", "linear_fc2", width: merged, inner: 4 * merged, output: textWidth, bias: false)
    }
    return true
  }

  /// Phi-4 with images (`phi4siglip.py`): the tower up to its last layer but one, and LLaVA's projector.
  mutating func phi4V(textWidth: Int) throws(ConfigError) -> Bool {
    let layers = try count("num_hidden_layers", default: 12)
    guard layers > 1 else { return false }
    let input = try config.top.int("mm_hidden_size", in: 1...1 << 20)
    _ = try siglip2Tower("vision_tower.vision_model", layers: layers - 1, hasNorm: false)
    add("multi_modal_projector") {
      $0.towerMLP("linear_1", "linear_2", width: input, inner: textWidth, output: textWidth)
    }
    return true
  }

  /// Keye (`keye.py`, `keye_vl1_5.py`) and PaddleOCR-VL (`paddleocr_vl.py`): SigLIP with rotary positions beside learned
  /// ones, and a merger of two by two patches.
  mutating func rotarySigLIP(textWidth: Int) throws(ConfigError) -> Bool {
    let isPaddle = config.architecture == "PaddleOCRVLForConditionalGeneration"
    let (width, inner) = (
      try count("hidden_size", default: isPaddle ? 768 : 1152),
      try count("intermediate_size", default: isPaddle ? 3072 : 4304)
    )
    let heads = try count("num_attention_heads", default: isPaddle ? 12 : 16)
    let layers = try count("num_hidden_layers", default: isPaddle ? 12 : 27)
    guard width >= heads else { return false }
    let prefix = "visual.vision_model"
    try patchEmbeddings(
      prefix + ".embeddings", width: width, image: isPaddle ? 224 : 384, patch: isPaddle ? 16 : 14,
      hasPositionIDs: true)
    if !isPaddle {
      add(prefix + ".embeddings") { $0.tensor("packing_position_embedding", .encoder, [32_768, width]) }
    }
    add(prefix + ".encoder") { $0.table("rotary_pos_emb", .encoder, [width / heads / 4], dtype: .float32) }
    let isQuantizable = width % 64 == 0 && inner % 64 == 0
    for index in 0..<layers {
      encoderLayer(
        prefix + ".encoder.layers.\(index)", width: width, inner: inner, heads: heads, isMLPQuantized: isQuantizable)
    }
    add(prefix) { $0.towerNorm("post_layernorm", width) }
    let merged = 4 * width
    let isNormedAfter = config.architecture == "KeyeVL1_5ForConditionalGeneration"
    add("mlp_AR") { $0.towerNorm("pre_norm", isNormedAfter ? merged : width) }
    if isPaddle {
      whole("mlp_AR", [("linear_1", merged, merged), ("linear_2", merged, textWidth)])
    } else {
      add("mlp_AR") { $0.towerMLP("linear_1", "linear_2", width: merged, inner: merged, output: textWidth) }
    }
    return true
  }

  /// Step 3.7 and Step VL (`step_vl.py`): Perception Encoder with rotary tables in every layer, two convolutions that
  /// merge patches, and one linear.
  mutating func perception(textWidth: Int) throws(ConfigError) -> Bool {
    let (width, layers) = (try count("width", default: 1536), try count("layers", default: 47))
    let (heads, patch) = (try count("heads", default: 16), try count("patch_size", default: 14))
    let image = try count("image_size", default: 728)
    let ratio = try vision.double("mlp_ratio", in: 0.01...64, default: 8960.0 / 1536.0)
    let isScaled = vision.isNull("ls_init_value") == false
    let hasClass = try vision.bool("use_cls_token", default: false)
    let bias = try config.top.bool("projector_bias", default: false)
    let patches = (image / patch) * (image / patch)
    let inner = Int(Double(width) * ratio)
    guard patches > 0, width >= heads else { return false }
    let isFirstNormed = try vision.bool("use_ln_pre", default: true)
    let isLastNormed = try vision.bool("use_ln_post", default: false)
    let hasPositions = try vision.bool("use_abs_posemb", default: true)
    add("vision_model") {
      $0.tensor("conv1.weight", .encoder, [width, 3, patch, patch])
      if isFirstNormed { $0.towerNorm("ln_pre", width) }
      if isLastNormed { $0.towerNorm("ln_post", width) }
      $0.tensor("vit_downsampler1.weight", .encoder, [2 * width, width, 3, 3])
      $0.tensor("vit_downsampler1.bias", .encoder, [2 * width])
      $0.tensor("vit_downsampler2.weight", .encoder, [4 * width, 2 * width, 3, 3])
      $0.tensor("vit_downsampler2.bias", .encoder, [4 * width])
      if hasClass { $0.tensor("class_embedding", .encoder, [width]) }
      if hasPositions { $0.tensor("positional_embedding", .encoder, [patches + (hasClass ? 1 : 0), width]) }
    }
    for index in 0..<layers {
      add("vision_model.transformer.resblocks.\(index)") {
        $0.towerAttention("attn.qkv_proj", "attn.out_proj", width: width, heads: heads)
        $0.table(
          "attn.rope.freqs_cache", .encoder, [patches + (hasClass ? 1 : 0), width / heads], dtype: .float32)
        if isScaled { for name in ["ls_1", "ls_2"] { $0.tensor(name + ".gamma", .encoder, [width]) } }
        for name in ["ln_1", "ln_2"] { $0.towerNorm(name, width) }
        $0.towerMLP("mlp.fc1", "mlp.fc2", width: width, inner: inner)
      }
    }
    add("") {
      $0.linear("vit_large_projector", .encoder, .column(input: 4 * width, outputs: [textWidth], bias: bias))
    }
    return true
  }

  /// Eagle 2.5 (`eagle2_5_vl.py`): SigLIP and InternVL's projector.
  mutating func eagle25(textWidth: Int) throws(ConfigError) -> Bool {
    let layers = try count("num_hidden_layers", default: 12)
    let select = try config.top.int("select_layer", in: -4096...4096, default: -1)
    let built = select < 0 ? layers + select + 1 : select + 1
    guard (1...layers).contains(built) else { return false }
    let width = try siglipTower("vision_model", layers: built, hasNorm: built == layers)
    try shuffled("mlp1", ["0", "1", "3"], width: width, textWidth: textWidth)
    return true
  }

  /// Bee (`bee.py`): LLaVA-OneVision's tower and a normed network four times as wide as the language model.
  mutating func bee(textWidth: Int) throws(ConfigError) -> Bool {
    let layers = try count("num_hidden_layers", default: 12)
    let layer = try config.top.int("vision_feature_layer", in: -4096...4096, default: -1)
    let built = layer < 0 ? layers + layer + 1 : layer
    guard (1...layers).contains(built) else { return false }
    let width = try siglipTower(layers: built, hasNorm: false)
    add("image_newline") { $0.tensor("weight", .encoder, [textWidth]) }
    add("multi_modal_projector") { $0.towerNorm("pre_norm", width) }
    whole("multi_modal_projector", [("linear_1", width, 4 * textWidth), ("linear_2", 4 * textWidth, textWidth)])
    return true
  }
}
