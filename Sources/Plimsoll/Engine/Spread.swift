/// A fitted amount with its 90 % interval and its 99 % end.
public struct Spread: Hashable, Sendable {
  public var low: Bytes
  public var best: Bytes
  public var high: Bytes
  public var worst: Bytes

  public init(low: Bytes, best: Bytes, high: Bytes, worst: Bytes) {
    self.low = low
    self.best = best
    self.high = high
    self.worst = worst
  }

  var estimate: Estimate { Estimate(low: low, best: best, high: high, worst: worst, basis: .fitted) }

  /// So many times over.
  func times(_ count: Int) -> Estimate {
    Estimate(low: low * count, best: best * count, high: high * count, worst: worst * count, basis: .fitted)
  }
}

/// The interval of an amount that errs in proportion to itself, in percent of what the formula says, which is its best.
public struct Shares: Hashable, Sendable {
  public var low: Int
  public var best: Int
  public var high: Int
  public var worst: Int

  public init(low: Int, best: Int, high: Int, worst: Int) {
    self.low = low
    self.best = best
    self.high = high
    self.worst = worst
  }

  /// The interval around an amount that errs as if so much more belonged to it, which keeps small amounts open.
  func of(_ amount: Bytes, beside margin: Bytes = .zero) -> Estimate {
    func share(_ percent: Int) -> Bytes { max(.zero, (amount + margin).scaled(percent, over: 100) - margin) }
    return Estimate(
      low: share(low), best: amount, high: share(high), worst: share(worst), basis: .fitted)
  }
}
