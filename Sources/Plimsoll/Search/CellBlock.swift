/// The cells of one layout and one choice of every flag that changes the terms: lengths, sequences and utilizations.
struct CellBlock {
  let base: Evaluation
  let space: SearchSpace
  let deployment: Deployment
  let cell: Candidate
  let lengths: Axis
  let sequences: Axis
  private(set) var utilizations: [Double]
  /// The engine's own number of sequences, where it is left to the engine.
  private(set) var usualSequences: Int?
  /// No term but tables depends on the length, so that terms are good for all of them.
  private(set) var isLengthFree = false
  /// A term is not known to grow with the length alone.
  let isIrregular: Bool
  private var known: [TermsKey: CellTerms] = [:]
  /// Evaluations made, cells decided, and those of them that are valid.
  private(set) var evaluations = 0
  var cells = 0
  var valid = 0

  private struct TermsKey: Hashable {
    var seqs: Int
    var length: Int
  }

  /// Values of an axis, cut to what vLLM's rules admit.
  enum Axis: Hashable {
    case each([Int])
    case most(ClosedRange<Int>)

    var least: Int {
      switch self {
      case .each(let values): values.min() ?? 1
      case .most(let range): range.lowerBound
      }
    }

    var greatest: Int {
      switch self {
      case .each(let values): values.max() ?? 1
      case .most(let range): range.upperBound
      }
    }
  }

  /// Why a block has no cells to look at.
  struct Problem: Error {
    var base: Evaluation?
    var code: String
    var reason: String
    var isUnknown = false
  }

  /// Reads the axes for this block and holds it against vLLM's rules.
  static func make(
    _ space: SearchSpace, _ cell: Candidate, reusing known: Evaluation?
  ) -> Result<CellBlock, Problem> {
    let start = space.starts[cell.start]
    var deployment = start.deployment
    deployment.flags = cell.outerFlags(over: start)
    let context = known?.context ?? deployment.flagContext
    var cell = cell
    let resolved = deployment.resolved(for: context)
    // The batch as it is by default, and not a smaller one of few and short requests.
    if deployment.flags.maxNumBatchedTokens == nil, resolved.enableChunkedPrefill {
      cell.batchedTokens = resolved.maxNumBatchedTokens
      deployment.flags.maxNumBatchedTokens = cell.batchedTokens
    }
    let lengths = space.lengthAxis(of: start, resolved)
    let sequences = space.sequenceAxis(of: start, resolved)
    let rules = BlockRules(deployment: deployment, context: context)
    let corners = [
      (sequences.greatest, lengths.greatest), (sequences.least, lengths.least), (sequences.greatest, lengths.least),
      (sequences.least, lengths.greatest),
    ]
    let legal = corners.first { rules.admit(seqs: $0.0, length: $0.1) } ?? corners[1]
    let trial = deployment.with(seqs: legal.0, length: legal.1)
    let base = trial.evaluate(reusing: known)
    func problem(_ code: String, _ reason: String, isUnknown: Bool = false) -> Result<CellBlock, Problem> {
      .failure(Problem(base: base, code: code, reason: reason, isUnknown: isUnknown))
    }
    if let unknown = trial.unknown(base) { return problem(unknown.code, unknown.message, isUnknown: true) }
    if let broken = base.violations.first { return problem(broken.rule.rawValue, broken.reason) }
    switch base.cacheProblem {
    case .refused(let refusal)?: return problem("attention-backend", refusal.text)
    case .grouping?: return problem("kv-cache-grouping", "the layers' caches cannot be brought to one type")
    case nil: break
    }
    guard base.pool != nil else { return problem("layout", "the model's layers or widths do not divide so") }
    let admitted = rules.cut(sequences: sequences, lengths: lengths, around: legal)
    guard let admitted else { return problem("max-model-len", "no length and number of sequences is admitted") }
    let utilizations = space.utilizations.map { $0 ?? base.flags.gpuMemoryUtilization }.filter { $0 > 0 && $0 <= 1 }
    cell.figures.loss = cell.loss(in: start)
    var block = CellBlock(
      base: base, space: space, deployment: deployment, cell: cell, lengths: admitted.lengths,
      sequences: admitted.sequences, utilizations: utilizations)
    if space.sequences == .most(nil), start.deployment.flags.maxNumSeqs == nil {
      block.usualSequences = resolved.maxNumSeqs
    }
    if let lower = block.lowerUtilization { block.utilizations.append(lower) }
    return .success(block)
  }

  /// Where the share is left to the engine and its default leaves too little beside it: the largest hundredth below
  /// that leaves enough for as many sequences as there are to be.
  private var lowerUtilization: Double? {
    let flags = deployment.flags
    guard space.utilizations == [nil], flags.gpuMemoryUtilization == nil, flags.kvCacheMemoryBytes == nil,
      deployment.availableKVCacheMemory == nil, deployment.total != nil,
      let terms = count(sequences.greatest, lengths.least)
    else { return nil }
    let length = CellLength(lengths.least, terms, nil)
    func passes(_ share: Double) -> Bool {
      let outcome = terms.budget(utilization: share).outcomeBeside(length, terms)
      return outcome == .passes || gates.admitsTight && outcome == .tight
    }
    let usual = base.flags.gpuMemoryUtilization
    guard !passes(usual) else { return nil }
    let hundredths = deployment.largest(upTo: Int(usual * 100 - 1e-6)) { passes(Double($0) / 100) }
    return hundredths > 0 ? Double(hundredths) / 100 : nil
  }

  private init(
    base: Evaluation, space: SearchSpace, deployment: Deployment, cell: Candidate, lengths: Axis, sequences: Axis,
    utilizations: [Double]
  ) {
    self.base = base
    self.space = space
    self.deployment = deployment
    var cell = cell
    let price = space.starts[cell.start].price
    cell.figures.accelerators = base.parallelism.worldSize
    cell.figures.cost = price.map { $0 * Double(base.parallelism.worldSize) }
    self.cell = cell
    self.lengths = lengths
    self.sequences = sequences
    self.utilizations = utilizations
    let model = deployment.model
    isIrregular = model.sparseAttention != nil || model.compressedAttention != nil || model.blockIndex != nil
    isLengthFree = lengths.least == lengths.greatest
    if !isLengthFree, !isIrregular {
      // Terms do not shrink as the length grows: alike at both ends, they are alike between.
      isLengthFree = Set([sequences.least, sequences.greatest]).allSatisfy { seqs in
        guard let short = count(seqs, lengths.least), let long = count(seqs, lengths.greatest) else { return false }
        return short == long
      }
    }
  }

  private func count(_ seqs: Int, _ length: Int) -> CellTerms? {
    let trial = deployment.with(seqs: seqs, length: length)
    return CellTerms(trial, trial.evaluate(reusing: base, checksRules: false))
  }

  /// The terms for so many sequences of such a length, counted once.
  mutating func terms(_ seqs: Int, _ length: Int) -> CellTerms? {
    let key = TermsKey(seqs: seqs, length: isLengthFree ? lengths.least : length)
    if let terms = known[key] { return terms }
    let terms = count(seqs, key.length)
    evaluations += 1
    known[key] = terms
    return terms
  }

  /// Terms of other sequences are not asked for again.
  mutating func forget() { known.removeAll(keepingCapacity: true) }
}
