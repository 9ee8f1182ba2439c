extension RuleContext {
  /// The length of a request.
  ///
  /// Source: `_get_and_verify_max_len`, config/model.py.
  func lengthRules() -> [RuleViolation] {
    guard case .tokens(let length)? = flags.maxModelLen else { return [] }
    let source = "config/model.py _get_and_verify_max_len"
    guard length >= 1 else {
      return [
        RuleViolation(
          .maxModelLen, "max_model_len (\(length)) must be -1 (auto) or at least 1", flags: ["--max-model-len"],
          source: "config/model.py ModelConfig")
      ]
    }
    // A model that states no length takes any.
    guard model.context.key != nil || flags.disableSlidingWindow == true else { return [] }
    let derived = flags.derivedMaxModelLen(for: model, release: release)
    guard length > derived, environment.allowLongMaxModelLen != true else { return [] }
    if let own = model.context.modelMaxLength, length <= own { return [] }
    let key = model.context.key.map { "\($0)=" } ?? ""
    return [
      RuleViolation(
        .maxModelLen,
        "User-specified max_model_len (\(length)) is greater than the derived max_model_len (\(key)\(derived)); "
          + "--hf-overrides with rope parameters and a new maximum lifts it, VLLM_ALLOW_LONG_MAX_MODEL_LEN=1 only at the "
          + "risk of NaN or out-of-bounds positions",
        flags: ["--max-model-len"], source: source)
    ]
  }

  /// Tokens and sequences of a step.
  ///
  /// Source: `SchedulerConfig.verify_max_model_len`, config/scheduler.py.
  func batchRules() -> [RuleViolation] {
    var found = [RuleViolation]()
    let tokens = resolved.maxNumBatchedTokens
    let source = "config/scheduler.py verify_max_model_len"
    // The engine itself switches chunks off later for a model without a cache, so the flag counts here.
    let isChunked = !model.isEncoderDecoder && (flags.enableChunkedPrefill ?? flags.supportsChunkedPrefill(model))
    if tokens < resolved.maxModelLen, !isChunked {
      found.append(
        RuleViolation(
          .batchedTokens,
          "max_num_batched_tokens (\(tokens)) is smaller than max_model_len (\(resolved.maxModelLen)), and without "
            + "chunked prefill longer requests would be rejected",
          flags: ["--max-num-batched-tokens", "--max-model-len", "--enable-chunked-prefill"], source: source))
    }
    if tokens < resolved.maxNumSeqs {
      found.append(
        RuleViolation(
          .batchedTokens,
          "max_num_batched_tokens (\(tokens)) must be greater than or equal to max_num_seqs (\(resolved.maxNumSeqs))",
          flags: ["--max-num-batched-tokens", "--max-num-seqs"], source: source))
    }
    if let active = flags.maxNumActiveSeqs, active > resolved.maxNumSeqs {
      found.append(
        RuleViolation(
          .activeSeqs, "max_num_active_seqs (\(active)) cannot be greater than max_num_seqs (\(resolved.maxNumSeqs))",
          flags: ["--max-num-active-seqs", "--max-num-seqs"], source: source))
    }
    if let threshold = flags.longPrefillTokenThreshold, threshold > resolved.maxModelLen, !model.isEncoderDecoder {
      found.append(
        RuleViolation(
          .batchedTokens,
          "long_prefill_token_threshold (\(threshold)) cannot be greater than max_model_len (\(resolved.maxModelLen))",
          flags: ["--long-prefill-token-threshold"], source: source))
    }
    let needsWholeItems = flags.disableChunkedMMInput == true || model.isMultimodalPrefixLM || model.isEncoderDecoder
    if needsWholeItems, model.isMultimodal, flags.languageModelOnly != true, let item = model.largestItemTokens,
      item > tokens
    {
      found.append(
        RuleViolation(
          .multimodal,
          "the largest multimodal item (\(item) tokens) exceeds max_num_batched_tokens (\(tokens)), and this model "
            + "cannot cut items",
          flags: ["--max-num-batched-tokens"], source: "v1/core/encoder_cache_manager.py"))
    }
    return found
  }
}
