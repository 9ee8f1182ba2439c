import Plimsoll

/// Models that put an image or audio tower before a language model of another family.
///
/// The language model is one of those that are read on their own, under the name `language_model`.
enum Multimodal {
  /// Whether vLLM's class of this name holds a language model under `language_model`.
  static func holds(_ architecture: String) -> Bool {
    (architecture.hasSuffix("ForConditionalGeneration") && !architecture.hasPrefix("ChatGLM"))
      || MultimodalClass.named(architecture) != nil
  }

  static func read(_ config: ModelConfig) throws(ModelConfigError) -> ModelShape {
    var shape = try language(config)
    if let kind = MultimodalClass.named(config.architecture) {
      shape.traits.modalities = kind.modalities
      if !kind.hasStages { shape.traits.supportsPipelineParallel = false }
    }
    if config.architecture == "PaliGemmaForConditionalGeneration" { shape.traits.bidirectionalImages = true }
    try Tower.add(to: &shape, config)
    return shape
  }

  /// The language model: fixed by some classes, chosen by `text_config` in others.
  private static func language(_ config: ModelConfig) throws(ModelConfigError) -> ModelShape {
    switch config.architecture {
    case "Qwen2VLForConditionalGeneration", "Qwen2_5_VLForConditionalGeneration",
      "Qwen2AudioForConditionalGeneration", "Qwen2_5OmniForConditionalGeneration", "Qwen2_5OmniModel",
      "DotsOCRForCausalLM", "AudioFlamingo3ForConditionalGeneration", "OpenCUAForConditionalGeneration":
      return try Qwen2Family.read(config)
    case "Qwen3VLForConditionalGeneration", "Cosmos3ForConditionalGeneration", "Qwen3ASRRealtimeGeneration",
      "Qwen3ASRForConditionalGeneration", "IsaacForConditionalGeneration",
      "KeyeForConditionalGeneration", "KeyeVL1_5ForConditionalGeneration":
      return try Qwen3Family.read(config)
    case "Qwen3VLMoeForConditionalGeneration", "Qwen3OmniMoeForConditionalGeneration":
      return try QwenMoEFamily.read3(config)
    case "Qwen3_5ForConditionalGeneration", "Qwen3_5MoeForConditionalGeneration",
      "MiniCPMV4_6ForConditionalGeneration", "MiniCPMV4_7ForConditionalGeneration":
      return try QwenHybridFamily.read35(config)
    case "Glm4vForConditionalGeneration", "GlmOcrForConditionalGeneration": return try GLMFamily.read4(config)
    case "Glm4vMoeForConditionalGeneration": return try GLMFamily.readMoE(config)
    case "Exaone4_5_ForConditionalGeneration": return try ExaoneFamily.read4(config)
    case "Phi3VForCausalLM", "Phi4ForCausalLMV", "Phi4MMForCausalLM", "KananaVForConditionalGeneration":
      return try LlamaFamily.read(config)
    case "KimiK25ForConditionalGeneration", "KimiVLForConditionalGeneration": return try DeepSeekFamily.read(config)
    case "KimiK3ForConditionalGeneration": return try KimiLinearFamily.read(config)
    case "MiniMaxM3SparseForConditionalGeneration": return try MiniMaxM3Family.read(config)
    case "GLM4VForCausalLM": return try GLMFamily.readChat(config)
    case "PaddleOCRVLForConditionalGeneration": return try ErnieFamily.read(config)
    case "Ernie4_5_VLMoeForConditionalGeneration": return try ErnieFamily.readVL(config)
    case "MiniCPMV", "MiniCPMO": return try miniCPM(config)
    default: return try byType(config)
    }
  }

  /// MiniCPM-V's versions stand before other language models (`minicpmv.py`); its config states theirs beside its own.
  private static func miniCPM(_ config: ModelConfig) throws(ModelConfigError) -> ModelShape {
    let version: [Int]
    do { version = try config.top.miniCPMVersion() } catch { throw .value(error) }
    switch version {
    case [2, 0] where config.architecture == "MiniCPMV": return try LlamaLike.readMiniCPM(config)
    case [2, 5] where config.architecture == "MiniCPMV", [4, 0] where config.architecture == "MiniCPMV":
      return try LlamaFamily.read(config)
    case [2, 6]: return try Qwen2Family.read(config)
    case [4, 5]: return try Qwen3Family.read(config)
    default:
      throw .unmodelled(
        part: "a version of " + config.architecture, value: version.map(String.init).joined(separator: "."),
        nearest: "2.6, 4.5")
    }
  }

  private static func byType(_ config: ModelConfig) throws(ModelConfigError) -> ModelShape {
    switch config.modelType {
    case "llama", "mistral", "ministral3", "phi3": return try LlamaFamily.read(config)
    case "qwen2": return try Qwen2Family.read(config)
    case "qwen3": return try Qwen3Family.read(config)
    case "qwen2_moe": return try QwenMoEFamily.read2(config)
    case "qwen3_moe": return try QwenMoEFamily.read3(config)
    case "gpt_oss": return try GptOssFamily.read(config)
    case "internlm2": return try InternLM2Family.read(config)
    case "gemma": return try GemmaFamily.read1(config)
    case "gemma2": return try GemmaFamily.read2(config)
    case "cohere": return try CommandRFamily.read(config)
    case "cohere2": return try CommandRFamily.read2(config)
    case "granite": return try GraniteFamily.read(config)
    case "deepseek_v2", "deepseek_v3": return try DeepSeekFamily.read(config)
    case "glm4": return try GLMFamily.read4(config)
    case "glm4_moe": return try GLMFamily.readMoE(config)
    case "lfm2": return try LFM2Family.read(config)
    case "lfm2_moe": return try LFM2Family.readMoE(config)
    default:
      // What the language model's part calls itself, where that is read on its own.
      if let name = try config.optionalStrings("architectures")?.first, name != config.statedArchitecture,
        MultimodalClass.named(name) == nil, let read = ArchitectureTable.reader(of: name)
      {
        return try read(config)
      }
      throw .unmodelled(
        part: "the language model", value: config.modelType,
        nearest: "llama, mistral, phi3, qwen2, qwen3, qwen3_moe, gemma2, cohere2, deepseek_v2, gpt_oss, internlm2")
    }
  }
}
