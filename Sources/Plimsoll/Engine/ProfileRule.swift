/// What a release's dummy run asks for where attention is sparse, beside what shapes alone decide.
///
/// Source: `sparse_attn_indexer` of model_executor/layers/sparse_attn_indexer.py, `get_max_prefill_buffer_size` of
/// v1/attention/backends/mla/indexer.py, `get_prefill_workspace_size` of v1/attention/backends/mla/flashmla_sparse.py.
public struct ProfileRule: Hashable, Sendable {
  /// Requests of full length that are unpacked at once where they are longer than 256 Ki tokens: 2 since 0.32, before
  /// as many as of shorter ones.
  public var longUnpackedRequests = 2
  /// Where the indexer gathers the keys of a prefill: in the shared workspace since 0.13; before, in two copies of twice
  /// the longest request that are given back.
  public var indexerReserves = true
  /// What stands for the indexer's logits (`VLLM_SPARSE_INDEXER_MAX_LOGITS_MB`), as since 0.19; zero before.
  public var indexerLogits = Bytes.mib(512)

  public init() {}

  /// Requests of full length that are unpacked at once.
  public func unpackedRequests(maxModelLen: Int) -> Int {
    maxModelLen <= Self.longestUsual ? 5 : longUnpackedRequests
  }

  /// The longest request of which as many are unpacked as of a short one.
  static let longestUsual = 256 * 1024

  /// Keys of `keyBytes` that the indexer gathers, 8 for each token of the requests unpacked at once, fewer where one
  /// stands for `ratio` tokens; and 1 MiB for the top-k kernel.
  func indexerWorkspace(maxModelLen: Int, keyBytes: Bytes, ratio: Int = 1) -> Bytes {
    guard indexerReserves else { return .zero }
    return keyBytes * (8 * unpackedRequests(maxModelLen: maxModelLen) * maxModelLen / ratio) + .mib(1)
  }

  /// What the indexer takes and gives back.
  func indexerTransient(maxModelLen: Int, keyBytes: Bytes) -> Bytes {
    indexerReserves ? indexerLogits : keyBytes * (2 * 2 * maxModelLen)
  }
}
