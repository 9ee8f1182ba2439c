extension RankWork {
  /// The pool of captured CUDA graphs; nothing when eager.
  ///
  /// A base, and for each graph and layer what its kernels take of the driver. A size is captured in pieces between the
  /// layers' attention, and where it is a batch of decodes, of no more than S requests, as a whole too (vLLM 0.33.0
  /// `v1/cudagraph_dispatcher.py initialize_cudagraph_keys`). All share one pool for their tensors, made for the largest.
  ///
  /// What a release estimates for them before it sizes the cache, and what they then take, lie in one interval; of models
  /// with states the estimate is several times the pool.
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
    let hasStates = layers.contains { $0.mixer.keptState != nil }
    let shares =
      hasStates
      ? fitted.graphSharesStates : isQuantized || usesExperts ? fitted.graphSharesOther : fitted.graphShares
    return shares.of(best, beside: fitted.graphMargin)
  }
}
