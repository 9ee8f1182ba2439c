import Foundation

@testable import Plimsoll

/// Every start as it is predicted with coefficients that its own source had no part in.
enum Unseen {
  /// All coefficients, worked out again without a source.
  static let refits: [String: Refit] = {
    let sources = Set(Start.all.map(\.source)).union(Observation.all.map(\.source))
    return sources.reduce(into: [:]) { refits, source in refits[source] = try? Refit(without: source) }
  }()

  static let results: [Outcome] = Case.all.filter(\.isCompared).compactMap { c in
    refits[c.start.source].map { Outcome(of: c, with: $0.coefficients) }
  }
}
