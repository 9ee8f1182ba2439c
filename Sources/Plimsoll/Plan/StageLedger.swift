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
  /// The memory that vLLM asks for: total × utilization; nil where the total is not known.
  public var requested: Bytes?
  public var total: Bytes?
  /// What is left for the cache.
  public var kvCache: Estimate
  /// What features take, each also counted in the term that it names.
  public var features: [FeatureMemory]

  /// Free memory when vLLM looks first, at the best and at the 99 % end.
  func free(measured: Bytes?) -> (best: Bytes, worst: Bytes)? {
    if let measured { return (measured, measured) }
    guard let total else { return nil }
    return (total - startCost.best, total - startCost.worst)
  }
}

extension StageLedger {
  /// The peak as the release prints it ("peak activation"): since 0.27 with what was taken off for graphs
  /// (`determine_available_memory` of v1/worker/gpu_worker.py sets `peak_activation_memory` to the sum).
  public func printedPeak(_ rule: BudgetRule) -> Estimate {
    rule.subtraction == .consumed && cudaGraphsInsideBudget ? activation.adding(cudaGraphs) : activation
  }

  /// The term that leaves the KV memory most open, by the name that `--measured` knows; nil where all are measured.
  var widestTerm: String? {
    let terms = [
      ("activation", activation), ("non_torch", nonTorch), ("cuda_graphs", cudaGraphsInsideBudget ? cudaGraphs : .zero),
    ]
    let widest = terms.max { $0.1.worst - $0.1.best < $1.1.worst - $1.1.best }
    return widest.flatMap { $0.1.worst > $0.1.best ? $0.0 : nil }
  }
}
