package import Plimsoll

/// What of a checkpoint vLLM loads for a model, and what it leaves.
package struct CheckpointAccount: Hashable, Sendable {
  /// Files whose headers were read.
  package var files: Int
  /// Tensors in them.
  package var tensors: Int
  /// Parameters that are loaded, without scales; packed ones count each weight where the config says how many there are.
  package var parameters = 0
  /// Some packed weights count as the integers that hold them, since the config does not say one number of bits.
  package var countsIntegers = false
  /// What the tensors that are loaded take in the files, scales included.
  package var loaded = Bytes.zero
  /// The same by the type that the file has, the most first.
  package var dtypes: [DTypeSum] = []
  /// What is left, the most first.
  package var skipped: [SkippedSum] = []
  /// The loaded weights in the terms in which a shape has them.
  package var stored = StoredWeights()

  /// The loaded tensors of one type.
  package struct DTypeSum: Hashable, Sendable {
    package var dtype: TensorDType
    /// Parameters of them; scales are none.
    package var parameters: Int
    package var bytes: Bytes
  }

  /// Tensors that are not loaded for one reason.
  package struct SkippedSum: Hashable, Sendable {
    package var reason: Skipped
    package var tensors: Int
    package var bytes: Bytes
  }

  /// Why vLLM leaves a tensor.
  package enum Skipped: String, Hashable, Sendable, CaseIterable {
    /// Layers that only a draft loads.
    case tokenPrediction = "MTP"
    /// The embedding serves as lm_head, or the class has none.
    case head = "lm_head"
    /// What sees or hears, of a class that takes text alone.
    case encoder
    /// A head of another class on the same layers.
    case pooler
    case buffers
    case generator = "speech output"
    case duplicates
  }
}

extension CheckpointTally {
  /// What vLLM makes of the tensors for a model of this shape.
  package func account(for shape: ModelShape) -> CheckpointAccount {
    var account = CheckpointAccount(files: files, tensors: tensors)
    let layers = shape.numLayers / max(1, shape.traits.halvesPerLayer)
    let unused = self.unused(by: shape)
    let packing = Packing(shape)
    var byDType: [TensorDType: CheckpointAccount.DTypeSum] = [:]
    var skipped: [CheckpointAccount.Skipped: Sum] = [:]
    for (cell, sum) in cells {
      let isBeyond = cell.layer.map { $0 >= layers } ?? false
      if let reason = cell.kind.skipped(isBeyond: isBeyond) ?? unused[cell.kind.part] {
        skipped[reason, default: Sum()] += sum
        continue
      }
      account.loaded += sum.bytes
      var parameters = 0
      if cell.kind.role != .scale {
        let each = packing.weights(in: cell)
        account.countsIntegers = account.countsIntegers || each == nil
        parameters = sum.elements * (each ?? 1)
        account.parameters += parameters
        let isQuantized = !cell.dtype.isPlainFloat && !(cell.kind.role == .weight && cell.dtype.isIndex)
        let bytes = cell.dtype.isPlainFloat ? shape.dtype.size * sum.elements : sum.bytes
        account.stored.kinds[.init(cell.kind.part, isQuantized: isQuantized), default: .zero] += bytes
      }
      var entry = byDType[cell.dtype] ?? .init(dtype: cell.dtype, parameters: 0, bytes: .zero)
      entry.parameters += parameters
      entry.bytes += sum.bytes
      byDType[cell.dtype] = entry
    }
    if duplicates.tensors > 0 { skipped[.duplicates] = duplicates }
    account.dtypes = Array(byDType.values).ordered { ($0.bytes, $0.dtype.name) > ($1.bytes, $1.dtype.name) }
    account.skipped = skipped.map { .init(reason: $0.key, tensors: $0.value.tensors, bytes: $0.value.bytes) }
      .ordered { ($0.bytes, $0.reason.rawValue) > ($1.bytes, $1.reason.rawValue) }
    return account
  }

  /// The parts that a class does not have, and why tensors of them are left.
  private func unused(by shape: ModelShape) -> [WeightPart: CheckpointAccount.Skipped] {
    var unused: [WeightPart: CheckpointAccount.Skipped] = [.lmHead: .head, .pooler: .pooler]
    // Where nothing but an encoder has layers, it is the model (Nomic's BERT).
    let isBeforeLayers = cells.contains { $0.cell.layer != nil }
    if isBeforeLayers, !shape.traits.isMultimodal, !shape.traits.isEncoderDecoder { unused[.encoder] = .encoder }
    for placed in shape.outer where !placed.tiedToEmbedding { unused[placed.module.part] = nil }
    return unused
  }

  /// Why vLLM does not load such a checkpoint, where its tensors tell.
  package var foreignMethod: ModelConfigError? {
    cells.contains { $0.cell.kind.role == .bitsandbytes } ? UnservedQuantization.error("bitsandbytes") : nil
  }

  /// What the checkpoint holds against what a shape, of its own config, makes of it.
  package func compared(with shape: ModelShape) -> CheckpointWeights {
    var (held, implied) = (account(for: shape).stored, shape.stored)
    // A class that has an lm_head makes one, also where the checkpoint was saved without (embedding models).
    if !held.kinds.keys.contains(where: { $0.part == .lmHead }) { implied = implied.without(.lmHead) }
    if shape.traits.encoderNotModelled { (held, implied) = (held.without(.encoder), implied.without(.encoder)) }
    return CheckpointWeights(held: held, implied: implied)
  }
}

extension TensorKind {
  fileprivate func skipped(isBeyond: Bool) -> CheckpointAccount.Skipped? {
    switch role {
    case .tokenPrediction: .tokenPrediction
    case .buffer: .buffers
    case .generator: .generator
    case .bitsandbytes: .buffers
    case .weight, .packed, .scale: isBeyond ? .tokenPrediction : nil
    }
  }
}

extension TensorDType {
  /// Integers that are no weights: tables of numbers.
  fileprivate var isIndex: Bool {
    switch self {
    case .i64, .i32, .i16, .u64, .u32, .u16, .bool: true
    default: false
    }
  }
}

/// How many weights an element of a file holds, by what the config says of them.
private struct Packing {
  /// Bits of integers in groups; nil where a checkpoint has several.
  var bits: Int?
  /// Some weights are floats of 4 bits.
  var hasFourBitFloats = false
  /// Some weights are pairs of four bits under the name that they have unquantized (bitsandbytes).
  var isLookedUp = false

  init(_ shape: ModelShape) {
    var found: Set<Int> = []
    for scheme in Set((shape.outer.map(\.module) + shape.layers.flatMap(\.modules)).map(\.scheme)) {
      switch scheme {
      case .integerGroups(let groups): found.insert(groups.bits)
      case .nvfp4, .nvfp4WeightOnly, .mxfp4, .mxfp4Experts: hasFourBitFloats = true
      case .lookedUp: isLookedUp = true
      default: break
      }
    }
    bits = found.count == 1 ? found.first : nil
  }

  /// Nil where it is not known.
  func weights(in cell: CheckpointTally.Cell) -> Int? {
    switch (cell.kind.role, cell.dtype) {
    case (.packed, .i32), (.packed, .u32): bits.map { 32 / $0 }
    case (.packed, .u8), (.packed, .i8): hasFourBitFloats ? 2 : bits.map { 8 / $0 }
    // Floats of 4 bits in pairs that the file calls 8-bit integers.
    case (.weight, .i8) where hasFourBitFloats: 2
    case (.weight, .u8) where isLookedUp: 2
    default: 1
    }
  }
}
