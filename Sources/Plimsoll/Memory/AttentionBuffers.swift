/// What an attention backend allocates while the model is built, and so counts as loaded.
public struct AttentionBuffers: Hashable, Sendable {
  /// Once a rank.
  public var shared = Bytes.zero
  /// Once a layer.
  public var perLayer = Bytes.zero
  /// Once a layer whose choice of tokens others may take over, and in the first sparse layer of a stage.
  public var perIndexer = Bytes.zero
  /// What a backend asks of the workspace that it shares with routed experts, beside what counts as loaded.
  public var workspace = Bytes.zero

  public init() {}

  /// Without the workspace, which is not part of what is loaded.
  var loaded: AttentionBuffers {
    var loaded = self
    loaded.workspace = .zero
    return loaded
  }

  /// FlashInfer counts the blocks of each token and head: T × heads × 4 B, and keeps sinks in float32.
  ///
  /// vLLM 0.33.0 `v1/attention/backends/flashinfer.py FlashInferImpl.__init__`.
  public init(
    backends: [AttentionBackend], numHeads: Int, hasSinks: Bool, maxNumBatchedTokens: Int, parallelism: Parallelism,
    sparse: Sparse? = nil, blockIndex: Attention.BlockIndex? = nil,
    compressed: CompressedAttention? = nil, maxModelLen: Int = 0, profile: ProfileRule = ProfileRule()
  ) {
    if let compressed {
      add(compressed, backends, maxNumBatchedTokens: maxNumBatchedTokens, maxModelLen: maxModelLen, profile)
    }
    addChosenBlocks(blockIndex, maxNumBatchedTokens: maxNumBatchedTokens, tensorParallel: parallelism.tensor)
    if let sparse { add(sparse, backends, maxNumBatchedTokens: maxNumBatchedTokens, parallelism, profile) }
    guard backends.contains(.flashInfer) || backends.contains(.tritonFlashInfer) else { return }
    let heads = numHeads / parallelism.tensor
    shared += Bytes(4 * maxNumBatchedTokens * heads * parallelism.decodeContext)
    if hasSinks { perLayer += Bytes(4 * heads) }
  }

  /// What the buffers of sparse latent attention depend on.
  public struct Sparse: Hashable, Sendable {
    /// The model's latent attention.
    public var latent: LatentAttention
    /// `--max-num-seqs`, as resolved.
    public var maxNumSeqs: Int
    /// Tokens of a request that is decoded: one, and those drafted.
    public var decodeQueryLength: Int
    /// The cache holds fewer bits than the model computes in.
    public var isCacheQuantized: Bool
    /// `--max-model-len`, as resolved.
    public var maxModelLen: Int

    /// Nil for a model whose attention is not sparse.
    public init?(
      _ model: ModelShape, maxNumSeqs: Int, decodeQueryLength: Int = 1, isCacheQuantized: Bool = false,
      maxModelLen: Int = 0
    ) {
      guard let latent = model.sparseAttention else { return nil }
      self.latent = latent
      self.maxNumSeqs = maxNumSeqs
      self.decodeQueryLength = decodeQueryLength
      self.isCacheQuantized = isCacheQuantized
      self.maxModelLen = maxModelLen
    }
  }

  /// A step's choices of tokens as 32-bit numbers, T × top-k; and in each layer that chooses, those of the decoded
  /// tokens as places in the cache, (min(T, S × query length) + 1) × (top-k + 1).
  ///
  /// vLLM 0.33.0 `models/deepseek_v32/nvidia/model.py`, `mla/index_group.py SparseMLAIndexGroupBuilder`,
  /// `mla/flashattn_mla_sparse.py`.
  private mutating func add(
    _ sparse: Sparse, _ backends: [AttentionBackend], maxNumBatchedTokens: Int, _ parallelism: Parallelism,
    _ profile: ProfileRule
  ) {
    let topK = sparse.latent.sparse?.topK ?? 0
    shared += Bytes(4 * maxNumBatchedTokens * topK)
    let rows = min(maxNumBatchedTokens, sparse.maxNumSeqs * sparse.decodeQueryLength)
    perIndexer += Bytes(4 * (rows + 1) * (topK + 1))
    if backends.contains(.flashAttnMLASparse) { perLayer += Bytes(4 * (maxNumBatchedTokens + 1)) }
    if let keyBytes = sparse.latent.sparse?.indexBytes {
      workspace = profile.indexerWorkspace(maxModelLen: sparse.maxModelLen, keyBytes: keyBytes)
    }
    if backends.contains(.flashMLASparse) {
      let kernel = sparse.flashMLAWorkspace(
        heads: sparse.latent.numHeads / parallelism.tensor, maxNumBatchedTokens: maxNumBatchedTokens,
        requests: profile.unpackedRequests(maxModelLen: sparse.maxModelLen))
      workspace = max(workspace, kernel)
    }
  }
}

extension AttentionBuffers.Sparse {
  /// FlashMLA's sparse kernel: queries of a step, heads padded to 64; with a packed cache also requests of full length
  /// unpacked (``ProfileRule``), and queries and outputs of a prefill, padded and as they are
  /// (vLLM 0.33.0 `mla/flashmla_sparse.py FlashMLASparseImpl`).
  func flashMLAWorkspace(heads: Int, maxNumBatchedTokens: Int, requests: Int) -> Bytes {
    let padded = heads.roundedUp(toMultipleOf: 64)
    let (width, output) = (latent.headSize, latent.kvLoRARank)
    guard isCacheQuantized else { return Bytes(2 * maxNumBatchedTokens * padded * width) }
    return Bytes(2 * (maxNumBatchedTokens * (heads + padded) * (width + output) + requests * maxModelLen * width))
  }
}

extension ModelShape {
  /// Latent attention that attends to a choice of tokens, where the model has it.
  public var sparseAttention: LatentAttention? {
    for group in layers { if case .latentAttention(let latent) = group.mixer, latent.sparse != nil { return latent } }
    return nil
  }
}
