extension RankWork {
  /// The pool of captured CUDA graphs; nothing when eager.
  ///
  /// A base, and for each graph and layer what its kernels take of the driver. A size is captured in pieces between the
  /// layers' attention, and where it is a batch of decodes, of no more than S requests, as a whole too (vLLM 0.33.0
  /// `v1/cudagraph_dispatcher.py initialize_cudagraph_keys`). All share one pool for their tensors, made for the largest.
  public func cudaGraphs(_ terms: MeasuredTerms) -> Estimate {
    let graphs = numPieceGraphs + numFullGraphs
    guard graphs > 0 else { return .zero }
    let fitted = terms.fitted
    var each = fitted.graphPerLayer
    if parallelism.tensor > 1 { each += fitted.graphPerLayerReduced }
    if isQuantized { each += fitted.graphPerLayerQuantized }
    var latent = 0
    for group in layers { if case .latentAttention = group.mixer { latent += group.count } }
    let best = fitted.graphBase + (each * numLayers + fitted.graphPerLayerLatent * latent) * graphs
    let isPlain = usesV2ModelRunner && !isQuantized && !usesExperts
    let worst = isPlain ? best * 2 + .mib(256) : best * 4 + .mib(256)
    let high = isPlain ? best.scaled(7, over: 4) + .mib(64) : best * 2 + .mib(256)
    // Of models with states the engine's own estimate is several times what it then captures.
    let far = layers.contains { $0.mixer.keptState != nil } ? best * 5 : high
    return Estimate(
      low: best.scaled(4, over: 10), best: best, high: max(high, far), worst: max(worst, far), basis: .fitted)
  }
}
