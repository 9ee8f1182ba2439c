/// What the weights of one rank take, by parts.
public struct Weights: Hashable, Sendable {
  /// The model's own tensors on the GPU, exact; an embedding that lm_head shares counts once.
  public var tensors: Bytes
  /// The same as PyTorch's allocator counts them: what vLLM prints as loaded.
  public var allocated: Bytes
  /// The tensors by the part of the model that they belong to.
  public var parts: [WeightPart: Bytes]
  /// An encoder's weights are missing, so that the sums are lower bounds.
  public var isLowerBound: Bool
  /// Slots of LoRA adapters, beside `tensors` and within `allocated`.
  public var lora = Bytes.zero
  /// Tables of which token uses which adapter, likewise.
  public var loraTables = Bytes.zero
  /// Of a model that drafts, in both.
  public var draft = Bytes.zero
  /// What lies in host memory instead, in neither.
  public var offloaded = Bytes.zero
  /// Slots on the GPU for layers that are fetched from there ahead of use, in both.
  public var prefetchSlots = Bytes.zero
}

/// What is loaded beside a model's own tensors, and what of them leaves the GPU.
public struct LoadSettings: Hashable, Sendable {
  /// What of the weights lies in host memory; nil for none.
  public var offload: WeightOffload?
  /// Slots of LoRA adapters; nil without LoRA.
  public var lora: LoRASlots?
  /// Batched tokens, for the tables of adapters.
  public var maxNumBatchedTokens: Int
  /// Sequences, for the same.
  public var maxNumSeqs: Int

  public init(
    offload: WeightOffload? = nil, lora: LoRASlots? = nil, maxNumBatchedTokens: Int = 0, maxNumSeqs: Int = 0
  ) {
    self.offload = offload
    self.lora = lora
    self.maxNumBatchedTokens = maxNumBatchedTokens
    self.maxNumSeqs = maxNumSeqs
  }
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
  ///   - settings: Adapters' slots, and what is kept in host memory.
  public func weights(
    stage: Int, parallelism: Parallelism, kernels: WeightKernels, attention: AttentionBuffers = AttentionBuffers(),
    computesLogits: Bool = true, servesImages: Bool = true, maxNumBatchedTokens: Int = 0,
    settings: LoadSettings = LoadSettings()
  ) -> Weights {
    let tensors = loadedTensors(parallelism: parallelism, kernels: kernels)
    var account = WeightAccount(tensors: tensors, offloader: WeightOffloader(settings.offload))
    let range = parallelism.stages(of: self)[stage]
    let placed = outer.filter {
      $0.isBuilt(on: stage, of: parallelism.pipeline, layers: range)
        && (servesImages || traits.encoderIsAlwaysBuilt || $0.module.part != .encoder)
    }
    let holdsEmbedding = placed.contains { $0.module.part == .embedding }
    let first = placed.filter { $0.module.part != .lmHead && $0.module.part != .norms }
    account.add(first.map { $0.module }, layers: nil)
    if servesImages, stage == 0 {
      for _ in 0..<traits.deepstackLevels { account.add(buffer: dtype.size * (maxNumBatchedTokens * hiddenSize)) }
    }
    if traits.tokenBufferWidth > 0 {
      account.add(buffer: dtype.size * (maxNumBatchedTokens * traits.tokenBufferWidth))
    }
    account.add(buffer: attention.shared)
    let layers = layers(in: range)
    var index = 0
    var hasChosen = false
    for group in layers {
      account.add(group.modules, layers: index..<index + group.count) { account in
        account.add(buffer: attention.perLayer)
        if let sparse = group.sparse, sparse.indexHeadDim != nil || !hasChosen {
          account.add(buffer: attention.perIndexer)
          hasChosen = true
        }
      }
      index += group.count
    }
    for outer in placed where outer.module.part == .lmHead || outer.module.part == .norms {
      if outer.tiedToEmbedding, holdsEmbedding { continue }
      if outer.module.part == .lmHead, !computesLogits { continue }
      account.add([outer.module], layers: nil)
    }
    account.addPrefetchSlots()
    if let slots = settings.lora, case .layout(let layout) = traits.lora {
      let lora = LoRATensors(slots: slots, layout: layout, weights: tensors, dtype: slots.dtype ?? dtype)
      lora.forEachTable(tokens: settings.maxNumBatchedTokens, sequences: settings.maxNumSeqs) { account.add(table: $0) }
      let modules = placed.map(\.module).filter { $0.part != .lmHead }
      for module in modules { lora.forEach(of: module) { account.add(slot: $0) } }
      for group in layers {
        for _ in 0..<group.count {
          for module in group.modules { lora.forEach(of: module) { account.add(slot: $0) } }
        }
      }
      if slots.wrapsHeadTwice, layout.headWasEmbedding, lora.wrapsHead, computesLogits, holdsEmbedding,
        !outer.contains(where: { $0.module.part == .lmHead && !$0.tiedToEmbedding })
      {
        for module in modules where module.part == .embedding { lora.forEach(of: module) { account.add(slot: $0) } }
      }
      if lora.wrapsHead, computesLogits, buildsHead(on: stage, of: parallelism.pipeline) {
        lora.head(rows: vocabSize, width: hiddenSize) { account.add(slot: $0) }
      }
    }
    return account.weights(isLowerBound: traits.encoderNotModelled && servesImages)
  }

  /// The modules of the model, of those that are alike one.
  var distinctModules: [Module] {
    var modules: [Module] = []
    for place in outer.indices where !modules.contains(outer[place].module) { modules.append(outer[place].module) }
    for group in layers { for module in group.modules where !modules.contains(module) { modules.append(module) } }
    return modules
  }

  /// The size of every tensor of some modules on a rank: two kinds of kernels under which those of all modules are the
  /// same have the same weights.
  func tensorSizes(of modules: [Module], parallelism: Parallelism, kernels: WeightKernels) -> [Bytes] {
    let tensors = loadedTensors(parallelism: parallelism, kernels: kernels)
    var sizes: [Bytes] = []
    for number in modules.indices {
      tensors.forEach(of: modules[number]) { sizes.append($0) }
      // No tensor has such a size: a module ends here.
      sizes.append(Bytes(-1))
    }
    return sizes
  }

  /// The tensors of modules as a rank of this model holds them.
  func loadedTensors(parallelism: Parallelism, kernels: WeightKernels) -> LoadedTensors {
    var tensors = LoadedTensors(parallelism: parallelism, kernels: kernels)
    tensors.encoderIsWhole = parallelism.encoderDataParallel && traits.encoderMayBeWhole
    if traits.encoderIsWholeIfUneven, let heads = encoderHeads, heads % parallelism.tensor != 0 {
      tensors.encoderIsWhole = true
    }
    tensors.sharedExpertsAreWhole = parallelism.usesSequenceParallelExperts && traits.sharesTokensAmongExperts
    return tensors
  }

  /// The attention heads of the encoder.
  var encoderHeads: Int? {
    var heads: Int?
    for placed in outer where placed.module.part == .encoder {
      if case .qkv(let qkv) = placed.module.kind { heads = qkv.numHeads }
    }
    return heads
  }

  /// Whether a stage builds lm_head, whose weight may be the embedding's.
  private func buildsHead(on stage: Int, of count: Int) -> Bool {
    if let head = outer.first(where: { $0.module.part == .lmHead }) { return head.isBuilt(on: stage, of: count) }
    guard let embedding = outer.first(where: { $0.module.part == .embedding }) else { return false }
    return embedding.placement == .everyStage || stage == count - 1
  }
}

/// Sums a rank's tensors in the order in which they are made.
private struct WeightAccount {
  var tensors: LoadedTensors
  var offloader: WeightOffloader
  var allocator = CachingAllocator()
  var total = Bytes.zero
  private var parts: [(part: WeightPart, bytes: Bytes)] = []
  var lora = Bytes.zero
  var loraTables = Bytes.zero

  init(tensors: LoadedTensors, offloader: WeightOffloader) {
    self.tensors = tensors
    self.offloader = offloader
  }

  /// Makes the tensors of modules, once or once a layer, and after those of a layer what `close` makes.
  mutating func add(_ modules: [Module], layers: Range<Int>?, _ close: (inout WeightAccount) -> Void = { _ in }) {
    // The tensors' sizes on a rank, which equal layers share, and where those of a module end.
    var sizes: [Bytes] = []
    var ends: [Int] = []
    for number in modules.indices {
      tensors.forEach(of: modules[number]) { sizes.append($0) }
      ends.append(sizes.count)
    }
    var placed = [Bytes](repeating: .zero, count: modules.count)
    for layer in layers ?? 0..<1 {
      var first = 0
      for number in ends.indices {
        let end = ends[number]
        let mayLeave = offloader.offload != nil && (layers != nil || modules[number].part == .encoder)
        for index in first..<end {
          let size = sizes[index]
          if mayLeave,
            offloader.takes(size, index: index - first, of: modules[number], layer: layers == nil ? nil : layer)
          {
            continue
          }
          placed[number] += size
          allocator.allocate(size)
        }
        first = end
      }
      close(&self)
    }
    for number in modules.indices {
      total += placed[number]
      count(placed[number], as: modules[number].part)
    }
  }

  private mutating func count(_ bytes: Bytes, as part: WeightPart) {
    if let known = parts.firstIndex(where: { $0.part == part }) {
      parts[known].bytes += bytes
    } else {
      parts.append((part, bytes))
    }
  }

  mutating func add(buffer: Bytes) {
    total += buffer
    allocator.allocate(buffer)
    count(buffer, as: .buffers)
  }

  mutating func add(slot size: Bytes) {
    lora += size
    allocator.allocate(size)
  }

  mutating func add(table size: Bytes) {
    loraTables += size
    allocator.allocate(size)
  }

  /// Slots for layers fetched ahead of use; their tensors' sizes are the layers' own.
  mutating func addPrefetchSlots() { if offloader.slots > .zero { add(buffer: offloader.slots) } }

  func weights(isLowerBound: Bool) -> Weights {
    var weights = Weights(
      tensors: total, allocated: allocator.allocated,
      parts: Dictionary(parts.map { ($0.part, $0.bytes) }) { first, _ in first }, isLowerBound: isLowerBound)
    weights.lora = lora
    weights.loraTables = loraTables
    weights.offloaded = offloader.offloaded
    weights.prefetchSlots = offloader.slots
    return weights
  }
}

extension LayerGroup {
  /// The choice of tokens that the layers attend to.
  fileprivate var sparse: LatentAttention.Sparse? {
    if case .latentAttention(let latent) = mixer { latent.sparse } else { nil }
  }
}
