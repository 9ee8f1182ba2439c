/// The terms of one rank.
extension Deployment {
  /// What a rank of a stage runs.
  ///
  /// - Parameter encodes: Off where nothing is asked of what the encoder takes.
  func work(
    stage: Int, range: Range<Int>, _ flags: ResolvedFlags, blockSize: Int, encodes: Bool = true
  ) -> RankWork {
    var work = RankWork(
      stage: stage, parallelism: flags.parallelism, layers: model.layers(in: range), hiddenSize: model.hiddenSize,
      vocabSize: model.vocabSize, dtype: modelDType, maxNumSeqs: flags.maxNumSeqs,
      maxNumBatchedTokens: flags.maxNumBatchedTokens, maxModelLen: flags.maxModelLen, blockSize: blockSize,
      isPooling: flags.isPooling, usesV2ModelRunner: flags.usesV2ModelRunner,
      isCompiled: !flags.enforceEager && flags.compilationMode != .none, isQuantized: model.quantization != .none,
      numPieceGraphs: flags.cudagraphMode.hasPiecewise ? flags.cudagraphCaptureSizes.count * flags.capturesPerSize : 0,
      numFullGraphs: flags.numFullGraphs * flags.capturesPerSize,
      numSpeculativeTokens: flags.numSpeculativeTokens, speculation: speculation(flags),
      balancer: flags.balancer, microBatches: flags.microBatches, kernels: kernels,
      isDataCentre: device.market == .dataCentre
        && (capability >= ComputeCapability(9, 0) || device.backend == .rocm))
    work.isSwitched = device.isSwitched
    work.profile = release.profile
    work.isIntegrated = device.isIntegrated
    work.countsCommunicators = !release.budget.snapshotAfterCommunicators
    if !release.budget.snapshotAfterBLASHandles {
      work.matrixWorkspace = capability >= ComputeCapability(9, 0) ? .mib(32) : .kib(8_320)
    }
    if encodes, servesImages, stage == 0 {
      let images = flags.maxNumSeqs.multipliedReportingOverflow(by: flags.limitMMPerPrompt["image"] ?? 999)
      let isWhole = flags.parallelism.encoderDataParallel && model.traits.encoderMayBeWhole
      work.encoder = model.encoderProfile(
        tensorRanks: isWhole ? 1 : flags.parallelism.tensor,
        spreadsVideos: release.terms.spreadsEncoderOutput && self.flags.serves(["video"]),
        budget: flags.maxNumBatchedTokens, most: images.overflow ? .max : images.partialValue)
    }
    return work
  }

  /// What a rank of a stage holds, term by term, and what that leaves of the budget.
  func ledger(
    _ index: Int, _ range: Range<Int>, _ weights: Weights, _ work: RankWork, _ result: Evaluation
  ) -> StageLedger {
    let terms = release.terms
    let flags = result.flags
    let isWorkspaceInside = release.budget.subtraction != .consumed
    let loaded =
      measured.weights.map { Estimate.exact($0, basis: .measured) }
      ?? .exact(weights.allocated, basis: checkpoint == nil ? .exact : .checkpoint)
    let activation =
      measured.activation.map { Estimate.exact($0, basis: .measured) }
      ?? work.activation(terms, isWorkspaceInside: isWorkspaceInside, cache: cacheOfKernels)
    let buffers =
      measured.persistentBuffers.map { Estimate.exact($0, basis: .measured) }
      ?? work.persistentBuffers(terms, isWorkspaceInside: isWorkspaceInside)
    let nonTorch = measured.nonTorch.map { Estimate.exact($0, basis: .measured) } ?? work.nonTorch(terms)
    let graphs = measured.cudaGraphs.map { Estimate.exact($0, basis: .measured) } ?? work.cudaGraphs(terms)
    let isInside =
      flags.estimatesCUDAGraphs && flags.kvCacheMemoryBytes == nil
      && (!flags.usesV2ModelRunner || release.cudagraphEstimate.v2RunnerEstimates)
    let block = result.pool?.blockBytes[index] ?? .zero
    var stage = StageLedger(
      stage: index, layers: range, blockBytes: block, weights: weights, loaded: loaded, activation: activation,
      persistentBuffers: buffers, nonTorch: nonTorch, cudaGraphs: graphs, cudaGraphsInsideBudget: isInside,
      afterBudget: .zero, startCost: work.startCost(terms), totalEstimate: totalEstimate,
      requestedEstimate: nil, kvCache: .zero, features: [])
    calibrate(&stage, result.parallelism)
    if let pool = result.pool {
      stage.afterBudget = work.afterBudget(
        pool: pool, backends: result.placement?.backends ?? [], graphs: stage.cudaGraphs, graphsInside: isInside,
        terms.fitted.afterBudgetMargin)
    }
    setBudget(of: &stage, flags)
    stage.features =
      features(weights, work, flags) + speculativeFeatures(weights, work, stage.kvCache, result)
      + prefixFeatures(stage.kvCache, index, result)
    return stage
  }
}
