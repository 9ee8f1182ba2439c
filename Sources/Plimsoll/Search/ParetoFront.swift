/// Candidates that none is better than in everything: cost, length, requests at once, and what is given up.
///
/// Of candidates that are alike in these the one with the most KV tokens stands for all. Kept while candidates go by: for
/// each cost and loss a staircase of lengths, so that a candidate is placed by a few comparisons.
public struct ParetoFront: Sendable {
  private var stairs: [Stair] = []
  /// The stair of the candidate before: the next one mostly has the same cost and loss.
  private var recent = 0

  public init() {}

  /// The candidates of one cost and loss, the longest first, each with more requests than the one before.
  private struct Stair {
    var cost: Double
    var loss: Int
    var points: [Point] = []
    var candidates: [Candidate] = []

    /// How many of its points are at least as long.
    func count(from length: Int) -> Int {
      var (low, high) = (0, points.count)
      while low < high {
        let middle = low + (high - low) / 2
        if points[middle].length >= length { low = middle + 1 } else { high = middle }
      }
      return low
    }

    /// Whether one of its points is at least as good in length and requests; the last of those that are long enough has
    /// the most requests.
    func covers(_ point: Point, isItsOwn: Bool) -> Bool {
      let count = count(from: point.length)
      guard count > 0 else { return false }
      let best = points[count - 1]
      if best.requests != point.requests || best.length != point.length { return best.requests >= point.requests }
      return !isItsOwn || best.tokens >= point.tokens
    }

    /// The points that one is at least as good as.
    func range(coveredBy point: Point) -> Range<Int> {
      let first = count(from: point.length + 1)
      var last = first
      while last < points.count, points[last].requests <= point.requests { last += 1 }
      return first..<last
    }

    /// Takes out what a point is at least as good as.
    mutating func remove(coveredBy point: Point) {
      let covered = range(coveredBy: point)
      guard !covered.isEmpty else { return }
      points.removeSubrange(covered)
      candidates.removeSubrange(covered)
    }

    /// Puts a point that none covers in the place of those that it covers.
    mutating func put(_ point: Point, _ candidate: Candidate) {
      let covered = range(coveredBy: point)
      points.replaceSubrange(covered, with: CollectionOfOne(point))
      candidates.replaceSubrange(covered, with: CollectionOfOne(candidate))
    }
  }

  /// What is compared, larger being better in each.
  struct Point: Hashable, Sendable {
    var cost: Double
    var loss: Int
    var length: Int
    var requests: Int
    var tokens: Int

    init(_ candidate: Candidate) {
      cost = -(candidate.figures.cost ?? Double(candidate.figures.accelerators))
      loss = -candidate.figures.loss.grade
      length = candidate.maxModelLen
      requests = candidate.figures.requests
      tokens = candidate.figures.allTokens
    }

    /// At least as good in everything; of two that are alike but for tokens, the one with more.
    func covers(_ other: Point) -> Bool {
      if cost == other.cost, loss == other.loss, length == other.length, requests == other.requests {
        return tokens >= other.tokens
      }
      return cost >= other.cost && loss >= other.loss && length >= other.length && requests >= other.requests
    }
  }

  /// The front, the cheapest first, and of one cost what gives up least, then the longest.
  public var candidates: [Candidate] {
    stairs.sorted { ($0.cost, $0.loss) > ($1.cost, $1.loss) }.flatMap(\.candidates)
  }

  /// Takes a candidate in, unless one that is there is at least as good in everything.
  public mutating func insert(_ candidate: Candidate) {
    let point = Point(candidate)
    let own =
      recent < stairs.count && stairs[recent].cost == point.cost && stairs[recent].loss == point.loss
      ? recent : stairs.firstIndex { $0.cost == point.cost && $0.loss == point.loss }
    // Its own stair first: what is cell by cell alike ends there.
    if let own {
      recent = own
      if stairs[own].covers(point, isItsOwn: true) { return }
    }
    for index in stairs.indices where index != own {
      let isNoWorse = stairs[index].cost >= point.cost && stairs[index].loss >= point.loss
      if isNoWorse, stairs[index].covers(point, isItsOwn: false) { return }
    }
    for index in stairs.indices where index != own {
      if stairs[index].cost <= point.cost, stairs[index].loss <= point.loss { stairs[index].remove(coveredBy: point) }
    }
    if own == nil {
      recent = stairs.endIndex
      stairs.append(Stair(cost: point.cost, loss: point.loss))
    }
    stairs[recent].put(point, candidate)
  }

  /// Whether a candidate is one of the front, or like one in everything.
  public func marks(_ candidate: Candidate) -> Bool {
    let point = Point(candidate)
    return stairs.contains { $0.cost == point.cost && $0.loss == point.loss && $0.points.contains(point) }
  }
}
