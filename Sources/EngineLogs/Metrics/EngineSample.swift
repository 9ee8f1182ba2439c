package import Plimsoll

/// What one look at a server said of one of its engines.
package struct EngineSample: Sendable {
  /// Its number among those that serve one model; `0` where there is one.
  package var engine = "0"
  package var model: String?
  /// How many engines it tells of together: more than one with `--aggregate-engine-logging`.
  package var engines = 1
  /// What else tells it from engines of other servers that the same page lists: `pod=vllm-1`.
  package var place = ""
  /// The fields of `CacheConfig` as the engine prints them; empty where it tells none.
  package var cacheConfig: [String: String] = [:]
  /// Steps of the engine by the most tokens that they took, as Prometheus counts: each with those before it.
  package var steps: [(most: Double, count: Double)] = []
  /// Seconds that a log's line of statistics covers; nil for a page of metrics, whose counters are since the start.
  package var covers: Double?
  private var values = [Double](repeating: .nan, count: EngineMetric.allCases.count)
  /// How many observations a histogram's sum is of.
  private var counts = [Double](repeating: .nan, count: EngineMetric.allCases.count)

  package init() {}

  /// What it told; nil where it told none, or what is no number.
  package subscript(metric: EngineMetric) -> Double? {
    get {
      let value = values[metric.rawValue]
      return value.isNaN ? nil : value
    }
    set { values[metric.rawValue] = newValue ?? .nan }
  }

  /// Requests that wait for something other than room: an adapter, a transfer of cache, a grammar.
  package var deferred: Double?
  package var isAsleep = false

  package func count(_ metric: EngineMetric) -> Double? {
    let count = counts[metric.rawValue]
    return count.isNaN ? nil : count
  }

  /// The share of the cache in use; releases that have two names for it tell the same under both.
  package var cacheUse: Double? { self[.cacheUse] ?? self[.olderCacheUse] }
  package var prefixQueries: Double? { self[.prefixQueries] ?? self[.olderPrefixQueries] }
  package var prefixHits: Double? { self[.prefixHits] ?? self[.olderPrefixHits] }

  /// A number of the engine's configuration; Python's `None` is none.
  package func configured(_ name: String) -> Int? {
    guard let text = cacheConfig[name], let number = Double(text), number >= 0, number < 1e15 else { return nil }
    return Int(number)
  }

  /// Adds what a further series of a metric says: one for each reason that requests finish for, and the like.
  mutating func add(_ metric: EngineMetric, _ value: Double) { self[metric] = (self[metric] ?? 0) + value }
  mutating func addCount(_ metric: EngineMetric, _ value: Double) {
    counts[metric.rawValue] = (count(metric) ?? 0) + value
  }
}
