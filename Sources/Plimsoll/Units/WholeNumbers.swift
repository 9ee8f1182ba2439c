extension Int {
  /// `ceil(self / divisor)` for non-negative numbers: vLLM's `cdiv`.
  public func dividedRoundingUp(by divisor: Int) -> Int { (self + divisor - 1) / divisor }

  /// The least multiple of `unit` that is not below this number: vLLM's `round_up`.
  public func roundedUp(toMultipleOf unit: Int) -> Int { dividedRoundingUp(by: unit) * unit }
}

/// The least number that both divide, for positive numbers.
func leastCommonMultiple(_ a: Int, _ b: Int) -> Int { a / greatestCommonDivisor(a, b) * b }

/// The greatest number that divides both, for non-negative numbers.
func greatestCommonDivisor(_ a: Int, _ b: Int) -> Int {
  var (x, y) = (a, b)
  while y != 0 { (x, y) = (y, x % y) }
  return x
}
