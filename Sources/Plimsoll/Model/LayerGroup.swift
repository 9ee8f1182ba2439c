/// A run of equal, consecutive decoder layers.
public struct LayerGroup: Hashable, Sendable {
  /// How many layers the run has.
  public var count: Int
  /// How each layer of the run mixes tokens.
  public var mixer: Mixer
  /// What each layer of the run computes on each token.
  public var feedForward: FeedForward
  /// What each layer of the run holds, in the order in which vLLM builds it.
  public var modules: [Module]

  public init(count: Int, mixer: Mixer, feedForward: FeedForward, modules: [Module]) {
    self.count = count
    self.mixer = mixer
    self.feedForward = feedForward
    self.modules = modules
  }
}

/// How a layer mixes tokens, which decides what it caches.
public enum Mixer: Hashable, Sendable {
  case attention(Attention)
  case latentAttention(LatentAttention)
  /// A window, and compressed tokens before it (DeepSeek V4).
  case compressed(CompressedAttention)
  case state(StateMixer)
  /// Attention and a state side by side on the same input, each with a cache of its own (Falcon-H1, Zamba2).
  case parallel(Attention, StateMixer)
  /// The layer mixes no tokens: a feed-forward layer of its own (Nemotron-H).
  case none

  /// The state that the layer keeps, if any.
  public var keptState: StateMixer? {
    switch self {
    case .state(let state), .parallel(_, let state): state
    case .attention, .latentAttention, .compressed, .none: nil
    }
  }

  /// The layer as its keys see it, without the state beside them.
  public var withoutState: Mixer {
    switch self {
    case .parallel(let attention, _): .attention(attention)
    case .state: .none
    case .attention, .latentAttention, .compressed, .none: self
    }
  }
}

/// Attention with keys and values per head (multi-head, grouped-query, multi-query).
public struct Attention: Hashable, Sendable {
  /// Query heads of the whole layer.
  public var numHeads: Int
  /// Key and value heads of the whole layer.
  public var numKVHeads: Int
  /// Elements of a query or key head.
  public var headSize: Int
  /// Elements of a value head.
  public var headSizeV: Int
  /// How far back the layer looks.
  public var span: Span
  /// The layer reads the keys and values of an earlier one and caches none (vLLM `kv_sharing_target_layer_name`).
  public var readsOtherCache: Bool
  /// How the blocks of tokens to attend to are chosen, where attention is sparse.
  public var blockIndex: BlockIndex?
  /// A short convolution whose last inputs the layer keeps in a cache of their own (Inkling).
  public var shortConvolution: ShortConvolution?
  /// The layer attends to an encoder's output too, whose keys and values it caches beside its own (vLLM
  /// `layers/attention/cross_attention.py CrossAttention`).
  public var attendsEncoder = false

  public init(
    numHeads: Int, numKVHeads: Int, headSize: Int, headSizeV: Int? = nil, span: Span = .full,
    readsOtherCache: Bool = false, blockIndex: BlockIndex? = nil
  ) {
    self.blockIndex = blockIndex
    self.numHeads = numHeads
    self.numKVHeads = numKVHeads
    self.headSize = headSize
    self.headSizeV = headSizeV ?? headSize
    self.span = span
    self.readsOtherCache = readsOtherCache
  }

  /// How far back a layer looks.
  public enum Span: Hashable, Sendable {
    case full
    /// The last so many tokens, the current one included.
    case slidingWindow(Int)
    /// The tokens of the current chunk of so many (Llama 4).
    case chunkedLocal(Int)
  }

  /// A convolution over the last tokens' keys, values and outputs, packed for each key and value head.
  public struct ShortConvolution: Hashable, Sendable {
    /// Tokens that it spans.
    public var kernel: Int
    /// Elements for each head and token.
    public var width: Int

    public init(kernel: Int, width: Int) {
      self.kernel = kernel
      self.width = width
    }
  }

  /// A choice of the blocks that each query attends to (MiniMax M3), by a key a token, one for all heads.
  public struct BlockIndex: Hashable, Sendable {
    /// Blocks chosen for a query (`sparse_topk_blocks`).
    public var topK: Int
    /// Query heads of the index, cut as key and value heads are.
    public var numHeads: Int
    /// Elements of the key by which blocks are chosen.
    public var headDim: Int

    public init(topK: Int, numHeads: Int, headDim: Int) {
      self.topK = topK
      self.numHeads = numHeads
      self.headDim = headDim
    }
  }
}

/// Multi-head latent attention: one compressed key-value vector a token, the same on every TP rank.
public struct LatentAttention: Hashable, Sendable {
  /// Query heads of the whole layer.
  public var numHeads: Int
  /// Elements of the compressed key-value vector (`kv_lora_rank`).
  public var kvLoRARank: Int
  /// Elements of a query head without rotary position.
  public var qkNopeHeadDim: Int
  /// Elements of a head with rotary position, shared by all heads of the key.
  public var qkRopeHeadDim: Int
  /// Elements of a value head once expanded.
  public var vHeadDim: Int
  /// How the tokens to attend to are chosen, where attention is sparse.
  public var sparse: Sparse?

  public init(
    numHeads: Int, kvLoRARank: Int, qkNopeHeadDim: Int, qkRopeHeadDim: Int, vHeadDim: Int, sparse: Sparse? = nil
  ) {
    self.sparse = sparse
    self.numHeads = numHeads
    self.kvLoRARank = kvLoRARank
    self.qkNopeHeadDim = qkNopeHeadDim
    self.qkRopeHeadDim = qkRopeHeadDim
    self.vHeadDim = vHeadDim
  }

  /// What a token's cached vector holds: the latent and its rotary part.
  public var headSize: Int { kvLoRARank + qkRopeHeadDim }

  /// A choice of the tokens that each query attends to (DeepSeek V3.2's lightning indexer).
  public struct Sparse: Hashable, Sendable {
    /// Tokens chosen for a query (`index_topk`).
    public var topK: Int
    /// Elements of the key by which they are chosen, where the layer has an indexer of its own; nil where it takes
    /// over what an earlier layer chose.
    public var indexHeadDim: Int?

    public init(topK: Int, indexHeadDim: Int?) {
      self.topK = topK
      self.indexHeadDim = indexHeadDim
    }

    /// What the indexer keeps of a token: a byte an element, and a float32 scale for each 128 of them
    /// (vLLM 0.33.0 `models/deepseek_v32/attention.py DeepseekV32Indexer`).
    public var indexBytes: Bytes? { indexHeadDim.map { Bytes($0 + $0 / 128 * 4) } }
  }
}

/// What a layer computes on each token by itself; the memory model needs its widths for the transient peak.
public enum FeedForward: Hashable, Sendable {
  case dense(intermediateSize: Int)
  case experts(Routed)
  /// The layer only mixes tokens (Mamba, Nemotron-H).
  case none

  /// A routed mixture of experts.
  public struct Routed: Hashable, Sendable {
    /// Routed experts of the layer.
    public var numExperts: Int
    /// Experts that a token is routed to.
    public var expertsPerToken: Int
    /// The width of a routed expert.
    public var intermediateSize: Int
    /// The summed width of the experts that every token passes; 0 for none.
    public var sharedIntermediateSize: Int

    public init(numExperts: Int, expertsPerToken: Int, intermediateSize: Int, sharedIntermediateSize: Int = 0) {
      self.numExperts = numExperts
      self.expertsPerToken = expertsPerToken
      self.intermediateSize = intermediateSize
      self.sharedIntermediateSize = sharedIntermediateSize
    }
  }
}
