import Plimsoll

/// Muse Glimmer (`muse_glimmer.py`): a gate on attention, four norms a layer, positions in the windowed layers alone;
/// embedding, norm and lm_head on every stage.
enum MuseGlimmerFamily {
  static func read(_ config: ModelConfig) throws(ModelConfigError) -> ModelShape {
    let hasTower = config.top.has("vision_config")
    // The class maps the names that a checkpoint has for what stands before the language model.
    if hasTower || config.isInsideMultimodal { try config.requireUnquantized() }
    var decoder = try StandardDecoder(config)
    let numLayers = decoder.size.numLayers
    decoder.size.tied = false
    try decoder.windowUnlessTyped { (numLayers - 1 - $0) % 4 == 0 }
    if case .array(let bases)? = config.text.members["layer_rope_theta"] {
      if bases.allSatisfy({ $0 == .integer(0) || $0 == .number(0) }) { decoder.buffers = [] }
    } else if numLayers == 1 {
      decoder.buffers = []
    }
    decoder.norms += ["pre_feedforward_layernorm", "post_feedforward_layernorm"]
    decoder.endPlacement = .everyStage
    decoder.gateAttention("output_gate_proj", perHead: false)
    guard hasTower || config.isInsideMultimodal else { return try decoder.shape() }
    decoder.traits.modalities = ["image", "video"]
    var shape = try decoder.shape()
    try Tower.add(to: &shape, config)
    return shape
  }
}

extension Tower {
  /// The tower before Muse Glimmer: attention cut by TP, networks and the adapter whole on every rank.
  mutating func museGlimmer(textWidth: Int) throws(ConfigError) -> Bool {
    let width = try count("hidden_size", default: 1536)
    let inner = try count("intermediate_size", default: 8960)
    let heads = try count("num_attention_heads", default: 16)
    let patch = try count("patch_size", default: 14)
    let frames = try count("patch_temporal", default: 2)
    let merge = try count("merge_size", default: 2)
    let positions = try count("pos_emb_height", default: 32) * count("pos_emb_width", default: 32)
    let middle = try config.top.int("projector_hidden_size", in: 1...1 << 20, default: 4096)
    add("vision_encoder") {
      $0.plain(
        "conv1_linear", .encoder, .replicated(input: 3 * frames * patch * patch, outputs: [width], bias: false))
      $0.tensor("positional_embedding_vlm", .encoder, [positions, width])
      $0.towerNorm("ln_pre", width)
    }
    for index in 0..<(try count("num_hidden_layers", default: 50)) {
      add("vision_encoder.transformer.\(index)", quantized: false) {
        $0.towerNorm("ln_1", width)
        $0.towerAttention("attn.qkv_proj", "attn.o_proj", width: width, heads: heads)
        $0.towerNorm("ln_2", width)
        $0.plain("mlp.c_fc", .encoder, .replicated(input: width, outputs: [inner], bias: true))
        $0.plain("mlp.c_proj", .encoder, .replicated(input: inner, outputs: [width], bias: true))
      }
    }
    add("vision_encoder") { $0.towerNorm("ln_post", width) }
    for (name, input, output) in [
      ("vision_adapter.c_fc", width * merge * merge, middle), ("vision_adapter.c_proj", middle, middle),
      ("vision_projection", middle, textWidth),
    ] {
      add("") { $0.plain(name, .encoder, .replicated(input: input, outputs: [output], bias: false)) }
    }
    return true
  }
}
