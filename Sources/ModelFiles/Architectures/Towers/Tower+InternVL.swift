import Plimsoll

/// InternViT before InternVL, in the two forms that vLLM has a class for.
extension Tower {
  /// The form of transformers (`interns1_vit.py`, `interns1.py`): attention whole on every rank and never quantized.
  mutating func internS1(textWidth: Int) throws(ConfigError) -> Bool {
    let (width, inner) = (try count("hidden_size", default: 1024), try count("intermediate_size", default: 4096))
    let channels = try count("num_channels", default: 3)
    guard let image = try pair("image_size", default: 448), let patch = try pair("patch_size", default: 14),
      image[0] >= patch[0], image[1] >= patch[1]
    else { return false }
    let patches = (image[0] / patch[0]) * (image[1] / patch[1])
    let bias = try vision.bool("attention_bias", default: false)
    let hasQKNorm = try vision.bool("use_qk_norm", default: false)
    let normBias = try vision.string("norm_type", default: "layer_norm") == "layer_norm"
    let hasMask = try vision.bool("use_mask_token", default: false)
    let hasPositions = try vision.bool("use_absolute_position_embeddings", default: true)
    let hasNorm = try vision.bool("use_mean_pooling", default: true) == false
    add("vision_tower.embeddings", quantized: false) {
      $0.tensor("cls_token", .encoder, [width])
      if hasMask { $0.tensor("mask_token", .encoder, [width]) }
      $0.tensor("patch_embeddings.projection.weight", .encoder, [width, channels] + patch)
      $0.tensor("patch_embeddings.projection.bias", .encoder, [width])
      if hasPositions { $0.tensor("position_embeddings", .encoder, [patches + 1, width]) }
    }
    for index in 0..<(try count("num_hidden_layers", default: 24)) {
      add("vision_tower.encoder.layers.\(index)", quantized: false) {
        for name in ["q_proj", "k_proj", "v_proj"] {
          $0.linear("attention." + name, .encoder, .replicated(input: width, outputs: [width], bias: bias))
        }
        if hasQKNorm { for name in ["q_norm", "k_norm"] { $0.towerNorm("attention." + name, width, bias: false) } }
        $0.linear("attention.projection_layer", .encoder, .replicated(input: width, outputs: [width], bias: true))
        $0.towerMLP("mlp.fc1", "mlp.fc2", width: width, inner: inner)
        for name in ["layernorm_before", "layernorm_after"] { $0.towerNorm(name, width, bias: normBias) }
        for name in ["lambda_1", "lambda_2"] { $0.tensor(name, .encoder, [width]) }
      }
    }
    if hasNorm { add("vision_tower") { $0.towerNorm("layernorm", width) } }
    try shuffled("multi_modal_projector", ["layer_norm", "linear_1", "linear_2"], width: width, textWidth: textWidth)
    return true
  }

  /// OpenGVLab's own form (`intern_vit.py`, `internvl.py`): attention cut by TP, where that divides its heads.
  ///
  /// - Parameter dummyHeads: Heads that NVLM's class adds so that TP divides them (`nvlm_d.py`).
  mutating func internViT(textWidth: Int, dummyHeads: Int = 0) throws(ConfigError) -> Bool {
    let (width, inner) = (try count("hidden_size"), try count("intermediate_size"))
    let (layers, heads) = (try count("num_hidden_layers"), try count("num_attention_heads"))
    let (image, patch) = (try count("image_size"), try count("patch_size"))
    let select = try config.top.int("select_layer", in: -4096...4096, default: -1)
    let built = select < 0 ? layers + select + 1 : select + 1
    guard width >= heads, (1...layers).contains(built), image >= patch else { return false }
    let bias = try vision.bool("qkv_bias")
    let hasQKNorm = try vision.bool("qk_normalization")
    let normBias = try vision.string("norm_type") == "layer_norm"
    let patches = (image / patch) * (image / patch)
    add("vision_model.embeddings") {
      $0.tensor("class_embedding", .encoder, [width])
      $0.tensor("patch_embedding.weight", .encoder, [width, 3, patch, patch])
      $0.tensor("patch_embedding.bias", .encoder, [width])
      $0.tensor("position_embedding", .encoder, [patches + 1, width])
    }
    for index in 0..<built {
      let all = heads + dummyHeads
      let padded = all * (width / heads)
      add("vision_model.encoder.layers.\(index)") {
        let qkv = Module.QKV(input: width, numHeads: all, numKVHeads: all, headSize: width / heads, bias: bias)
        $0.linear("attn.qkv", .encoder, .qkv(qkv))
        $0.linear("attn.proj", .encoder, .row(input: padded, output: width, bias: true))
      }
      cutOnlyWhere(dividing: all, last: 2)
      add("vision_model.encoder.layers.\(index)") {
        if hasQKNorm { for name in ["q_norm", "k_norm"] { $0.towerNorm("attn." + name, padded, bias: false) } }
        $0.towerMLP("mlp.fc1", "mlp.fc2", width: width, inner: inner)
        for name in ["norm1", "norm2"] { $0.towerNorm(name, width, bias: normBias) }
        for name in ["ls1", "ls2"] { $0.tensor(name, .encoder, [width]) }
      }
    }
    if config.architecture == "NVLM_D" {
      let side = Int(1 / (try config.top.double("downsample_ratio", in: 0.015625...1, default: 0.5)))
      let (merged, inner) = (width * side * side, try config.text.int("intermediate_size", in: 1...1 << 24))
      add("mlp1") { $0.towerNorm("0", merged) }
      whole("mlp1", [("1", merged, inner), ("3", inner, textWidth)], bias: false)
      return true
    }
    try shuffled("mlp1", ["0", "1", "3"], width: width, textWidth: textWidth)
    return true
  }

  /// Neighbouring patches side by side, normed, through two linears that are whole on every rank.
  mutating func shuffled(
    _ prefix: String, _ names: [String], width: Int, textWidth: Int
  ) throws(ConfigError) {
    let side = Int(1 / (try config.top.double("downsample_ratio", in: 0.015625...1, default: 0.5)))
    let merged = width * side * side
    add(prefix, quantized: false) {
      $0.towerNorm(names[0], merged)
      $0.linear(names[1], .encoder, .replicated(input: merged, outputs: [textWidth], bias: true))
      $0.linear(names[2], .encoder, .replicated(input: textWidth, outputs: [textWidth], bias: true))
    }
  }

  /// Height and width under one key, stated once or apart.
  private func pair(_ key: String, default fallback: Int) throws(ConfigError) -> [Int]? {
    guard case .array? = vision.members[key] else {
      let side = try count(key, default: fallback)
      return [side, side]
    }
    let values = try vision.optionalInts(key, in: 1...1 << 20) ?? []
    return values.count == 2 ? values : nil
  }
}
