extension RankWork {
  /// What the runner keeps for as long as it runs, beside weights and cache.
  ///
  /// - penalties of the V2 runner, last stage: S·(4·V + 4·⌈V/32⌉), and the grammar's bit mask and request tables
  ///   (vLLM 0.33.0 `v1/worker/gpu/sample/`)
  /// - 13 B a batched token; the hand-over between pipeline stages, 2·T·H·a on all but the first
  /// - the workspace of routed experts or of sparse attention, whichever asks for more; it is never given back, one for each part that a batch is cut into
  ///   (`fused_moe/modular_kernel.py`, `v1/worker/workspace.py`)
  /// - what the balancer of experts keeps, and what drafting tokens does
  ///
  /// - rows of the V1 runner's top-k kernel (`v1/sample/ops/topk_topp_triton.py`)
  ///
  /// - Parameter isWorkspaceInside: The workspace and those rows are part of the profile's peak, and not counted here.
  public func persistentBuffers(_ terms: MeasuredTerms, isWorkspaceInside: Bool = false) -> Estimate {
    let workspace =
      isWorkspaceInside ? .zero : max(expertWorkspace(), attentionWorkspace) * microBatches + keptRows(terms)
    let exact =
      Bytes(penalties() + 13 * maxNumBatchedTokens + handOver()) + workspace + expertBalancer() + speculativeBuffers()
    return Estimate(
      low: exact.scaled(95, over: 100), best: exact, high: exact.scaled(110, over: 100) + .mib(32), basis: .analytic)
  }

  private func penalties() -> Int {
    guard usesV2ModelRunner, computesLogits else { return 0 }
    let mask = 4 * vocabSize.dividedRoundingUp(by: 32)
    // Allowed ids, bias ids and biases, stop ids, bad words and their offsets, log-probability ids of a request.
    let tables = 4096 * 4 + 512 + 516 + 512
    return maxNumSeqs * (4 * vocabSize + mask + (numSpeculativeTokens + 1) * (mask + 4) + tables)
  }

  private func handOver() -> Int {
    stage > 0 ? 2 * maxNumBatchedTokens * hiddenSize * dtype.size.count : 0
  }
}
