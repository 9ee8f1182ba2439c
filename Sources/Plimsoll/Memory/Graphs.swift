extension RankWork {
  /// The pool of captured CUDA graphs: a base, and so much for each captured size and layer; nothing when eager.
  ///
  /// What a release estimates for them before it sizes the cache, and what they then take, lie in one interval; of models
  /// with states the estimate is several times the pool.
  public func cudaGraphs(_ terms: MeasuredTerms) -> Estimate {
    guard numCaptureSizes > 0 else { return .zero }
    let fitted = terms.fitted
    let perLayer =
      !isQuantized
      ? fitted.graphPerLayer
      : usesExperts && parallelism.tensor > 1 ? fitted.graphPerLayerQuantizedExperts : fitted.graphPerLayerQuantized
    let hasStates = layers.contains { $0.mixer.keptState != nil }
    let shares =
      hasStates
      ? fitted.graphSharesStates : isQuantized || usesExperts ? fitted.graphSharesOther : fitted.graphShares
    return shares.of(fitted.graphBase + perLayer * (numCaptureSizes * numLayers))
  }
}
