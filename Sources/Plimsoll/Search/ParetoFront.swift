/// Candidates that none is better than in everything: cost, length, requests or tokens, headroom, what is given up.
///
/// Kept while candidates go by, so that it needs no more memory than it has members.
public struct ParetoFront: Sendable {
  public private(set) var candidates: [Candidate] = []
  private var points: [Point] = []

  public init() {}

  /// What is compared, larger being better in each.
  struct Point: Hashable, Sendable {
    var cost: Double
    var length: Int
    var tokens: Int
    var headroom: Int
    var loss: Int

    init(_ candidate: Candidate) {
      cost = -(candidate.figures.cost ?? Double(candidate.figures.accelerators))
      length = candidate.maxModelLen
      tokens = candidate.figures.allTokens
      headroom = candidate.figures.headroom?.count ?? 0
      loss = -candidate.figures.loss.grade
    }

    /// At least as good in everything.
    func covers(_ other: Point) -> Bool {
      cost >= other.cost && length >= other.length && tokens >= other.tokens && headroom >= other.headroom
        && loss >= other.loss
    }
  }

  /// Takes a candidate in, unless one that is there is at least as good in everything.
  public mutating func insert(_ candidate: Candidate) {
    let point = Point(candidate)
    for index in points.indices where points[index].covers(point) {
      // What covers one mostly covers its neighbours too.
      if index > 0 {
        points.swapAt(0, index)
        candidates.swapAt(0, index)
      }
      return
    }
    var kept = 0
    for index in points.indices where !point.covers(points[index]) {
      points.swapAt(kept, index)
      candidates.swapAt(kept, index)
      kept += 1
    }
    points.removeSubrange(kept...)
    candidates.removeSubrange(kept...)
    points.append(point)
    candidates.append(candidate)
  }

  /// Whether a candidate is one of the front, or as good as one in everything.
  public func marks(_ candidate: Candidate) -> Bool {
    let point = Point(candidate)
    return points.contains(point)
  }
}
