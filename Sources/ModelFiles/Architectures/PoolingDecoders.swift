import Plimsoll

/// Decoders whose class in vLLM pools: reward models, bidirectional Llamas and Gemma 3 for embeddings.
enum PoolingDecoders {
  /// Qwen 2's reward models (`qwen2_rm.py`): two linears cut by TP, in the head's type; one score or two.
  static func readQwen2Reward(_ config: ModelConfig) throws(ModelConfigError) -> ModelShape {
    try config.requireUnquantized()
    var shape = try headless(try Qwen2Family.read(config))
    let isProcess = config.architecture == "Qwen2ForProcessRewardModel"
    // Scores of steps need the whole prompt.
    shape.traits.poolsWholePrompt = isProcess
    let width = shape.hiddenSize
    let kinds: [(String, Module.Kind)] = [
      ("score.0", .column(input: width, outputs: [width], bias: true)),
      ("score.2", .row(input: width, output: isProcess ? 2 : 1, bias: true)),
    ]
    for (name, kind) in kinds {
      shape.outer.append(PlacedModule(Module(name, .pooler, kind, dtype: try config.headDType()), on: .everyStage))
    }
    return shape
  }

  /// InternLM 2's reward model (`internlm2.py`): one linear without a bias, its input cut by TP.
  static func readInternLM2Reward(_ config: ModelConfig) throws(ModelConfigError) -> ModelShape {
    var shape = try headless(try InternLM2Family.read(config))
    shape.outer.append(
      PlacedModule(
        Module(
          "v_head", .pooler, .row(input: shape.hiddenSize, output: 1, bias: false), dtype: try config.headDType()),
        on: .everyStage))
    return shape
  }

  /// Llamas that attend in both directions (`llama.py`, `config.py LlamaBidirectionalConfig`).
  static func readBidirectionalLlama(_ config: ModelConfig) throws(ModelConfigError) -> ModelShape {
    var shape = try headless(try LlamaFamily.read(config))
    shape.traits.isEncoderOnly = true
    if config.architecture == "LlamaBidirectionalForSequenceClassification" {
      try config.requireUnquantized()
      shape.outer.append(
        try Pooling.head(
          "score", config, input: shape.hiddenSize, outputs: try config.numLabels(), bias: false))
    }
    return shape
  }

  /// Qwen 3 that attends in both directions, and a linear in the model's type (`voyage.py`).
  static func readVoyage(_ config: ModelConfig) throws(ModelConfigError) -> ModelShape {
    try config.requireUnquantized()
    var shape = try headless(try Qwen3Family.read(config))
    shape.traits.isEncoderOnly = true
    shape.traits.supportsPipelineParallel = false
    shape.outer.append(
      PlacedModule(
        Module(
          "linear", .pooler, .replicated(input: shape.hiddenSize, outputs: [try config.numLabels()], bias: false),
          dtype: config.dtype), on: .everyStage))
    return shape
  }

  /// Gemma 3 without lm_head (`gemma3.py`, `config.py Gemma3TextModelConfig`), both ways where the config says so.
  ///
  /// The projection that sentence-transformers keeps in a folder of its own is not in config.json, and not here.
  static func readGemma3Text(_ config: ModelConfig) throws(ModelConfigError) -> ModelShape {
    var shape = try headless(try GemmaFamily.read3(config))
    shape.traits.isEncoderOnly = try config.bool("use_bidirectional_attention", default: false)
    return shape
  }

  /// Jamba with a score beside lm_head, which the class keeps (`jamba.py`).
  static func readJamba(_ config: ModelConfig) throws(ModelConfigError) -> ModelShape {
    try config.requireUnquantized()
    var shape = try JambaFamily.read(config)
    shape.traits.isPooling = true
    for index in shape.outer.indices where shape.outer[index].module.part == .lmHead {
      shape.outer[index].module.part = .pooler
    }
    shape.outer.append(
      try Pooling.head(
        "score", config, input: shape.hiddenSize, outputs: try config.numLabels(),
        bias: try config.bool("score_bias", default: false)))
    return shape
  }

  private static func headless(_ shape: ModelShape) throws(ModelConfigError) -> ModelShape {
    var shape = shape
    shape.outer.removeAll { $0.module.part == .lmHead }
    shape.traits.isPooling = true
    return shape
  }
}
