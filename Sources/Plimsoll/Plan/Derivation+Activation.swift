extension Deriver {
  /// The transient peak: the phases of the profile run, and which of them is the largest.
  func activation(_ stage: StageLedger) -> Derivation {
    let place = runner(sources.profile)
    let name = "transient peak of the profile run"
    if let note = measuredNote(deployment.measured.activation) {
      return Derivation("activation", name, stage.activation, source: place, note: note)
    }
    let (work, terms) = (self.work(stage), release.terms)
    var phases = [layers(work, terms)]
    if !terms.keepsExpertWorkspace, work.expertWorkspace() > .zero {
      let scratch = Derivation.bytes("scratch", "scratch of routed experts", work.expertWorkspace())
      phases[0] = Derivation(
        "forward", "the layers, with their experts' scratch", .bytes(phases[0].amount + scratch.amount),
        "layers + scratch", [phases[0], scratch])
    }
    if work.computesLogits { phases.append(sampler(work, terms)) }
    var formula = phases.count > 1 ? "max(\(phases.map(\.symbol).joined(separator: ", ")))" : phases[0].symbol
    var winner = phases.max { $0.amount < $1.amount }?.name ?? ""
    var reached = phases.map(\.amount).max() ?? .zero
    if !work.usesV2ModelRunner || terms.profilesEncoderV2, work.encoder != nil, work.encoderPeak() > .zero {
      let images = work.usesV2ModelRunner ? "" : "images and "
      phases.append(.bytes("output", images + "what the encoder made, kept meanwhile", work.encoderOutput))
      phases.append(.bytes("encoder", "the encoder on its largest images", work.encoderPeak()))
      formula = "max(\(formula) + output, encoder)"
      if work.encoderPeak() > reached + work.encoderOutput { winner = "the encoder" }
      reached = max(reached + work.encoderOutput, work.encoderPeak())
    }
    if work.auxiliaryStates() > .zero {
      phases.append(.bytes("states", "hidden states that the draft reads", work.auxiliaryStates()))
      formula += " + states"
      reached += work.auxiliaryStates()
    }
    let least = terms.fitted.compileFloor.best
    let compiles = work.isCompiled && least > .zero
    if compiles, deployment.cacheOfKernels == .cold {
      phases.append(.bytes("floor", "what compiling inside the profile shows, fitted", least))
      formula = phases.count > 2 ? "max(\(formula), floor)" : "max(\(phases[0].symbol), floor)"
      if least > reached { winner = "compiling" }
      reached = max(reached, least)
    }
    let kept = stage.activation.best - reached
    if kept > .zero {
      phases.append(.bytes("kept", "what the profile allocates and keeps, counted as peak in this release", kept))
      formula += " + kept"
    }
    let floor =
      compiles && deployment.cacheOfKernels == nil
      ? "; a first start compiles inside the profile and shows \(least.text) at least" : ""
    return Derivation(
      "activation", name, stage.activation, formula, phases, source: place, note: "the largest: \(winner)\(floor)")
  }

  /// The widest layers of the stage.
  private func layers(_ work: RankWork, _ terms: MeasuredTerms) -> Derivation {
    var (widest, peak, first, start) = (work.layers.first, 0, 0, 0)
    for group in work.layers {
      let bytes = work.peak(of: group, terms)
      if bytes > peak { (widest, peak, first) = (group, bytes, start) }
      start += group.count
    }
    let name = "the widest layer"
    guard let group = widest else { return .bytes("layers", name, .zero) }
    let (t, a, tp) = (work.maxNumBatchedTokens, work.dtype.size.count, work.parallelism.tensor)
    let common = [
      Derivation.count("T", "max-num-batched-tokens", t), .count("a", "bytes of an element", a),
      .count("c", "copies of the hidden state, fitted", terms.fitted.hiddenCopies),
      .count("H", "hidden size", work.hiddenSize),
    ]
    let hidden = terms.fitted.hiddenCopies * work.hiddenSize
    var parts: [Derivation] = []
    switch group.mixer {
    case .attention(let attention), .parallel(let attention, _):
      let (q, kv) = (attention.numHeads.dividedRoundingUp(by: tp), max(1, attention.numKVHeads / tp))
      let bytes = Bytes(t * a * ((2 * q + 2 * kv) * attention.headSize + hidden))
      parts.append(
        Derivation(
          "attention", "attention", .bytes(bytes), "T · a · ((2 · q + 2 · kv) · head + c · H)",
          common + [
            .count("q", "query heads of the rank", q), .count("kv", "key heads of the rank", kv),
            .count("head", "elements of a head", attention.headSize),
          ]))
    case .state, .latentAttention, .compressed, .none: break
    }
    var routing = 0
    var width: (Int, String)?
    switch group.feedForward {
    case .none: break
    case .dense(let inner): width = (inner / tp, "MLP width of the rank")
    case .experts(let routed):
      width = (routed.sharedIntermediateSize / tp, "width of the experts that every token passes")
      routing = 6 * t * routed.numExperts
    }
    if let (inner, words) = width {
      parts.append(
        Derivation(
          "mlp", "MLP", .bytes(Bytes(t * a * (3 * inner + hidden))), "T · a · (3 · I + c · H)",
          common + [.count("I", words, inner)]))
    }
    let known = parts.map(\.amount).max() ?? .zero
    if Bytes(peak - routing) > known {
      parts.append(.bytes("mixer", "what mixes the tokens: see docs/activations.md", Bytes(peak - routing)))
    }
    var formula = parts.count > 1 ? "max(\(parts.map(\.symbol).joined(separator: ", ")))" : parts.first?.symbol
    if routing > 0 {
      parts.append(
        Derivation(
          "routing", "routing of the tokens", .bytes(Bytes(routing)), "6 · T · E",
          [common[0], .count("E", "experts", routed(group))]))
      formula = (formula.map { $0 + " + " } ?? "") + "routing"
    }
    let run = "layers \(first) to \(first + group.count - 1) of the stage"
    return Derivation("layers", name, .bytes(Bytes(peak)), formula, parts, note: run)
  }

  private func routed(_ group: LayerGroup) -> Int {
    if case .experts(let routed) = group.feedForward { routed.numExperts } else { 0 }
  }

  private func sampler(_ work: RankWork, _ terms: MeasuredTerms) -> Derivation {
    let extra = work.usesV2ModelRunner ? terms.fitted.samplerV2 : terms.fitted.samplerV1
    return Derivation(
      "sampler", "the sampler's dummy run", .bytes(Bytes(work.samplerPeak(extra))),
      "R · V · (a + s) + (T + R) · H · a",
      [
        .count("R", "requests of the dummy run, min(S, T)", min(work.maxNumSeqs, work.maxNumBatchedTokens)),
        .count("V", "vocabulary, up to 64", work.vocabSize.roundedUp(toMultipleOf: 64)),
        .count("a", "bytes of an element", work.dtype.size.count),
        .count("s", "bytes that the sampler holds beside each logit", extra),
        .count("T", "max-num-batched-tokens", work.maxNumBatchedTokens), .count("H", "hidden size", work.hiddenSize),
      ], source: runner(sources.sampler))
  }
}

extension Derivation {
  /// The value of a memory term; zero of another.
  var amount: Bytes { if case .bytes(let bytes) = value { bytes } else { .zero } }
}
