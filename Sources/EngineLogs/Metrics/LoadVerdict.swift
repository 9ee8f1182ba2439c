/// What holds an engine back, or that nothing does.
package enum LoadVerdict: String, CaseIterable, Hashable, Sendable {
  /// Requests wait for cache, or lose it again.
  case kvBound = "kv-bound"
  /// Requests wait for a seat (`--max-num-seqs`) while the cache has room.
  case seatBound = "seat-bound"
  /// Requests wait for their turn in steps that are full (`--max-num-batched-tokens`).
  case prefillBound = "prefill-bound"
  /// The server is not the one that was planned.
  case drifted
  /// It has more than the load takes.
  case oversized
  case healthy
  case noLoad = "no-load"
  /// It does not tell what a verdict needs.
  case unknown

  /// Whether a limit was crossed that someone has to act on.
  package var isCrossed: Bool {
    switch self {
    case .kvBound, .seatBound, .prefillBound, .drifted: true
    case .oversized, .healthy, .noLoad, .unknown: false
    }
  }
}

/// Where the lines are drawn.
///
/// The scheduler admits a waiting request unless the seats are taken, the cache cannot hold its prompt, or the step's
/// tokens are spent (`vllm/v1/core/sched/scheduler.py Scheduler.schedule`, 0.33.0): one of the three holds back a queue.
package struct LoadLimits: Hashable, Sendable {
  /// A cache that is fuller than this is full: prompts are longer than a block.
  package static let fullCache = 0.95
  /// A cache that is less full than this has room for any queue.
  package static let roomyCache = 0.7
  /// An engine that uses less than this of its cache at its busiest has twice what it needs.
  package static let idleCache = 0.4
  /// A shorter queue may be what came since the last step.
  package static let queue = 5.0

  /// `--max-num-seqs` of one engine; nil where no plan says it.
  package var seats: Double?
  /// `--max-num-batched-tokens` of one engine.
  package var stepTokens: Double?
  /// Tokens that the cache of one engine holds.
  package var cacheTokens: Double?

  package init(seats: Double? = nil, stepTokens: Double? = nil, cacheTokens: Double? = nil) {
    self.seats = seats
    self.stepTokens = stepTokens
    self.cacheTokens = cacheTokens
  }

  /// What holds the engine back, by its load alone.
  ///
  /// - Parameter busiest: The most of the cache that was in use over so long a time that it tells the engine's size;
  ///   nil where it was not looked at for long.
  package func verdict(_ load: EngineLoad, busiest: Double?) -> LoadVerdict {
    guard let running = load.runningEach, let use = load.cacheUse else { return .unknown }
    let waiting = load.waitingEach ?? 0
    if load.preemptionsPerMinute ?? 0 > 0 { return .kvBound }
    if waiting > 0 {
      if use > Self.fullCache || isShort(of: load.promptLength, use) { return .kvBound }
      if let seats {
        if running >= seats { return .seatBound }
        if takesFullSteps(load) || waiting >= Self.queue { return .prefillBound }
      } else if takesFullSteps(load) {
        return .prefillBound
      } else if use < Self.roomyCache {
        return .seatBound
      }
    }
    if running + waiting == 0 { return .noLoad }
    if waiting == 0, load.seconds != nil, takesFullSteps(load), use < Self.roomyCache { return .prefillBound }
    if let busiest, busiest < Self.idleCache, waiting == 0 { return .oversized }
    return .healthy
  }

  /// Whether what is free is less than a prompt, which has to fit whole (`scheduler_reserve_full_isl`).
  private func isShort(of prompt: Double?, _ use: Double) -> Bool {
    guard let prompt, let cacheTokens, use >= Self.roomyCache else { return false }
    return (1 - use) * cacheTokens < prompt
  }

  /// Whether the median step took about all the tokens that it may: it is in the bucket that they are in, and more
  /// than one token of each request that runs, which are no prompts.
  private func takesFullSteps(_ load: EngineLoad) -> Bool {
    guard let stepTokens, let step = load.medianStep, load.runningEach ?? 0 <= step.above else { return false }
    return step.above < stepTokens && stepTokens <= step.most && step.above * 2 >= stepTokens
  }
}
