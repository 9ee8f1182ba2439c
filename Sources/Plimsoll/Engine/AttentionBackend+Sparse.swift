extension AttentionBackend.Request {
  /// What sparse latent attention asks of a backend beside the width of its vector.
  public struct Sparse: Hashable, Sendable {
    /// Tokens chosen for a query.
    public var topK: Int
    /// Query heads on a rank.
    public var numHeads: Int
    /// Elements of the latent.
    public var kvLoRARank: Int
    /// Elements of the rotary part.
    public var qkRopeHeadDim: Int
    /// Ranks over which the tokens of a request are shared out (DCP).
    public var decodeContext: Int

    public init(topK: Int, numHeads: Int, kvLoRARank: Int, qkRopeHeadDim: Int, decodeContext: Int = 1) {
      self.topK = topK
      self.numHeads = numHeads
      self.kvLoRARank = kvLoRARank
      self.qkRopeHeadDim = qkRopeHeadDim
      self.decodeContext = decodeContext
    }
  }
}

/// Backends of latent attention that attends to a choice of tokens (DeepSeek V3.2 and its kin).
///
/// vLLM 0.33.0 `v1/attention/backends/mla/{flashattn_mla_sparse,flashmla_sparse,flashinfer_mla_sparse*}.py`.
extension AttentionBackend {
  var isSparse: Bool {
    switch self {
    case .flashAttnMLASparse, .flashAttnMLASparseFA4, .flashMLASparse, .flashInferMLASparse, .flashInferMLASparseSM90,
      .flashInferMLASparseSM120, .sparseIndexer, .minimaxM3Sparse, .minimaxM3Indexer:
      true
    default: false
    }
  }

  /// The sparse part of vLLM's order of preference (`platforms/cuda.py _get_backend_priorities`).
  ///
  /// On data-centre Blackwell it follows the cache's type and, for a cache in 16 bits, the heads of a rank.
  static func sparsePriorities(_ request: Request, _ sparse: Request.Sparse) -> [AttentionBackend] {
    switch request.capability.major {
    case 10:
      if request.kvCacheDType.isQuantized { return [.flashInferMLASparse, .flashMLASparse] }
      return sparse.numHeads <= 16
        ? [.flashAttnMLASparseFA4, .flashInferMLASparse, .flashMLASparse] : [.flashMLASparse, .flashInferMLASparse]
    case 12: return [.flashInferMLASparseSM120]
    default:
      return request.headSize == 512
        ? [.flashInferMLASparseSM90, .flashAttnMLASparse, .flashMLASparse]
        : [.flashAttnMLASparse, .flashMLASparse, .flashInferMLASparseSM90]
    }
  }

  /// The type that this backend keeps a latent cache in when asked for `dtype`
  /// (`mla_attention.py _canonicalize_sparse_mla_kv_cache_dtype`).
  func cacheDType(for dtype: KVCacheDType) -> KVCacheDType {
    switch self {
    case .flashMLASparse where dtype.isQuantized && dtype != .nvfp4DSMLA: .fp8DSMLA
    case .flashInferMLASparseSM120 where [.auto, .fp8, .fp8E4M3].contains(dtype): .fp8DSMLA
    default: dtype
    }
  }

  /// Why this backend does not serve a sparse `request`, in vLLM's terms; nil where it does.
  func sparseRefusal(of request: Request, _ sparse: Request.Sparse) -> String? {
    guard isSparse, isLatent, self != .sparseIndexer else { return "sparse not supported" }
    guard takesSparse(request.kvCacheDType) else { return "kv_cache_dtype not supported" }
    guard sparseGenerations.contains(request.capability.major) else { return "compute capability not supported" }
    let sizes = self == .flashAttnMLASparseFA4 ? [576] : [512, 576]
    if self != .flashAttnMLASparse, !sizes.contains(request.headSize) { return "head_size not supported" }
    if sparse.decodeContext > 1, self == .flashAttnMLASparse || self == .flashInferMLASparseSM90 {
      return "DCP not supported"
    }
    switch self {
    case .flashMLASparse: return flashMLASparseRefusal(of: request, sparse)
    case .flashAttnMLASparseFA4:
      if sparse.topK % 128 != 0 { return "FA4 sparse MLA requires index_topk % 128 == 0, got \(sparse.topK)" }
      if sparse.kvLoRARank != 512 || sparse.qkRopeHeadDim != 64 {
        return "FA4 sparse MLA requires (kv_lora_rank, qk_rope_head_dim) == (512, 64)"
      }
      let gathered = sparse.numHeads * sparse.decodeContext
      guard [8, 16, 32, 64].contains(gathered) || (gathered == 128 && sparse.decodeContext == 1) else {
        return "FA4 sparse MLA requires 8, 16, 32, 64 or 128 gathered query heads, got \(gathered)"
      }
      return flashInferSparseRefusal(of: request, sparse)
    case .flashInferMLASparse: return flashInferSparseRefusal(of: request, sparse)
    case .flashInferMLASparseSM90:
      if sparse.kvLoRARank != 512 { return "FLASHINFER_MLA_SPARSE_SM90 requires kv_lora_rank=512" }
      if ![0, 64].contains(sparse.qkRopeHeadDim) {
        return "FLASHINFER_MLA_SPARSE_SM90 requires qk_rope_head_dim in (0, 64)"
      }
    case .flashInferMLASparseSM120:
      if sparse.topK != 2048 { return "FLASHINFER_MLA_SPARSE_SM120 requires index_topk=2048; got \(sparse.topK)" }
    default: break
    }
    return nil
  }

  /// GPU generations, by the major number of their compute capability.
  private var sparseGenerations: [Int] {
    switch self {
    case .flashAttnMLASparse, .flashInferMLASparseSM90: [9]
    case .flashMLASparse: [9, 10]
    case .flashAttnMLASparseFA4, .flashInferMLASparse: [10]
    case .flashInferMLASparseSM120: [12]
    default: []
    }
  }

  private func takesSparse(_ dtype: KVCacheDType) -> Bool {
    let plain: [KVCacheDType] = [.auto, .bfloat16]
    switch self {
    case .flashAttnMLASparse: return dtype == .float16 || plain.contains(dtype)
    case .flashAttnMLASparseFA4: return plain.contains(dtype)
    case .flashMLASparse: return plain.contains(dtype) || [.fp8, .fp8DSMLA, .nvfp4DSMLA].contains(dtype)
    case .flashInferMLASparse: return dtype == .float16 || plain.contains(dtype) || [.fp8, .fp8E4M3].contains(dtype)
    case .flashInferMLASparseSM90: return plain.contains(dtype) || [.fp8, .fp8E4M3].contains(dtype)
    case .flashInferMLASparseSM120: return [.auto, .fp8, .fp8E4M3, .fp8DSMLA].contains(dtype)
    default: return false
    }
  }

  private func flashMLASparseRefusal(of request: Request, _ sparse: Request.Sparse) -> String? {
    if request.headSize == 512 {
      guard [.auto, .bfloat16, .float16, .fp8DSMLA].contains(request.kvCacheDType), request.capability.major == 9 else {
        return "FLASHMLA_SPARSE supports head_size 512 only with bf16 or fp8_ds_mla kv-cache on SM90"
      }
      if sparse.qkRopeHeadDim != 0 { return "FLASHMLA_SPARSE supports head_size 512 only for rope-free models" }
    }
    if request.kvCacheDType == .nvfp4DSMLA, request.capability.major != 10 {
      return "FLASHMLA_SPARSE only supports the nvfp4_ds_mla kv-cache dtype on SM100 (Blackwell)"
    }
    return nil
  }

  private func flashInferSparseRefusal(of request: Request, _ sparse: Request.Sparse) -> String? {
    if sparse.qkRopeHeadDim == 0 {
      return request.qkNopeHeadDim == 256 && sparse.kvLoRARank == 512
        ? nil : "FlashInfer native no-rope MLA requires qk_nope_head_dim=256 and kv_lora_rank=512"
    }
    return [128, 192].contains(request.qkNopeHeadDim)
      ? nil : "FlashInfer MLA Sparse kernel requires qk_nope_head_dim in [128, 192], but got \(request.qkNopeHeadDim)"
  }
}
