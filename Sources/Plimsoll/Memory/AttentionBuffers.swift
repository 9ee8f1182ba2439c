/// What an attention backend allocates while the model is built, and so counts as loaded.
public struct AttentionBuffers: Hashable, Sendable {
  /// Once a rank.
  public var shared = Bytes.zero
  /// Once a layer.
  public var perLayer = Bytes.zero

  public init() {}

  /// FlashInfer counts the blocks of each token and head: T × heads × 4 B, and keeps sinks in float32.
  ///
  /// vLLM 0.33.0 `v1/attention/backends/flashinfer.py FlashInferImpl.__init__`.
  public init(
    backends: [AttentionBackend], numHeads: Int, hasSinks: Bool, maxNumBatchedTokens: Int, parallelism: Parallelism
  ) {
    guard backends.contains(.flashInfer) || backends.contains(.tritonFlashInfer) else { return }
    let heads = numHeads / parallelism.tensor
    shared = Bytes(4 * maxNumBatchedTokens * heads * parallelism.decodeContext)
    if hasSinks { perLayer = Bytes(4 * heads) }
  }
}
