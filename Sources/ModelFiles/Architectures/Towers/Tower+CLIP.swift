import Plimsoll

/// CLIP's tower and the models that end it early (`clip.py`, `llava.py`, `llava_next.py`, `phi3v.py`).
extension Tower {
  /// The widths of a CLIP tower, with the config class's defaults.
  struct CLIP {
    var width = 768
    var inner = 3072
    var layers = 12
    var heads = 12
    var channels = 3
    var image = 224
    var patch = 32
  }

  /// CLIP up to `layers`, cut by TP but for its embeddings, without a norm after the last layer.
  mutating func clip(_ prefix: String, _ size: CLIP, layers: Int) {
    let (width, patches) = (size.width, (size.image / size.patch) * (size.image / size.patch))
    let head = prefix + ".vision_model"
    add(head) {
      $0.tensor("embeddings.class_embedding", .encoder, [width])
      $0.tensor("embeddings.patch_embedding", .encoder, [width, size.channels, size.patch, size.patch])
      $0.tensor("embeddings.position_embedding", .encoder, [patches + 1, width])
      $0.table("embeddings.position_ids", .encoder, [patches + 1], dtype: .int64)
      $0.towerNorm("pre_layrnorm", width)
    }
    for index in 0..<layers {
      add(head + ".encoder.layers.\(index)") {
        $0.towerAttention(
          "self_attn.qkv_proj", "self_attn.out_proj", width: width, heads: size.heads,
          fusing: ["q_proj", "k_proj", "v_proj"])
        $0.towerNorm("layer_norm1", width)
        $0.towerMLP("mlp.fc1", "mlp.fc2", width: width, inner: size.inner)
        $0.towerNorm("layer_norm2", width)
      }
    }
  }

  /// LLaVA and LLaVA-NeXT before CLIP, SigLIP or Pixtral: layers up to the deepest that is read, no norm after them.
  mutating func llava(textWidth: Int) throws(ConfigError) -> Bool {
    let bias = try config.top.bool("multimodal_projector_bias", default: true)
    let isOneVision = config.architecture == "LlavaOnevisionForConditionalGeneration"
    let width: Int
    switch try vision.string("model_type", default: "clip_vision_model") {
    case "clip_vision_model":
      let size = CLIP(
        width: try count("hidden_size", default: 768), inner: try count("intermediate_size", default: 3072),
        layers: try count("num_hidden_layers", default: 12), heads: try count("num_attention_heads", default: 12),
        channels: try count("num_channels", default: 3), image: try count("image_size", default: 224),
        patch: try count("patch_size", default: 32))
      guard size.image >= size.patch, let deepest = try deepestLayer(of: size.layers, isOneVision ? -1 : -2) else {
        return false
      }
      clip("vision_tower", size, layers: deepest)
      width = size.width
    case "siglip_vision_model":
      let layers = try count("num_hidden_layers", default: 12)
      guard let deepest = try deepestLayer(of: layers, isOneVision ? -1 : -2) else { return false }
      width = try siglipTower(layers: deepest, hasNorm: false)
    case "pixtral":
      guard
        try deepestLayer(of: try count("num_hidden_layers", default: 24))
          == (try count("num_hidden_layers", default: 24))
      else { return false }
      width = try pixtralTower()
    default: return false
    }
    if isOneVision || config.architecture == "LlavaNextForConditionalGeneration" {
      add("image_newline") { $0.tensor("weight", .encoder, [textWidth]) }
    }
    guard !isOneVision, config.architecture != "LlavaNextVideoForConditionalGeneration" else {
      whole("multi_modal_projector", [("linear_1", width, textWidth), ("linear_2", textWidth, textWidth)], bias: bias)
      return true
    }
    add("multi_modal_projector") {
      $0.towerMLP("linear_1", "linear_2", width: width, inner: textWidth, output: textWidth, bias: bias)
    }
    return true
  }

  /// How many layers `vision_feature_layer` needs; nil for a list of them, whose features are joined.
  private func deepestLayer(of layers: Int, _ fallback: Int = -2) throws(ConfigError) -> Int? {
    guard case .array? = config.top.members["vision_feature_layer"] else {
      let layer = try config.top.int("vision_feature_layer", in: -4096...4096, default: fallback)
      let deepest = layer < 0 ? layers + layer + 1 : layer
      return (1...layers).contains(deepest) ? deepest : nil
    }
    return nil
  }

  /// Phi-3 Vision: OpenAI's CLIP of a fixed size, a second embedding, and two linears with separators.
  mutating func phi3V(textWidth: Int, vocabSize: Int) throws(ConfigError) -> Bool {
    let size = CLIP(width: 1024, inner: 4096, layers: 24, heads: 16, channels: 3, image: 336, patch: 14)
    let layer = try vision.int("layer_idx", in: -24...23, default: -2)
    clip("model.vision_embed_tokens.img_processor", size, layers: layer < 0 ? size.layers + layer + 1 : layer + 1)
    if layer == -1 || layer == size.layers - 1 {
      add("model.vision_embed_tokens.img_processor") { $0.towerNorm("post_layernorm", size.width) }
    }
    let joined = 4 * (try count("image_dim_out"))
    add("model.vision_embed_tokens", quantized: false) {
      $0.plain("embed_tokens", .encoder, .vocabulary(rows: vocabSize, width: textWidth, bias: false))
      $0.tensor("glb_GN", .encoder, [joined])
      $0.tensor("sub_GN", .encoder, [joined])
      $0.linear("img_projection.0", .encoder, .replicated(input: joined, outputs: [textWidth], bias: true))
      $0.linear("img_projection.2", .encoder, .replicated(input: textWidth, outputs: [textWidth], bias: true))
    }
    return true
  }
}
