/// Which backend reads each layer's cache on a GPU, with what block size, and the specs that follow.
public struct CachePlacement: Hashable, Sendable {
  /// The backends in use, the first layer's first.
  public var backends: [AttentionBackend]
  /// Tokens of one block, as resolved from the backends.
  public var blockSize: Int
  /// The spec of each cache, in the order of the layers; a layer may have several.
  public var specs: [LayerSpec]
  /// Blocks are the outermost part of the layout, so that pages of several sizes lie side by side in one.
  public var packsPages = false

  /// A layer and what it caches; a layer may have several caches.
  public struct LayerSpec: Hashable, Sendable {
    /// The layer's index in the model.
    public var layer: Int
    /// What one rank keeps of it.
    public var spec: KVCacheSpec

    public init(layer: Int, spec: KVCacheSpec) {
      self.layer = layer
      self.spec = spec
    }
  }

  /// What the choice depends on beside the model.
  public struct Settings: Hashable, Sendable {
    /// The GPU generation that the backends run on.
    public var capability: ComputeCapability
    /// `--kv-cache-dtype`.
    public var kvCacheDType: KVCacheDType
    /// The type that the model computes in on this GPU.
    public var modelDType: DType
    /// `--block-size`, where it is given.
    public var blockSize: Int?
    /// The block size of the release where no backend asks for another.
    public var defaultBlockSize: Int
    /// `--tensor-parallel-size`, over which heads are cut.
    public var tensorParallel: Int
    /// `--attention-backend`, where it is given.
    public var backend: AttentionBackend?
    /// Images are served, so that their tokens attend in both directions where the model wants it.
    public var servesImages: Bool
    /// How state-space layers keep their states.
    public var states: StateSettings
    /// Ranks over which the tokens of a request are shared out (DCP).
    public var decodeContext: Int
    /// Tokens that windows keep for modules that draft one after the other (`extra_retained_tokens`).
    public var retainedTokens: Int
    /// The blocks that the release forces for latent attention; nil where backends choose.
    public var latentBlocks: LatentBlockRule?
    /// The backends that the release has, by name; nil for all.
    public var backends: [String]?
    /// Batched tokens of a step, which bound what an encoder hands to the layers that attend to it.
    public var maxNumBatchedTokens: Int

    public init(
      capability: ComputeCapability, kvCacheDType: KVCacheDType, modelDType: DType, blockSize: Int? = nil,
      defaultBlockSize: Int = 16, tensorParallel: Int = 1, backend: AttentionBackend? = nil, servesImages: Bool = true,
      states: StateSettings = StateSettings(), decodeContext: Int = 1, retainedTokens: Int = 0,
      maxNumBatchedTokens: Int = 0
    ) {
      self.retainedTokens = retainedTokens
      self.maxNumBatchedTokens = maxNumBatchedTokens
      self.decodeContext = decodeContext
      self.capability = capability
      self.kvCacheDType = kvCacheDType
      self.modelDType = modelDType
      self.blockSize = blockSize
      self.defaultBlockSize = defaultBlockSize
      self.tensorParallel = tensorParallel
      self.backend = backend
      self.servesImages = servesImages
      self.states = states
    }
  }
}

/// Why no backend serves a model's cache as asked.
public enum CacheRefusal: Error, Hashable, Sendable {
  case noBackend([AttentionBackend.Refusal], KVCacheDType)
  /// The backend refuses when it is built.
  case construction(String)
  /// The layout of this cache type is not known here.
  case unmodelledDType(KVCacheDType)
  /// The block that the layers' types ask for is none that a backend reads.
  case blockSize(Int, AttentionBackend)
  /// A part of the model's caches is not known here.
  case unmodelled(String)
}

extension ModelShape {
  /// The cache of each layer of this model under `settings`.
  ///
  /// TurboQuant keeps the first and the last two layers of a dense model in the model's type; the block then grows so
  /// that a page of one byte an element covers theirs (vLLM 0.33.0 `platforms/interface.py
  /// _align_heterogeneous_kv_block_size`). Beside state-space layers it keeps none.
  public func cachePlacement(_ given: CachePlacement.Settings) throws(CacheRefusal) -> CachePlacement {
    var settings = given
    if let own = traits.fixedBackend { settings.backend = own }
    if traits.wantsOneKernelForAllHeads, settings.backend == nil,
      !AttentionBackend.hasFlashAttention4(on: settings.capability)
    {
      settings.backend = .tritonAttn
    }
    if settings.kvCacheDType == .auto, settings.capability.major == 10, let own = traits.kvCacheDTypeOnSM10x {
      settings.kvCacheDType = own
    }
    if compressedAttention != nil { return try compressedPlacement(settings) }
    let isTurboQuant = settings.kvCacheDType.turboQuantBits != nil
    let boundary = isTurboQuant && !hasStates ? min(2, numLayers / 2) : 0
    var backends: [AttentionBackend] = []
    var block = settings.blockSize ?? settings.defaultBlockSize
    var requests: [AttentionBackend.Request] = []
    var index = 0
    for group in layers {
      let atBoundary = index < boundary || index + group.count > numLayers - boundary
      let inside = index + group.count > boundary && index < numLayers - boundary
      index += group.count
      for dtype in [atBoundary && isTurboQuant ? KVCacheDType.auto : nil, inside ? settings.kvCacheDType : nil] {
        guard let dtype, let request = self.request(of: group.mixer.withoutState, dtype: dtype, settings) else {
          continue
        }
        if requests.contains(request) { continue }
        if request.blockTopK != nil {
          requests.append(request)
          backends.append(.minimaxM3Indexer)
        }
        requests.append(request)
        backends.append(try Self.backend(for: request, settings))
        if group.mixer.attendsEncoder {
          requests.append(request.readingEncoder)
          backends.append(try Self.backend(for: request.readingEncoder, settings))
        }
      }
    }
    if let sparse = requests.first(where: { $0.sparse != nil }), hasIndexer {
      backends.append(.sparseIndexer)
      requests.append(sparse)
    }
    if let only = traits.onlyBackend, let other = backends.first(where: { $0 != only }) {
      throw .construction(
        "\(architecture) can be built with \(only.rawValue) only, and vLLM takes \(other.rawValue): give "
          + "--attention-backend \(only.rawValue)")
    }
    if settings.blockSize == nil {
      for (backend, request) in zip(backends, requests) {
        if let forced = settings.latentBlocks {
          block = max(block, forced.block(for: request) ?? block)
        } else {
          block = max(block, backend.preferredBlockSize(default: settings.defaultBlockSize, request))
        }
      }
    }
    if boundary > 0, let widest = layers.first {
      block = Self.turboQuantBlock(block, mixer: widest.mixer, settings)
    }
    let states = try stateLayout(block: block, kernels: zip(backends, requests).map { $0.kernelBlocks($1) }, settings)
    if let states { block = states.blockSize }
    for (backend, request) in zip(backends, requests)
    where settings.latentBlocks == nil && !backend.accepts(blockSize: block, request) {
      throw .blockSize(block, backend)
    }
    if traits.isEncoderOnly { return CachePlacement(backends: backends, blockSize: block, specs: []) }
    let chosen = zip(requests, backends)
    func serving(_ mixer: Mixer, _ dtype: KVCacheDType) -> AttentionBackend? {
      let request = request(of: mixer, dtype: dtype, settings)
      return chosen.first { $0.0 == request }?.1
    }
    func kept(by mixer: Mixer, _ dtype: KVCacheDType) throws(CacheRefusal) -> [KVCacheSpec] {
      var specs: [KVCacheSpec] = []
      if let state = mixer.keptState, let spec = states?.spec(of: state, settings) { specs.append(spec) }
      if let index = mixer.indexSpec(blockSize: block) { specs.append(index) }
      if let inputs = mixer.convolutionSpec(settings) { specs.append(inputs) }
      let served = serving(mixer, dtype)?.cacheDType(for: dtype) ?? dtype
      if let spec = try mixer.cacheSpec(dtype: served, blockSize: block, settings) {
        specs.append(spec)
        if mixer.attendsEncoder { specs.append(spec.ofEncoder(settings.maxNumBatchedTokens)) }
      }
      return specs
    }
    let numLayers = numLayers
    var specs: [CachePlacement.LayerSpec] = []
    specs.reserveCapacity(numLayers)
    var layer = 0
    for group in layers {
      // The layers of a run keep the same, but for those at either end of the model.
      var known: (isBoundary: Bool, specs: [KVCacheSpec])?
      for _ in 0..<group.count {
        let isBoundary = layer < boundary || layer >= numLayers - boundary
        if known?.isBoundary != isBoundary {
          known = (isBoundary, try kept(by: group.mixer, isBoundary ? KVCacheDType.auto : settings.kvCacheDType))
        }
        for spec in known?.specs ?? [] { specs.append(CachePlacement.LayerSpec(layer: layer, spec: spec)) }
        layer += 1
      }
    }
    return CachePlacement(backends: backends, blockSize: block, specs: specs)
  }

  private func request(
    of mixer: Mixer, dtype: KVCacheDType, _ settings: CachePlacement.Settings
  ) -> AttentionBackend.Request? {
    switch mixer {
    case .state, .parallel, .compressed, .none: nil
    case .attention(let attention):
      AttentionBackend.Request(
        capability: settings.capability, headSize: attention.headSize, kvCacheDType: dtype,
        blockSize: settings.blockSize, hasSinks: traits.hasSinks,
        bidirectionalImages: traits.bidirectionalImages && settings.servesImages,
        isEncoderOnly: traits.isEncoderOnly, headSizeV: attention.headSizeV, blockTopK: attention.blockIndex?.topK)
    case .latentAttention(let latent):
      AttentionBackend.Request(
        capability: settings.capability, headSize: latent.headSize, kvCacheDType: dtype,
        blockSize: settings.blockSize, isLatent: true, qkNopeHeadDim: latent.qkNopeHeadDim,
        sparse: latent.sparse.map { sparse in
          AttentionBackend.Request.Sparse(
            topK: sparse.topK, numHeads: latent.numHeads / settings.tensorParallel, kvLoRARank: latent.kvLoRARank,
            qkRopeHeadDim: latent.qkRopeHeadDim, decodeContext: settings.decodeContext)
        })
    }
  }

  /// Whether a layer keeps an index of its own beside its latent vectors.
  private var hasIndexer: Bool {
    layers.contains { group in
      if case .latentAttention(let latent) = group.mixer { latent.sparse?.indexBytes != nil } else { false }
    }
  }

  private static func backend(
    for request: AttentionBackend.Request, _ settings: CachePlacement.Settings
  ) throws(CacheRefusal) -> AttentionBackend {
    let chosen: AttentionBackend
    if request.isDiffKV, request.kvCacheDType.isQuantized, !request.kvCacheDType.isPlainFP8 {
      throw .unmodelledDType(request.kvCacheDType)
    }
    if let forced = settings.backend, forced.isDiffKV == request.isDiffKV, request.blockTopK == nil {
      if let reason = forced.refusal(of: request) {
        throw .noBackend([AttentionBackend.Refusal(backend: forced, reason: reason)], request.kvCacheDType)
      }
      chosen = forced
    } else {
      switch AttentionBackend.select(request, among: settings.backends) {
      case .backend(let backend): chosen = backend
      case .none(let reasons): throw .noBackend(reasons, request.kvCacheDType)
      }
    }
    if let reason = chosen.constructionRefusal(of: request) { throw .construction(reason) }
    return chosen
  }

  private static func turboQuantBlock(_ block: Int, mixer: Mixer, _ settings: CachePlacement.Settings) -> Int {
    guard case .attention(let attention) = mixer else { return block }
    let heads = max(1, attention.numKVHeads / settings.tensorParallel)
    let elements = heads * (attention.headSize + attention.headSizeV)
    let primary = elements  // one byte an element, as the first layer's backend sees the type
    let required = settings.modelDType.size.count * elements * 16
    return max(block, block * required.dividedRoundingUp(by: block * primary))
  }
}

extension KVCacheSpec {
  /// The cache of an encoder's output beside this one: so many tokens whatever a request's length
  /// (vLLM 0.33.0 `v1/kv_cache_interface.py CrossAttentionSpec`).
  fileprivate func ofEncoder(_ tokens: Int) -> KVCacheSpec {
    var spec = self
    spec.retention = .pages(tokens.dividedRoundingUp(by: blockSize))
    return spec
  }
}

extension Mixer {
  /// Whether the layer caches an encoder's output beside its own keys and values.
  fileprivate var attendsEncoder: Bool {
    if case .attention(let attention) = self { attention.attendsEncoder } else { false }
  }

  /// The index that the layer keeps beside its keys; nil where it has none.
  func indexSpec(blockSize: Int) -> KVCacheSpec? {
    switch self {
    case .attention(let attention): attention.indexSpec(blockSize: blockSize)
    case .latentAttention(let latent): latent.indexSpec(blockSize: blockSize)
    case .state, .parallel, .compressed, .none: nil
    }
  }

  /// The inputs that a short convolution keeps beside the layer's keys, in blocks of its own size and in the model's
  /// type (vLLM 0.33.0 `models/inkling/nvidia/sconv_swa_attn.py InklingConvState`); nil where it has none.
  func convolutionSpec(_ settings: CachePlacement.Settings) -> KVCacheSpec? {
    guard case .attention(let attention) = self, let inputs = attention.shortConvolution else { return nil }
    return KVCacheSpec(
      kind: .heads, numHeads: max(1, attention.numKVHeads / settings.tensorParallel),
      stateBytes: settings.modelDType.size * inputs.width, blockSize: inputs.kernel, retention: .window(inputs.kernel))
  }

  /// What a layer with this mixer caches on one rank; nil for one that caches no keys.
  func cacheSpec(
    dtype: KVCacheDType, blockSize: Int, _ settings: CachePlacement.Settings
  ) throws(CacheRefusal) -> KVCacheSpec? {
    switch self {
    case .state, .compressed, .none: return nil
    case .parallel(let attention, _):
      return try Mixer.attention(attention).cacheSpec(dtype: dtype, blockSize: blockSize, settings)
    case .attention(let attention):
      if attention.readsOtherCache { return nil }
      if attention.blockIndex != nil, !AttentionBackend.keepsBlocks(in: dtype) { throw .unmodelledDType(dtype) }
      guard
        let state = dtype.stateBytes(
          headSize: attention.headSize, headSizeV: attention.headSizeV, modelDType: settings.modelDType)
      else { throw .unmodelledDType(dtype) }
      let retention: KVCacheSpec.Retention =
        switch attention.span {
        case .full: .everything
        case .slidingWindow(let window): .window(window + settings.retainedTokens)
        case .chunkedLocal(let chunk): .chunk(chunk)
        }
      return KVCacheSpec(
        kind: .heads, numHeads: max(1, attention.numKVHeads / settings.tensorParallel), stateBytes: state,
        blockSize: blockSize, retention: retention)
    case .latentAttention(let latent):
      guard let state = dtype.stateBytes(headSize: latent.headSize, headSizeV: 0, modelDType: settings.modelDType)
      else { throw .unmodelledDType(dtype) }
      return KVCacheSpec(kind: .latent, numHeads: 1, stateBytes: state, blockSize: blockSize, retention: .everything)
    }
  }
}

extension LatentAttention {
  /// The index that the layer keeps of a token beside its latent vector; nil where it has no indexer.
  func indexSpec(blockSize: Int) -> KVCacheSpec? {
    guard let bytes = sparse?.indexBytes else { return nil }
    return KVCacheSpec(kind: .latent, numHeads: 1, stateBytes: bytes, blockSize: blockSize, retention: .everything)
  }
}
