extension Deployment {
  /// Changes that make this deployment start for sure, each planned again, in order of least loss.
  func remedies(_ base: Evaluation) -> [Remedy] { kept(candidates(base), base) }

  /// Of candidates those that start for sure.
  func kept(_ candidates: [Candidate], _ base: Evaluation?) -> [Remedy] {
    var found: [Remedy] = []
    for candidate in candidates {
      let evaluation = candidate.evaluation ?? candidate.deployment.evaluate(reusing: base)
      guard evaluation.startsSurely else { continue }
      found.append(
        Remedy(
          arguments: candidate.arguments, accelerators: candidate.accelerators, verdict: .fits,
          tokens: evaluation.tokens, changes: candidate.changes))
    }
    return found.ordered { $0.changes < $1.changes }
  }

  struct Candidate {
    var arguments: [String]
    var deployment: Deployment
    /// What came of it, where that is known already.
    var evaluation: Evaluation?
    var changes: Remedy.Loss
    var accelerators: Int?
  }

  func candidates(_ base: Evaluation) -> [Candidate] {
    var list: [Candidate] = []
    func add(
      _ changes: Remedy.Loss, _ arguments: [String], accelerators: Int? = nil, evaluation: Evaluation? = nil,
      _ change: (inout ServeFlags) -> Void
    ) {
      list.append(
        Candidate(
          arguments: arguments, deployment: with(change), evaluation: evaluation, changes: changes,
          accelerators: accelerators))
    }
    let now = base.flags
    if let utilization = nearestUtilization(base) {
      add(.nothing, ["--gpu-memory-utilization", Self.text(utilization)]) { $0.gpuMemoryUtilization = utilization }
    }
    if let override = now.numGPUBlocksOverride, let pool = base.pool {
      // No fewer than a request needs, and else what there surely is room for.
      let needed = pool.blocksPerRequest(length: base.maxModelLen) + (pool.reservesNullBlock ? 1 : 0)
      let blocks = override < needed ? needed : pool.numBlocks(available: base.availableAtWorst)
      if blocks != override {
        add(.nothing, ["--num-gpu-blocks-override", String(blocks)]) { $0.numGPUBlocksOverride = blocks }
      }
    }
    if let given = now.kvCacheMemoryBytes, let pool = base.pool {
      let needed = pool.need(length: base.maxModelLen) + (pool.reservesNullBlock ? pool.largestBlock : .zero)
      if given < needed {
        let whole = (needed.count + (1 << 20) - 1) >> 20
        add(.nothing, ["--kv-cache-memory-bytes", "\(whole)M"]) { $0.kvCacheMemoryBytes = .mib(whole) }
      }
    }
    if now.maxNumBatchedTokens > 2048 {
      add(.speed, ["--max-num-batched-tokens", "2048"]) { $0.maxNumBatchedTokens = 2048 }
    }
    // Fewer sequences, and where that is not enough a smaller batch with them.
    let batches = now.maxNumBatchedTokens > 2048 ? [now.maxNumBatchedTokens, 2048] : [now.maxNumBatchedTokens]
    search: for batch in batches {
      for seqs in [128, 64, 32, 16, 8] where seqs < now.maxNumSeqs && seqs <= batch {
        let change = { (flags: inout ServeFlags) in
          flags.maxNumSeqs = seqs
          if batch != now.maxNumBatchedTokens { flags.maxNumBatchedTokens = batch }
        }
        let result = with(change).evaluate(reusing: base)
        guard result.startsSurely else { continue }
        let smaller = batch == now.maxNumBatchedTokens ? [] : ["--max-num-batched-tokens", String(batch)]
        add(.speed, smaller + ["--max-num-seqs", String(seqs)], evaluation: result, change)
        break search
      }
    }
    let shorter = shorterLength(base)
    if let length = shorter {
      add(.context, ["--max-model-len", String(length)]) { $0.maxModelLen = .tokens(length) }
    }
    if let (utilization, length) = shorterLengthAtSafeUtilization(base) {
      add(
        .context, ["--gpu-memory-utilization", Self.text(utilization), "--max-model-len", String(length)]
      ) {
        $0.gpuMemoryUtilization = utilization
        $0.maxModelLen = .tokens(length)
      }
    }
    if flags.kvCacheDType == nil || flags.kvCacheDType == .auto {
      let eightBit = with { $0.kvCacheDType = .fp8 }
      let result = eightBit.evaluate(reusing: base)
      if result.startsSurely {
        add(.output, ["--kv-cache-dtype", "fp8"], evaluation: result) { $0.kvCacheDType = .fp8 }
      } else if let length = eightBit.shorterLength(result), length > (shorter ?? 0) {
        add(.output, ["--kv-cache-dtype", "fp8", "--max-model-len", String(length)]) {
          $0.kvCacheDType = .fp8
          $0.maxModelLen = .tokens(length)
        }
      }
    }
    for (tensor, pipeline) in Self.layouts where accelerators(tensor, pipeline) > now.parallelism.worldSize {
      var arguments = ["--tensor-parallel-size", String(tensor)]
      if pipeline > 1 { arguments += ["--pipeline-parallel-size", String(pipeline)] }
      let trial = with {
        $0.tensorParallelSize = tensor
        $0.pipelineParallelSize = pipeline
      }
      let result = trial.evaluate(reusing: base)
      var utilization: Double?
      if !result.startsSurely {
        guard result.violations.isEmpty, let nearest = trial.nearestUtilization(result) else { continue }
        utilization = nearest
        arguments += ["--gpu-memory-utilization", Self.text(nearest)]
      }
      add(
        .hardware, arguments, accelerators: accelerators(tensor, pipeline),
        evaluation: utilization == nil ? result : nil
      ) {
        $0.tensorParallelSize = tensor
        $0.pipelineParallelSize = pipeline
        if let utilization { $0.gpuMemoryUtilization = utilization }
      }
      break
    }
    if flags.enforceEager != true { add(.eager, ["--enforce-eager"]) { $0.enforceEager = true } }
    return list
  }

  /// The utilization nearest to the one asked, in whole hundredths, at which it surely starts: up where the cache is
  /// short, down where the start or what follows the budget is.
  private func nearestUtilization(_ base: Evaluation) -> Double? {
    guard total != nil, availableKVCacheMemory == nil, flags.kvCacheMemoryBytes == nil else { return nil }
    func checks(_ hundredths: Int) -> Evaluation.Checks {
      self.checks(base, utilization: Double(hundredths) / 100)
    }
    // More memory asked only helps the cache, and only harms what has to lie outside of it.
    let most = largest(upTo: 99) { hundredths in
      let checks = checks(hundredths)
      return max(checks.startup, checks.afterBudget) == .passes
    }
    let tooLittle = largest(upTo: most) { hundredths in
      let checks = checks(hundredths)
      return max(checks.kvCache, checks.mambaBlocks) > .passes
    }
    guard tooLittle < most else { return nil }
    let asked = Int(base.flags.gpuMemoryUtilization * 100 + 0.5)
    let nearest = min(max(asked, tooLittle + 1), most)
    let utilization = Double(nearest) / 100
    guard (utilization - base.flags.gpuMemoryUtilization).magnitude > 0.0001 else { return nil }
    return with { $0.gpuMemoryUtilization = utilization }.evaluate(reusing: base).startsSurely ? utilization : nil
  }

  /// Where the memory asked for leaves too little outside of it for any length: the most that leaves enough, and the
  /// longest length with it.
  private func shorterLengthAtSafeUtilization(_ base: Evaluation) -> (utilization: Double, length: Int)? {
    guard total != nil, availableKVCacheMemory == nil, flags.kvCacheMemoryBytes == nil else { return nil }
    guard max(base.checks.startup, base.checks.afterBudget) > .passes else { return nil }
    let most = largest(upTo: 99) { hundredths in
      let checks = checks(base, utilization: Double(hundredths) / 100)
      return max(checks.startup, checks.afterBudget) == .passes
    }
    let utilization = Double(most) / 100
    guard most > 0, utilization < base.flags.gpuMemoryUtilization else { return nil }
    let trial = with { $0.gpuMemoryUtilization = utilization }
    return trial.shorterLength(trial.evaluate(reusing: base, checksRules: false)).map { (utilization, $0) }
  }

  /// The longest length that memory surely admits and the model allows, in whole 1,024 tokens.
  func shorterLength(_ evaluation: Evaluation) -> Int? {
    let own = flags.derivedMaxModelLen(for: evaluation.context, release: release)
    let longest = min(evaluation.longestRequestSurely ?? own, own)
    let whole = longest / 1024 * 1024
    // Less than a sixteenth of what was asked is another service.
    let least = max(1024, min(evaluation.maxModelLen, own) / 16)
    return whole >= least && whole < evaluation.maxModelLen ? whole : nil
  }

  /// A utilization as a person writes it.
  static func text(_ utilization: Double) -> String {
    let thousandths = Int(utilization * 1000 + 0.5)
    return thousandths % 10 == 0 ? Bytes.fixed(utilization, 2) : Bytes.fixed(utilization, 3)
  }
}
