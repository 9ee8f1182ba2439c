import CommandLineKit
import Plimsoll

/// The axes that were typed, put into a space.
struct SolveAxes {
  var words: [AxisFlag: AxisWord] = [:]

  /// The most of a length or a number of sequences that a free end stands for; vLLM's rules cut it.
  private static let most = 1 << 30

  /// Fills the axes of a space: what was typed, else what the flags say, else what is free.
  func fill(_ space: inout SearchSpace, _ flags: ServeFlags, allowed: Set<AllowArgument.Axis>) throws(UsageError) {
    func sizes(_ axis: AxisFlag, _ field: (ServeFlags) -> Int?) throws(UsageError) -> [Int]? {
      let count = space.starts.map(\.count).max() ?? 1
      guard let word = words[axis] else { return field(flags).map { [$0] } }
      let ends = try word.ends((1, count), field)
      let listed = ends == nil ? try word.each(field) : []
      guard listed.allSatisfy({ $0 >= 1 }), (ends?.to ?? 1) >= 1 else { throw AxisWord.error(axis, "sizes begin at 1") }
      guard let ends else { return listed }
      return ends.from > count ? [ends.from] : Array(max(1, ends.from)...min(ends.to, count))
    }
    space.tensor = try sizes(.tensor) { $0.tensorParallelSize }
    space.pipeline = try sizes(.pipeline) { $0.pipelineParallelSize }
    space.data = try sizes(.data) { $0.dataParallelSize }
    space.expertParallel = flags.enableExpertParallel.map { [$0] }
    let dcp = try sizes(.decodeContext) { $0.decodeContextParallelSize }
    space.decodeContext = dcp ?? (allowed.contains(.dcp) ? [1, 2, 4, 8] : [1])
    if let word = words[.kvCacheDType] {
      space.kvCacheDTypes = try word.each { $0.kvCacheDType }
    } else if allowed.contains(.fp8KV), flags.kvCacheDType == nil {
      space.kvCacheDTypes = [nil, .fp8]
    }
    if allowed.contains(.eager), flags.enforceEager == nil { space.eager = [nil, true] }
    if let word = words[.offload] {
      space.offload = try word.each { $0.offload.cpuOffloadGB }
    } else if allowed.contains(.offload), flags.offload.cpuOffloadGB == nil {
      space.offload = [nil, 4, 8, 16, 32, 64]
    }
    if let word = words[.batchedTokens] { space.batchedTokens = try batches(word) }
    if let word = words[.utilization] { space.utilizations = try shares(word) }
    if let word = words[.maxModelLen] { space.lengths = try reach(word) { $0.maxModelLen?.tokens } }
    if let word = words[.maxNumSeqs] { space.sequences = try reach(word) { $0.maxNumSeqs } }
  }

  /// Each of a list; of a range the most is solved.
  private func reach(
    _ word: AxisWord, _ field: (ServeFlags) -> Int?
  ) throws(UsageError) -> SearchSpace.Reach {
    if let ends = try word.ends((1, Self.most), field) {
      guard ends.to >= 1 else { throw AxisWord.error(word.axis, "a value from 1 on is needed") }
      return .most(max(1, ends.from)...min(ends.to, Self.most))
    }
    let values = try word.each(field)
    guard values.allSatisfy({ $0 >= 1 }) else { throw AxisWord.error(word.axis, "a value from 1 on is needed") }
    return .each(values)
  }

  /// Of a range its ends and the powers of two between.
  private func batches(_ word: AxisWord) throws(UsageError) -> [Int?] {
    guard let ends = try word.ends((1_024, 65_536), { $0.maxNumBatchedTokens }) else {
      return try word.each { $0.maxNumBatchedTokens }
    }
    guard ends.from >= 1 else { throw AxisWord.error(word.axis, "a value from 1 on is needed") }
    var values = [ends.from]
    var power = 1
    while power <= ends.from { power *= 2 }
    while power < ends.to {
      values.append(power)
      power *= 2
    }
    if ends.to > ends.from { values.append(ends.to) }
    return values
  }

  /// Of a range every hundredth.
  private func shares(_ word: AxisWord) throws(UsageError) -> [Double?] {
    let values: [Double]
    if let ends = try word.ends((0.80, 0.98), { $0.gpuMemoryUtilization }) {
      guard ends.from > 0, ends.to <= 1 else {
        throw AxisWord.error(word.axis, "a share lies above 0 and at most at 1")
      }
      var list = [ends.from]
      var hundredth = Int(ends.from * 100 + 1e-9) + 1
      while Double(hundredth) / 100 < ends.to - 1e-9 {
        list.append(Double(hundredth) / 100)
        hundredth += 1
      }
      if ends.to > ends.from { list.append(ends.to) }
      values = list
    } else {
      values = try word.each { $0.gpuMemoryUtilization }
    }
    guard values.allSatisfy({ $0 > 0 && $0 <= 1 }) else {
      throw AxisWord.error(word.axis, "a share lies above 0 and at most at 1")
    }
    return values
  }
}

extension MaxModelLen {
  /// The number, where it is one.
  var tokens: Int? { if case .tokens(let count) = self { count } else { nil } }
}
