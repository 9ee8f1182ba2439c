// One place for each sentence that a recommendation says of a flag.

extension Recommender {
  /// Why each flag of the set has its value.
  func reasons(_ found: Recommendation) -> [FlagReason] {
    let (deployment, evaluation) = (found.deployment, found.evaluation)
    let plan = deployment.limits(evaluation)
    let marginal = deployment.marginal(evaluation)
    return ServeFlags.descriptors.filter { $0.isGiven(in: deployment.flags) }.map { descriptor in
      switch descriptor.name {
      case "--gpu-memory-utilization": utilization(found, plan, marginal)
      case "--max-model-len": length(found, plan, marginal)
      case "--max-num-seqs": sequences(found, plan, marginal)
      case "--max-num-batched-tokens": batch(found, marginal)
      case "--kv-cache-dtype": cacheType(found)
      case "--enable-prefix-caching": prefixes(found)
      case "--tensor-parallel-size", "--pipeline-parallel-size", "--data-parallel-size", "--enable-expert-parallel":
        layout(descriptor.name, found)
      default:
        FlagReason(
          flag: descriptor.name,
          why: (descriptor.isGiven(in: request.deployment.flags) ? "as asked: " : "allowed: ") + descriptor.effect,
          changes: descriptor.name == "--enforce-eager" ? .eager : .nothing)
      }
    }
  }

  private func isAsked(_ read: (ServeFlags) -> Bool) -> Bool { read(request.deployment.flags) }

  private func utilization(_ found: Recommendation, _ limits: Plan.Limits, _ more: Plan.Marginal?) -> FlagReason {
    let now = found.evaluation.flags.gpuMemoryUtilization
    let name = found.deployment.release.name
    let origin: String
    if isAsked({ $0.gpuMemoryUtilization != nil }) {
      origin = "as asked"
    } else if (now - defaultUtilization).magnitude < 0.0001 {
      origin = "the default of vLLM \(name)"
    } else if now < defaultUtilization {
      origin = "below the default of vLLM \(name), \(Deployment.text(defaultUtilization)), for what is to stay free"
    } else {
      origin = "above the default of vLLM \(name), at which nothing fits"
    }
    var reason = FlagReason(flag: "--gpu-memory-utilization", why: origin, changes: .nothing)
    if let left = found.reserve.left {
      reason.why +=
        "; at the worst \(left.text) stay free beside what vLLM allocates outside of it, of which "
        + "\(found.reserve.text) are advised"
    }
    let step = more?.utilization001.map { "each 0.01 is \($0.text) of KV cache" } ?? "more KV cache"
    reason.above = step + (limits.utilization.map { ", and from \(Deployment.text($0.max)) on the start fails" } ?? "")
    reason.below = limits.utilization.map { "under \(Deployment.text($0.min)) not one request fits" }
    return reason
  }

  private func length(_ found: Recommendation, _ limits: Plan.Limits, _ more: Plan.Marginal?) -> FlagReason {
    let now = found.evaluation.maxModelLen
    let own = found.deployment.flags
    let most = {
      var open = own
      open.maxModelLen = nil
      return open
    }()
    .derivedMaxModelLen(for: found.evaluation.context, release: found.deployment.release)
    let why =
      isAsked({ $0.maxModelLen != nil })
      ? "as asked"
      : now >= most
        ? "the model's own maximum"
        : "the longest that surely fits, in steps of 1,024; the model would take \(Deployment.grouped(most))"
    var reason = FlagReason(flag: "--max-model-len", why: why, changes: .context)
    if now < most {
      reason.above =
        limits.maxModelLenByMemory.map {
          "the KV cache admits \(Deployment.grouped($0)) by the best estimate, not by the pessimistic one"
        } ?? "memory sets no bound"
      if let bound = limits.maxModelLenByMemory, bound >= most, let more {
        reason.above = "1,024 more tokens are \(more.modelLen1024.text) of one request"
      }
    } else {
      reason.above = "vLLM refuses it"
    }
    reason.below = "longer requests are refused; no memory is freed, since blocks are taken as a request grows"
    return reason
  }

  private func sequences(_ found: Recommendation, _ limits: Plan.Limits, _ more: Plan.Marginal?) -> FlagReason {
    let now = found.evaluation.flags.maxNumSeqs
    var open = found.deployment
    open.flags.maxNumSeqs = nil
    let usual = open.resolved.maxNumSeqs
    var why: String
    if isAsked({ $0.maxNumSeqs != nil }) {
      why = "as asked"
    } else if let fit = found.workload {
      let sustained = Deployment.grouped(fit.sustained())
      why =
        "of the workload the pool surely sustains \(sustained) at once (full \(Workload.percent(fit.full(at: now))) of the "
        + "time with \(Deployment.grouped(now)))"
      if now < fit.sustained() {
        let isEnough = request.concurrency.map { now * fit.engines >= $0 } ?? false
        why += isEnough ? ", and more are not wished for" : ", down to a batch size that is captured"
      }
    } else if request.guaranteesFullLength {
      why = "so many can all be at full length at once, and none is ever preempted"
    } else if now == usual {
      why = "the engine's default, kept since no workload is stated"
    } else {
      why =
        "below the engine's default of \(Deployment.grouped(usual)), which would take the memory of a start or of longer "
        + "requests"
    }
    var reason = FlagReason(flag: "--max-num-seqs", why: why, changes: .speed)
    let cost = more.map { "each takes \($0.oneMoreSequence.text) of KV cache, and " } ?? ""
    reason.above = cost + "requests that the pool has no room for are preempted and computed again"
    reason.below = "more requests wait for a seat"
    return reason
  }

  private func batch(_ found: Recommendation, _ more: Plan.Marginal?) -> FlagReason {
    let now = found.evaluation.flags.maxNumBatchedTokens
    var open = found.deployment
    open.flags.maxNumBatchedTokens = nil
    let isUsual = open.resolved.maxNumBatchedTokens == now
    let why =
      isAsked({ $0.maxNumBatchedTokens != nil })
      ? "as asked"
      : isUsual || now > 2048
        ? "the engine's default for this GPU" : "below the engine's default, with which nothing fits"
    var reason = FlagReason(flag: "--max-num-batched-tokens", why: why, changes: .speed)
    let cost = more.map { "1,024 more take \($0.batchedTokens1024.text) of KV cache; " } ?? ""
    reason.above = cost + "long prompts are read in fewer steps, and tokens of others wait longer for each"
    reason.below = "under 2,048 prompts are read slowly, which is not worth the KV cache that it gives"
    return reason
  }

  private func cacheType(_ found: Recommendation) -> FlagReason {
    var reason = FlagReason(
      flag: "--kv-cache-dtype",
      why: isAsked({ $0.kvCacheDType != nil })
        ? "as asked"
        : found.evaluation.flags.kvCacheDType == .auto ? "the model's own type" : "allowed, and better for the goal",
      changes: .output)
    if !found.evaluation.flags.kvCacheDType.isQuantized {
      reason.below = "fp8 halves what most caches take, and changes what the model answers"
    }
    return reason
  }

  private func prefixes(_ found: Recommendation) -> FlagReason {
    let isOn = found.evaluation.flags.enablePrefixCaching
    let origin = isAsked({ $0.enablePrefixCaching != nil }) ? "as asked" : "the engine's default, stated"
    let reserve = Deployment.grouped(request.prefixReserve)
    let kept =
      request.prefixReserve > 0
      ? "\(reserve) tokens of the cache are kept out of the figures for prefixes of ended requests (--prefix-reserve)"
      : "blocks of ended requests are reused until they are needed; none are kept for it (--prefix-reserve)"
    return FlagReason(
      flag: "--enable-prefix-caching", why: isOn ? origin + "; " + kept : origin + ": prefixes are computed each time",
      changes: .speed)
  }

  private func layout(_ name: String, _ found: Recommendation) -> FlagReason {
    let parallelism = found.evaluation.parallelism
    let weights = found.evaluation.stages.map(\.loaded.best).max() ?? .zero
    let isGiven = ServeFlags.descriptors.first { $0.name == name }?.isGiven(in: request.deployment.flags) == true
    let origin = isGiven ? "as asked" : "best for the goal \(request.goal.rawValue) on up to \(request.count) GPUs"
    var reason = FlagReason(flag: name, why: origin, changes: .hardware)
    switch name {
    case "--tensor-parallel-size":
      reason.why += "; each GPU holds \(weights.text) of weights"
      reason.above = "less weight a GPU and more traffic between them; heads have to divide"
      reason.below = parallelism.tensor > 1 ? "more weight a GPU, fewer GPUs an engine" : nil
    case "--pipeline-parallel-size":
      reason.why +=
        "; stages of \(found.evaluation.stages.first?.layers.count ?? 0) layers, between nodes where there are several"
      reason.above = "less weight a GPU, and a token waits for more stages"
    case "--data-parallel-size":
      reason.why += "; so many engines, each with a pool and seats of its own"
      reason.above = "more requests at once, none of them longer"
    default:
      reason.why += "; experts lie whole on ranks"
      reason.changes = .speed
    }
    return reason
  }
}

extension WorkloadFit {
  /// The share of time for which the pool is full with so many running.
  func full(at requests: Int) -> Double { footprint.overflow(of: blocks, at: requests) }
}

extension Reserve {
  /// What is advised, and of what.
  public var text: String {
    var parts = [base.text]
    if work.drafted > .zero { parts.append("\(work.drafted.text) for logits of drafted tokens") }
    if work.adapter > .zero { parts.append("\(work.adapter.text) for a LoRA adapter on its way in") }
    if work.promptLogprobs > .zero { parts.append("\(work.promptLogprobs.text) for prompt_logprobs") }
    return parts.joined(separator: " + ")
  }
}
