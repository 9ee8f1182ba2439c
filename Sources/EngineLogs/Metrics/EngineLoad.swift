import Plimsoll

/// What an engine does, from one look at it or from two with time between them.
package struct EngineLoad: Sendable {
  package var engine: String
  package var model: String?
  package var place: String
  package var running: Double?
  /// Requests that wait for a seat, for cache or for their turn in a step.
  package var waiting: Double?
  /// Requests that wait for something else.
  package var deferred: Double?
  /// The share of the cache's blocks in use.
  package var cacheUse: Double?
  /// Seconds between the looks; nil after one look, whose counters are since the engine started.
  package var seconds: Double?
  package var preemptions: Double?
  package var preemptionsPerMinute: Double?
  package var promptTokensPerSecond: Double?
  package var generationTokensPerSecond: Double?
  package var finishedPerSecond: Double?
  /// Of tokens that were looked up in the prefix cache, the share that was there.
  package var prefixHitRate: Double?
  /// Of drafted tokens, the share that was accepted.
  package var acceptance: Double?
  /// Mean lengths of requests that finished, seconds to the first token and in the queue.
  package var promptLength: Double?
  package var outputLength: Double?
  package var firstToken: Double?
  package var queueTime: Double?
  /// The bucket that the median step's tokens fall in: more than the first, at most the second.
  package var medianStep: (above: Double, most: Double)?
  /// The engine began anew between the looks.
  package var restarted = false
  package var isAsleep: Bool
  package var sample: EngineSample

  /// Those of one engine, where a line tells of several together.
  package var runningEach: Double? { running.map { $0 / Double(sample.engines) } }
  package var waitingEach: Double? { waiting.map { $0 / Double(sample.engines) } }

  /// - Parameters:
  ///   - before: The same engine at the last look.
  ///   - seconds: Between the looks.
  package init(_ now: EngineSample, since before: EngineSample? = nil, seconds: Double = 0) {
    (engine, model, place, isAsleep, sample) = (now.engine, now.model, now.place, now.isAsleep, now)
    running = now[.running]
    deferred = now.deferred
    waiting = now[.waiting].map { max(0, $0 - (now.deferred ?? 0)) }
    cacheUse = now.cacheUse
    preemptions = now.covers == nil ? now[.preemptions] : nil

    var old = before
    // What a log's line tells of ten seconds falls as it grows.
    if let last = before, now.covers == nil {
      // A counter that fell began again: what it says now is since then (Prometheus' `rate` takes it so).
      restarted = EngineMetric.allCases.contains { metric in
        metric.isCounter && (last[metric]).map { $0 > now[metric] ?? .infinity } ?? false
      }
      if restarted { old = EngineSample() }
    }
    let span: Double? = now.covers ?? (before != nil && seconds > 0 ? seconds : nil)
    self.seconds = span
    /// What a counter grew by, where there is a time for it.
    func growth(_ metric: EngineMetric) -> Double? {
      guard span != nil, let value = now[metric] else { return nil }
      return now.covers != nil ? value : value - (old?[metric] ?? 0)
    }
    func rate(_ metric: EngineMetric) -> Double? { growth(metric).flatMap { value in span.map { value / $0 } } }
    /// A quotient of two sums, over the time between the looks where anything happened in it, else over all time.
    func quotient(_ above: (EngineSample) -> Double?, _ below: (EngineSample) -> Double?) -> Double? {
      guard let top = above(now), let bottom = below(now) else { return nil }
      if let old, let first = above(old), let second = below(old), bottom > second {
        return (top - first) / (bottom - second)
      }
      return bottom > 0 ? top / bottom : nil
    }
    /// A part of a whole: a page on which it is more than that tells nothing of it.
    func share(_ part: (EngineSample) -> Double?, _ whole: (EngineSample) -> Double?) -> Double? {
      quotient(part, whole).flatMap { (0...1).contains($0) ? $0 : nil }
    }
    func mean(_ metric: EngineMetric) -> Double? { quotient({ $0[metric] }, { $0.count(metric) }) }

    preemptionsPerMinute = rate(.preemptions).map { $0 * 60 }
    promptTokensPerSecond = rate(.promptTokens)
    generationTokensPerSecond = rate(.generationTokens)
    finishedPerSecond = rate(.finished)
    prefixHitRate = share({ $0.prefixHits }, { $0.prefixQueries })
    acceptance = share({ $0[.acceptedTokens] }, { $0[.draftedTokens] })
    promptLength = mean(.promptLength)
    outputLength = mean(.outputLength)
    firstToken = mean(.firstToken)
    queueTime = mean(.queueTime)
    medianStep = Self.median(now.steps, since: old?.steps ?? [])
  }

  /// The bucket of the median, over what was added since an earlier look where anything was.
  private static func median(
    _ now: [(most: Double, count: Double)], since old: [(most: Double, count: Double)]
  ) -> (above: Double, most: Double)? {
    let isSame = now.count == old.count && zip(now, old).allSatisfy { $0.most == $1.most && $0.count >= $1.count }
    var counts = isSame ? zip(now, old).map { $0.count - $1.count } : now.map(\.count)
    if let last = counts.last, last <= 0 { counts = now.map(\.count) }
    guard let all = counts.last, all > 0, let place = counts.firstIndex(where: { $0 * 2 >= all }) else { return nil }
    return (place > 0 ? now[place - 1].most : 0, now[place].most)
  }
}
