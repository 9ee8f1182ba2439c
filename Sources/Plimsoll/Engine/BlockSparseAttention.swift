/// Attention to blocks of tokens (MiniMax M3): keys and values per head, and an index beside them.
///
/// vLLM 0.33.0 `models/minimax_m3/common/sparse_attention.py select_main_backend_and_impl_cls`.
extension AttentionBackend {
  /// Keys and values in 4 bits need the kernels of data-centre Blackwell.
  func blockSparseRefusal(of request: Request, topK: Int) -> String? {
    switch request.kvCacheDType {
    case .nvfp4:
      if request.capability.major == 10, [4, 8, 16, 32].contains(topK) { return nil }
      return "MiniMax M3 sparse attention supports an NVFP4 KV cache only with the SM100 MSA backend "
        + "(kv_cache_dtype=nvfp4, topk_blocks=\(topK))"
    case .nvfp4FourOverSix:
      return "MiniMax M3 sparse attention supports only the 'nvfp4' NVFP4 KV cache dtype, got "
        + request.kvCacheDType.rawValue
    default: return nil
    }
  }

  /// Whether the layout of keys and values in this type is known where they are attended to by blocks.
  static func keepsBlocks(in dtype: KVCacheDType) -> Bool {
    switch dtype {
    case .auto, .float16, .bfloat16, .fp8, .fp8E4M3, .fp8E5M2, .nvfp4: true
    default: false
    }
  }
}

extension Attention {
  /// The index that the layer keeps of a token beside key and value: a vector in bfloat16, whatever their type
  /// (`models/minimax_m3/common/indexer.py MiniMaxM3IndexerCache`); nil where it has none.
  func indexSpec(blockSize: Int) -> KVCacheSpec? {
    guard let index = blockIndex else { return nil }
    return KVCacheSpec(
      kind: .latent, numHeads: 1, stateBytes: Bytes(2 * index.headDim), blockSize: blockSize, retention: .everything)
  }
}

extension AttentionBuffers {
  /// The blocks that a step's tokens choose, as 32-bit numbers: T to a multiple of 4 × heads of the index × top-k
  /// (vLLM 0.33.0 `models/minimax_m3/nvidia/model.py MiniMaxM3Model`).
  mutating func addChosenBlocks(_ index: Attention.BlockIndex?, maxNumBatchedTokens: Int, tensorParallel: Int) {
    guard let index else { return }
    let heads = max(1, index.numHeads / tensorParallel)
    shared += Bytes(4 * maxNumBatchedTokens.roundedUp(toMultipleOf: 4) * heads * index.topK)
  }
}

extension ModelShape {
  /// The choice of blocks, where the model has layers that make one.
  public var blockIndex: Attention.BlockIndex? {
    for group in layers {
      if case .attention(let attention) = group.mixer, let index = attention.blockIndex { return index }
    }
    return nil
  }
}

extension RankWork {
  /// Scores of every block a request may have, 8,192 of them in float32, for each token of a step and head of the
  /// index: kept by the kernels of data-centre Blackwell for 16 chosen blocks (`nvidia/indexer_msa.py`).
  var blockScores: Bytes {
    guard kernels.isDataCentreBlackwell else { return .zero }
    for group in layers {
      guard case .attention(let attention) = group.mixer, let index = attention.blockIndex, index.topK == 16 else {
        continue
      }
      return Bytes(4 * maxNumBatchedTokens * max(1, index.numHeads / parallelism.tensor) * 8192)
    }
    return .zero
  }
}
