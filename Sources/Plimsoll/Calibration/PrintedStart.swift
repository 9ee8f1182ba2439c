/// What one start of vLLM printed of its memory, a rank of the stage that bounds it.
///
/// Logs print GiB with two decimals, so that each amount is known to 0.005 GiB.
public struct PrintedStart: Hashable, Sendable {
  /// What CUDA reports of the device.
  public var total: Bytes?
  /// What was free when vLLM looked first.
  public var free: Bytes?
  /// "Model loading took".
  public var weights: Bytes?
  /// The peak activation as its release counts it, graphs taken off the cache with it since 0.27.
  public var activation: Bytes?
  /// What grew outside of PyTorch: 0.9 to 0.26.
  public var nonTorch: Bytes?
  /// Weights, buffers and what grew outside of PyTorch in one, since 0.27.
  public var consumed: Bytes?
  /// The pool of graphs as it was estimated before the cache was sized.
  public var estimatedGraphs: Bytes?
  /// The pool of graphs as it was captured.
  public var graphs: Bytes?
  /// "Available KV cache memory".
  public var kvCache: Bytes?
  /// "GPU KV cache size".
  public var tokens: Int?
  /// What is left of the requested memory when all of the start is taken off, graphs as captured: the suggested
  /// `--kv-cache-memory-bytes` and the margin of ``BudgetRule/suggestionMargin``.
  public var remainder: Bytes?
  /// Kernels were compiled in this start, and not taken from a cache; nil where nothing tells.
  public var compiled: Bool?

  public init() {}

  /// Whether something tells what the start left for its cache.
  public var measuresCache: Bool { kvCache != nil || tokens != nil || remainder != nil }
}
