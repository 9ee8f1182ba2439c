/// What a running request of a workload holds of a block pool, and how many of them the pool sustains.
///
/// B requests hold B·μ blocks on average with a deviation of σ·√B, since they err independently of each other. A pool of
/// K blocks is full with probability 1 − Φ((K − p − B·μ)/(σ·√B)), and vLLM then preempts a request and computes it again.
public struct Footprint: Hashable, Sendable {
  /// Blocks of a request of its own, on average (μ).
  public var mean: Double
  /// Their standard deviation (σ).
  public var deviation: Double
  /// Blocks of the prefix that all share, held once (p).
  public var shared: Double

  public init(mean: Double, deviation: Double, shared: Double = 0) {
    self.mean = mean
    self.deviation = deviation
    self.shared = shared
  }
}

extension Footprint {
  /// The most requests that run at once with `margin` deviations to spare: the largest B with
  /// p + B·μ + z·σ·√B ≤ K, of which √B is the root of a square equation.
  ///
  /// At z = 2 a pool is full 2 % of the time, at 3 in 0.1 %, at 0 half of it.
  public func sustained(by blocks: Int, margin: Double) -> Int {
    let room = Double(blocks) - shared
    guard room > 0, mean > 0 else { return 0 }
    let slope = margin * deviation
    let root = ((slope * slope + 4 * mean * room).squareRoot() - slope) / (2 * mean)
    guard root * root < 1e12 else { return 1_000_000_000_000 }
    // The root is rounded: the number beside it may be the one.
    var requests = Int(root * root) + 1
    while requests > 0, Double(requests) * mean + slope * Double(requests).squareRoot() > room * (1 + 1e-12) {
      requests -= 1
    }
    return requests
  }

  /// The probability that `requests` running at once want more than the pool's blocks at a moment.
  public func overflow(of blocks: Int, at requests: Int) -> Double {
    let count = Double(requests)
    let spare = Double(blocks) - shared - count * mean
    guard deviation > 0, requests > 0 else { return spare < 0 ? 1 : 0 }
    return Exponential.normalTail(above: spare / (deviation * count.squareRoot()))
  }
}

extension KVCachePool {
  /// The blocks that running requests of a workload hold, by group as the pool counts them; nil where `maxModelLen`
  /// admits none of them, or nothing is kept of a request.
  ///
  /// What is held is taken as lognormal, and the blocks of its lengths are weighed by Gauss and Hermite's ten points, so
  /// that windows, states and the unfilled end of a last block count as they do in the pool.
  public func footprint(of workload: Workload, maxModelLen: Int, cachesPrefixes: Bool) -> Footprint? {
    guard !isEmpty, let held = workload.held(maxModelLen: maxModelLen) else { return nil }
    let variation = held.deviation / held.mean
    let spread = Exponential.log(1 + variation * variation).squareRoot()
    let median = held.mean / (1 + variation * variation).squareRoot()
    let shared = cachesPrefixes ? sharedBlocks(prefix: min(workload.sharedPrefix, maxModelLen)) : 0
    var blocks: [(own: Double, weight: Double)] = []
    func add(_ tokens: Double, _ weight: Double) {
      let length = max(1, min(Int(tokens.rounded(.up)), maxModelLen))
      blocks.append((Double(max(1, blocksPerRequest(length: length) - shared)), weight))
    }
    if spread == 0 {
      add(median, 1)
    } else {
      for (point, weight) in Self.normalPoints {
        add(median * Exponential.exp(spread * point), weight)
        add(median * Exponential.exp(-spread * point), weight)
      }
    }
    let weights = blocks.reduce(0) { $0 + $1.weight }
    let mean = blocks.reduce(0) { $0 + $1.own * $1.weight } / weights
    let variance = blocks.reduce(0) { $0 + ($1.own - mean) * ($1.own - mean) * $1.weight } / weights
    return Footprint(mean: mean, deviation: variance.squareRoot(), shared: Double(shared))
  }

  /// Whole blocks of a common prefix that requests share: those of layers that keep everything.
  ///
  /// Windows and states keep the end of a request, which is its own.
  func sharedBlocks(prefix: Int) -> Int {
    groups.reduce(0) { sum, group in
      guard let spec = group.specs.first, spec.retention == .everything else { return sum }
      return sum + prefix / decodeContext / spec.blockSize
    }
  }

  /// The positive half of the ten points of Gauss and Hermite for the standard normal distribution, and their weights
  /// (Abramowitz and Stegun, table 25.10, with x·√2 and w/√π).
  private static let normalPoints = [
    (0.484_935_707_515_497_64, 0.344_642_334_932_018_96), (1.465_989_094_391_158_2, 0.135_483_702_980_267_77),
    (2.484_325_841_638_954_6, 0.019_111_580_500_770_27), (3.581_823_483_551_927, 0.000_758_070_934_312_217_1),
    (4.859_462_828_332_312, 0.000_004_310_652_630_718_311),
  ]
}

extension Evaluation {
  /// The blocks that running requests of a workload hold here.
  public func footprint(of workload: Workload) -> Footprint? {
    pool?.footprint(of: workload, maxModelLen: maxModelLen, cachesPrefixes: flags.enablePrefixCaching)
  }

  /// Blocks that requests can hold, the null block left out: by the best estimate, or at the 99 % end.
  public func usableBlocks(surely: Bool = false) -> Int {
    guard let pool else { return 0 }
    let blocks = surely ? flags.numGPUBlocksOverride ?? pool.numBlocks(available: availableAtWorst) : numBlocks
    return max(0, blocks - (pool.reservesNullBlock ? 1 : 0))
  }
}
