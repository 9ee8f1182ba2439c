extension Int {
  /// `ceil(self / divisor)` for non-negative numbers: vLLM's `cdiv`.
  public func dividedRoundingUp(by divisor: Int) -> Int { (self + divisor - 1) / divisor }

  /// The least multiple of `unit` that is not below this number: vLLM's `round_up`.
  public func roundedUp(toMultipleOf unit: Int) -> Int { dividedRoundingUp(by: unit) * unit }
}
