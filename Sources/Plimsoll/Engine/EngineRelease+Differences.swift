extension EngineRelease {
  /// A rule in which two releases differ, and the figures of a comparison that it moves.
  public struct Difference: Hashable, Sendable {
    /// Keys of the figures.
    public var moves: [String]
    /// What one release does and the other does not.
    public var text: String
  }

  /// How this release and another come to different figures, in words.
  public func differences(from other: EngineRelease) -> [Difference] {
    var found: [Difference] = []
    func rule(_ moves: String, _ text: String, _ holds: (EngineRelease) -> Bool) {
      let (own, others) = (holds(self), holds(other))
      guard own != others else { return }
      let (with, without) = own ? (name, other.name) : (other.name, name)
      found.append(Difference(moves: moves.words, text: "\(with) \(text), \(without) does not"))
    }
    func differs(_ moves: String, _ text: String, _ areEqual: Bool) {
      if !areEqual { found.append(Difference(moves: moves.words, text: "\(other.name) and \(name) \(text)")) }
    }
    if budget.defaultGPUMemoryUtilization != other.budget.defaultGPUMemoryUtilization {
      let (own, others) = (budget.defaultGPUMemoryUtilization, other.budget.defaultGPUMemoryUtilization)
      found.append(
        Difference(
          moves: ["gpu_memory_utilization"],
          text: "the default of --gpu-memory-utilization is \(Deployment.text(others)) in \(other.name) and "
            + "\(Deployment.text(own)) in \(name)"))
    }
    rule("requested", "rounds the request up to whole bytes") { $0.budget.requestedRoundsUp }
    rule("verdict", "refuses a start with less free memory than requested") { $0.budget.startupCheck }
    rule("kv_cache activation persistent_buffers", "takes off all that free memory fell by, the runner's buffers too") {
      $0.budget.subtraction == .consumed
    }
    rule("kv_cache", "takes off everything on the card, other processes too") {
      $0.budget.subtraction == .peakOfDevice
    }
    rule("start_cost", "makes communicators before it first looks at memory") {
      $0.budget.snapshotAfterCommunicators
    }
    rule("activation", "makes cuBLAS's handles before it first looks at memory") { $0.budget.snapshotAfterBLASHandles }
    rule("graphs_taken_off", "takes an estimate of CUDA graphs off the cache by default") {
      $0.cudagraphEstimate.isOnByDefault == true
    }
    rule("graphs_taken_off", "estimates graphs under the V2 runner") { $0.cudagraphEstimate.v2RunnerEstimates }
    rule("max_model_len_by_memory verdict", "keeps one block back in the fit check") { $0.cache.reservesNullBlock }
    rule("blocks_per_request", "has windows reserve tokens for every step in flight") {
      $0.cache.inFlight == .concurrentBatches
    }
    rule("blocks_per_request", "caches prefixes of models with states by default") { $0.cache.hybridPrefixCaching }
    rule("block_bytes blocks_per_request", "lets windows and full layers share a pool in groups") {
      $0.cache.hasHybridManager
    }
    rule("blocks_per_request", "counts the blocks of all groups for a request") {
      $0.cache.needed == .sumOfGroups
    }
    rule("tokens", "prints tokens as concurrency times length") { $0.cache.printedTokens == .concurrencyTimesLength }
    differs("block_bytes", "size groups of layers differently", cache.groupSize == other.cache.groupSize)
    differs("max_num_seqs max_num_batched_tokens", "have other default batches", batch == other.batch)
    differs("cuda_graphs", "capture other batch sizes", captureSizes == other.captureSizes)
    differs("runner", "take the V2 runner for other models", runner == other.runner)
    differs("max_model_len", "derive the longest request differently", length == other.length)
    differs(
      "activation persistent_buffers", "profile experts, sampler or encoder differently",
      terms == other.terms && profile == other.profile)
    differs("non_torch", "were seen to grow differently outside PyTorch", terms.fitted == other.terms.fitted)
    return found
  }
}
