import CommandLineKit
import Plimsoll

/// What cannot be searched, said before it is tried.
extension SolveRequest {
  /// Demands of which no configuration could have all.
  func refuseContradictions() throws(UsageError) {
    func least(_ sizes: [Int]?) -> Int { sizes?.min() ?? 1 }
    let sizes = [least(space.tensor), least(space.pipeline), least(space.data)]
    for (name, size) in zip(["tensor", "pipeline", "data"], sizes) where size < 1 {
      throw UsageError(code: "bad-value", message: "--\(name)-parallel-size (\(size)) must be greater than 0")
    }
    let needed = sizes.product
    let most = space.starts.map(\.count).max() ?? 1
    if needed > most {
      throw UsageError(
        code: "contradiction",
        message: "the smallest layout asked for takes \(needed) accelerators (TP \(sizes[0]), PP \(sizes[1]), DP "
          + "\(sizes[2])) and \(most) are there")
    }
    if let wanted = space.gates.minConcurrency {
      let seats: Int? =
        switch space.sequences {
        case .each(let values): values.max()
        case .most(let range): range?.upperBound ?? fit.flags.maxNumSeqs
        }
      let engines = space.workload == nil ? 1 : space.data?.max() ?? space.starts.map(\.count).max() ?? 1
      if let seats, Double(seats) * Double(engines) < wanted {
        throw UsageError(
          code: "contradiction",
          message: "--min-concurrency \(Number.text(wanted, 0)) needs as many sequences, and --max-num-seqs admits "
            + "\(seats)")
      }
    }
    if let wanted = space.gates.minHeadroom, let largest = space.starts.compactMap(\.deployment.total).max(),
      wanted >= largest
    {
      throw UsageError(
        code: "contradiction",
        message: "--min-headroom \(wanted.gibText) is all of the \(largest.gibText) that a GPU has")
    }
    try refuseEndless()
  }

  /// Cells that nobody would wait for: what cannot be solved has to be bounded.
  private func refuseEndless() throws(UsageError) {
    func count(_ reach: SearchSpace.Reach) -> Int { if case .each(let values) = reach { values.count } else { 1 } }
    let axes: [(name: String, count: Int)] = [
      ("--max-model-len", count(space.lengths)), ("--max-num-seqs", count(space.sequences)),
      ("--max-num-batched-tokens", space.batchedTokens.count),
      ("--gpu-memory-utilization", space.utilizations.count), ("--kv-cache-dtype", space.kvCacheDTypes.count),
      ("--cpu-offload-gb", space.offload.count),
      ("--gpu", space.starts.reduce(0) { $0 + min($1.count * $1.count, 1 << 20) }),
    ]
    var cells = 1.0
    for axis in axes { cells *= Double(axis.count) }
    guard cells > 2e9, let widest = axes.max(by: { $0.count < $1.count }) else { return }
    throw UsageError(
      code: "too-many-cells",
      message: "the space has about \(Number.text(cells / 1e9, 0)) billion cells; bound \(widest.name), which has "
        + "\(widest.count) values, or give it as a range, of which the most that fits is found")
  }
}
