/// What a recommendation is asked for.
public struct RecommendRequest: Hashable, Sendable {
  /// The model on its GPU, with the flags that are settled; what is left open is recommended.
  public var deployment: Deployment
  /// GPUs that there are, over all nodes.
  public var count: Int
  public var goal = Goal.balanced
  /// The requests that it is to serve; nil where they are not stated.
  public var workload: Workload?
  /// Requests that are to run at once, over all engines.
  public var concurrency: Int?
  /// Tokens of the cache that are kept for prefixes of requests that have ended.
  public var prefixReserve = 0
  /// Every sequence is to reach full length at once.
  public var guaranteesFullLength = false
  /// Requests ask for `prompt_logprobs`.
  public var servesPromptLogprobs = false
  /// More engines than the flags say may be started: not where others replicate the one.
  public var mayAddEngines = true
  /// What changes the output or the speed of every step and may be chosen all the same.
  public var allowsFP8KV = false
  public var allowsEager = false
  public var gates = SearchSpace.Gates()

  public init(_ deployment: Deployment, count: Int) {
    self.deployment = deployment
    self.count = count
  }
}

/// One flag set, and why it is that one.
public struct Recommendation: Hashable, Sendable {
  /// Every flag that matters stated; it starts at the pessimistic end of every estimate.
  public var deployment: Deployment
  @Boxed public var evaluation: Evaluation
  public var reserve: Reserve
  /// Why each flag has its value, in the order in which they are written.
  public var reasons: [FlagReason] = []
  /// What a user should know beside: a wish that is not met, a step beyond a default.
  public var findings: [Finding] = []
  /// Blocks of one engine that running requests can hold, at the pessimistic end and without those kept for prefixes.
  public var blocks = 0
  /// Whole requests of one engine at once, by length.
  public var capacities: [Capacity] = []
  /// What the workload comes to, at the pessimistic end.
  public var workload: WorkloadFit?

  /// Requests of a length that are held at once.
  public struct Capacity: Hashable, Sendable {
    public var length: Int
    public var requests: Int
  }
}

/// Why a flag has its value, and what another would do.
public struct FlagReason: Hashable, Sendable {
  /// The flag's long name.
  public var flag: String
  public var why: String
  public var above: String?
  public var below: String?
  /// What another value changes.
  public var changes: Remedy.Loss

  /// All of it in one line.
  public var text: String {
    let parts = [why, above.map { "above: " + $0 }, below.map { "below: " + $0 }].compactMap { $0 }
    return parts.joined(separator: "; ") + "; changes " + (changes == .eager ? "speed" : changes.rawValue)
  }
}

/// Memory that stays free outside of what vLLM asks for, beside what it allocates there at the worst.
public struct Reserve: Hashable, Sendable {
  /// The larger of 1 GiB and 2 % of the GPU: what nobody counts, such as another process's context, fragments, a larger
  /// library of a newer driver.
  public var base: Bytes
  public var work: UnprofiledWork
  /// What stays in fact, at the pessimistic end, on the stage with the least; nil where the total is not known.
  public var left: Bytes?

  /// What is to stay free: the base, and room for the work that is not profiled.
  public var asked: Bytes { base + work.sum }
  /// Whether anything stays at all.
  var isAbove: Bool { left.map { $0 >= .zero } ?? true }
  /// Whether as much stays as is asked.
  public var isKept: Bool { left.map { $0 >= asked } ?? true }
}

extension Deployment {
  /// What is to stay free whatever the flags: 1 GiB, or 2 % of a larger GPU.
  var leastReserve: Bytes { max(.gib(1), Bytes((total?.count ?? 0) / 50)) }

  /// What is to stay free, and what does.
  func reserve(_ evaluation: Evaluation, servesPromptLogprobs: Bool) -> Reserve {
    let work = UnprofiledWork(evaluation, of: model, dtype: modelDType, servesPromptLogprobs: servesPromptLogprobs)
    var least: Bytes?
    for stage in evaluation.stages {
      guard let free = stage.free(measured: knownFree(evaluation.parallelism)), let requested = stage.requested else {
        break
      }
      let uncounted = release.budget.subtraction == .nonKVIncrease ? stage.persistentBuffers.best : .zero
      let claimed = evaluation.givenCache(of: stage).map(stage.claimed) ?? (requested + uncounted)
      let left = free.worst - claimed - stage.afterBudget.worst
      least = least.map { min($0, left) } ?? left
    }
    return Reserve(base: leastReserve, work: work, left: least)
  }
}
