extension Deriver {
  /// The bounds of each flag, others as they are.
  var limits: Derivation? {
    guard let limits = plan.limits else { return nil }
    var parts: [Derivation] = []
    func add(_ symbol: String, _ name: String, _ value: Derivation.Value?, _ note: String, _ place: String? = nil) {
      guard let value else { return }
      parts.append(Derivation(symbol, name, value, source: place.map(source), note: note))
    }
    add(
      "max_model_len_by_memory", "longest request that memory admits", limits.maxModelLenByMemory.map { .tokens($0) },
      "the largest length that passes the fit check", sources.fitCheck)
    add(
      "max_model_len", "longest request", limits.maxModelLen.map { .tokens($0) },
      "the lesser of that and the model's own", sources.length)
    add(
      "max_num_seqs_starts", "most sequences with which it starts", limits.maxNumSeqsStarts.map { .count($0) },
      "more of them leave less for the cache; searched up to max-num-batched-tokens")
    add(
      "max_num_seqs_full_length", "most sequences that all reach full length",
      limits.maxNumSeqsFullLength.map { .count($0) }, "whole requests of the pool, less what the sequences cost")
    add(
      "min_accelerators", "fewest accelerators", limits.minAccelerators.map { .count($0) },
      "over TP 1, 2, 4, 8, then stages of eight")
    add(
      "utilization_min", "least utilization", limits.utilization.map { .ratio($0.min) },
      "below it the fit check fails", sources.fitCheck)
    add(
      "utilization_max", "largest utilization", limits.utilization.map { .ratio($0.max) },
      "above it the start-up check fails, or what comes after the budget", sources.request)
    return Derivation("limits", "how far each flag can go", .count(parts.count), nil, parts)
  }

  /// What one more of each of the four flags costs or gives.
  func marginals(_ pool: KVCachePool) -> [Derivation] {
    guard let more = plan.marginal else { return [] }
    let length = evaluation.maxModelLen
    func blocks(_ bytes: Bytes) -> String {
      let block = evaluation.pool?.largestBlock ?? .zero
      guard block > .zero else { return "" }
      return "; \(Bytes.fixed(Double(bytes.count) / Double(block.count), 1)) blocks"
    }
    func spent(
      _ symbol: String, _ name: String, _ value: Bytes, _ change: (inout ResolvedFlags) -> Void, _ note: String
    )
      -> Derivation
    {
      var flags = flags
      let now = deployment.spent(flags)
      change(&flags)
      return Derivation(
        symbol, name, .bytes(value), "then − now",
        [
          .bytes("then", "activation and buffers with it", deployment.spent(flags)),
          .bytes("now", "activation and buffers", now),
        ], note: note + blocks(value))
    }
    var parts = [
      spent(
        "sequence", "--max-num-seqs: one more costs", more.oneMoreSequence, { $0.maxNumSeqs += 1 },
        "its row in the sampler's tables and dummy run; no block is set aside for it"),
      spent(
        "batched_tokens", "--max-num-batched-tokens: 1,024 more cost", more.batchedTokens1024,
        { $0.maxNumBatchedTokens += 1024 }, "a wider dummy batch in the profile"),
      Derivation(
        "model_len", "--max-model-len: 1,024 more need", .bytes(more.modelLen1024), "longer − now",
        [
          .bytes("longer", "the need of one request of 1,024 tokens more", pool.need(length: length + 1024)),
          .bytes("now", "the need of one request", pool.need(length: length)),
        ], note: "the pool stays as it is and must hold one such request" + blocks(more.modelLen1024)),
    ]
    if let step = more.utilization001, let total = deployment.total {
      parts.append(
        Derivation(
          "utilization", "--gpu-memory-utilization: 0.01 more gives", .bytes(step), "⌊total / 100⌋",
          [.bytes("total", "the card's memory", total)],
          note: "until the start-up check fails, or what comes after the budget" + blocks(step)))
    }
    return [Derivation("marginal", "how the four flags pull on each other", .count(parts.count), nil, parts)]
  }
}
