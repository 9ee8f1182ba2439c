extension Deployment {
  /// The part that is not modelled, where there is one: no number may be given then.
  public func unknown(_ evaluation: Evaluation) -> Finding? {
    let isGiven = availableKVCacheMemory != nil
    if !device.backend.isModelled, !isGiven {
      return Finding(
        "backend-not-modelled", .error,
        "plimsoll does not model vLLM on \(device.name) (\(device.backend.rawValue)); modelled are cuda and rocm, or give "
          + "--available-kv-cache-memory")
    }
    if let reason = v0Reason(evaluation) {
      return Finding(
        "engine-v0", .error,
        "vLLM \(release.name) runs this on its V0 engine (\(reason)), which plimsoll does not model; 0.11.0 is the first "
          + "release without it")
    }
    if case .refused(.unmodelledDType(let dtype))? = evaluation.cacheProblem {
      return Finding(
        "kv-cache-dtype-not-modelled", .error,
        "plimsoll does not model --kv-cache-dtype \(dtype.rawValue) yet; the nearest that is modelled: fp8")
    }
    if case .refused(.unmodelled(let part))? = evaluation.cacheProblem {
      return Finding("kv-cache-not-modelled", .error, "plimsoll does not model \(part) yet")
    }
    if case .grouping(let error)? = evaluation.cacheProblem, error != .notOneType {
      return Finding("kv-cache-grouping", .error, "the layers' caches cannot share one pool: \(error.text)")
    }
    if !flags.kvCacheDTypeSkipLayers.isEmpty {
      return Finding(
        "flag-not-modelled", .error, "plimsoll does not model --kv-cache-dtype-skip-layers yet; leave it out")
    }
    if let method = flags.quantization, !model.quantization.answers(to: method) {
      return Finding(
        "quantization-not-modelled", .error,
        "plimsoll does not model quantizing at load (--quantization \(method)) yet, only fp8, "
          + QuantizationMethod.namesAtLoad.joined(separator: ", ")
          + "; or give a checkpoint that is quantized (fp8, awq, gptq, compressed-tensors, modelopt, mxfp4)")
    }
    if flags.lora.enableLoRA == true, model.traits.lora == .notModelled, !isGiven, measured.weights == nil {
      return Finding(
        "lora-not-modelled", .error,
        "plimsoll does not know which modules of \(model.architecture) take LoRA adapters yet; plan without "
          + "--enable-lora, or give --measured weights=SIZE with its slots")
    }
    if let missing = missingDraft { return missing }
    if isGiven { return nil }
    if model.traits.encoderNotModelled, servesImages, measured.weights == nil {
      return Finding(
        "encoder-not-modelled", .error,
        "plimsoll does not model the weights of this model's image encoder yet; plan the text with "
          + "--language-model-only, or give --measured weights=SIZE")
    }
    if total == nil {
      return Finding(
        "gpu-memory-not-known", .error,
        "the memory that CUDA reports for \(device.name) is not known; give it with --gpu-memory SIZE")
    }
    return nil
  }

  /// The rules of vLLM that refuse the flags.
  func refusals(_ evaluation: Evaluation) -> [Finding] {
    var findings = evaluation.violations.map { violation in
      let isLength = violation.rule == .maxModelLen
      return Finding(
        violation.rule.rawValue, .error, violation.reason + " [\(violation.source)]",
        remedies: isLength ? lengthRemedies(evaluation) : layoutRemedies(violation))
    }
    if case .refused(let refusal)? = evaluation.cacheProblem {
      let remedies = cacheTypeRemedies() + remedies(evaluation)
      findings.append(Finding("attention-backend", .error, refusal.text, remedies: remedies))
    }
    if case .grouping(.notOneType)? = evaluation.cacheProblem {
      findings.append(
        Finding(
          "kv-cache-grouping", .error,
          "the layers' caches cannot be brought to one type, as --disable-hybrid-kv-cache-manager asks; leave it out "
            + "[\(release.sources.oneType)]"))
    }
    if let count, evaluation.parallelism.worldSize > count {
      findings.append(
        Finding(
          "accelerator-count", .error,
          "the flags need \(evaluation.parallelism.worldSize) accelerators (TP × PP × DP) and \(count) are there"))
    }
    return findings
  }

  /// Other types of the cache where the one asked for has no backend: another type in 8 bits, else the model's own.
  private func cacheTypeRemedies() -> [Remedy] {
    guard let asked = flags.kvCacheDType, asked != .auto else { return [] }
    var found: [Remedy] = []
    for dtype in [KVCacheDType.fp8E5M2, .auto] where dtype != asked {
      let trial = with { $0.kvCacheDType = dtype }
      let words = ["--kv-cache-dtype", dtype.rawValue]
      let evaluation = trial.evaluate()
      guard evaluation.cacheProblem == nil, evaluation.violations.isEmpty else { continue }
      if evaluation.startsSurely {
        let changes = dtype == .auto ? Remedy.Loss.nothing : .output
        found.append(Remedy(arguments: words, verdict: .fits, tokens: evaluation.tokens, changes: changes))
      } else if var first = trial.remedies(evaluation).first {
        first.arguments = words + first.arguments
        found.append(first)
      }
    }
    return found.ordered { $0.changes < $1.changes }
  }

  /// A length that the model admits, and the way to raise the model's own.
  private func lengthRemedies(_ evaluation: Evaluation) -> [Remedy] {
    var found: [Remedy] = []
    if let length = shorterLength(evaluation) {
      let trial = with { $0.maxModelLen = .tokens(length) }.evaluate()
      if trial.startsSurely {
        found.append(
          Remedy(
            arguments: ["--max-model-len", String(length)], verdict: .fits, tokens: trial.tokens, changes: .context))
      }
    }
    guard let (shape, override) = model.extended(to: evaluation.flags.maxModelLen) else { return found }
    var lifted = self
    lifted.model = shape
    let now = evaluation.parallelism
    for (tensor, pipeline) in Self.layouts where accelerators(tensor, pipeline) >= now.worldSize {
      let trial = lifted.with {
        $0.tensorParallelSize = tensor
        $0.pipelineParallelSize = pipeline
      }
      let result = trial.evaluate()
      guard result.startsSurely else { continue }
      var arguments = ["--hf-overrides", override]
      if tensor != now.tensor { arguments += ["--tensor-parallel-size", String(tensor)] }
      if pipeline != now.pipeline { arguments += ["--pipeline-parallel-size", String(pipeline)] }
      let needed = accelerators(tensor, pipeline)
      let isLarger = needed > now.worldSize
      found.append(
        Remedy(
          arguments: arguments, accelerators: isLarger ? needed : nil, verdict: .fits,
          tokens: result.tokens, changes: isLarger ? .hardware : .output))
      break
    }
    return found
  }

  /// Layouts that the model's shapes admit, for a rule about heads or layers.
  private func layoutRemedies(_ violation: RuleViolation) -> [Remedy] {
    switch violation.rule {
    case .headsDivisible, .kvHeadsDivisible, .vocabularyDivisible, .groupsDivisible, .expertParallel: break
    default: return []
    }
    var found: [Remedy] = []
    let evaluated = resolved.parallelism
    // Experts that lie whole on ranks, then stages over as many GPUs, keep the hardware.
    if flags.enableExpertParallel == nil, violation.flags.contains("--enable-expert-parallel") {
      let result = with { $0.enableExpertParallel = true }.evaluate()
      if result.startsSurely {
        found.append(
          Remedy(arguments: ["--enable-expert-parallel"], verdict: .fits, tokens: result.tokens, changes: .speed))
      }
    }
    for tensor in [8, 4, 2] where tensor < evaluated.tensor && evaluated.tensor % tensor == 0 {
      let pipeline = evaluated.pipeline * (evaluated.tensor / tensor)
      let result = with {
        $0.tensorParallelSize = tensor
        $0.pipelineParallelSize = pipeline
      }.evaluate()
      guard result.startsSurely else { continue }
      found.append(
        Remedy(
          arguments: ["--tensor-parallel-size", String(tensor), "--pipeline-parallel-size", String(pipeline)],
          verdict: .fits, tokens: result.tokens, changes: .speed))
      break
    }
    let keeping = found
    found = []
    for (tensor, pipeline) in Self.layouts where pipeline == 1 {
      let needed = accelerators(tensor, evaluated.pipeline)
      if let count, needed > count { continue }
      let result = with { $0.tensorParallelSize = tensor }.evaluate()
      guard result.startsSurely else { continue }
      found.append(
        Remedy(
          arguments: ["--tensor-parallel-size", String(tensor)], accelerators: needed, verdict: .fits,
          tokens: result.tokens, changes: .hardware))
    }
    return keeping + found.suffix(2)
  }

  /// The checks of the start that fail or are close.
  func shortfalls(_ evaluation: Evaluation, isRefused: Bool) -> [Finding] {
    guard evaluation.pool != nil else { return [] }
    var findings: [Finding] = []
    let checks = evaluation.checks
    let isGiven = availableKVCacheMemory != nil
    // Under a length that the model refuses the remedies are those of the deployment with the length lifted.
    let fixes = isRefused ? liftedRemedies(evaluation) : checks.worst > .passes ? remedies(evaluation) : []
    if checks.startup > .passes {
      findings.append(
        Finding(
          "startup-check", isGiven || checks.startup == .tight ? .warning : .error, startupText(evaluation),
          remedies: isGiven ? [] : fixes))
    }
    if checks.kvCache > .passes {
      findings.append(
        Finding(
          "kv-cache-too-small", checks.kvCache == .tight ? .warning : .error, cacheText(evaluation), remedies: fixes))
    }
    if checks.mambaBlocks > .passes {
      findings.append(
        Finding(
          "mamba-blocks", isGiven || checks.mambaBlocks == .tight ? .warning : .error, stateText(evaluation),
          remedies: fixes))
    }
    if checks.afterBudget > .passes {
      findings.append(
        Finding(
          "after-budget", isGiven || checks.afterBudget == .tight ? .warning : .error, afterText(evaluation),
          remedies: isGiven ? [] : fixes))
    }
    return findings
  }

  private func liftedRemedies(_ evaluation: Evaluation) -> [Remedy] {
    guard evaluation.violations.allSatisfy({ $0.rule == .maxModelLen }),
      let (shape, override) = model.extended(to: evaluation.flags.maxModelLen)
    else { return [] }
    var lifted = self
    lifted.model = shape
    let own = flags.derivedMaxModelLen(for: flagContext, release: release)
    let candidates = lifted.candidates(lifted.evaluate()).map { candidate in
      var candidate = candidate
      var lift: String? = override
      if case .tokens(let given)? = candidate.deployment.flags.maxModelLen, given != evaluation.flags.maxModelLen {
        // A shorter length needs no override where the model itself admits it, and its own where it does not.
        let own = given <= own ? nil : model.extended(to: given)
        candidate.deployment.model = own?.shape ?? model
        lift = own?.override
      }
      if let lift { candidate.arguments = ["--hf-overrides", lift] + candidate.arguments }
      return candidate
    }
    return kept(candidates, nil)
  }

  func limiting(_ evaluation: Evaluation) -> Limiting? {
    let checks = evaluation.checks
    if checks.startup == .fails { return .startupCheck }
    if let stage = evaluation.stages.first, let requested = stage.requested, availableKVCacheMemory == nil {
      if stage.loaded.best > requested { return .weights }
    }
    if checks.kvCache == .fails { return .kvCache }
    if checks.mambaBlocks == .fails, availableKVCacheMemory == nil { return .mambaBlocks }
    if checks.afterBudget == .fails { return .afterBudget }
    return evaluation.pool.map { !$0.isEmpty } == true ? .kvCache : nil
  }
}

extension QuantizationMethod {
  /// What `--quantization` may ask of an unquantized checkpoint beside `fp8`
  /// (vLLM 0.33.0 `config/quantization.py _ONLINE_SHORTHANDS`).
  public static let namesAtLoad = [
    "fp8_per_tensor", "fp8_per_channel", "fp8_per_block", "mxfp8", "mxfp4", "int8_per_channel_weight_only",
  ]

  /// Whether `--quantization NAME` asks for the method that the checkpoint has.
  func answers(to name: String) -> Bool {
    switch self {
    case .none: false
    case .mxfp4: name == "mxfp4" || name == "gpt_oss_mxfp4"
    case .awq: ["awq", "auto_awq", "awq_marlin"].contains(name)
    case .gptq: ["gptq", "auto_gptq", "gptq_marlin"].contains(name)
    case .modelopt, .modeloptFP4, .modeloptMXFP8, .modeloptMixed:
      name == rawValue || self == .modeloptMXFP8 && name == "mxfp8"
    case .fp8, .compressedTensors, .fbgemmFP8, .bitsandbytes: name == rawValue
    case .online: Self.namesAtLoad.contains(name) || name == Self.bitsandbytes.rawValue
    }
  }
}
