extension ServeFlags {
  /// What is compiled and captured.
  ///
  /// Source: `VllmConfig.__post_init__`, `_normalize_piecewise_cudagraph_mode` and `_set_cudagraph_sizes`,
  /// config/vllm.py.
  func resolvedGraphs(
    for model: FlagContext, device: DeviceTraits, release: EngineRelease, environment: EngineEnvironment,
    batch: (tokens: Int, seqs: Int), isPooling: Bool, usesV2: Bool
  ) -> (compilation: CompilationMode, mode: CUDAGraphMode, sizes: [Int]) {
    guard enforceEager != true, device.isCUDA else { return (.none, .none, []) }
    let level = optimizationLevel ?? 2
    let isBreakable = environment.useBreakableCUDAGraph ?? model.usesBreakableCUDAGraph
    let compilation = isBreakable ? .none : compilationMode ?? (level > 0 ? .vllmCompile : .none)
    let modes = release.captureSizes.modes
    var mode = cudagraphMode ?? (modes.indices.contains(level) ? modes[level] : .none)
    if mode.hasPiecewise, compilation != .vllmCompile, !isBreakable { mode = mode.withoutPiecewise }
    if mode.hasFull, isPooling {
      mode = .piecewise
    } else if model.isEncoderDecoder, mode != .none {
      mode = .fullDecodeOnly
    }
    if mode.hasPiecewise, compilation != .vllmCompile, !isBreakable { mode = mode.withoutPiecewise }
    if usesV2, compilation == .stockTorchCompile { mode = .none }
    guard mode != .none else { return (compilation, .none, []) }
    var input = CaptureSizeRule.Input(
      maxNumSeqs: batch.seqs, maxNumBatchedTokens: batch.tokens, major: device.computeCapability?.major)
    input.numSpeculativeTokens = draftedTokens(for: model)
    input.sizes = givenCaptureSizes
    input.largest = givenMaxCaptureSize ?? (givenCaptureSizes == nil ? model.cudagraphCaptureSize : nil)
    input.isInteractive = performanceMode == .interactivity
    return (compilation, mode, release.captureSizes.sizes(for: input))
  }
}
