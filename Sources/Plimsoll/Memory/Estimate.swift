/// Why a figure should be believed.
public enum Basis: String, Hashable, Sendable, CaseIterable {
  /// Follows from vLLM's code and the model's config.
  case exact
  /// Read from a checkpoint's headers.
  case checkpoint
  /// From shapes in vLLM's code, without a start to hold it against.
  case analytic
  /// Coefficients fitted on real starts.
  case fitted
  /// Given by the user, or read off this machine.
  case measured
}

/// An amount that is known within an interval: 90 % of starts lie in `low…high`, and `worst` holds 99 %.
public struct Estimate: Hashable, Sendable {
  /// The least that is likely.
  public var low: Bytes
  /// The figure to plan with.
  public var best: Bytes
  /// The most that is likely.
  public var high: Bytes
  /// The 99 % end on the side that hurts: above `best` for what is spent, below it for what is left.
  public var worst: Bytes
  /// What the figure rests on.
  public var basis: Basis

  public init(low: Bytes, best: Bytes, high: Bytes, worst: Bytes? = nil, basis: Basis) {
    self.low = low
    self.best = best
    self.high = high
    self.worst = worst ?? high
    self.basis = basis
  }

  /// A figure of zero width.
  public static func exact(_ amount: Bytes, basis: Basis = .exact) -> Estimate {
    Estimate(low: amount, best: amount, high: amount, basis: basis)
  }

  /// Nothing, exactly.
  public static let zero = Estimate.exact(.zero)
}

extension Estimate {
  /// This and another that errs independently of it: deviations add as squares.
  public func adding(_ other: Estimate) -> Estimate {
    func root(_ a: Bytes, _ b: Bytes) -> Bytes { Bytes(Int((Self.square(a) + Self.square(b)).squareRoot())) }
    let sum = best + other.best
    return Estimate(
      low: sum - root(best - low, other.best - other.low), best: sum,
      high: sum + root(high - best, other.high - other.best),
      worst: sum + root(worst - best, other.worst - other.best), basis: basis == other.basis ? basis : .fitted)
  }

  /// The same after a calculation that grows with the amount.
  func map(_ change: (Bytes) -> Bytes) -> Estimate {
    Estimate(low: change(low), best: change(best), high: change(high), worst: change(worst), basis: basis)
  }

  /// By how much an amount that is there falls short of its best estimate: below zero where it may be more.
  var shortfall: Estimate {
    Estimate(low: best - high, best: .zero, high: best - low, worst: best - worst, basis: basis)
  }

  /// What is left of `budget` when all of `terms` are taken off.
  ///
  /// The terms err independently of each other, so their deviations add as squares, not as sums; a term known exactly
  /// adds none. `worst` is the 99 % low end.
  public static func remainder(of budget: Bytes, after terms: [Estimate]) -> Estimate {
    var best = budget
    var (up, down, far) = (0.0, 0.0, 0.0)
    for term in terms {
      best -= term.best
      up += square(term.best - term.low)
      down += square(term.high - term.best)
      far += square(term.worst - term.best)
    }
    func root(_ sum: Double) -> Bytes { Bytes(Int(sum.squareRoot())) }
    let isExact = terms.allSatisfy { $0.low == $0.high }
    return Estimate(
      low: best - root(down), best: best, high: best + root(up), worst: best - root(far),
      basis: isExact ? .exact : .fitted)
  }

  /// A deviation as it adds to others.
  static func square(_ amount: Bytes) -> Double { Double(amount.count) * Double(amount.count) }
}
