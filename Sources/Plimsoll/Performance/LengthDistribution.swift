/// How many tokens prompts, answers or requests have: all the same, or lognormal.
///
/// Lengths of requests are positive and skewed to the right, and so is the lognormal distribution: the logarithm of the
/// length is normal. Two quantiles fix it.
public struct LengthDistribution: Hashable, Sendable {
  /// Half of all lengths lie below it.
  public var median: Double
  /// The standard deviation of the natural logarithm of the length; 0 where all are alike.
  public var spread: Double

  /// All of one length.
  public init(always tokens: Int) { (median, spread) = (Double(tokens), 0) }

  /// The lognormal distribution through these quantiles: two fix it, more are fitted by least squares of the
  /// logarithms over the normal quantiles.
  ///
  /// - Returns: nil for fewer than two, or where a larger share has a smaller length.
  public init?(quantiles: [(share: Double, tokens: Double)]) {
    let sorted = quantiles.sorted { $0.share < $1.share }
    guard sorted.count > 1 else { return nil }
    for (left, right) in zip(sorted, sorted.dropFirst()) {
      guard left.share < right.share, left.tokens <= right.tokens else { return nil }
    }
    guard let first = sorted.first, let last = sorted.last, first.share > 0, last.share < 1, first.tokens > 0 else {
      return nil
    }
    let points = sorted.map { (x: Exponential.normalQuantile($0.share), y: Exponential.log($0.tokens)) }
    let count = Double(points.count)
    let (meanX, meanY) = (points.reduce(0) { $0 + $1.x } / count, points.reduce(0) { $0 + $1.y } / count)
    var (product, square) = (0.0, 0.0)
    for point in points {
      product += (point.x - meanX) * (point.y - meanY)
      square += (point.x - meanX) * (point.x - meanX)
    }
    spread = first.tokens == last.tokens ? 0 : product / square
    median = spread == 0 ? first.tokens : Exponential.exp(meanY - spread * meanX)
  }

  /// The share of lengths above `limit` tokens.
  public func share(above limit: Double) -> Double {
    guard spread > 0 else { return median > limit ? 1 : 0 }
    guard limit > 0 else { return 1 }
    return Exponential.normalTail(above: Exponential.log(limit / median) / spread)
  }

  /// E[Xᵏ] over the lengths up to `limit`, which are all that are served; 0 where none are.
  ///
  /// Of a lognormal, E[Xᵏ; X ≤ L] = mᵏ·exp(k²s²/2)·Φ((ln(L/m) − k·s²)/s).
  func moment(_ order: Int, upTo limit: Double) -> Double {
    let served = partialMoment(0, upTo: limit)
    return served > 1e-9 ? partialMoment(order, upTo: limit) / served : 0
  }

  private func partialMoment(_ order: Int, upTo limit: Double) -> Double {
    guard limit > 0 else { return 0 }
    var power = 1.0
    for _ in 0..<order { power *= median }
    guard spread > 0 else { return median > limit ? 0 : power }
    let shift = Double(order) * spread
    let reach = Exponential.log(limit / median) / spread - shift
    return power * Exponential.exp(shift * shift / 2) * Exponential.normalTail(above: -reach)
  }
}
