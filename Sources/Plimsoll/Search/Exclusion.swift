/// A part of a space in which nothing is valid, and why.
public struct Exclusion: Hashable, Sendable {
  /// The rule's name, as findings have it.
  public var code: String
  /// The reason in words, with its numbers.
  public var reason: String
  /// The start that it was met at.
  public var start: Int
  /// The layouts that it excludes, the first met first.
  public var layouts: [Layout]
  /// Part of it is not modelled: no answer either way.
  public var isUnknown = false
}

/// What a search found.
public struct Solution: Hashable, Sendable {
  /// The best of the valid configurations, the best first.
  public var best: [Candidate] = []
  /// Those that no other is better than in everything: GPUs or cost, length, requests, and what is given up.
  public var front: [Candidate] = []
  /// Cells of which it is decided whether they are valid; of an axis of which the most is asked one stands for all.
  public var cells = 0
  /// Times that terms were counted for cells: what a search does beside comparing numbers.
  var evaluations = 0
  /// Valid configurations found.
  public var valid = 0
  public var exclusions: [Exclusion] = []
}
