/// What a model's weights take in a checkpoint, told apart by the part that they belong to and whether they are
/// quantized.
///
/// Plain floats count in the model's own type, whatever the file has: vLLM casts them as it loads.
public struct StoredWeights: Hashable, Sendable {
  /// A part of the model, and whether its weights have few bits.
  public struct Kind: Hashable, Sendable {
    /// The part that weights belong to.
    public var part: WeightPart
    /// They have few bits, and scales beside them.
    public var isQuantized: Bool

    public init(_ part: WeightPart, isQuantized: Bool) {
      self.part = part
      self.isQuantized = isQuantized
    }
  }

  /// The bytes of each kind, without scales and whatever else a method keeps beside weights.
  public var kinds: [Kind: Bytes] = [:]

  public init() {}

  /// All of them together.
  public var total: Bytes { kinds.values.reduce(.zero, +) }

  /// The same without a part of the model.
  public func without(_ part: WeightPart) -> StoredWeights {
    var rest = self
    rest.kinds = kinds.filter { $0.key.part != part }
    return rest
  }
}

extension ModelShape {
  /// What a checkpoint of this shape stores of what vLLM loads.
  public var stored: StoredWeights {
    var stored = StoredWeights()
    for placed in outer where !placed.tiedToEmbedding { stored.add(placed.module, times: 1, plain: dtype) }
    for group in layers { for module in group.modules { stored.add(module, times: group.count, plain: dtype) } }
    return stored
  }

  /// The same with what quantization keeps beside the weights: what the files of such a checkpoint take.
  public var storedWithScales: Bytes {
    var sum = stored.total
    for placed in outer where !placed.tiedToEmbedding { sum += placed.module.storedScales }
    for group in layers { for module in group.modules { sum += module.storedScales * group.count } }
    return sum
  }
}

extension StoredWeights {
  fileprivate mutating func add(_ module: Module, times count: Int, plain dtype: DType) {
    let parameters = module.storedParameters
    guard parameters > 0 else { return }
    guard let bits = module.scheme.bits else {
      let size = module.dtype.isInteger ? module.dtype.size : dtype.size
      kinds[Kind(module.part, isQuantized: false), default: .zero] += size * (parameters * count)
      return
    }
    let biases = module.biases
    kinds[Kind(module.part, isQuantized: true), default: .zero] += Bytes((parameters - biases) * bits / 8 * count)
    if biases > 0 { kinds[Kind(module.part, isQuantized: false), default: .zero] += dtype.size * (biases * count) }
  }
}

extension DType {
  fileprivate var isInteger: Bool {
    switch self {
    case .int64, .int32, .int8, .uint8: true
    case .float32, .float16, .bfloat16, .float8: false
    }
  }
}

extension WeightScheme {
  /// Bits of a stored weight; nil where it is plain.
  var bits: Int? {
    switch self {
    case .unquantized: nil
    case .fp8Block, .fp8Tensor, .fp8Channel, .int8Channel, .mxfp8: 8
    case .integerGroups(let groups): groups.bits
    case .nvfp4, .nvfp4WeightOnly, .mxfp4, .mxfp4Experts, .lookedUp: 4
    }
  }

  /// Bits that a checkpoint keeps for each weight beside it: scales and zero points.
  fileprivate var scaleBits: Double {
    switch self {
    // What bitsandbytes keeps beside weights is not counted with them.
    case .unquantized, .fp8Tensor, .fp8Channel, .int8Channel, .lookedUp: 0
    case .fp8Block(let rows, let columns): 32 / Double(rows * columns)
    case .integerGroups(let groups):
      groups.groupSize > 0
        ? Double(16 + (groups.hasZeroPoints || groups.format == .gptq ? groups.bits : 0)) / Double(groups.groupSize) : 0
    case .nvfp4, .nvfp4WeightOnly: 8.0 / 16
    case .mxfp8, .mxfp4, .mxfp4Experts: 8.0 / 32
    }
  }
}

extension Module {
  /// The parameters that are added and not multiplied, which no method quantizes.
  fileprivate var biases: Int {
    switch kind {
    case .replicated(_, let outputs, true), .column(_, let outputs, true): outputs.reduce(0, +)
    case .grouped(_, let outputs, let groups, let groupOutputs, true): outputs.reduce(0, +) + groups * groupOutputs
    case .row(_, let output, true): output
    case .qkv(let qkv) where qkv.bias: storedParameters / (qkv.input + 1)
    case .vocabulary(let rows, _, true): rows
    case .experts(let experts) where experts.bias:
      experts.count * ((experts.gated ? 2 : 1) * experts.intermediateSize + experts.hiddenSize)
    default: 0
    }
  }

  /// The parameters that a checkpoint has of the module.
  fileprivate var storedParameters: Int {
    guard storesKeysForValues, case .qkv(let qkv) = kind else { return parameters }
    return parameters - qkv.numKVHeads * qkv.headSizeV * (qkv.input + (qkv.bias ? 1 : 0))
  }

  fileprivate var storedScales: Bytes { Bytes(Int(Double(storedParameters - biases) * scheme.scaleBits / 8)) }
}
