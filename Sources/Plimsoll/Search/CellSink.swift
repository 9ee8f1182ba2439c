/// What takes the valid cells of a space as they are found.
protocol CellSink {
  /// Cells of one cost and loss come, of so many lengths in turn.
  mutating func begin(lengths: Int)
  /// A valid cell.
  ///
  /// - Parameter place: Of which of those lengths it is; nil outside of them.
  mutating func take(_ cell: inout Candidate, place: Int?)
  /// No more of them come.
  mutating func end()
}

/// Hands each cell on.
struct CellVisitor: CellSink {
  let visit: (Candidate) -> Void

  func begin(lengths: Int) {}
  func take(_ cell: inout Candidate, place: Int?) { visit(cell) }
  func end() {}
}

/// Keeps the best cells of a ranking and the front.
///
/// Of cells that are alike in cost and loss only the best of each length can be on the front, so that of a grid no more
/// than these are held against it.
struct BestCells: CellSink {
  private let ranking: Ranking
  private(set) var top: TopList
  private(set) var front = ParetoFront()
  private var staged: [Staged] = []
  private var candidates: [Candidate] = []

  private struct Staged {
    var requests = -1
    var tokens = 0
    var candidate = -1
  }

  init(_ ranking: Ranking, top: Int) {
    self.ranking = ranking
    self.top = TopList(top)
  }

  mutating func begin(lengths: Int) {
    staged.removeAll(keepingCapacity: true)
    candidates.removeAll(keepingCapacity: true)
    for _ in 0..<lengths { staged.append(Staged()) }
  }

  mutating func take(_ cell: inout Candidate, place: Int?) {
    top.insert(cell, ranking.key(of: cell.figures, length: cell.maxModelLen))
    guard let place else { return front.insert(cell) }
    let (requests, tokens) = (cell.figures.requests, cell.figures.allTokens)
    let best = staged[place]
    guard requests > best.requests || requests == best.requests && tokens > best.tokens else { return }
    staged[place].requests = requests
    staged[place].tokens = tokens
    if best.candidate >= 0 {
      candidates[best.candidate] = cell
    } else {
      staged[place].candidate = candidates.count
      candidates.append(cell)
    }
  }

  mutating func end() {
    for best in staged.reversed() where best.candidate >= 0 { front.insert(candidates[best.candidate]) }
    staged.removeAll(keepingCapacity: true)
  }
}
