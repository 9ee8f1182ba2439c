import ModelFiles

/// How far off a quantity is over many records.
struct ErrorFigures {
  var count: Int
  /// Percent; nil without a record, as are the others.
  var median: Double?
  var p90: Double?
  /// The mean of the signed errors: above 0 where too much is predicted.
  var bias: Double?
  /// How many of 100 printed figures lie in their interval; nil where none has one.
  var inside: Double?

  init(_ comparisons: [Comparison]) {
    count = comparisons.count
    let sizes = comparisons.map { $0.error.magnitude }.sorted()
    guard let largest = sizes.last else { return }
    func quantile(_ share: Double) -> Double {
      let place = Int(Double(sizes.count) * share)
      return 100 * (place < sizes.count ? sizes[place] : largest)
    }
    median = quantile(0.5)
    p90 = quantile(0.9)
    bias = 100 * comparisons.reduce(0) { $0 + $1.error } / Double(count)
    let judged = comparisons.compactMap(\.isInsideInterval)
    if !judged.isEmpty { inside = 100 * Double(judged.filter { $0 }.count) / Double(judged.count) }
  }

  var document: JSON {
    func number(_ value: Double?) -> JSON { value.map { .number($0) } ?? .null }
    return [
      "n": .integer(count), "median_abs_pct": number(median), "p90_abs_pct": number(p90), "bias_pct": number(bias),
      "inside_interval_pct": number(inside),
    ]
  }
}
