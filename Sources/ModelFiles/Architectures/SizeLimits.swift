import Plimsoll

/// The bounds inside which every product of a shape's sizes fits 64 bits, far beyond any model there is.
enum SizeLimits {
  /// 2^50 tensor elements, about 10^15; the largest models have some 10^12.
  static let elements: Double = 1_125_899_906_842_624
  /// 2^58 elements of cache for one request of the stated length.
  static let cacheElements: Double = 288_230_376_151_711_744
}

extension ModelShape {
  /// Refuses sizes that a damaged or hostile config states and that no later product could hold.
  ///
  /// It counts in floating point, which cannot overflow, and with the largest padding that a kernel adds.
  ///
  /// - Throws: ``ModelConfigError/contradiction(_:)``.
  func checkSizes() throws(ModelConfigError) {
    var elements = 0.0
    for placed in outer { elements += placed.module.elementsAtMost }
    var width = 0.0
    var states = 0.0
    for group in layers {
      let layer = group.modules.reduce(0.0) { $0 + $1.elementsAtMost }
      elements += Double(group.count) * layer
      width += Double(group.count) * group.mixer.cacheWidth
      states += Double(group.count) * group.mixer.stateElements
    }
    guard elements <= SizeLimits.elements else {
      throw .contradiction("the sizes multiply to more than 2^50 elements, which no GPU holds")
    }
    guard states <= SizeLimits.elements else {
      throw .contradiction("the states of a request have more than 2^50 elements, which no GPU holds")
    }
    guard width * Double(context.stated) <= SizeLimits.cacheElements else {
      throw .contradiction("the context length times the width of the cache is more than 2^58, which no GPU holds")
    }
  }
}

extension Mixer {
  /// The elements that a token keeps in a layer.
  fileprivate var cacheWidth: Double {
    switch self {
    case .attention(let attention) where attention.readsOtherCache: 0
    case .attention(let attention): Double(attention.numKVHeads) * Double(attention.headSize + attention.headSizeV)
    case .latentAttention(let latent): Double(latent.headSize)
    case .compressed(let compressed): Double(2 * compressed.headSize + (compressed.indexHeadDim ?? 0))
    case .parallel(let attention, _): Mixer.attention(attention).cacheWidth
    case .state, .none: 0
    }
  }
}

extension Mixer {
  /// An upper bound of the elements of a request's state in a layer.
  fileprivate var stateElements: Double {
    guard let state = keptState else { return 0 }
    let recurrence = state.recurrence.map { Double($0.heads) * Double($0.headSize) * Double($0.stateSize) } ?? 0
    guard let convolution = state.convolution else { return recurrence }
    // With more ranks than groups each rank has one; 4,096 ranks are more than any rule here lets through.
    let channels = Double(convolution.channels) + Double(convolution.groups + 4096) * Double(convolution.groupChannels)
    return recurrence + channels * Double(convolution.rows + 1024)
  }
}

extension Module {
  /// An upper bound of the module's elements, its biases and paddings included.
  fileprivate var elementsAtMost: Double {
    switch kind {
    case .replicated(let input, let outputs, _), .column(let input, let outputs, _):
      return outputs.reduce(0.0) { $0 + Double($1) } * Double(input + 1)
    case .partlyCut(let input, let cut, let whole): return cut.reduce(Double(whole)) { $0 + Double($1) } * Double(input)
    case .grouped(let input, let outputs, let groups, let groupOutputs, _):
      let rows = outputs.reduce(0.0) { $0 + Double($1) } + Double(groups + 4096) * Double(groupOutputs)
      return rows * Double(input + 1)
    case .row(let input, let output, _): return Double(input + 1) * Double(output)
    case .qkv(let qkv):
      let query = 2 * Double(qkv.numHeads) * Double(qkv.headSize)
      return (query + Double(qkv.numKVHeads) * Double(qkv.headSize + qkv.headSizeV)) * Double(qkv.input + 1)
    case .vocabulary(let rows, let width, _): return Double(rows + 64) * Double(width + 1)
    case .experts(let experts):
      // Kernels pad both widths to 256 at most, block scales to one block.
      let padding = Double(QuantizationConfig.largestBlock)
      return 4 * Double(experts.count) * (Double(experts.hiddenSize) + padding)
        * (Double(experts.intermediateSize) + padding)
    case .paddedHeads(let heads): return Double(heads) + 128
    case .tensor(let shape, _): return shape.reduce(1.0) { $0 * Double($1) }
    }
  }
}
