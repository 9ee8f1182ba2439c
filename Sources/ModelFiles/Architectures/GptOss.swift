import Plimsoll

/// gpt-oss (`gpt_oss.py`): sinks, biases everywhere, windowed and full layers in turn, MXFP4 experts.
enum GptOssFamily {
  static func read(_ config: ModelConfig) throws(ModelConfigError) -> ModelShape {
    var decoder = try StandardDecoder(config)
    let size = decoder.size
    if try config.optionalStrings("layer_types") == nil {
      let window = try config.int("sliding_window")
      decoder.spans = (0..<size.numLayers).map { $0 % 2 == 0 ? .slidingWindow(window) : .full }
    }
    let numExperts = try config.int("num_local_experts", in: 1...1 << 16)
    let perToken = try config.int("num_experts_per_tok", in: 1...1 << 16)
    (decoder.qkvBias, decoder.outputBias) = (true, true)
    decoder.endPlacement = .everyStage
    decoder.traits.hasSinks = true
    decoder.traits.cudagraphCaptureSize = 1024
    decoder.buffers = [try decoder.rope.table(headSize: size.headSize, maxPosition: size.maxPosition, dtype: .float32)]
    decoder.feedForward = { layer, _ in
      layer.tensor("attn.sinks", .attention, [size.numHeads], cut: 0)
      layer.plain("mlp.router", .router, .replicated(input: size.hiddenSize, outputs: [numExperts], bias: true))
      layer.experts(
        "mlp.experts",
        Module.Experts(
          count: numExperts, hiddenSize: size.hiddenSize, intermediateSize: size.intermediateSize, bias: true))
      return .experts(
        FeedForward.Routed(
          numExperts: numExperts, expertsPerToken: perToken, intermediateSize: size.intermediateSize))
    }
    return try decoder.shape()
  }
}
