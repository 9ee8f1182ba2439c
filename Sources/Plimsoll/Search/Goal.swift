/// What matters most to the user; ties go to the next thing, and at last to the order in which cells are tried.
public enum Goal: String, Hashable, Sendable, CaseIterable {
  /// The longest requests.
  case context
  /// The most requests at once.
  case concurrency
  /// The most memory left beside vLLM.
  case headroom
  /// The fewest GPUs, or the least money where prices are given.
  case cost
  /// A good share of the best in each of these, at the least cost.
  case balanced
}
