import Plimsoll

/// PLaMo 3 (`plamo3.py`): four norms a layer, norms on each query and key head, a rotary table for each kind of layer;
/// embedding, norm and lm_head on every stage.
enum PlamoFamily {
  static func read3(_ config: ModelConfig) throws(ModelConfigError) -> ModelShape {
    try config.requireUnquantized()
    var decoder = try StandardDecoder(config)
    let size = decoder.size
    if try config.optionalStrings("layer_types") == nil {
      guard case .array(let windows)? = config.text.members["interleaved_sliding_window"] else {
        throw .contradiction("PLaMo 3 wants layer_types or interleaved_sliding_window")
      }
      let pattern = windows.map { if case .integer(let window) = $0, window > 0 { window } else { 0 } }
      guard pattern.count >= size.numLayers else {
        throw .contradiction("interleaved_sliding_window has \(pattern.count) layers")
      }
      decoder.spans = pattern.prefix(size.numLayers).map { $0 > 0 ? .slidingWindow($0) : .full }
    }
    decoder.attentionScope = "mixer"
    decoder.norms = ["pre_mixer_norm", "post_mixer_norm", "pre_mlp_norm", "post_mlp_norm"]
    decoder.qkNorm = .perHead
    decoder.endPlacement = .everyStage
    decoder.buffers = []
    for (name, isFull) in [("full_attention", true), ("sliding_attention", false)]
    where decoder.spans.contains(where: { ($0 == .full) == isFull }) {
      var rope = try config.rope(layerType: name)
      if !isFull, !rope.isToldApart { rope = Rope() }
      decoder.buffers.append(
        try rope.table(name, headSize: size.headSize, maxPosition: size.maxPosition, dtype: config.dtype))
    }
    return try decoder.shape()
  }
}
