/// What one layer caches on one rank: how big a page is, and how much of a request stays.
///
/// vLLM 0.33.0 `v1/kv_cache_interface.py`, its spec classes told apart by ``kind`` and ``retention``.
public struct KVCacheSpec: Hashable, Sendable {
  /// What a page holds.
  public var kind: Kind
  /// Head slots on this rank; 1 for a latent cache.
  public var numHeads: Int
  /// What one head keeps per token: a key and a value, or one latent vector.
  public var stateBytes: Bytes
  /// Tokens of one block.
  public var blockSize: Int
  /// How much of a request the layer still needs.
  public var retention: Retention
  /// The page where it is padded above what its states need.
  public var paddedPage: Bytes?
  /// Tokens that one kept vector stands for.
  public var tokensPerState: Int
  /// What a page's bytes are rounded up to a multiple of.
  public var pageMultiple: Int

  public init(
    kind: Kind, numHeads: Int, stateBytes: Bytes, blockSize: Int, retention: Retention, paddedPage: Bytes? = nil,
    tokensPerState: Int = 1, pageMultiple: Int = 1
  ) {
    self.tokensPerState = tokensPerState
    self.pageMultiple = pageMultiple
    self.kind = kind
    self.numHeads = numHeads
    self.stateBytes = stateBytes
    self.blockSize = blockSize
    self.retention = retention
    self.paddedPage = paddedPage
  }

  /// What a page holds.
  public enum Kind: Hashable, Sendable {
    /// Keys and values per head.
    case heads
    /// One latent vector a token (MLA); pages of it cannot be padded to another's size.
    case latent
    /// The state of a request, one size whatever its length; its page is padded to attention's.
    case state
  }

  /// How much of a request a layer still needs.
  public enum Retention: Hashable, Sendable {
    case everything
    /// The last `window` tokens, and those that steps have in flight.
    case window(Int)
    /// The current chunk, and the tokens in flight.
    case chunk(Int)
    /// So many pages a request, whatever its length.
    case pages(Int)
  }
}

extension KVCacheSpec {
  /// What one block takes in this layer: heads × kept vectors × bytes a head and vector, a state, or the padded page.
  public var pageSize: Bytes {
    if let paddedPage { return paddedPage }
    if kind == .state { return stateBytes }
    let states = stateBytes * (numHeads * (blockSize / tokensPerState))
    return pageMultiple == 1 ? states : Bytes(states.count.roundedUp(toMultipleOf: pageMultiple))
  }

  /// The most blocks that one request of `length` tokens ever holds at once (vLLM `max_memory_usage_bytes` / page).
  ///
  /// - everything: ⌈⌈length/dcp⌉ / B⌉
  /// - window: ⌈min(window − 1 + in flight, length) / B⌉ + 1, since a window rarely starts on a block's edge
  /// - chunk: ⌈min(chunk + in flight, length) / B⌉
  /// - pages: as many as it says
  public func blocks(length: Int, inFlight: Int, decodeContext: Int) -> Int {
    switch retention {
    case .everything:
      length.dividedRoundingUp(by: decodeContext).dividedRoundingUp(by: blockSize)
    case .window(let window):
      min(window - 1 + inFlight, length).dividedRoundingUp(by: blockSize) + 1
    case .chunk(let chunk):
      min(chunk + inFlight, length).dividedRoundingUp(by: blockSize)
    case .pages(let count): count
    }
  }
}
