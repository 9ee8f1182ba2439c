/// The tensors that one rank holds of a module once vLLM has loaded and post-processed it.
struct LoadedTensors {
  var parallelism: Parallelism
  var kernels: WeightKernels
  /// The encoder is whole on every TP rank.
  var encoderIsWhole = false
  /// Experts that every token passes are whole on every TP rank.
  var sharedExpertsAreWhole = false

  /// Over how many ranks TP cuts a module.
  func tensorRanks(of module: Module) -> Int {
    if encoderIsWhole, module.part == .encoder, !module.isAlwaysCut { return 1 }
    if module.headsToDivide % parallelism.tensor != 0 { return 1 }
    if sharedExpertsAreWhole, module.isSharedExpert { return 1 }
    return parallelism.tensor
  }

  /// Calls `body` with the size of each tensor of `module`, in the order in which they are made.
  func forEach(of module: Module, _ body: (Bytes) -> Void) {
    let tp = tensorRanks(of: module)
    if let heads = module.fusedDecodeHeads {
      guard kernels.fusesKimiDeltaDecode, [12, 24, 48, 96].contains(heads / tp) else { return }
    }
    switch module.kind {
    case .replicated(let input, let outputs, let bias):
      linear(input, outputs.reduce(0, +), bias ? outputs.reduce(0, +) : 0, module, body)
    case .column(let input, let outputs, let bias):
      let rows = outputs.reduce(0) { $0 + share($1, of: module, ranks: tp) }
      linear(input, rows, bias ? rows : 0, module, body)
    case .partlyCut(let input, let cut, let whole):
      let rows = cut.reduce(whole) { $0 + $1 / tp }
      linear(input, rows.roundedUp(toMultipleOf: module.rankMultiple), 0, module, body)
    case .grouped(let input, let outputs, let groups, let groupOutputs, let bias):
      let groupsHere = groups % tp == 0 ? groups / tp : 1
      let rows = outputs.reduce(0) { $0 + $1 / tp } + groupsHere * groupOutputs
      linear(input, rows, bias ? rows : 0, module, body)
    case .row(let input, let output, let bias):
      linear(
        share(input, of: module, ranks: tp), output, bias ? output : 0, module, allColumns: input, body)
    case .qkv(let qkv):
      let rows = qkv.queryRows(tensorParallel: tp) + qkv.keyAndValueRows(tensorParallel: tp)
      linear(qkv.input, rows, qkv.bias ? rows : 0, module, body)
    case .vocabulary(let rows, let width, let bias):
      let perRank = rows.roundedUp(toMultipleOf: 64) / tp
      linear(width, perRank, bias ? perRank : 0, module, body)
    case .experts(let experts):
      routedExperts(experts, module, body)
    case .paddedHeads(let heads): body(Bytes(4 * (heads / tp <= 64 ? 64 : 128)))
    case .tensor(let shape, let cut):
      var elements = 1
      for (index, size) in shape.enumerated() { elements *= index == cut ? max(1, size / tp) : size }
      body(module.dtype.size * elements)
    }
  }

  /// What TP leaves a rank of `width`.
  private func share(_ width: Int, of module: Module, ranks: Int) -> Int {
    let multiple = module.rankMultiple
    return multiple == 1 ? width / ranks : (width / multiple).dividedRoundingUp(by: ranks) * multiple
  }

  /// A weight of `rows` × `columns` on this rank, its scales, and `bias` elements beside it.
  private func linear(
    _ columns: Int, _ rows: Int, _ bias: Int, _ module: Module, allColumns: Int? = nil, _ body: (Bytes) -> Void
  ) {
    var dtype = module.dtype
    if module.isWidenedWithoutKernel, !kernels.routersAccumulateInFloat32 { dtype = .float32 }
    var linear = LinearOnRank(
      rows: rows, columns: columns, allColumns: allColumns ?? columns, bias: bias, dtype: dtype)
    switch module.kind {
    case .qkv: linear.parts = 3
    case .column(_, let outputs, _), .replicated(_, let outputs, _): linear.parts = outputs.count
    default: break
    }
    linear.prefersHumming = module.isOfCompressedTensors
    kernels.linear(linear, module.scheme, body)
  }

  /// The width of an expert on all ranks together, where a share of TP is at least as wide as the class wants.
  private func paddedWidth(_ experts: Module.Experts) -> Int {
    let isNarrow = experts.intermediateSize / parallelism.tensor < experts.leastRankWidth
    guard parallelism.tensor > 1, !parallelism.expertParallel, isNarrow else { return experts.intermediateSize }
    return experts.leastRankWidth * parallelism.tensor
  }

  private func routedExperts(_ experts: Module.Experts, _ module: Module, _ body: (Bytes) -> Void) {
    let shape = WeightKernels.ExpertsOnRank(
      count: parallelism.localExperts(of: experts.count), hiddenSize: experts.hiddenSize,
      intermediateSize: parallelism.expertWidth(of: paddedWidth(experts)), projections: experts.gated ? 2 : 1,
      bias: experts.bias, hasCommonActivation: experts.hasCommonActivation,
      hasClampedActivation: experts.hasClampedActivation, hasBoundedActivation: experts.hasBoundedActivation,
      hasSlopes: experts.hasSlopes)
    switch module.scheme {
    case .unquantized: kernels.unquantizedExperts(shape, dtype: module.dtype, body)
    case .fp8Block(let rows, let columns): kernels.blockScaledExperts(shape, block: (rows, columns), body)
    case .mxfp4 where module.isOfCompressedTensors: kernels.packedFloatExperts(shape, body)
    case .mxfp4: kernels.mxfp4Experts(shape, body)
    case .mxfp4Experts: kernels.mxfp4ExpertsOfOthers(shape, body)
    case .fp8Tensor(hasInputScale: true): kernels.staticEightBitExperts(shape, body)
    case .fp8Tensor: kernels.eightBitExperts(shape, scalesPerRow: false, body)
    case .fp8Channel: kernels.eightBitExperts(shape, scalesPerRow: true, body)
    case .int8Channel: kernels.eightBitExperts(shape, scalesPerRow: true, isFloat: false, body)
    case .integerGroups(let groups): kernels.integerGroupExperts(shape, groups, body)
    case .nvfp4: kernels.nvfp4Experts(shape, kernels.nvfp4, keepsScales: module.isOfCompressedTensors, body)
    // Blackwell's own kernels want inputs of 4 bits (`fused_moe/oracle/nvfp4.py`).
    case .nvfp4WeightOnly: kernels.nvfp4Experts(shape, kernels.nvfp4 == .humming ? .humming : .marlin, body)
    case .mxfp8: kernels.mxfp8Experts(shape, body)
    case .lookedUp:
      let matrix = shape.count * shape.intermediateSize * shape.hiddenSize
      kernels.lookedUp(shape.projections * matrix, parts: 1, body)
      kernels.lookedUp(matrix, parts: 1, body)
    }
  }
}

extension Module.QKV {
  fileprivate func queryRows(tensorParallel tp: Int) -> Int { numHeads / tp * headSize * (gated ? 2 : 1) }

  /// Keys and values of a rank, one head of each at least, and an index's queries and key.
  ///
  /// A rank that holds several of the checkpoint's shares, whose keys and values together share blocks of 128 rows,
  /// keeps those of each share padded to whole blocks (vLLM 0.33.0 `models/mimo_v2.py _fused_qkv_kv_chunk_rows`).
  fileprivate func keyAndValueRows(tensorParallel tp: Int) -> Int {
    let kvHeads = max(1, numKVHeads / tp)
    let plain = kvHeads * (headSize + headSizeV) + (indexHeadSize > 0 ? (kvHeads + 1) * indexHeadSize : 0)
    let (chunks, block) = (checkpointChunks, 128)
    guard chunks > tp, chunks % tp == 0, numHeads % chunks == 0, numKVHeads % chunks == 0 else { return plain }
    let heads = numKVHeads / chunks
    guard numHeads / chunks * headSize % block == 0 else { return plain }
    if heads * headSize % block == 0, heads * headSizeV % block == 0 { return plain }
    return chunks / tp * (heads * (headSize + headSizeV)).roundedUp(toMultipleOf: block)
  }
}
