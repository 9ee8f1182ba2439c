/// Goes over a space and finds every configuration that is valid.
///
/// For each layout and each value of the flags that change the terms themselves, these are counted once; cells of
/// other lengths and utilizations are a few comparisons. An axis of which the most is asked is solved, not tried
/// value by value (``CellBlock``).
public struct Solver: Sendable {
  public var space: SearchSpace

  public init(_ space: SearchSpace) { self.space = space }

  /// The best for a goal, the front, and what is excluded.
  public func solve(for goal: Goal, top: Int = 10) -> Solution {
    var cells = BestCells(Ranking(goal, in: space), top: top)
    var solution = run(&cells)
    solution.best = cells.top.candidates
    solution.front = cells.front.candidates
    return solution
  }

  /// Calls `visit` for every valid configuration, always in the same order, and says what was gone over.
  public func enumerate(_ visit: (Candidate) -> Void) -> Solution {
    withoutActuallyEscaping(visit) { visit in
      var cells = CellVisitor(visit: visit)
      return run(&cells)
    }
  }

  private func run<Sink: CellSink>(_ cells: inout Sink) -> Solution {
    var solution = Solution()
    for (index, start) in space.starts.enumerated() {
      var base: Evaluation?
      for layout in space.layouts(of: start) {
        for dtype in space.kvCacheDTypes {
          for eager in space.eager {
            for offload in space.offload {
              for tokens in space.batchedTokens {
                var cell = Candidate(start: index, layout: layout, maxModelLen: 1, maxNumSeqs: 1)
                (cell.kvCacheDType, cell.eager, cell.offload, cell.batchedTokens) = (dtype, eager, offload, tokens)
                goOver(cell, &base, &solution, &cells)
              }
            }
          }
        }
      }
    }
    return solution
  }

  /// One block of cells. What it counted is what the next takes weights and groups over from where they are the same.
  private func goOver<Sink: CellSink>(
    _ cell: Candidate, _ base: inout Evaluation?, _ solution: inout Solution, _ cells: inout Sink
  ) {
    switch CellBlock.make(space, cell, reusing: base) {
    case .success(var block):
      base = block.base
      block.goOver(&cells)
      solution.cells += block.cells
      solution.valid += block.valid
      solution.evaluations += block.evaluations
      if block.valid == 0 { solution.exclude(block.reason, cell, isUnknown: false) }
    case .failure(let problem):
      base = base ?? problem.base
      solution.cells += 1
      solution.exclude((problem.code, problem.reason), cell, isUnknown: problem.isUnknown)
    }
  }
}

extension Solution {
  /// Notes that nothing of a block is valid; of a rule that was met before the layout alone.
  mutating func exclude(_ why: (code: String, reason: String), _ cell: Candidate, isUnknown: Bool) {
    let known = exclusions.firstIndex {
      $0.start == cell.start && $0.code == why.code && $0.isUnknown == isUnknown
    }
    if let known {
      if exclusions[known].layouts.last != cell.layout { exclusions[known].layouts.append(cell.layout) }
    } else {
      exclusions.append(
        Exclusion(code: why.code, reason: why.reason, start: cell.start, layouts: [cell.layout], isUnknown: isUnknown))
    }
  }
}
