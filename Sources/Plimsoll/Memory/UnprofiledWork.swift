/// What steps may allocate while serving that vLLM's profile run does not see, so that it has to stay free outside of
/// the memory that vLLM asks for.
public struct UnprofiledWork: Hashable, Sendable {
  /// Logits of more drafted tokens than the one a request of the profile run has.
  ///
  /// Source: `_dummy_sampler_run`, v1/worker/gpu_model_runner.py: `draft_token_ids = [[0] for _ in range(num_reqs)]`;
  /// `RejectionSampler.forward`, v1/sample/rejection_sampler.py: logits, a copy in float32, and its softmax.
  public var drafted = Bytes.zero
  /// An adapter on its way into its slot, beside the one that is there.
  public var adapter = Bytes.zero
  /// Logits of prompt tokens and their logarithms in float32, of requests with `prompt_logprobs`.
  ///
  /// Source: `_get_prompt_logprobs_dict`, v1/worker/gpu_model_runner.py, of all that a step computes;
  /// `CHUNK_SIZE`, v1/worker/gpu/sample/prompt_logprob.py, 1,024 rows at once under the V2 runner.
  public var promptLogprobs = Bytes.zero

  public init() {}

  /// All of it together: it may come at the same time.
  public var sum: Bytes { drafted + adapter + promptLogprobs }

  /// Rows of prompt logits that the V2 runner makes at once.
  static let rowsAtOnce = 1024

  /// - rows · vocabulary · (type + 4) for prompts;
  /// - sequences · (drafted − 1) · vocabulary · (type + 8);
  /// - the slots' bytes / slots.
  init(_ evaluation: Evaluation, of model: ModelShape, dtype: DType, servesPromptLogprobs: Bool) {
    let flags = evaluation.flags
    guard !flags.isPooling else { return }
    if flags.numSpeculativeTokens > 1 {
      let rows = flags.maxNumSeqs * (flags.numSpeculativeTokens - 1)
      drafted = (dtype.size + Bytes(8)) * (rows * model.vocabSize)
    }
    if let slots = flags.lora?.count, slots > 0 {
      let lines = evaluation.stages.flatMap(\.features).filter { $0.feature == .loraSlots }
      adapter = Bytes((lines.map(\.amount.best.count).max() ?? 0) / slots)
    }
    if servesPromptLogprobs {
      let batch = flags.maxNumBatchedTokens
      let rows = flags.usesV2ModelRunner ? min(batch, Self.rowsAtOnce) : batch
      promptLogprobs = (dtype.size + Bytes(4)) * (rows * model.vocabSize)
    }
  }
}
