/// Amounts that are known within intervals, after sums of them were seen: what each is off by, and how far they are
/// known together.
///
/// Each sum moves all its amounts, those that were known least the most: the linear estimate of least variance for
/// amounts that err independently (R. E. Kalman, "A new approach to linear filtering and prediction problems", 1960).
struct Conditioned: Hashable, Sendable {
  /// By how much each amount lies above its estimate, in GiB.
  private(set) var shifts: [Double]
  /// Variances and covariances of the shifts, in GiB².
  private(set) var covariance: [[Double]]

  /// - Parameter deviations: The standard deviation of each amount.
  init(deviations: [Double]) {
    shifts = deviations.map { _ in 0 }
    covariance = deviations.indices.map { row in
      deviations.indices.map { $0 == row ? deviations[row] * deviations[row] : 0 }
    }
  }

  /// Takes in that the shifts of some amounts add up to a value.
  ///
  /// - Parameter deviation: The standard deviation of the value, such as that of its rounding.
  mutating func see(_ sum: Double, of members: [Bool], deviation: Double) {
    let together = covariance.map { row in zip(row, members).reduce(0) { $0 + ($1.1 ? $1.0 : 0) } }
    var (variance, expected) = (deviation * deviation, 0.0)
    for index in members.indices where members[index] {
      variance += together[index]
      expected += shifts[index]
    }
    guard variance > 0 else { return }
    for row in shifts.indices {
      shifts[row] += together[row] * (sum - expected) / variance
      for column in shifts.indices { covariance[row][column] -= together[row] * together[column] / variance }
    }
  }

  /// The variance of a weighted sum of the shifts.
  func variance(of weights: [Double]) -> Double {
    var sum = 0.0
    for row in weights.indices {
      for column in weights.indices { sum += weights[row] * weights[column] * covariance[row][column] }
    }
    return max(0, sum)
  }
}
