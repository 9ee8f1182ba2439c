/// An attention implementation of vLLM: it decides which cache types and block sizes a deployment can have.
///
/// vLLM 0.33.0 `v1/attention/backends/`, raw values as `--attention-backend` spells them.
public enum AttentionBackend: String, Hashable, Sendable, CaseIterable {
  case flashAttn = "FLASH_ATTN"
  case flashInfer = "FLASHINFER"
  case tritonAttn = "TRITON_ATTN"
  /// For keys wider than values.
  case flashAttnDiffKV = "FLASH_ATTN_DIFFKV"
  case tritonAttnDiffKV = "TRITON_ATTN_DIFFKV"
  case tritonFlashAttn = "TRITON_FLASH_ATTN"
  case tritonFlashInfer = "TRITON_FLASHINFER"
  case flexAttention = "FLEX_ATTENTION"
  case turboQuant = "TURBOQUANT"
  case flashAttnMLA = "FLASH_ATTN_MLA"
  case flashMLA = "FLASHMLA"
  case flashInferMLA = "FLASHINFER_MLA"
  case cutlassMLA = "CUTLASS_MLA"
  case tritonMLA = "TRITON_MLA"
  case flashAttnMLASparse = "FLASH_ATTN_MLA_SPARSE"
  case flashAttnMLASparseFA4 = "FLASH_ATTN_MLA_SPARSE_FA4"
  case flashMLASparse = "FLASHMLA_SPARSE"
  case flashInferMLASparse = "FLASHINFER_MLA_SPARSE"
  case flashInferMLASparseSM90 = "FLASHINFER_MLA_SPARSE_SM90"
  case flashInferMLASparseSM120 = "FLASHINFER_MLA_SPARSE_SM120"
  /// Reads the index by which sparse attention chooses tokens; no user can ask for it.
  case sparseIndexer = "DEEPSEEK_V32_INDEXER"
  /// Attention to blocks of tokens that an index chooses (MiniMax M3); its layers take no other.
  case minimaxM3Sparse = "MINIMAX_M3_SPARSE"
  /// Reads that index.
  case minimaxM3Indexer = "MINIMAX_M3_SPARSE_INDEXER"
  /// Attention to compressed tokens (DeepSeek V4); its layers take no others.
  case flashMLASparseDSV4 = "FLASHMLA_SPARSE_DSV4"
  case flashInferMLASparseDSV4 = "FLASHINFER_MLA_SPARSE_DSV4"
  /// Read the window, the index and the compressors' states beside it.
  case compressedWindow = "DEEPSEEK_SPARSE_SWA"
  case compressedIndexer = "DEEPSEEK_V4_INDEXER"
  case compressor = "CompressorBackend"

  /// What is asked of a backend.
  public struct Request: Hashable, Sendable {
    /// The GPU generation.
    public var capability: ComputeCapability
    /// Elements of one head; of the whole vector for a latent cache.
    public var headSize: Int
    /// Elements of one value head.
    public var headSizeV: Int
    /// How keys and values are stored.
    public var kvCacheDType: KVCacheDType
    /// A block size that the user set.
    public var blockSize: Int?
    /// The cache is latent (MLA).
    public var isLatent: Bool
    /// The part of a latent head without rotary position; 0 otherwise.
    public var qkNopeHeadDim: Int
    /// Attention has learned sinks.
    public var hasSinks: Bool
    /// Image tokens attend in both directions.
    public var bidirectionalImages: Bool
    /// All tokens attend in both directions and nothing is cached.
    public var isEncoderOnly: Bool
    /// Queries read an encoder's output, which is cached.
    public var readsEncoder = false
    /// What sparse latent attention asks beside; nil where every token is attended to.
    public var sparse: Sparse?
    /// Blocks of tokens chosen for a query, where keys and values are attended to by blocks.
    public var blockTopK: Int?

    public init(
      capability: ComputeCapability, headSize: Int, kvCacheDType: KVCacheDType, blockSize: Int? = nil,
      isLatent: Bool = false, qkNopeHeadDim: Int = 0, hasSinks: Bool = false, bidirectionalImages: Bool = false,
      isEncoderOnly: Bool = false, sparse: Sparse? = nil, headSizeV: Int? = nil, blockTopK: Int? = nil
    ) {
      self.headSizeV = headSizeV ?? headSize
      self.blockTopK = blockTopK
      self.sparse = sparse
      self.capability = capability
      self.headSize = headSize
      self.kvCacheDType = kvCacheDType
      self.blockSize = blockSize
      self.isLatent = isLatent
      self.qkNopeHeadDim = qkNopeHeadDim
      self.hasSinks = hasSinks
      self.bidirectionalImages = bidirectionalImages
      self.isEncoderOnly = isEncoderOnly
    }

    /// The same of the attention to an encoder's output.
    var readingEncoder: Request {
      var request = self
      request.readsEncoder = true
      return request
    }
  }

  /// A size that a kernel reads blocks in.
  public enum KernelBlock: Hashable, Sendable {
    case exactly(Int)
    case multiple(of: Int)

    var least: Int {
      switch self {
      case .exactly(let size), .multiple(let size): size
      }
    }
  }

  /// vLLM's order of preference on a GPU generation (`platforms/cuda.py _get_backend_priorities`).
  public static func priorities(_ request: Request) -> [AttentionBackend] {
    let major = request.capability.major
    if let sparse = request.sparse { return sparsePriorities(request, sparse) }
    if request.isDiffKV { return [diffKV(request)] }
    if request.blockTopK != nil { return [.minimaxM3Sparse] }
    switch (request.isLatent, major) {
    case (true, 10): return [.flashInferMLA, .cutlassMLA, .flashAttnMLA, .flashMLA, .tritonMLA]
    case (true, 12): return [.tritonMLA]
    case (true, _): return [.flashAttnMLA, .flashMLA, .flashInferMLA, .tritonMLA]
    case (false, 10):
      return (request.bidirectionalImages ? [.tritonFlashInfer] : [])
        + [.flashInfer, .flashAttn, .tritonAttn, .flexAttention, .turboQuant]
    case (false, _):
      return (major == 9 && request.bidirectionalImages ? [.tritonFlashAttn] : [])
        + [.flashAttn, .flashInfer, .tritonAttn, .flexAttention, .turboQuant]
    }
  }
}

extension AttentionBackend {
  /// The first backend that serves a request, or why each was passed over.
  ///
  /// - Parameter names: The backends that a release has; nil for all.
  public static func select(_ request: Request, among names: [String]? = nil) -> Selection {
    var reasons: [Refusal] = []
    for backend in priorities(request) where names?.contains(backend.rawValue) ?? true {
      guard let reason = backend.refusal(of: request) else { return .backend(backend) }
      reasons.append(Refusal(backend: backend, reason: reason))
    }
    return .none(reasons)
  }

  /// The backend chosen, or why there is none.
  public enum Selection: Hashable, Sendable {
    case backend(AttentionBackend)
    case none([Refusal])
  }

  /// Why a backend does not serve a request.
  public struct Refusal: Hashable, Sendable {
    /// The backend that was passed over.
    public var backend: AttentionBackend
    /// The reason, in vLLM's words.
    public var reason: String
  }

  /// Kernel block sizes; a cache's block must be a multiple of one (`get_supported_kernel_block_sizes`).
  public func kernelBlocks(_ request: Request) -> [KernelBlock] {
    switch self {
    case .flashAttn:
      if request.headSize == 512, request.capability.major == 9, request.kvCacheDType.isPlainFP8 {
        return [.exactly(64)]
      }
      if request.headSize == 256, request.capability.major == 10 { return [.exactly(128)] }
      return [.multiple(of: 16)]
    case .tritonAttn, .flexAttention, .flashAttnMLA, .tritonMLA, .flashAttnDiffKV, .tritonAttnDiffKV:
      return [.multiple(of: 16)]
    case .tritonFlashAttn:
      return request.headSize == 512 && request.kvCacheDType.isPlainFP8 ? [.exactly(64)] : [.multiple(of: 16)]
    case .flashInfer: return [.exactly(16), .exactly(32), .exactly(64)]
    case .tritonFlashInfer, .flashMLA: return [.exactly(64)]
    case .turboQuant: return [.exactly(16), .exactly(32), .exactly(64), .exactly(128)]
    case .flashInferMLA: return [.exactly(32), .exactly(64)]
    // One block of tokens to choose is one block of the cache.
    case .cutlassMLA, .minimaxM3Sparse, .minimaxM3Indexer: return [.exactly(128)]
    case .sparseIndexer: return [.exactly(64)]
    case .flashMLASparseDSV4, .flashInferMLASparseDSV4, .compressedIndexer: return [.exactly(256)]
    case .compressedWindow: return [.multiple(of: 32)]
    case .compressor: return [.multiple(of: 1)]
    case .flashInferMLASparse: return [.multiple(of: 32)]
    case .flashMLASparse where request.capability.major == 10 && request.kvCacheDType.isQuantized:
      return [.exactly(64)]
    case .flashAttnMLASparse, .flashAttnMLASparseFA4, .flashMLASparse, .flashInferMLASparseSM90,
      .flashInferMLASparseSM120:
      return [.multiple(of: 64)]
    }
  }

  /// The block size that this backend prefers: the default where it takes it, else its smallest.
  public func preferredBlockSize(default size: Int, _ request: Request) -> Int {
    accepts(blockSize: size, request) ? size : kernelBlocks(request).map(\.least).min() ?? size
  }

  func accepts(blockSize: Int, _ request: Request) -> Bool {
    kernelBlocks(request).contains { blockSize % $0.least == 0 }
  }
}
