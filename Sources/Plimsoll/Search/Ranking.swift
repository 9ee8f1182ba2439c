/// The order of candidates under a goal: larger keys first, and of equal ones the one that was met first.
public struct Ranking: Sendable {
  private var goal: Goal
  /// Requests of different lengths do not compare, tokens do.
  private var countsTokens: Bool

  public init(_ goal: Goal, in space: SearchSpace) {
    self.goal = goal
    if case .each(let lengths) = space.lengths { countsTokens = lengths.count > 1 } else { countsTokens = true }
    let isGiven = space.starts.allSatisfy {
      if case .tokens? = $0.deployment.flags.maxModelLen { true } else { false }
    }
    if space.workload != nil || space.lengths == .most(nil) && isGiven { countsTokens = false }
  }

  /// Four figures, of which the first that differs decides.
  public struct Key: Comparable, Sendable {
    var first: Double
    var second: Double
    var third: Double
    var fourth: Double
    var fifth: Double

    public static func < (lhs: Key, rhs: Key) -> Bool {
      if lhs.first != rhs.first { return lhs.first < rhs.first }
      if lhs.second != rhs.second { return lhs.second < rhs.second }
      if lhs.third != rhs.third { return lhs.third < rhs.third }
      if lhs.fourth != rhs.fourth { return lhs.fourth < rhs.fourth }
      return lhs.fifth < rhs.fifth
    }
  }

  /// What a candidate is ordered by.
  public func key(of candidate: Candidate) -> Key { key(of: candidate.figures, length: candidate.maxModelLen) }

  func key(of figures: Candidate.Figures, length: Int) -> Key {
    let loss = -Double(figures.loss.grade)
    let cost = -(figures.cost ?? Double(figures.accelerators))
    let length = Double(length)
    let tokens = Double(figures.allTokens)
    let requests = countsTokens ? tokens : Double(figures.requests)
    let headroom = Double(figures.headroom?.count ?? 0)
    return switch goal {
    case .context: Key(first: length, second: loss, third: cost, fourth: tokens, fifth: headroom)
    case .concurrency: Key(first: requests, second: loss, third: cost, fourth: length, fifth: headroom)
    case .headroom: Key(first: headroom, second: loss, third: cost, fourth: tokens, fifth: length)
    case .cost: Key(first: cost, second: loss, third: length, fourth: tokens, fifth: headroom)
    case .balanced:
      Key(
        first: figures.keepsReserve ? loss : loss - 100, second: tokens / max(1e-9, -cost), third: length,
        fourth: cost, fifth: headroom)
    }
  }
}

extension Candidate.Figures {
  /// A GiB at least stays free beside what vLLM uses, for what no estimate knows of.
  var keepsReserve: Bool { headroom.map { $0 >= .gib(1) } ?? true }
}
