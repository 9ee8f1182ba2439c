/// A term that is not known to the byte, in words, with the flag that puts a measured figure in its place.
struct OpenTerm {
  var words: String
  var flag: String
  var amount: Estimate

  /// How far the 99 % end lies from the best estimate.
  var reach: Bytes { max(amount.worst - amount.best, amount.best - amount.worst) }
}

extension StageLedger {
  /// The terms that come off the cache and are not known exactly.
  func openTerms(_ rule: BudgetRule) -> [OpenTerm] {
    var terms = [
      OpenTerm(words: "the activation peak", flag: "--measured activation=SIZE", amount: activation),
      OpenTerm(words: "memory outside PyTorch", flag: "--measured non_torch=SIZE", amount: nonTorch),
    ]
    if rule.subtraction == .consumed {
      terms.append(
        OpenTerm(words: "buffers", flag: "--measured persistent_buffers=SIZE", amount: persistentBuffers))
    }
    if cudaGraphsInsideBudget {
      terms.append(OpenTerm(words: "CUDA graphs", flag: "--measured cuda_graphs=SIZE", amount: cudaGraphs))
    }
    if let requestedEstimate {
      terms.append(
        OpenTerm(words: "what this card's driver leaves of it", flag: "--gpu-memory SIZE", amount: requestedEstimate))
    }
    return terms
  }

  /// What is gone before vLLM looks first, unless what is free was measured.
  func openStart(isFreeMeasured: Bool) -> [OpenTerm] {
    isFreeMeasured
      ? [] : [OpenTerm(words: "what is held before vLLM starts", flag: "--gpu-free SIZE", amount: startCost)]
  }
}

extension Deployment {
  /// What would narrow the answer most, where it is tight or the cache is known to a quarter of itself or worse.
  func narrowing(_ evaluation: Evaluation) -> Finding? {
    let checks = evaluation.checks
    guard availableKVCacheMemory == nil, checks.worst < .fails, !evaluation.stages.isEmpty else { return nil }
    let stage = evaluation.stages[evaluation.limitingStage]
    let cache = stage.kvCache
    let isWide = cache.best > .zero && (cache.high - cache.low) * 4 > cache.best
    let terms: [OpenTerm]
    if max(checks.kvCache, checks.mambaBlocks) == .tight || checks.worst == .passes && isWide {
      terms = flags.kvCacheMemoryBytes == nil ? stage.openTerms(release.budget) : []
    } else if checks.worst == .tight {
      terms = stage.openStart(isFreeMeasured: (measured.free ?? freeMemory) != nil)
    } else {
      return nil
    }
    guard let widest = terms.max(by: { $0.reach < $1.reach }), widest.reach > .zero else { return nil }
    let amount = widest.amount
    return Finding(
      "estimate-width", .note,
      "the answer rests most on \(widest.words), \(Bytes.fixed(amount.low.gib, 2)) to \(amount.high.gibText): the figure "
        + "that a start's log on this machine prints settles it, with \(widest.flag)")
  }
}
