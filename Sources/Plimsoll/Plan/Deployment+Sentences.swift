// One place for each sentence that a plan says; rendering adds none of its own.

extension Deployment {
  func startupText(_ evaluation: Evaluation) -> String {
    guard let stage = evaluation.stages.first, let requested = stage.requested, let total = stage.total,
      let free = stage.free(measured: knownFree(evaluation.parallelism))
    else { return "" }
    let share = Self.text(evaluation.flags.gpuMemoryUtilization)
    let known = (measured.free ?? freeMemory) != nil ? "are free" : "are free on an idle card, by estimate"
    return
      "vLLM asks for \(share) of \(total.gibText) = \(requested.gibText) at start and \(free.best.gibText) \(known)"
  }

  func cacheText(_ evaluation: Evaluation) -> String {
    guard let pool = evaluation.pool else { return "" }
    let stage = evaluation.stages[evaluation.limitingStage]
    let length = Self.grouped(evaluation.maxModelLen)
    let need = pool.need(length: evaluation.maxModelLen) + (pool.reservesNullBlock ? stage.blockBytes : .zero)
    let room = evaluation.flags.numGPUBlocksOverride.map { stage.blockBytes * $0 } ?? stage.kvCache.best
    var text = "one request of \(length) tokens needs \(need.gibText) of KV cache and "
    if room <= .zero {
      text += "none is left"
    } else {
      text += "\(room.gibText) is left"
    }
    if let requested = stage.requested, let total = stage.total, availableKVCacheMemory == nil,
      flags.kvCacheMemoryBytes == nil
    {
      let share = Self.text(evaluation.flags.gpuMemoryUtilization)
      text += " of \(requested.gibText), which is \(share) of the \(total.gibText) that CUDA reports"
      if device.marketedGB > 0 { text += " (not of \(device.marketedGB) GB)" }
      text += ", after \(stage.loaded.best.gibText) of weights"
    }
    if evaluation.checks.kvCache == .tight {
      text += "; it fits by the best estimate and not by the pessimistic one (\(stage.kvCache.worst.gibText))"
    }
    return text
  }

  func stateText(_ evaluation: Evaluation) -> String {
    let (seqs, blocks) = (Self.grouped(evaluation.flags.maxNumSeqs), Self.grouped(evaluation.numBlocks))
    let isTight = evaluation.checks.mambaBlocks == .tight
    let doubt = isTight ? " by the best estimate, and fewer by the pessimistic one" : ""
    return "each of \(seqs) sequences (--max-num-seqs) needs a block for its state under full CUDA graphs, "
      + "and there are \(blocks)\(doubt)"
  }

  func afterText(_ evaluation: Evaluation) -> String {
    guard let stage = evaluation.stages.first, let requested = stage.requested,
      let free = stage.free(measured: knownFree(evaluation.parallelism))
    else { return "" }
    if let cache = evaluation.givenCache(of: stage) {
      let other = stage.claimed(cache: .zero) + stage.afterBudget.best
      return "the cache of \(cache.gibText) that is asked for and \(other.gibText) of weights, buffers and work need "
        + "\((cache + other).gibText), and \(free.best.gibText) are free"
    }
    return "outside the \(requested.gibText) asked for, vLLM allocates about \(stage.afterBudget.best.gibText) more "
      + "(block tables, workspaces, graphs) and \((free.best - requested).gibText) is left"
  }

  /// What is worth a warning or a note.
  func notes(_ evaluation: Evaluation) -> [Finding] {
    var notes = flags.unmodelled.map { descriptor in
      Finding(
        "flag-not-modelled", .warning,
        "\(descriptor.name) moves memory and is not part of this estimate: \(descriptor.effect)")
    }
    if measured.weights == nil, let differs = checkpoint?.finding { notes.append(differs) }
    if !calibrations.isEmpty { notes += calibrationNotes(evaluation) }
    notes += flags.retired.filter { RetiredFlags.movingMemory.contains($0) }.map { name in
      Finding("flag-not-modelled", .warning, "\(name) moves memory and is not part of this estimate")
    }
    if flags.lora.enableLoRA == true, model.quantizesExperts {
      notes.append(
        Finding(
          "lora-expert-kernel", .warning,
          "with LoRA vLLM may run quantized experts on another kernel, whose padding is not part of this estimate"))
    }
    if flags.lora.enableTowerConnectorLoRA == true, model.traits.isMultimodal {
      notes.append(
        Finding(
          "flag-not-modelled", .warning,
          "--enable-tower-connector-lora: slots of the encoder are not part of this estimate"))
    }
    notes += speculativeNotes(evaluation)
    if let connector = flags.kvConnector {
      notes.append(
        Finding(
          "kv-connector", connector.supportsGroups == nil ? .warning : .note,
          connector.supportsGroups == nil
            ? "the KV connector \(connector.names.joined(separator: ", ")) is not one of vLLM's: what it takes of the GPU, and "
              + "whether it lets layers keep different tokens, is not known"
            : "buffers that the KV connector registers on the GPU for itself are not part of this estimate"))
    }
    if flags.numGPUBlocksOverride != nil, !release.cache.takesBlocksOverride {
      notes.append(
        Finding(
          "flag-without-effect", .warning,
          "vLLM \(release.name) prints --num-gpu-blocks-override and does not follow it: the pool has the blocks that fit"
        ))
    }
    if let count, count > evaluation.parallelism.worldSize {
      notes.append(
        Finding(
          "unused-accelerators", .warning,
          "the flags use \(evaluation.parallelism.worldSize) of \(count) accelerators; "
            + (flags.tensorParallelSize == nil ? "add" : "raise") + " --tensor-parallel-size, or --data-parallel-size"))
    }
    let parallelism = evaluation.parallelism
    let perNode = max(1, parallelism.worldSize / max(1, nodes))
    if nodes > 1, parallelism.tensor > perNode {
      notes.append(
        Finding(
          "tensor-parallel-across-nodes", .warning,
          "tensor parallel size \(parallelism.tensor) spans nodes of \(perNode) GPUs, so that each layer waits twice for the "
            + "network between them; --tensor-parallel-size \(perNode) --pipeline-parallel-size "
            + "\(parallelism.pipeline * (parallelism.tensor / perNode)) waits once a stage"))
    }
    if let given = totalMemory, device.marketedGB > 0 {
      let sizes = [device.marketedGB] + device.alsoMarketedGB
      let isMarketing = sizes.contains { given == .gib($0) || given.count == $0 * 1_000_000_000 }
      if isMarketing {
        let seen = device.totalMemory.bytes.map { "; CUDA reports about \($0.gibText) on this card" } ?? ""
        notes.append(
          Finding("marketing-size", .warning, "--gpu-memory \(given.gibText) is the size on the box\(seen)"))
      }
    }
    if device.backend == .rocm {
      notes.append(
        Finding(
          "rocm-estimated", .warning,
          "ROCm's attention backends are taken to read blocks like Triton's; fitted terms come from NVIDIA starts"))
    }
    notes += quantizationNotes
    let context = FlagContext(model)
    let own = flags.derivedMaxModelLen(for: context, release: release)
    if let window = context.slidingWindow, window > own, flags.disableSlidingWindow != true {
      notes.append(
        Finding(
          "window-past-length", .note,
          "the attention window of \(Self.grouped(window)) tokens is wider than the model's \(Self.grouped(own)): no token "
            + "leaves it"))
    }
    if evaluation.flags.fitsMaxModelLen {
      notes.append(
        Finding(
          "length-fitted", .note,
          "--max-model-len auto: vLLM shortens the length to \(Self.grouped(evaluation.maxModelLen)) here"))
    }
    return notes
  }

  /// A whole number with thousands separated.
  public static func grouped(_ number: Int) -> String {
    let digits = String(number.magnitude)
    var text = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { text += "," }
      text.append(digit)
    }
    return number < 0 ? "-" + text : text
  }
}

extension ModelShape {
  /// Whether routed experts are stored in fewer bits than the model computes in.
  var quantizesExperts: Bool {
    layers.contains { group in
      group.modules.contains { if case .experts = $0.kind { $0.scheme != .unquantized } else { false } }
    }
  }
}

extension Plan {
  /// The verdict in one sentence.
  var sentence: String {
    switch verdict {
    case .fits, .tight:
      let start =
        if verdict == .fits {
          "fits"
        } else if evaluation.startsSurely, case .newer(let row) = deployment.release.standing {
          "fits by the rules of \(row), and \(deployment.release.name) may have others"
        } else {
          "fits by the best estimate, not by the pessimistic one"
        }
      guard let tokens = evaluation.tokens, let concurrency = evaluation.maxConcurrency else {
        return start + ": no KV cache is kept"
      }
      return start + ": \(Deployment.grouped(tokens)) KV tokens, "
        + "\(Bytes.fixed(concurrency, 2)) requests of \(Deployment.grouped(evaluation.maxModelLen)) at once"
    case .doesNotFit, .refused:
      let first = findings.first { $0.severity == .error }
      let cure = first?.remedies.first.map { "; try " + $0.arguments.joined(separator: " ") } ?? ""
      return (first?.message ?? "does not fit") + cure
    case .unknown: return summary
    }
  }
}

extension CacheRefusal {
  var text: String {
    switch self {
    case .noBackend(let refusals, let dtype):
      let reasons = refusals.map { "\($0.backend.rawValue): \($0.reason)" }.joined(separator: ", ")
      return "no valid attention backend for this model and GPU with KV cache \(dtype.rawValue) (\(reasons))"
    case .construction(let reason): return reason
    case .unmodelledDType(let dtype): return "the layout of --kv-cache-dtype \(dtype.rawValue) is not modelled"
    case .unmodelled(let part): return "\(part) is not modelled"
    case .blockSize(let size, let backend):
      return "a block of \(size) tokens is not one that attention backend \(backend.rawValue) reads"
    }
  }
}

extension KVCacheGroupingError {
  var text: String {
    switch self {
    case .pageNotUnifiable(let page, let largest):
      "a latent page of \(page.text) does not divide the largest, \(largest.text)"
    case .notOneType: "without the hybrid manager the layers are not of one type"
    }
  }
}
