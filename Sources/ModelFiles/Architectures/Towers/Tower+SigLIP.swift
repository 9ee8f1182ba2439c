import Plimsoll

/// SigLIP's tower and the models that put it before a language model (`siglip.py`).
extension Tower {
  /// The tower, cut by TP but for embeddings; its width. No class builds the head that pools.
  ///
  /// - Parameters:
  ///   - layers: Layers that are built, where the class ends the tower early.
  ///   - hasNorm: A norm follows the last layer.
  mutating func siglipTower(
    _ prefix: String = "vision_tower", layers: Int? = nil, hasNorm: Bool = true
  ) throws(ConfigError) -> Int {
    let (width, inner) = (try count("hidden_size", default: 768), try count("intermediate_size", default: 3072))
    let heads = try count("num_attention_heads", default: 12)
    let all = try count("num_hidden_layers", default: 12)
    try patchEmbeddings(prefix + ".embeddings", width: width, image: 224, patch: 16, hasPositionIDs: true)
    // The class quantizes the network only where both widths divide by 64.
    let isQuantizable = width % 64 == 0 && inner % 64 == 0
    for index in 0..<(layers ?? all) {
      encoderLayer(
        prefix + ".encoder.layers.\(index)", width: width, inner: inner, heads: heads, isMLPQuantized: isQuantizable)
    }
    if hasNorm { add(prefix) { $0.towerNorm("post_layernorm", width) } }
    return width
  }

  /// A convolution over patches with a bias, and a learned position for each patch.
  mutating func patchEmbeddings(
    _ prefix: String, width: Int, image: Int, patch: Int, hasPositionIDs: Bool
  ) throws(ConfigError) {
    let (image, patch) = (try count("image_size", default: image), try count("patch_size", default: patch))
    let channels = try count("num_channels", default: 3)
    let patches = max(1, (image / patch) * (image / patch))
    add(prefix) {
      $0.tensor("patch_embedding.weight", .encoder, [width, channels, patch, patch])
      $0.tensor("patch_embedding.bias", .encoder, [width])
      $0.tensor("position_embedding", .encoder, [patches, width])
      if hasPositionIDs { $0.table("position_ids", .encoder, [patches], dtype: .int64) }
    }
  }

  /// A layer as CLIP and its heirs have it: biases everywhere, two norms, an ungated network.
  mutating func encoderLayer(
    _ prefix: String, width: Int, inner: Int, heads: Int, isMLPQuantized: Bool = true, isQuantized: Bool = true
  ) {
    add(prefix, quantized: isQuantized) {
      $0.towerAttention(
        "self_attn.qkv_proj", "self_attn.out_proj", width: width, heads: heads, fusing: ["q_proj", "k_proj", "v_proj"])
      $0.towerNorm("layer_norm1", width)
    }
    add(prefix, quantized: isQuantized && isMLPQuantized) {
      $0.towerMLP("mlp.fc1", "mlp.fc2", width: width, inner: inner)
      $0.towerNorm("layer_norm2", width)
    }
  }

  /// Gemma 3's projector (`gemma3_mm.py`).
  mutating func gemma3(textWidth: Int) throws(ConfigError) -> Bool {
    let width = try siglipTower()
    add("multi_modal_projector") {
      $0.tensor("mm_input_projection_weight", .encoder, [width, textWidth])
      $0.towerNorm("mm_soft_emb_norm", width, bias: false)
    }
    return true
  }

  /// PaliGemma's: one linear, whole on every rank (`paligemma.py`).
  mutating func paliGemma() throws(ConfigError) -> Bool {
    let output = try config.top.int("projection_dim", in: 1...1 << 20, default: 2048)
    let width = try siglipTower()
    whole("multi_modal_projector", [("linear", width, output)])
    return true
  }

  /// Command A Vision's: neighbouring patches side by side into a gated network that is cut (`cohere2_vision.py`).
  mutating func cohere2Vision(textWidth: Int) throws(ConfigError) -> Bool {
    let side = try config.top.int("downsample_factor", in: 1...64, default: 2)
    let inner = try config.top.int("alignment_intermediate_size", in: 2...1 << 20, default: 36_864) / 2
    let width = try siglipTower() * side * side
    add("multi_modal_projector", quantized: false) {
      $0.linear("linear_1", .encoder, .column(input: width, outputs: [inner, inner], bias: true))
      $0.linear("linear_2", .encoder, .row(input: inner, output: textWidth, bias: true))
    }
    return true
  }

  /// Idefics 3 and SmolVLM: the tower of Idefics 2, every linear of it quantizable, and one linear (`idefics3.py`).
  mutating func idefics3(textWidth: Int) throws(ConfigError) -> Bool {
    let (width, inner) = (try count("hidden_size", default: 1152), try count("intermediate_size", default: 3072))
    let heads = try count("num_attention_heads", default: 16)
    let scale = try config.top.int("scale_factor", in: 1...64, default: 2)
    try idefics2Tower("model.vision_model", width: width, inner: inner, heads: heads)
    add("model.connector.modality_projection") {
      $0.linear("proj", .encoder, .replicated(input: width * scale * scale, outputs: [textWidth], bias: false))
    }
    return true
  }

  /// The tower of Idefics 2 (`idefics2_vision_model.py`), whose defaults are Idefics 3's.
  mutating func idefics2Tower(
    _ prefix: String, width: Int, inner: Int, heads: Int, layers: Int? = nil, hasNorm: Bool = true
  ) throws(ConfigError) {
    let all = try count("num_hidden_layers", default: 12)
    try patchEmbeddings(prefix + ".embeddings", width: width, image: 224, patch: 32, hasPositionIDs: false)
    for index in 0..<(layers ?? all) {
      encoderLayer(prefix + ".encoder.layers.\(index)", width: width, inner: inner, heads: heads)
    }
    if hasNorm { add(prefix) { $0.towerNorm("post_layernorm", width) } }
  }

  /// Linears that are whole on every rank and never quantized, by name, input and output.
  mutating func whole(_ prefix: String, _ linears: [(name: String, input: Int, output: Int)], bias: Bool = true) {
    add(prefix, quantized: false) {
      for linear in linears {
        $0.linear(linear.name, .encoder, .replicated(input: linear.input, outputs: [linear.output], bias: bias))
      }
    }
  }
}
