import Catalog
import Foundation
import ModelFiles
import Plimsoll

// How many cells a second of a core the search decides, beside a plain loop of the same arithmetic on the same numbers.

/// Seconds of this process on a core: what others do beside it counts as little as can be.
func seconds(_ body: () -> Void) -> Double {
  let start = clock()
  body()
  return Double(clock() - start) / Double(CLOCKS_PER_SEC)
}

func space(_ model: String, lengths: Int, seqs: Int, shares: Int) throws -> SearchSpace {
  let preset = try Catalog.model(named: model)
  let shape = try ArchitectureTable.shape(of: preset.config, quantization: preset.quantization)
  let deployment = Deployment(model: shape, device: try Catalog.gpu(named: "h100-80gb-sxm"))
  var space = SearchSpace([SearchSpace.Start(deployment, count: 8)])
  let longest = deployment.resolved.maxModelLen
  space.lengths = .each((1...lengths).map { max(1, longest * $0 / lengths) })
  space.sequences = .each((1...seqs).map { 1_024 * $0 / seqs })
  space.utilizations = (0..<shares).map { 0.5 + 0.45 * Double($0) / Double(shares) }
  space.batchedTokens = [2_048, 8_192]
  return space
}

/// The comparisons of a cell in one loop over bare numbers: budget, need, tables, blocks, requests.
func plainLoop(cells: Int) -> (seconds: Double, sum: Int) {
  let lengths = (1...64).map { 2_000 * $0 }
  let needs = lengths.map { ($0 + 15) / 16 * 2_097_152 }
  let budgets = (0..<64).map { 60_000_000_000 + $0 * 100_000_000 }
  var sum = 0
  let time = seconds {
    var done = 0
    var round = 0
    while done < cells {
      let spent = 20_000_000_000 + (round & 1_023) * 1_000_000
      for budget in budgets {
        let cache = budget - spent
        let worst = cache - 700_000_000
        let beside = 85_000_000_000 - budget
        for index in 0..<64 {
          if cache < needs[index] + 2_097_152 || beside < lengths[index] * 8 { continue }
          let blocks = cache / 2_097_152
          let requests = (blocks - 1) / (needs[index] / 2_097_152)
          sum &+= requests &+ (worst < needs[index] ? 1 : 0)
        }
      }
      done += budgets.count * 64
      round += 1
    }
  }
  return (time, sum)
}

func report(_ name: String, _ space: SearchSpace) -> Int {
  let solver = Solver(space)
  var solution: Solution?
  let time = seconds { solution = solver.solve(for: .balanced) }
  let cells = solution?.cells ?? 0
  let rate = Double(cells) / time / 1e6
  print(name, cells, "cells,", solution?.valid ?? 0, "valid,", String(format: "%.3f s, %.2f M cells/s", time, rate))
  return cells
}

for round in 1...2 {
  print("round", round)
  let cells = report("llama-3.1-8b 64 x 8 x 50  ", try space("llama-3.1-8b", lengths: 64, seqs: 8, shares: 50))
  _ = report("llama-3.1-8b 128 x 8 x 100", try space("llama-3.1-8b", lengths: 128, seqs: 8, shares: 100))
  _ = report("deepseek-v2-lite          ", try space("deepseek-v2-lite-chat", lengths: 64, seqs: 8, shares: 50))
  _ = report("gemma-3-27b (windows)     ", try space("gemma-3-27b-it", lengths: 64, seqs: 8, shares: 50))
  let plain = plainLoop(cells: cells)
  print(String(format: "plain loop %.2f M cells/s (sum %d)", Double(cells) / plain.seconds / 1e6, plain.sum))
}
