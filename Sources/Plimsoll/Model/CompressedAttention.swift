/// Attention to a window of tokens, and beside it to the tokens before in compressed form (DeepSeek V4): one vector for
/// keys and values alike, the same on every TP rank.
///
/// vLLM 0.33.0 `models/deepseek_v4/attention.py DeepseekV4Attention`.
public struct CompressedAttention: Hashable, Sendable {
  /// Query heads of the whole layer.
  public var numHeads: Int
  /// Elements of a head, and of the vector that is kept.
  public var headSize: Int
  /// Tokens that are kept as they are.
  public var window: Int
  /// Tokens that one compressed vector stands for; 1 for a layer that sees its window alone.
  public var ratio: Int
  /// Elements of the key by which compressed vectors are chosen; nil where all of them are attended to.
  public var indexHeadDim: Int?
  /// Compressed vectors chosen for a query (`index_topk`); every layer of a model has the same.
  public var topK: Int
  /// Groups in which the heads are projected back, cut by TP.
  public var outputGroups: Int

  public init(
    numHeads: Int, headSize: Int, window: Int, ratio: Int, indexHeadDim: Int? = nil, topK: Int, outputGroups: Int
  ) {
    self.numHeads = numHeads
    self.headSize = headSize
    self.window = window
    self.ratio = ratio
    self.indexHeadDim = indexHeadDim
    self.topK = topK
    self.outputGroups = outputGroups
  }

  /// Vectors that a compressor works on at once: twice the ratio where neighbours overlap, as at a ratio of 4.
  public var overlap: Int { ratio == 4 ? 2 : 1 }
}

extension ModelShape {
  /// Attention to compressed tokens, where the model has it.
  public var compressedAttention: CompressedAttention? {
    for group in layers { if case .compressed(let attention) = group.mixer { return attention } }
    return nil
  }
}
