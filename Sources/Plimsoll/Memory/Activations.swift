extension RankWork {
  /// The transient peak of the profile run: the largest of the phases that follow each other, for one dummy batch.
  ///
  /// T tokens and R = min(S, T) requests (vLLM `profile_run`, v1/worker/gpu/model_runner.py and gpu_model_runner.py):
  /// - MLP: T·a·(3·I/tp + c·H), gate, up and their product live with c copies of the hidden state
  /// - attention: T·a·((2·heads + 2·kvHeads)/tp·headSize + c·H)
  /// - state-space layers: T·a·(2·(channels + heads·headSize)/tp + c·H)
  /// - latent attention: its workspace of min(max(8·L, 4·S·B), 65,536) tokens × heads/tp × (qkNope + v) · a
  /// - routed experts: their scratch too, in releases whose layers give it back
  /// - the encoder on its largest images, and what it made beside the rest: ``encoderPeak()``, ``encoderOutput``
  /// - sampler: R·V·(a + fitted) + (T + R)·H·a, the vocabulary whole on every rank
  /// - layers' hidden states that a draft reads, beside all of it
  public func forwardPeak(_ terms: MeasuredTerms) -> Bytes {
    peak(terms, samplerBytes: samplerBytes(terms, least: false))
  }

  /// What the sampler holds for each logit beside it.
  ///
  /// The V1 runner checks a drafted token of each request as well: logits twice and those of the token after, the latter's
  /// and the former's in float32 as they were, a copy to change, probabilities, random numbers and their reciprocals (vLLM
  /// 0.26 `v1/sample/rejection_sampler.py`, from `_dummy_sampler_run`); sampled drafts bring their probabilities.
  private func samplerBytes(_ terms: MeasuredTerms, least: Bool) -> Int {
    let fitted = terms.fitted
    if usesV2ModelRunner { return fitted.samplerV2 }
    guard let speculation, numSpeculativeTokens > 0 else { return least ? fitted.samplerV1Least : fitted.samplerV1 }
    return fitted.samplerV1Drafting + (speculation.keepsLogits ? 4 : 0)
  }

  /// The estimate of the peak. A first start compiles inside the profile, which shows as a floor of its own; whether a
  /// start is the first flags do not tell, so that the floor is part of the interval and of the pessimistic end.
  ///
  /// - Parameters:
  ///   - isWorkspaceInside: Whether the release counts what the profile allocates and keeps as part of the peak
  ///     (``BudgetRule/Subtraction/nonKVIncrease``), and not as consumed.
  ///   - cache: What the start finds compiled, where that is known: then the floor is the estimate, or no part of it.
  public func activation(
    _ terms: MeasuredTerms, isWorkspaceInside: Bool = false, cache: CompileCache? = nil
  ) -> Estimate {
    let kept = isWorkspaceInside ? keptByProfile(terms) : .zero
    let warm = forwardPeak(terms) + kept
    let (floor, shares) = (terms.fitted.compileFloor, terms.fitted.activationShares)
    let isCold = isCompiled && floor.best > .zero && cache != .warm
    var low = shares.of(peak(terms, samplerBytes: samplerBytes(terms, least: true)) + kept).low
    var best = warm
    if isCold, cache == .cold { (low, best) = (max(low, floor.low + kept), max(best, floor.best + kept)) }
    let spread = shares.of(warm)
    let high = max(spread.high, isCold ? floor.high + kept : .zero) + terms.fitted.activationMargin
    let worst = max(spread.worst, isCold ? floor.worst + kept : .zero) + terms.fitted.activationMargin
    let tuned = usesExperts && isQuantized && isCompiled ? terms.fitted.quantizedExpertsMargin : .zero
    return Estimate(low: low, best: best, high: high, worst: worst + tuned, basis: .fitted)
  }

  private func peak(_ terms: MeasuredTerms, samplerBytes: Int) -> Bytes {
    var forward = 0
    for group in layers { forward = max(forward, peak(of: group, terms)) }
    if !terms.keepsExpertWorkspace { forward += expertWorkspace().count }
    let phases = max(forward, computesLogits ? samplerPeak(samplerBytes) : 0)
    guard !usesV2ModelRunner || terms.profilesEncoderV2 else { return Bytes(phases) + auxiliaryStates() }
    return max(Bytes(phases) + encoderOutput, encoderPeak()) + auxiliaryStates()
  }

  /// What the profile allocates and keeps: scratch of routed experts, rows of the top-k kernel, cuBLAS's workspace.
  private func keptByProfile(_ terms: MeasuredTerms) -> Bytes {
    var kept = matrixWorkspace
    if terms.keepsExpertWorkspace { kept += max(expertWorkspace(), attentionWorkspace) * microBatches }
    return kept + keptRows(terms)
  }

  /// What the top-k kernel of the V1 runner's sampler keeps: a row in float32 for each program, of which there are no
  /// more than multiprocessors; 132 of those on large devices, about 112 on others.
  func keptRows(_ terms: MeasuredTerms) -> Bytes {
    guard terms.keepsSamplerRows, computesLogits, !usesV2ModelRunner else { return .zero }
    return Bytes(4 * min(maxNumSeqs, isDataCentre ? 132 : 112) * vocabSize)
  }

  func peak(of group: LayerGroup, _ terms: MeasuredTerms) -> Int {
    let (tokens, element, tp) = (maxNumBatchedTokens, dtype.size.count, parallelism.tensor)
    let hidden = terms.fitted.hiddenCopies * hiddenSize
    var peak = 0
    if let state = group.mixer.keptState {
      // What the input projection makes, and what convolution and recurrence make of it.
      peak = tokens * element * (2 * state.projectedWidth.dividedRoundingUp(by: tp) + hidden)
    }
    switch group.mixer {
    case .attention(let attention), .parallel(let attention, _):
      let heads = attention.numHeads.dividedRoundingUp(by: tp)
      let kvHeads = max(1, attention.numKVHeads / tp)
      peak = max(peak, tokens * element * ((2 * heads + 2 * kvHeads) * attention.headSize + hidden))
    case .state, .none: break
    case .compressed(let attention): peak = max(peak, self.peak(of: attention, hidden: hidden))
    case .latentAttention(let latent):
      let workspace = min(max(8 * maxModelLen, 4 * maxNumSeqs * blockSize), 65_536)
      let heads = latent.numHeads.dividedRoundingUp(by: tp)
      var widest = workspace * heads * (latent.qkNopeHeadDim + latent.vHeadDim) * element
      if let keyBytes = latent.sparse?.indexBytes {
        widest = max(widest, profile.indexerTransient(maxModelLen: maxModelLen, keyBytes: keyBytes).count)
      }
      peak = tokens * element * hidden + widest
    }
    switch group.feedForward {
    case .none: break
    case .dense(let width):
      peak = max(peak, tokens * element * (3 * (width / tp) + hidden))
    case .experts(let routed):
      peak = max(peak, tokens * element * (3 * (routed.sharedIntermediateSize / tp) + hidden))
      peak += 6 * tokens * routed.numExperts
    }
    return peak
  }

  func samplerPeak(_ extra: Int) -> Int {
    let rows = min(maxNumSeqs, maxNumBatchedTokens)
    let element = dtype.size.count
    let logits = rows * vocabSize.roundedUp(toMultipleOf: 64) * (element + extra)
    return logits + (maxNumBatchedTokens + rows) * hiddenSize * element
  }
}

extension Bytes {
  func scaled(_ numerator: Int, over denominator: Int) -> Bytes { Bytes(count / denominator * numerator) }
}
