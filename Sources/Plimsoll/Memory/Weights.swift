/// What the weights of one rank take, by parts.
public struct Weights: Hashable, Sendable {
  /// The tensors alone, exact; an embedding that lm_head shares counts once.
  public var tensors: Bytes
  /// The same as PyTorch's allocator counts them: what vLLM prints as loaded.
  public var allocated: Bytes
  /// The tensors by the part of the model that they belong to.
  public var parts: [WeightPart: Bytes]
  /// An encoder's weights are missing, so that the sums are lower bounds.
  public var isLowerBound: Bool
}

extension ModelShape {
  /// The weights that a rank of pipeline stage `stage` holds after loading.
  ///
  /// Every TP rank of a stage holds the same, since what TP cuts is cut evenly; with expert parallelism the first
  /// ranks hold one expert more where the experts do not divide, and it is such a rank that is counted.
  ///
  /// - Parameters:
  ///   - attention: Tensors that the attention backend keeps beside the weights.
  ///   - computesLogits: Off for pooling, which loads no lm_head.
  ///   - servesImages: Off where nothing but text is served, so that the encoder is left out
  ///     (vLLM `models/interfaces.py _mark_tower_model`).
  ///   - maxNumBatchedTokens: The tokens of a step, for which some models keep image features of deeper layers.
  public func weights(
    stage: Int, parallelism: Parallelism, kernels: WeightKernels, attention: AttentionBuffers = AttentionBuffers(),
    computesLogits: Bool = true, servesImages: Bool = true, maxNumBatchedTokens: Int = 0
  ) -> Weights {
    var tensors = LoadedTensors(parallelism: parallelism, kernels: kernels)
    tensors.encoderIsWhole = parallelism.encoderDataParallel && traits.encoderMayBeWhole
    tensors.sharedExpertsAreWhole = parallelism.usesSequenceParallelExperts && traits.sharesTokensAmongExperts
    var allocator = CachingAllocator()
    var total = Bytes.zero
    var parts: [WeightPart: Bytes] = [:]
    func add(_ module: Module) {
      var sum = Bytes.zero
      tensors.forEach(of: module) { size in
        sum += size
        allocator.allocate(size)
      }
      total += sum
      parts[module.part, default: .zero] += sum
    }
    func add(buffer: Bytes) {
      total += buffer
      allocator.allocate(buffer)
      parts[.buffers, default: .zero] += buffer
    }
    let placed = outer.filter {
      $0.isBuilt(on: stage, of: parallelism.pipeline) && (servesImages || $0.module.part != .encoder)
    }
    let holdsEmbedding = placed.contains { $0.module.part == .embedding }
    for outer in placed where outer.module.part != .lmHead && outer.module.part != .norms { add(outer.module) }
    if servesImages, stage == 0 {
      for _ in 0..<traits.deepstackLevels { add(buffer: dtype.size * (maxNumBatchedTokens * hiddenSize)) }
    }
    add(buffer: attention.shared)
    for group in layers(in: parallelism.stages(of: numLayers)[stage]) {
      for _ in 0..<group.count {
        group.modules.forEach(add)
        add(buffer: attention.perLayer)
      }
    }
    for outer in placed where outer.module.part == .lmHead || outer.module.part == .norms {
      if outer.tiedToEmbedding, holdsEmbedding { continue }
      if outer.module.part == .lmHead, !computesLogits { continue }
      add(outer.module)
    }
    return Weights(
      tensors: total, allocated: allocator.allocated, parts: parts,
      isLowerBound: traits.encoderNotModelled && servesImages)
  }
}
