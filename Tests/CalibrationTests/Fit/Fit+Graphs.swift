import Foundation

@testable import Plimsoll

extension Fit {
  /// The pool of CUDA graphs.
  static let graphs =
    [
      part("graphBase", "regression over printed pools, each source weighing the same", column: 0),
      part("graphBase", through: "0.11.0", "as graphBase: kernels are loaded in the capture", column: 1),
      part("graphPerLayer", "as graphBase", column: 2),
      part("graphPerLayerReduced", "as graphBase", column: 3),
      part("graphPerLayerQuantized", "as graphBase", column: 4),
      part("graphPerLayerLatent", "as graphBase", column: 5),
      shares("graphShares") { !$0.hasStates && !$0.isQuantized && !$0.work.usesExperts },
      shares("graphSharesOther") { !$0.hasStates && ($0.isQuantized || $0.work.usesExperts) },
      shares("graphSharesStates") { $0.hasStates },
    ]

  private static func part(_ name: String, through: String? = nil, _ how: String, column: Int) -> Fit {
    Fit(name, through: through, how) { $0.pools(column) }
  }

  private static func shares(_ name: String, _ isWanted: @escaping @Sendable (Case) -> Bool) -> Fit {
    Fit(name, "printed pools and printed estimates of them, by what is worked out") { fit in
      let pools = [\Start.Printed.graphs, \Start.Printed.estimatedGraphs].flatMap { path in
        fit.samples { c in
          guard isWanted(c), !c.start.isInferred, c.numGraphs > 0, let printed = c.start.printed[keyPath: path],
            printed >= 0.05
          else { return nil }
          let margin = fit.terms(of: c).fitted.graphMargin.gib
          return (printed + margin) / (c.work.cudaGraphs(fit.terms(of: c)).best.gib + margin)
        }
      }
      return pools.shares(prior: 0.4)
    }
  }
}

extension Case {
  var numGraphs: Int { work.numPieceGraphs + work.numFullGraphs }

  /// The printed pool; 0.11.2 and 0.12 print differences of free memory, often negative.
  fileprivate var pool: Bytes? {
    guard let printed = start.printed.graphs, printed > 0.05, !isIntegrated, !hasStates, !start.isInferred,
      isBefore("0.11.1") || !isBefore("0.13.0")
    else { return nil }
    return Bytes(gib: printed)
  }

  /// What each coefficient is multiplied with, in MiB.
  fileprivate var parts: [Double] {
    let all = Double(numGraphs * work.numLayers) / 1024
    var latent = 0
    for group in work.layers { if case .latentAttention = group.mixer { latent += group.count } }
    let isOld = isBefore("0.11.1")
    return [
      isOld ? 0 : 1, isOld ? 1 : 0, all, tensor > 1 ? all : 0, isQuantized ? all : 0,
      Double(numGraphs * latent) / 1024,
    ]
  }
}

extension Refit {
  /// One coefficient of the regression: relative errors, of which large ones count less, and each source the same.
  fileprivate func pools(_ column: Int) -> Fitted? {
    let known = cases.compactMap { c in c.pool.map { (case: c, parts: c.parts, pool: $0.mib) } }
    let counts = Dictionary(grouping: known, by: \.case.start.source).mapValues(\.count)
    let shown = known.filter { $0.parts[column] > 0 }
    guard !shown.isEmpty else { return nil }
    var result = [Double](repeating: 0, count: 6)
    var weights = known.map { 1 / (Double(counts[$0.case.start.source] ?? 1) * $0.pool * $0.pool) }
    for _ in 0..<20 {
      result = Self.leastSquares(known.map(\.parts), known.map(\.pool), weights)
      weights = known.map { item in
        let error = abs(Self.product(item.parts, result) / item.pool - 1)
        return 1 / (Double(counts[item.case.start.source] ?? 1) * item.pool * item.pool * max(0.1, error))
      }
    }
    let errors = shown.map { item in
      Sample(
        id: item.case.start.id, source: item.case.start.source,
        value: abs(Self.product(item.parts, result) / item.pool - 1))
    }
    return Fitted(
      best: Int((max(0, result[column]) / 4).rounded() * 4), starts: Set(errors.map(\.id)).sorted(),
      sources: Set(errors.map(\.source)).count, residual: Int((errors.bySource.median * 100).rounded()))
  }

  private static func product(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).map(*).reduce(0, +) }

  /// Weighted least squares by elimination; a coefficient that no row shows is zero.
  private static func leastSquares(_ rows: [[Double]], _ values: [Double], _ weights: [Double]) -> [Double] {
    let count = rows[0].count
    var system = [[Double]](repeating: [Double](repeating: 0, count: count + 1), count: count)
    for (index, row) in rows.enumerated() {
      for i in 0..<count {
        for j in 0..<count { system[i][j] += weights[index] * row[i] * row[j] }
        system[i][count] += weights[index] * row[i] * values[index]
      }
    }
    for i in 0..<count {
      guard let pivot = (i..<count).max(by: { abs(system[$0][i]) < abs(system[$1][i]) }), abs(system[pivot][i]) > 1e-12
      else { continue }
      system.swapAt(i, pivot)
      for j in 0..<count where j != i {
        let factor = system[j][i] / system[i][i]
        for k in i...count { system[j][k] -= factor * system[i][k] }
      }
    }
    return (0..<count).map { abs(system[$0][$0]) > 1e-12 ? system[$0][count] / system[$0][$0] : 0 }
  }
}
