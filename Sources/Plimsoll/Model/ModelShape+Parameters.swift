extension ModelShape {
  /// The parameters that a checkpoint of this model holds, without multi-token prediction layers and without scales.
  ///
  /// Buffers are left out, a vocabulary counts its own rows and not the padding, what is tied counts once.
  public var parameters: Int {
    var sum = 0
    for placed in outer where !placed.tiedToEmbedding { sum += placed.module.parameters }
    for group in layers { sum += group.count * group.modules.reduce(0) { $0 + $1.parameters } }
    return sum
  }
}

extension Module {
  /// The parameters of the whole module, on all ranks together.
  public var parameters: Int {
    if isBuffer { return 0 }
    switch kind {
    case .replicated(let input, let outputs, let bias), .column(let input, let outputs, let bias):
      return outputs.reduce(0, +) * (input + (bias ? 1 : 0))
    case .partlyCut(let input, let cut, let whole): return input * cut.reduce(whole, +)
    case .grouped(let input, let outputs, let groups, let groupOutputs, let bias):
      return (outputs.reduce(0, +) + groups * groupOutputs) * (input + (bias ? 1 : 0))
    case .row(let input, let output, let bias):
      return output * (input + (bias ? 1 : 0))
    case .qkv(let qkv):
      let index = (qkv.numKVHeads + 1) * qkv.indexHeadSize
      let rows =
        qkv.numHeads * qkv.headSize * (qkv.gated ? 2 : 1) + qkv.numKVHeads * (qkv.headSize + qkv.headSizeV) + index
      return rows * (qkv.input + (qkv.bias ? 1 : 0))
    case .vocabulary(let rows, let width, let bias):
      return rows * (width + (bias ? 1 : 0))
    case .experts(let experts):
      let up = (experts.gated ? 2 : 1) * experts.intermediateSize
      let weights = up * experts.hiddenSize + experts.hiddenSize * experts.intermediateSize
      return experts.count * (weights + (experts.bias ? up + experts.hiddenSize : 0))
    case .paddedHeads(let heads): return heads
    case .tensor(let shape, _):
      return shape.reduce(1, *)
    }
  }
}
