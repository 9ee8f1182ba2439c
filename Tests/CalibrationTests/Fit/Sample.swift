import Foundation

/// One value of a coefficient, as one start shows it.
struct Sample: Sendable {
  var id: String
  var source: String
  var value: Double
}

/// A coefficient worked out from samples.
struct Fitted: Sendable {
  var low: Int?
  var best: Int
  var high, worst: Int?
  var starts: [String]
  var sources: Int
  /// The median deviation of a source from the best value, in percent.
  var residual: Int
}

extension [Sample] {
  /// The median of each source, so that many starts of one machine count once.
  var bySource: [Double] {
    Dictionary(grouping: self, by: \.source).values.map { $0.map(\.value).median }.sorted()
  }

  private var ids: [String] { Swift.Set(map(\.id)).sorted() }

  /// The median of the sources, in steps of `step`.
  func median(step: Double = 1) -> Fitted? {
    guard !isEmpty else { return nil }
    let values = bySource
    let best = (values.median / step).rounded() * step
    return Fitted(
      best: Int(best), starts: ids, sources: values.count,
      residual: best == 0 ? 0 : Int((values.map { abs($0 / best - 1) }.median * 100).rounded()))
  }

  /// An amount: the median of the sources, and the interval that a further source falls into.
  ///
  /// Deviations spread as Student's t of the sources and four more that lie as far off as `prior` says, a share of the
  /// median, so that few sources give a wide interval. Nothing is below a quarter of the least that was seen, and the
  /// 99 % end is never below the most.
  func spread(prior: Double) -> Fitted? {
    guard !isEmpty else { return nil }
    let values = bySource
    let best = values.median
    let (near, far) = values.reach(around: best, prior: prior * best, freedom: values.count - 1)
    let seen = map(\.value).sorted()
    return Fitted(
      low: Int(Swift.max(0, best - near, Swift.min(best, seen[0] / 4))), best: Int(best.rounded()),
      high: Int((best + near).rounded(.up)), worst: Int(Swift.max(best + far, seen[seen.count - 1]).rounded(.up)),
      starts: ids, sources: values.count,
      residual: Int((values.map { abs($0 / best - 1) }.median * 100).rounded()))
  }

  /// The ratio of what was seen to what the formula says, around one, in percent; its logarithms spread as amounts do.
  /// Their far end is the most that was seen: few logarithms tell none.
  func shares(prior: Double) -> Fitted? {
    guard !isEmpty else { return nil }
    let logs = bySource.map { log($0) }
    let near = logs.reach(around: 0, prior: prior, freedom: logs.count).near
    let most = Swift.max(exp(near), map(\.value).max() ?? 0)
    return Fitted(
      low: Int(100 * exp(-near)), best: 100, high: Int((100 * exp(near)).rounded(.up)),
      worst: Int((100 * most).rounded(.up)), starts: ids, sources: logs.count,
      residual: Int((logs.map { abs(exp($0) - 1) }.median * 100).rounded()))
  }
}

extension [Double] {
  /// How far a further one lies from the centre in 90 and in 98 of 100 cases.
  fileprivate func reach(around centre: Double, prior: Double, freedom: Int) -> (near: Double, far: Double) {
    let squares = map { ($0 - centre) * ($0 - centre) }.reduce(0, +) + 4 * prior * prior
    let freedom = freedom + 4
    let deviation = (squares / Double(freedom) * (1 + 1 / Double(count))).squareRoot()
    let t = Self.student.last { $0.freedom <= freedom } ?? (4, 2.132, 3.747)
    return (t.near * deviation, t.far * deviation)
  }

  /// Student's t at 95 % and 99 %.
  private static var student: [(freedom: Int, near: Double, far: Double)] {
    [
      (4, 2.132, 3.747), (5, 2.015, 3.365), (6, 1.943, 3.143), (7, 1.895, 2.998), (8, 1.860, 2.896), (9, 1.833, 2.821),
      (10, 1.812, 2.764), (12, 1.782, 2.681), (15, 1.753, 2.602), (20, 1.725, 2.528), (30, 1.697, 2.457),
    ]
  }
}
