extension Deployment {
  /// Whether a start of another deployment tells of this one's ranks: the same card, model, ranks and release's way of
  /// taking the budget apart, and flags that differ only in what formulas follow.
  public func isNeighbour(of other: Deployment) -> Bool {
    device.id == other.device.id && release.budget.subtraction == other.release.budget.subtraction
      && release.budget.snapshotAfterCommunicators == other.release.budget.snapshotAfterCommunicators
      && modelDType == other.modelDType && flags.kind == other.flags.kind
      && environment.kind == other.environment.kind
      && resolved.parallelism == other.resolved.parallelism
  }

  /// What of a deployment's flags moves memory and is another than here, as its words.
  public func differences(of other: Deployment) -> [String] {
    let (own, others) = (resolved, other.resolved)
    var found: [String] = []
    func compare(_ name: String, _ first: String, _ second: String) {
      if first != second { found.append(name + " " + second) }
    }
    compare("--max-model-len", String(own.maxModelLen), String(others.maxModelLen))
    compare("--max-num-seqs", String(own.maxNumSeqs), String(others.maxNumSeqs))
    compare("--max-num-batched-tokens", String(own.maxNumBatchedTokens), String(others.maxNumBatchedTokens))
    compare(
      "--gpu-memory-utilization", Self.text(own.gpuMemoryUtilization), Self.text(others.gpuMemoryUtilization))
    compare("--kv-cache-dtype", own.kvCacheDType.rawValue, others.kvCacheDType.rawValue)
    if own.enforceEager != others.enforceEager {
      found.append(own.enforceEager ? "CUDA graphs" : "--enforce-eager")
    } else if own.cudagraphCaptureSizes != others.cudagraphCaptureSizes {
      found.append("\(others.cudagraphCaptureSizes.count) capture sizes")
    }
    return found
  }
}

extension Deployment {
  /// What the start finds compiled: as it is said, or nothing where the engine may keep nothing.
  var cacheOfKernels: CompileCache? { environment.disableCompileCache == true ? .cold : compileCache }
}

extension EngineEnvironment {
  /// These switches without the one that formulas follow.
  fileprivate var kind: EngineEnvironment {
    var switches = self
    switches.disableCompileCache = nil
    return switches
  }
}

extension ServeFlags {
  /// These flags without those that may change between neighbours: what a formula follows, what the ranks, the model's
  /// shape and its type say better, and what moves no memory of a rank.
  fileprivate var kind: ServeFlags {
    var flags = self
    (flags.maxModelLen, flags.maxNumSeqs, flags.maxNumBatchedTokens) = (nil, nil, nil)
    (flags.gpuMemoryUtilization, flags.kvCacheMemoryBytes, flags.numGPUBlocksOverride) = (nil, nil, nil)
    (flags.blockSize, flags.kvCacheDType, flags.enablePrefixCaching) = (nil, nil, nil)
    (flags.maxNumScheduledTokens, flags.maxNumActiveSeqs, flags.enableChunkedPrefill) = (nil, nil, nil)
    (flags.enforceEager, flags.cudagraphCaptureSizes, flags.maxCudagraphCaptureSize) = (nil, nil, nil)
    (flags.tensorParallelSize, flags.pipelineParallelSize, flags.dataParallelSize) = (nil, nil, nil)
    (flags.decodeContextParallelSize, flags.prefillContextParallelSize) = (nil, nil)
    (flags.enableExpertParallel, flags.dtype, flags.quantization, flags.loadFormat) = (nil, nil, nil, nil)
    (flags.hfOverrides, flags.retired, flags.runner) = ([], [], flags.runner == .auto ? nil : flags.runner)
    if flags.enableSleepMode == false { flags.enableSleepMode = nil }
    return flags
  }
}
