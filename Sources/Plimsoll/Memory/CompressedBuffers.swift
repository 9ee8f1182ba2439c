extension AttentionBuffers {
  /// The choices of a step as 32-bit numbers, T × top-k; and of the shared workspace four requests of a prefill
  /// unpacked, (⌈L / ratio⌉ + window + T) × head elements in bfloat16, with T × (top-k + window) places and a length.
  ///
  /// vLLM 0.33.0 `models/deepseek_v4/nvidia/model.py DeepseekV4Model`, `nvidia/flashmla.py forward_mqa`.
  mutating func add(
    _ compressed: CompressedAttention, _ backends: [AttentionBackend], maxNumBatchedTokens: Int, maxModelLen: Int,
    _ profile: ProfileRule
  ) {
    shared += Bytes(4 * maxNumBatchedTokens * compressed.topK)
    // Keys of 128 elements, a byte each with a float32 scale, one for four tokens (`deepseek_v4/attention.py`).
    workspace = profile.indexerWorkspace(maxModelLen: maxModelLen, keyBytes: Bytes(132), ratio: 4)
    guard backends.contains(.flashMLASparseDSV4) else { return }
    // The layers with the least compression ask for most.
    let vectors = maxModelLen.dividedRoundingUp(by: 4) + compressed.window + maxNumBatchedTokens
    let places = (compressed.topK + compressed.window).roundedUp(toMultipleOf: 128)
    workspace = max(
      workspace, Bytes(2 * 4 * vectors * compressed.headSize + 4 * maxNumBatchedTokens * (places + 1)))
  }
}

extension RankWork {
  /// Compressed attention's widest intermediate: queries and outputs of a layer, heads padded to 64 or 128 as its kernel
  /// wants them, and the hyper-connection's four copies of the hidden state.
  func peak(of attention: CompressedAttention, hidden: Int) -> Int {
    let heads = attention.numHeads.dividedRoundingUp(by: parallelism.tensor) <= 64 ? 64 : 128
    let step = maxNumBatchedTokens * dtype.size.count
    let widest = max(2 * step * heads * attention.headSize, profile.indexerLogits.count)
    return widest + step * (hidden + 2 * 4 * hiddenSize)
  }

  /// How many tokens stand together where none are chosen, of whose places there are tables for decode and for prefill:
  /// T × ⌈L / 128⌉ to a multiple of 128, 4 B each (vLLM 0.33.0 `models/deepseek_v4/sparse_mla.py`).
  var compressionOfAll: Int? {
    for group in layers {
      if case .compressed(let attention) = group.mixer, attention.ratio > 4 { return attention.ratio }
    }
    return nil
  }
}
