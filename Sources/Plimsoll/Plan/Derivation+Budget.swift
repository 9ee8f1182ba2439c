extension Deriver {
  /// The KV memory of a stage: what is asked for, less what is taken off.
  func cache(_ stage: StageLedger, isDetailed: Bool) -> Derivation {
    let name = evaluation.stages.count > 1 ? "KV memory of stage \(stage.stage)" : "KV memory of a rank"
    let symbol = evaluation.stages.count > 1 ? "kv\(stage.stage)" : "kv"
    if deployment.availableKVCacheMemory != nil || flags.kvCacheMemoryBytes != nil {
      let isFlag = deployment.availableKVCacheMemory == nil
      return Derivation(
        symbol, name, stage.kvCache, source: isFlag ? source(sources.subtraction) : nil,
        note: isFlag
          ? "--kv-cache-memory-bytes: nothing is measured, and utilization is ignored" : "--available-kv-cache-memory")
    }
    guard let requested = stage.requested, let total = stage.total else {
      return Derivation(symbol, name, stage.kvCache)
    }
    var terms = [
      weights(stage), activation(stage),
      Derivation(
        "non_torch", "growth outside PyTorch", stage.nonTorch,
        source: source(sources.subtraction), note: nonTorchNote),
    ]
    switch release.budget.subtraction {
    case .consumed: terms.insert(buffers(stage), at: 2)
    case .peakOfDevice: terms.append(startCost(stage))
    case .nonKVIncrease: break
    }
    if stage.cudaGraphsInsideBudget { terms.append(graphs(stage)) }
    let shares = isDetailed ? terms : terms.map(\.again)
    let (all, share) = (
      totalNode(total), Derivation("u", "--gpu-memory-utilization", .ratio(flags.gpuMemoryUtilization))
    )
    let asked = Derivation(
      "requested", "what vLLM asks for", .bytes(requested),
      release.budget.requestedRoundsUp ? "⌈total · u⌉" : "⌊total · u⌋", [isDetailed ? all : all.again, share],
      source: source(sources.request), estimate: .exact(requested))
    let formula = shares.reduce("requested") { $0 + " − " + $1.symbol }
    return Derivation(
      symbol, name, stage.kvCache, formula, [asked] + shares, source: source(sources.subtraction),
      note: subtractionNote(stage))
  }

  private func totalNode(_ total: Bytes) -> Derivation {
    let device = deployment.device.totalMemory
    let isGiven = deployment.measured.total != nil || deployment.totalMemory != nil
    return Derivation(
      "total", "the card's memory as CUDA reports it", .exact(total, basis: .measured),
      source: source(sources.snapshot),
      note: isGiven
        ? "as given" : "the preset of \(deployment.device.id) (\(device.evidence.rawValue)): \(device.source)")
  }

  /// What comes off in one release and not in another.
  private func subtractionNote(_ stage: StageLedger) -> String? {
    switch release.budget.subtraction {
    case .consumed:
      return stage.cudaGraphsInsideBudget ? nil : "graphs are not taken off here"
    case .nonKVIncrease:
      return "this release takes off no buffers (\(stage.persistentBuffers.best.text))"
        + (stage.cudaGraphsInsideBudget ? "" : " and no graphs (\(stage.cudaGraphs.best.text))")
    case .peakOfDevice: return "this release takes off all that is on the card, other processes too"
    }
  }

  private var nonTorchNote: String {
    measuredNote(deployment.measured.nonTorch)
      ?? "libraries, channels and fragmentation; by machine, see docs/runtime.md"
  }

  func graphs(_ stage: StageLedger) -> Derivation {
    let place = source(flags.usesV2ModelRunner ? sources.graphsV2 : sources.graphs)
    let name = "pool of CUDA graphs"
    if let note = measuredNote(deployment.measured.cudaGraphs) {
      return Derivation("graphs", name, stage.cudaGraphs, source: place, note: note)
    }
    let work = work(stage)
    let captured = work.numPieceGraphs + work.numFullGraphs
    guard captured > 0 else {
      return Derivation("graphs", name, stage.cudaGraphs, source: place, note: "none are captured")
    }
    let base = release.terms.fitted.graphBase
    let each = (stage.cudaGraphs.best - base).count / captured
    let isWhole = base + Bytes(each * captured) == stage.cudaGraphs.best
    let inputs: [Derivation] = [
      .bytes("base", "what the pool has without layers", base), .bytes("g", "a graph of all layers", Bytes(each)),
      .count("pieces", "graphs between the layers' attention", work.numPieceGraphs),
      .count("whole", "graphs of whole decode batches", work.numFullGraphs),
    ]
    return Derivation(
      "graphs", name, stage.cudaGraphs, isWhole ? "base + g · (pieces + whole)" : nil, isWhole ? inputs : [],
      source: place, note: "fitted; see docs/cuda-graphs.md")
  }

  func buffers(_ stage: StageLedger) -> Derivation {
    let name = "buffers that the runner keeps"
    let place = newest(sources.penalties)
    if let note = measuredNote(deployment.measured.persistentBuffers) {
      return Derivation("buffers", name, stage.persistentBuffers, source: place, note: note)
    }
    let work = work(stage)
    let isInside = release.budget.subtraction != .consumed
    let workspace = isInside ? .zero : max(work.expertWorkspace(), work.attentionWorkspace) * work.microBatches
    let (balancer, drafts) = (work.expertBalancer(), work.speculativeBuffers())
    let kept = isInside ? .zero : work.keptRows(release.terms)
    let rest = stage.persistentBuffers.best - workspace - balancer - drafts - kept
    let hand = stage.stage > 0 ? work.dtype.size * (2 * work.maxNumBatchedTokens * work.hiddenSize) : .zero
    let tables = rest - hand - Bytes(13 * work.maxNumBatchedTokens)
    var parts = [
      Derivation(
        "inputs", "inputs of a step", .bytes(Bytes(13 * work.maxNumBatchedTokens)), "13 · T",
        [.count("T", "max-num-batched-tokens", work.maxNumBatchedTokens)])
    ]
    if tables > .zero, tables.count % work.maxNumSeqs == 0 {
      parts.append(
        Derivation(
          "rows", "the sampler's tables", .bytes(tables), "S · row",
          [
            .count("S", "max-num-seqs", work.maxNumSeqs),
            .bytes(
              "row", "penalties, bit mask and request tables of a sequence", Bytes(tables.count / work.maxNumSeqs)),
          ]))
    } else if tables != .zero {
      parts.append(.bytes("rows", "the sampler's tables", tables))
    }
    if hand > .zero {
      parts.append(
        Derivation(
          "hand_over", "what a stage hands to the next", .bytes(hand), "2 · T · H · a",
          [
            .count("T", "max-num-batched-tokens", work.maxNumBatchedTokens),
            .count("H", "hidden size", work.hiddenSize), .count("a", "bytes of an element", work.dtype.size.count),
          ]))
    }
    if workspace > .zero {
      parts.append(.bytes("workspace", "the shared workspace of experts or attention", workspace))
    }
    if kept > .zero { parts.append(.bytes("kept_rows", "rows of the sampler's top-k kernel", kept)) }
    if balancer > .zero { parts.append(.bytes("balancer", "the balancer of experts", balancer)) }
    if drafts > .zero { parts.append(.bytes("drafts", "what drafting tokens keeps", drafts)) }
    return Derivation(
      "buffers", name, stage.persistentBuffers, Self.sum(parts), parts, source: place,
      note: "see docs/persistent-buffers.md")
  }

  func startCost(_ stage: StageLedger) -> Derivation {
    Derivation(
      "start_cost", "what is gone before vLLM looks first", stage.startCost, source: source(sources.request),
      note: "context and communicators, fitted; see docs/runtime.md")
  }

  /// What a stage's rank runs, as the evaluation made it.
  func work(_ stage: StageLedger) -> RankWork {
    var work = deployment.work(
      stage: stage.stage, range: stage.layers, flags, blockSize: evaluation.placement?.blockSize ?? 16)
    work.attentionWorkspace = evaluation.attentionBuffers.workspace
    return work
  }
}
