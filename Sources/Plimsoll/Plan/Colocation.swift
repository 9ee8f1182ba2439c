/// Several models on the same accelerators: a part of the memory for each, and the order in which to start them.
///
/// A later engine starts on what the earlier ones leave. Its start-up check asks that `total · utilization` be free
/// (vLLM `request_memory`); what others hold is not taken off its cache where the release counts growth since its own
/// first look, and is where it counts all that is on the device (``BudgetRule/Subtraction``).
public struct Colocation: Sendable {
  /// The models in the order in which to start them; empty where there is no room for all, or one is refused.
  public var placed: [Placed] = []
  /// What each needs at least, in the order given.
  public var needs: [Need]
  /// What is free before the first start; nil where the card's memory is not known.
  public var free: Bytes?
  /// The plan of the first that cannot be placed whatever the memory: refused, or not modelled.
  public var refused: (index: Int, plan: Plan)?

  /// A model with its part of the memory.
  public struct Placed: Sendable {
    /// Which one of those given.
    public var index: Int
    /// `--gpu-memory-utilization` to start it with; nil where its cache is given in bytes.
    public var utilization: Double?
    /// The same as `--kv-cache-memory-bytes`, where the release has it.
    public var cacheBytes: Bytes?
    /// What is free when it starts, at the pessimistic end.
    public var free: Bytes
    /// What it holds of an accelerator once it serves, at the pessimistic end.
    public var held: Bytes
    /// The plan on what is free.
    public var plan: Plan
  }

  /// What a model needs beside others.
  public struct Need: Hashable, Sendable {
    /// The least utilization with which one request of full length fits at the pessimistic end; nil for none.
    public var least: Double?
    /// What it holds of an accelerator then.
    public var bytes: Bytes
    /// A flag fixes its part.
    public var isFixed: Bool
  }

  /// - Parameter weights: How what is left beyond the least of each is shared.
  public init(_ deployments: [Deployment], weights: [Int]) {
    needs = []
    free = deployments.first.flatMap { $0.measured.free ?? $0.freeMemory ?? $0.total }
    var evaluations: [Evaluation] = []
    for (index, deployment) in deployments.enumerated() {
      let evaluation = deployment.evaluate()
      evaluations.append(evaluation)
      let isRefused = deployment.unknown(evaluation) != nil || !deployment.refusals(evaluation).isEmpty
      if refused == nil, isRefused || evaluation.pool == nil || evaluation.stages.isEmpty {
        refused = (index, Planner.plan(deployment))
      }
    }
    guard refused == nil, let free, let total = deployments.first?.total, total > .zero else { return }
    for steps in [100, 1000] {
      needs = zip(deployments, evaluations).map { $0.need(beside: $1, steps: steps) }
      guard let parts = Self.parts(needs, free: free, total: total, steps: steps, weights: weights) else { continue }
      place(deployments, evaluations, parts, steps: steps)
      return
    }
  }

  /// The steps of utilization of each: the least, and its share of what is left; nil where there is no room.
  private static func parts(
    _ needs: [Need], free: Bytes, total: Bytes, steps: Int, weights: [Int]
  ) -> [Int]? {
    var left = free
    for need in needs {
      guard need.least != nil || need.isFixed else { return nil }
      left -= need.bytes
    }
    guard left >= .zero else { return nil }
    let shared = needs.indices.filter { !needs[$0].isFixed }
    var parts = needs.map { need in Int(((need.least ?? 0) * Double(steps)).rounded()) }
    let all = shared.reduce(0) { $0 + weights[$1] }
    let extra = Int(Double(left.count) / Double(total.count) * Double(steps))
    var (sum, given) = (0, 0)
    for index in shared where all > 0 {
      sum += weights[index]
      let upTo = extra * sum / all
      parts[index] += upTo - given
      given = upTo
    }
    return parts
  }

  /// Starts one after the other, those that ask for most first: the checks of later ones see less memory.
  private mutating func place(_ deployments: [Deployment], _ evaluations: [Evaluation], _ parts: [Int], steps: Int) {
    guard var left = free else { return }
    let order = deployments.indices.sorted { (parts[$1], $0) < (parts[$0], $1) }
    for index in order {
      var deployment = deployments[index]
      let cost = evaluations[index].stages.map(\.startCost.worst).max() ?? .zero
      let countsOthers = deployment.release.budget.subtraction == .peakOfDevice
      let others = (free ?? left) - left
      var flag: Double?
      if deployment.flags.kvCacheMemoryBytes == nil, let total = deployment.total {
        var share = Double(parts[index]) / Double(steps)
        if let fixed = deployment.flags.gpuMemoryUtilization { share = fixed }
        flag = share
        if countsOthers, deployment.flags.gpuMemoryUtilization == nil {
          // What others hold is taken for its own: its utilization is of all that is held, cut to a step.
          let held = Double(others.count) / Double(total.count)
          let whole = Double(Int((held + share) * Double(steps))) / Double(steps)
          flag = whole
          share = whole - held
        } else if countsOthers {
          share -= Double(others.count) / Double(total.count)
        }
        deployment.flags.gpuMemoryUtilization = share
      }
      deployment.measured.free = nil
      deployment.freeMemory = countsOthers ? left : left - cost
      let plan = Planner.plan(deployment)
      let held = deployment.held(plan.evaluation)
      placed.append(
        Placed(
          index: index, utilization: flag, cacheBytes: flag == nil ? nil : deployment.cacheInBytes(plan.evaluation),
          free: left - (countsOthers ? .zero : cost), held: held, plan: plan))
      left -= held
    }
  }

  /// What all hold of an accelerator, at the pessimistic end.
  public var held: Bytes { placed.reduce(.zero) { $0 + $1.held } }

  /// The worst verdict of all.
  public var verdict: Verdict {
    if let refused { return refused.plan.verdict }
    let found = placed.map(\.plan.verdict)
    for verdict in [Verdict.unknown, .refused, .doesNotFit, .tight] where found.contains(verdict) { return verdict }
    return placed.isEmpty ? .doesNotFit : .fits
  }
}

extension Deployment {
  /// What a rank holds once it serves, at the pessimistic end: what it asked for, and what lies outside.
  fileprivate func held(_ evaluation: Evaluation) -> Bytes {
    var most = Bytes.zero
    for stage in evaluation.stages {
      let inside =
        evaluation.givenCache(of: stage).map { cache in
          stage.loaded.worst + stage.activation.worst + stage.persistentBuffers.worst + stage.nonTorch.worst + cache
        } ?? (stage.requested ?? .zero)
      most = max(most, inside + outside(stage))
    }
    return most
  }

  /// What lies outside the requested memory: context, what comes after the budget, and what a release does not count.
  private func outside(_ stage: StageLedger) -> Bytes {
    switch release.budget.subtraction {
    case .consumed: stage.afterBudget.worst + stage.startCost.worst
    case .nonKVIncrease: stage.afterBudget.worst + stage.startCost.worst + stage.persistentBuffers.worst
    case .peakOfDevice: stage.afterBudget.worst
    }
  }

  /// The least part of the memory with which one request of full length fits, or what flags fix.
  fileprivate func need(beside evaluation: Evaluation, steps: Int) -> Colocation.Need {
    if flags.kvCacheMemoryBytes != nil || flags.gpuMemoryUtilization != nil {
      return Colocation.Need(least: flags.gpuMemoryUtilization, bytes: held(evaluation), isFixed: true)
    }
    func passes(_ step: Int) -> Bool {
      let checks = self.checks(evaluation, utilization: Double(step) / Double(steps))
      return max(checks.kvCache, checks.mambaBlocks) == .passes
    }
    let below = largest(upTo: steps) { !passes($0) }
    var bytes = evaluation.stages.map(outside).max() ?? .zero
    guard below < steps, let total else { return Colocation.Need(least: nil, bytes: bytes, isFixed: false) }
    let least = Double(below + 1) / Double(steps)
    bytes += release.budget.requested(ofTotal: total, utilization: least)
    return Colocation.Need(least: least, bytes: bytes, isFixed: false)
  }

  /// The cache at the pessimistic end as `--kv-cache-memory-bytes`, in whole MiB, where it starts with that.
  fileprivate func cacheInBytes(_ evaluation: Evaluation) -> Bytes? {
    let flag = "--kv-cache-memory-bytes"
    guard !release.vocabulary.lacks.contains(where: { $0.name == flag }),
      let least = evaluation.stages.map(\.kvCache.worst).min(), least > .mib(1)
    else { return nil }
    let cache = Bytes((least.count >> 20) << 20)
    let trial = with {
      $0.kvCacheMemoryBytes = cache
      $0.gpuMemoryUtilization = nil
    }
    return trial.evaluate().startsSurely ? cache : nil
  }
}
