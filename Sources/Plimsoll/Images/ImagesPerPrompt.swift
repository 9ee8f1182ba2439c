/// How many images a prompt may have, and how many the encoder takes in at once.
public struct ImagesPerPrompt: Hashable, Sendable {
  /// `--limit-mm-per-prompt`, which is 999 where it does not name images; 0 serves none.
  public var limit: Int
  /// Those of this size that a prompt of the maximum length has room for, beside one token of the answer.
  public var byLength: Int
  /// The tokens of the KV cache over those of an image; nil where no cache was planned.
  public var byPool: Int?
  /// The encoder's budget a step, in its outputs, which is also the room that its cache has.
  public var encoderBudget: Int
  /// Images of this size within that budget.
  public var atOnce: Int
  /// What the prompt's images cost if each is of the costliest size: the limit's where it is stated, else one's.
  public var worstPrompt: Int

  /// What the length and the limit allow together.
  public var most: Int { min(limit, byLength) }

  /// - Parameters:
  ///   - tokens: Those of one image of the size in question, and of the costliest.
  ///   - maxModelLen: Of the deployment, as the flags resolve.
  ///   - maxNumBatchedTokens: The budget is this, or the costliest item where that is more
  ///     (vLLM 0.33.0 `v1/core/encoder_cache_manager.py compute_mm_encoder_budget`).
  ///   - stated: The limit that the command line names.
  ///   - poolTokens: Those that the KV cache holds.
  public init(
    of tokens: ImageTokens, largest: ImageTokens, maxModelLen: Int, maxNumBatchedTokens: Int, stated: Int?,
    languageModelOnly: Bool, poolTokens: Int?
  ) {
    limit = languageModelOnly ? 0 : stated ?? 999
    byLength = max(0, maxModelLen - 1) / max(1, tokens.prompt)
    byPool = poolTokens.map { $0 / max(1, tokens.prompt) }
    encoderBudget = max(maxNumBatchedTokens, largest.embeddings)
    atOnce = encoderBudget / max(1, tokens.embeddings)
    worstPrompt = largest.prompt * max(1, languageModelOnly ? 0 : stated ?? 1)
  }
}
