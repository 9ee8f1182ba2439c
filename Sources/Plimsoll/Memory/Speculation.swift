/// What drafting tokens keeps on a rank beside the draft's weights and its part of the cache.
public struct Speculation: Hashable, Sendable {
  /// Tokens drafted a step, k.
  public var tokens: Int
  /// Drafts are looked up in the request itself, on the GPU.
  public var scansRequests: Bool
  /// Drafts are sampled, so that their logits are kept (`draft_sample_method`).
  public var keepsLogits: Bool
  /// The model that drafts; nil where none does.
  public var draft: DraftModel?
  /// Embeddings of images reach the draft.
  public var passesImages: Bool

  public init(
    tokens: Int, scansRequests: Bool = false, keepsLogits: Bool = false, draft: DraftModel? = nil,
    passesImages: Bool = false
  ) {
    self.tokens = tokens
    self.scansRequests = scansRequests
    self.keepsLogits = keepsLogits
    self.draft = draft
    self.passesImages = passesImages
  }
}

extension RankWork {
  /// The runner's buffers for drafting.
  ///
  /// With T batched tokens, S sequences of length L, k drafted tokens, the draft's hidden size H and vocabulary V, and
  /// elements of a bytes (vLLM 0.33.0 `v1/worker/gpu/spec_decode`, `v1/worker/gpu/states.py`):
  /// - every method: 8·S·k of drafts on each stage; looked up in requests: their tokens on the GPU, 4·S·L
  /// - a model that drafts, on the last stage: 13·T + 32·S of inputs, 12·S·k of drafts; sampled: S·k·V·a of logits
  /// - reading hidden states: T·H·a of them, as much again for images' embeddings, and 16·S
  /// - several modules: (k − 1)·S·(16 + H·a) of what is computed again
  /// - a whole model: 12·(T + S) + 8·S of inputs with one more token a sequence
  public func speculativeBuffers() -> Bytes {
    guard let speculation, !isPooling else { return .zero }
    let (tokens, seqs, drafted) = (maxNumBatchedTokens, maxNumSeqs, speculation.tokens)
    var sum = 8 * seqs * drafted
    if speculation.scansRequests { sum += 4 * seqs * maxModelLen }
    guard let draft = speculation.draft, computesLogits else { return Bytes(sum) }
    let state = draft.shape.hiddenSize * dtype.size.count
    let copies = speculation.passesImages && draft.takesImages ? 2 : 1
    sum += 13 * tokens + 32 * seqs + 12 * seqs * drafted
    if speculation.keepsLogits { sum += seqs * drafted * draft.draftVocabSize * dtype.size.count }
    if draft.kind.readsHiddenStates {
      sum += copies * tokens * state + 16 * seqs
      if min(draft.modules, drafted) > 1 { sum += (drafted - 1) * seqs * (16 + copies * state) }
    } else {
      sum += 12 * (tokens + seqs) + 8 * seqs
    }
    return Bytes(sum)
  }

  /// Hidden states of the target's layers that lie in wait for the draft while logits are computed: T·H·a each.
  func auxiliaryStates() -> Bytes {
    guard let draft = speculation?.draft, computesLogits else { return .zero }
    return dtype.size * (draft.auxiliaryStates * maxNumBatchedTokens * hiddenSize)
  }
}
