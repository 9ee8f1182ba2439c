extension RankWork {
  /// The pool of captured CUDA graphs: a base, and so much for each captured size and layer; nothing when eager.
  public func cudaGraphs(_ terms: MeasuredTerms) -> Estimate {
    guard numCaptureSizes > 0 else { return .zero }
    let perLayer =
      !isQuantized
      ? terms.fitted.graphPerLayer
      : usesExperts && parallelism.tensor > 1
        ? terms.fitted.graphPerLayerQuantizedExperts : terms.fitted.graphPerLayerQuantized
    let best = terms.fitted.graphBase + perLayer * (numCaptureSizes * numLayers)
    let isPlain = usesV2ModelRunner && !isQuantized && !usesExperts
    let worst = isPlain ? best * 2 + .mib(256) : best * 4 + .mib(256)
    let high = isPlain ? best.scaled(7, over: 4) + .mib(64) : best * 2 + .mib(256)
    // Of models with states the engine's own estimate is several times what it then captures.
    let far = layers.contains { $0.mixer.keptState != nil } ? best * 5 : high
    return Estimate(
      low: best.scaled(4, over: 10), best: best, high: max(high, far), worst: max(worst, far), basis: .fitted)
  }
}
