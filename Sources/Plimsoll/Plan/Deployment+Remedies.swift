extension Deployment {
  /// Changes that make this deployment start for sure, each planned again, in order of least loss.
  func remedies() -> [Remedy] {
    let base = evaluate()
    return kept(candidates(base), base)
  }

  /// Of candidates those that start for sure.
  func kept(_ candidates: [Candidate], _ base: Evaluation?) -> [Remedy] {
    var found: [Remedy] = []
    for candidate in candidates {
      let evaluation = candidate.deployment.evaluate(reusing: base)
      guard evaluation.startsSurely else { continue }
      found.append(
        Remedy(
          arguments: candidate.arguments, accelerators: candidate.accelerators, verdict: .fits,
          tokens: evaluation.tokens, changes: candidate.changes))
    }
    return found.enumerated().sorted {
      ($0.element.changes, $0.offset) < ($1.element.changes, $1.offset)
    }.map(\.element)
  }

  struct Candidate {
    var arguments: [String]
    var deployment: Deployment
    var changes: Remedy.Loss
    var accelerators: Int?
  }

  func candidates(_ base: Evaluation) -> [Candidate] {
    var list: [Candidate] = []
    func add(
      _ changes: Remedy.Loss, _ arguments: [String], accelerators: Int? = nil,
      _ change: (inout ServeFlags) -> Void
    ) {
      list.append(
        Candidate(
          arguments: arguments, deployment: with(change), changes: changes, accelerators: accelerators))
    }
    let now = base.flags
    if let utilization = leastUtilization(base) {
      add(.nothing, ["--gpu-memory-utilization", Self.text(utilization)]) { $0.gpuMemoryUtilization = utilization }
    }
    if now.maxNumBatchedTokens > 2048 {
      add(.speed, ["--max-num-batched-tokens", "2048"]) { $0.maxNumBatchedTokens = 2048 }
    }
    for seqs in [128, 64, 32, 16, 8] where seqs < now.maxNumSeqs && seqs <= now.maxNumBatchedTokens {
      let trial = with { $0.maxNumSeqs = seqs }
      if trial.evaluate(reusing: base).startsSurely {
        add(.speed, ["--max-num-seqs", String(seqs)]) { $0.maxNumSeqs = seqs }
        break
      }
    }
    if let length = shorterLength() {
      add(.context, ["--max-model-len", String(length)]) { $0.maxModelLen = .tokens(length) }
    }
    if flags.kvCacheDType == nil || flags.kvCacheDType == .auto {
      let eightBit = with { $0.kvCacheDType = .fp8 }
      if eightBit.evaluate().startsSurely {
        add(.output, ["--kv-cache-dtype", "fp8"]) { $0.kvCacheDType = .fp8 }
      } else if let length = eightBit.shorterLength(), length > (shorterLength() ?? 0) {
        add(.output, ["--kv-cache-dtype", "fp8", "--max-model-len", String(length)]) {
          $0.kvCacheDType = .fp8
          $0.maxModelLen = .tokens(length)
        }
      }
    }
    for (tensor, pipeline) in Self.layouts where tensor * pipeline > now.parallelism.worldSize {
      var arguments = ["--tensor-parallel-size", String(tensor)]
      if pipeline > 1 { arguments += ["--pipeline-parallel-size", String(pipeline)] }
      let trial = with {
        $0.tensorParallelSize = tensor
        $0.pipelineParallelSize = pipeline
      }
      guard trial.evaluate(reusing: base).startsSurely else { continue }
      add(.hardware, arguments, accelerators: tensor * pipeline) {
        $0.tensorParallelSize = tensor
        $0.pipelineParallelSize = pipeline
      }
      break
    }
    if flags.enforceEager != true { add(.eager, ["--enforce-eager"]) { $0.enforceEager = true } }
    return list
  }

  /// The least utilization, in whole hundredths above the one asked, at which it surely starts.
  private func leastUtilization(_ base: Evaluation) -> Double? {
    guard total != nil, availableKVCacheMemory == nil, flags.kvCacheMemoryBytes == nil else { return nil }
    let asked = resolved.gpuMemoryUtilization
    for hundredths in 1...99 {
      let utilization = Double(hundredths) / 100
      // Up where the cache is short, down where the start or what follows the budget is.
      guard (utilization - asked).magnitude > 0.0001 else { continue }
      if with({ $0.gpuMemoryUtilization = utilization }).evaluate(reusing: base).startsSurely { return utilization }
    }
    return nil
  }

  /// The longest length that memory surely admits and the model allows, in whole 1,024 tokens.
  func shorterLength() -> Int? {
    let evaluation = evaluate()
    let own = flags.derivedMaxModelLen(for: FlagContext(model), release: release)
    let longest = min(evaluation.longestRequestSurely ?? own, own)
    let whole = longest / 1024 * 1024
    return whole >= 1024 && whole < evaluation.maxModelLen ? whole : nil
  }

  /// A utilization as a person writes it.
  static func text(_ utilization: Double) -> String {
    let thousandths = Int(utilization * 1000 + 0.5)
    return thousandths % 10 == 0 ? Bytes.fixed(utilization, 2) : Bytes.fixed(utilization, 3)
  }
}
