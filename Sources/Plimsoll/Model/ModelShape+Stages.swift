extension ModelShape {
  /// The runs of layers that lie in `range`, cut where the range cuts them.
  public func layers(in range: Range<Int>) -> [LayerGroup] {
    if range == 0..<numLayers, layers.allSatisfy({ $0.count > 0 }) { return layers }
    var start = 0
    return layers.compactMap { group in
      defer { start += group.count }
      let part = range.clamped(to: start..<(start + group.count))
      guard !part.isEmpty else { return nil }
      var cut = group
      cut.count = part.count
      return cut
    }
  }
}

extension Parallelism {
  /// The layers of each stage of a model as ranges of its shape's, first stage first.
  public func stages(of shape: ModelShape) -> [Range<Int>] {
    let halves = shape.traits.halvesPerLayer
    guard halves > 1 else { return stages(of: shape.numLayers) }
    return stages(of: shape.numLayers / halves).map { $0.lowerBound * halves..<$0.upperBound * halves }
  }
}

extension PlacedModule {
  /// Whether stage `stage` of `count`, which has the layers in `range`, builds this module.
  public func isBuilt(on stage: Int, of count: Int, layers range: Range<Int> = 0..<0) -> Bool {
    switch placement {
    case .everyStage: true
    case .firstStage: stage == 0
    case .lastStage: stage == count - 1
    case .firstAndLastStage: stage == 0 || stage == count - 1
    case .stagesOf(let layers): layers.contains { range.contains($0) }
    }
  }
}
