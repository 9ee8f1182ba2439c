import Plimsoll

/// Models that put an image or audio tower before a language model of another family.
///
/// The language model is one of those that are read on their own, under the name `language_model`.
enum Multimodal {
  /// Whether vLLM's class of this name holds a language model under `language_model`.
  static func holds(_ architecture: String) -> Bool {
    (architecture.hasSuffix("ForConditionalGeneration") && !architecture.hasPrefix("ChatGLM"))
      || architecture == "InternVLChatModel" || architecture == "MiMoV2OmniForCausalLM"
  }

  static func read(_ config: ModelConfig) throws(ModelConfigError) -> ModelShape {
    var shape = try language(config)
    shape.traits.modalities = modalities(config.architecture)
    try Tower.add(to: &shape, config)
    return shape
  }

  /// What vLLM's class takes (`get_supported_mm_limits` of its processing info).
  private static func modalities(_ architecture: String) -> [String] {
    switch architecture {
    case "Qwen2AudioForConditionalGeneration": ["audio"]
    case "Qwen2VLForConditionalGeneration", "Qwen2_5_VLForConditionalGeneration", "Qwen3VLForConditionalGeneration",
      "Qwen3VLMoeForConditionalGeneration", "Qwen3_5ForConditionalGeneration",
      "Qwen3_5MoeForConditionalGeneration", "Glm4vForConditionalGeneration", "InternVLForConditionalGeneration",
      "Exaone4_5_ForConditionalGeneration", "MiniMaxM3SparseForConditionalGeneration",
      "InternS1ForConditionalGeneration", "InternVLChatModel":
      ["image", "video"]
    case "KimiK25ForConditionalGeneration": ["vision_chunk"]
    default: ["image"]
    }
  }

  /// The language model: fixed by some classes, chosen by `text_config` in others.
  private static func language(_ config: ModelConfig) throws(ModelConfigError) -> ModelShape {
    switch config.architecture {
    case "Qwen2VLForConditionalGeneration", "Qwen2_5_VLForConditionalGeneration",
      "Qwen2AudioForConditionalGeneration":
      return try Qwen2Family.read(config)
    case "Qwen3VLForConditionalGeneration": return try Qwen3Family.read(config)
    case "Qwen3VLMoeForConditionalGeneration": return try QwenMoEFamily.read3(config)
    case "Qwen3_5ForConditionalGeneration", "Qwen3_5MoeForConditionalGeneration":
      return try QwenHybridFamily.read35(config)
    case "Glm4vForConditionalGeneration": return try GLMFamily.read4(config)
    case "Exaone4_5_ForConditionalGeneration": return try ExaoneFamily.read4(config)
    case "Phi3VForCausalLM": return try LlamaFamily.read(config)
    case "KimiK25ForConditionalGeneration": return try DeepSeekFamily.read(config)
    case "KimiK3ForConditionalGeneration": return try KimiLinearFamily.read(config)
    case "MiniMaxM3SparseForConditionalGeneration": return try MiniMaxM3Family.read(config)
    default: break
    }
    switch config.modelType {
    case "llama", "mistral", "ministral3": return try LlamaFamily.read(config)
    case "qwen2": return try Qwen2Family.read(config)
    case "qwen3": return try Qwen3Family.read(config)
    case "qwen3_moe": return try QwenMoEFamily.read3(config)
    case "gpt_oss": return try GptOssFamily.read(config)
    case "internlm2": return try InternLM2Family.read(config)
    default:
      throw .unmodelled(
        part: "the language model", value: config.modelType,
        nearest: "llama, mistral, ministral3, qwen2, qwen3, qwen3_moe, gpt_oss, internlm2")
    }
  }
}
