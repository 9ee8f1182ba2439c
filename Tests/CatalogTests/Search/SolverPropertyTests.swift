import Catalog
import Foundation
import Testing

@testable import Plimsoll

@Suite("A search finds what trying every value finds")
struct SolverPropertyTests {
  /// A space a case; all 1,000 with PLIMSOLL_SPACES=1000, which takes long without optimization.
  static let seeds = 0..<(ProcessInfo.processInfo.environment["PLIMSOLL_SPACES"].flatMap { UInt64($0) } ?? 12)

  @Test("random spaces over the built-in models: the same configurations with the same figures", arguments: seeds)
  func equalsBruteForce(seed: UInt64) throws {
    guard let random = try RandomSpace(seed: seed) else { return }
    var candidates: [Candidate] = []
    _ = Solver(random.space).enumerate { candidates.append($0) }
    let expected = BruteForce(random.space).candidates
    #expect(candidates == expected, "\(random.about)\n\(random.space.lengths) \(random.space.sequences)")
    for candidate in candidates {
      #expect(random.space.deployment(of: candidate).evaluate().starts, "\(random.about)")
    }
  }

  @Test("the spaces lie around the edge: of a third something is valid, of a third not all is")
  func spacesLieAroundTheEdge() throws {
    var (some, cut, all) = (0, 0, 0)
    for seed in UInt64(0)..<60 {
      guard let random = try RandomSpace(seed: seed) else { continue }
      let solution = Solver(random.space).enumerate { _ in }
      all += 1
      if solution.valid > 0 { some += 1 }
      if solution.valid < solution.cells { cut += 1 }
    }
    #expect(3 * some > all && 3 * cut > all, "\(some) and \(cut) of \(all)")
  }

  /// Spaces with all that is valid in them, found once for all goals.
  private static let known: [(random: RandomSpace, all: [Candidate])] = (2_000..<UInt64(2_008)).compactMap { seed in
    (try? RandomSpace(seed: seed)).flatMap { $0 }.map { ($0, BruteForce($0.space).candidates) }
  }

  @Test("what is ranked and marked is the best, and the front, of all", arguments: Goal.allCases)
  func ranksAll(goal: Goal) throws {
    for (random, all) in Self.known {
      let ranking = Ranking(goal, in: random.space)
      let solution = Solver(random.space).solve(for: goal, top: 3)
      let sorted = all.enumerated().sorted {
        let (a, b) = (ranking.key(of: $0.element), ranking.key(of: $1.element))
        return a == b ? $0.offset < $1.offset : b < a
      }
      #expect(solution.best == Array(sorted.prefix(3).map(\.element)), "\(random.about)")
      let front = all.filter { one in
        !all.contains { other in
          let (a, b) = (ParetoFront.Point(other), ParetoFront.Point(one))
          return a != b && a.covers(b)
        }
      }
      #expect(Set(solution.front.map(ParetoFront.Point.init)) == Set(front.map(ParetoFront.Point.init)))
      #expect(solution.valid == all.count)
    }
  }
}

/// Every cell of a space, each by an evaluation of its own that takes nothing over from another.
struct BruteForce {
  var space: SearchSpace

  init(_ space: SearchSpace) { self.space = space }

  var candidates: [Candidate] {
    var found: [Candidate] = []
    for (index, start) in space.starts.enumerated() {
      for layout in space.layouts(of: start) {
        for dtype in space.kvCacheDTypes {
          for eager in space.eager {
            for tokens in space.batchedTokens {
              var cell = Candidate(start: index, layout: layout, maxModelLen: 1, maxNumSeqs: 1)
              (cell.kvCacheDType, cell.eager, cell.batchedTokens) = (dtype, eager, tokens)
              found += candidates(of: cell)
            }
          }
        }
      }
    }
    return found
  }

  private func candidates(of cell: Candidate) -> [Candidate] {
    var cell = cell
    let start = space.starts[cell.start]
    var bare = start.deployment
    bare.flags = cell.outerFlags(over: start)
    if cell.batchedTokens == nil, bare.resolved.enableChunkedPrefill {
      cell.batchedTokens = bare.resolved.maxNumBatchedTokens
    }
    let utilizations = space.utilizations.map { $0 ?? bare.resolved.gpuMemoryUtilization }
    func at(_ seqs: Int, _ length: Int, _ utilization: Double) -> Candidate? {
      var one = cell
      (one.maxNumSeqs, one.maxModelLen, one.utilization) = (seqs, length, utilization)
      return measured(one)
    }
    switch (space.sequences, space.lengths) {
    case (.each(let seqs), .each(let lengths)):
      return seqs.flatMap { seqs in
        utilizations.flatMap { utilization in lengths.compactMap { at(seqs, $0, utilization) } }
      }
    case (.each(let seqs), .most(let range?)):
      return seqs.flatMap { seqs in
        utilizations.compactMap { utilization in range.compactMap { at(seqs, $0, utilization) }.last }
      }
    case (.most(let range?), .each(let lengths)):
      return lengths.flatMap { length in
        utilizations.compactMap { utilization in range.compactMap { at($0, length, utilization) }.last }
      }
    case (.most(let seats?), .most(let range?)):
      return utilizations.flatMap { utilization -> [Candidate] in
        let all = seats.flatMap { seqs in range.compactMap { at(seqs, $0, utilization) } }
        guard let most = all.max(by: { ($0.maxNumSeqs, $0.maxModelLen) < ($1.maxNumSeqs, $1.maxModelLen) }),
          let longest = all.max(by: { ($0.maxModelLen, $0.maxNumSeqs) < ($1.maxModelLen, $1.maxNumSeqs) })
        else { return [] }
        return longest.maxModelLen > most.maxModelLen ? [most, longest] : [most]
      }
    default: return []
    }
  }

  /// The candidate with its figures, as `fit` would have them; nil where it does not start or lacks what is demanded.
  private func measured(_ candidate: Candidate) -> Candidate? {
    let deployment = space.deployment(of: candidate)
    let evaluation = deployment.evaluate()
    let gates = space.gates
    guard deployment.unknown(evaluation) == nil,
      gates.admitsTight ? evaluation.starts : evaluation.startsSurely
    else { return nil }
    var left: Bytes?
    for stage in evaluation.stages {
      guard let room = deployment.room(beside: stage, evaluation) else { continue }
      let beside = room.after.best - stage.afterBudget.best
      left = min(left ?? beside, beside)
    }
    if let least = gates.minHeadroom, let left, left < least { return nil }
    if let least = gates.minKVTokens, let tokens = evaluation.tokens, tokens < least { return nil }
    if let least = gates.minConcurrency {
      guard Double(candidate.maxNumSeqs) >= least, evaluation.maxConcurrency ?? .infinity >= least else { return nil }
    }
    let requests = evaluation.maxConcurrency.map { _ in evaluation.requests(of: candidate.maxModelLen) }
    if gates.guaranteesFullLength, let requests, requests < candidate.maxNumSeqs { return nil }
    var result = candidate
    result.figures.accelerators = evaluation.parallelism.worldSize
    result.figures.isTight = !evaluation.startsSurely
    result.figures.concurrency = evaluation.maxConcurrency
    result.figures.tokens = evaluation.tokens
    result.figures.allTokens = (evaluation.tokens ?? 0) * candidate.layout.data
    result.figures.requests = min(candidate.maxNumSeqs, requests ?? .max) * candidate.layout.data
    result.figures.headroom = left
    result.figures.loss = candidate.loss(in: space.starts[candidate.start])
    return result
  }
}
