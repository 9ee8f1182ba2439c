/// Where the memory of one rank of a pipeline stage goes, in the order in which vLLM spends it.
public struct StageLedger: Hashable, Sendable {
  public var stage: Int
  public var layers: Range<Int>
  public var blockBytes: Bytes
  public var weights: Weights
  /// The weights as printed, with the allocator's rounding.
  public var loaded: Estimate
  public var activation: Estimate
  public var persistentBuffers: Estimate
  public var nonTorch: Estimate
  public var cudaGraphs: Estimate
  public var cudaGraphsInsideBudget: Bool
  public var afterBudget: Estimate
  public var startCost: Estimate
  /// The memory that CUDA reports; nil where it is not known.
  public var totalEstimate: Estimate?
  /// The memory that vLLM asks for: total × utilization; nil where the total is not known.
  public var requestedEstimate: Estimate?
  /// What is left for the cache.
  public var kvCache: Estimate
  /// What features take, each also counted in the term that it names.
  public var features: [FeatureMemory]
  /// How far a record of this site knows the cache; nil without one.
  var width: Calibration.Width?

  /// The memory that CUDA reports, by the best estimate.
  public var total: Bytes? { totalEstimate?.best }
  /// The memory that vLLM asks for, by the best estimate.
  public var requested: Bytes? { requestedEstimate?.best }

  /// Free memory when vLLM looks first, at the best and at the 99 % end.
  func free(measured: Bytes?) -> (best: Bytes, worst: Bytes)? {
    if let measured { return (measured, measured) }
    guard let total = totalEstimate else { return nil }
    return (total.best - startCost.best, total.worst - startCost.worst)
  }

  /// What of it lies outside the requested memory.
  ///
  /// Of a card with less memory less is asked for; where the free memory was measured, one with more is the worse.
  func outside(measured: Bytes?) -> (best: Bytes, worst: Bytes)? {
    guard let free = free(measured: measured), let requested = requestedEstimate else { return nil }
    return (free.best - requested.best, free.worst - (measured == nil ? requested.worst : requested.high))
  }
}

extension StageLedger {
  /// The peak as the release prints it ("peak activation"): since 0.27 with what was taken off for graphs
  /// (`determine_available_memory` of v1/worker/gpu_worker.py sets `peak_activation_memory` to the sum).
  public func printedPeak(_ rule: BudgetRule) -> Estimate {
    rule.subtraction == .consumed && cudaGraphsInsideBudget ? activation.adding(cudaGraphs) : activation
  }
}
