package import Plimsoll

/// Which reader serves which architecture of a config.json.
package enum ArchitectureTable {
  typealias Reader = @Sendable (ModelConfig) throws(ModelConfigError) -> ModelShape

  /// The architectures that plimsoll models, with the reader of each.
  static func reader(of architecture: String) -> Reader? {
    switch architecture {
    case "LlamaForCausalLM", "LLaMAForCausalLM", "InternLM3ForCausalLM", "IQuestCoderForCausalLM",
      "TeleChat3ForCausalLM", "MistralForCausalLM", "Ministral3ForCausalLM", "Phi3ForCausalLM":
      LlamaFamily.read
    case "Qwen2ForCausalLM": Qwen2Family.read
    case "Qwen3ForCausalLM": Qwen3Family.read
    case "Qwen2MoeForCausalLM": QwenMoEFamily.read2
    case "Qwen3MoeForCausalLM": QwenMoEFamily.read3
    case "MixtralForCausalLM": MixtralFamily.read
    case "GemmaForCausalLM": GemmaFamily.read1
    case "Gemma2ForCausalLM": GemmaFamily.read2
    case "Gemma3ForCausalLM", "Gemma3ForConditionalGeneration": GemmaFamily.read3
    case "Mistral3ForConditionalGeneration", "LlavaForConditionalGeneration", "Qwen2VLForConditionalGeneration",
      "Qwen2_5_VLForConditionalGeneration", "Qwen3VLForConditionalGeneration",
      "Qwen3VLMoeForConditionalGeneration", "Qwen2AudioForConditionalGeneration", "Glm4vForConditionalGeneration",
      "KimiK25ForConditionalGeneration":
      Multimodal.read
    case "GraniteForCausalLM": GraniteFamily.read
    case "CohereForCausalLM": CommandRFamily.read
    case "Cohere2ForCausalLM": CommandRFamily.read2
    case "Glm4ForCausalLM": GLMFamily.read4
    case "Glm4MoeForCausalLM": GLMFamily.readMoE
    case "ChatGLMModel", "ChatGLMForConditionalGeneration": GLMFamily.readChat
    case "DeepseekV2ForCausalLM", "DeepseekV3ForCausalLM", "Glm4MoeLiteForCausalLM": DeepSeekFamily.read
    case "GptOssForCausalLM": GptOssFamily.read
    case "Llama4ForCausalLM", "Llama4ForConditionalGeneration": Llama4Family.read
    case "ExaoneForCausalLM": ExaoneFamily.read3
    case "Exaone4ForCausalLM": ExaoneFamily.read4
    case "InternLM2ForCausalLM": InternLM2Family.read
    case "FalconForCausalLM": FalconFamily.read
    case "Olmo2ForCausalLM", "Olmo3ForCausalLM": TransformersBackend.readOlmo
    case "Starcoder2ForCausalLM": TransformersBackend.readStarcoder2
    case "SeedOssForCausalLM", "GlmForCausalLM", "SmolLM3ForCausalLM": TransformersBackend.readLlamaLike
    case "HunYuanDenseV1ForCausalLM": TransformersBackend.readHunyuan
    case "FlexOlmoForCausalLM": TransformersBackend.readFlexOlmo
    case "GPTNeoXForCausalLM": TransformersBackend.readGPTNeoX
    case "ApertusForCausalLM": ApertusFamily.read
    case "MiniMaxM2ForCausalLM": MiniMaxFamily.readM2
    case "OlmoeForCausalLM": OlmoeFamily.read
    case "PhiMoEForCausalLM": PhiMoEFamily.read
    case "StableLmForCausalLM": StableLMFamily.read
    case "MiniCPM3ForCausalLM": MiniCPM3Family.read
    case "GPTJForCausalLM": GPTJFamily.read
    default: nil
    }
  }

  /// The shape of the model that a parsed config.json describes.
  ///
  /// - Parameter quantization: The checkpoint's hf_quant_config.json, where it has one.
  package static func shape(
    of json: JSON, quantization: JSON? = nil, quantizedAtLoad method: String? = nil
  ) throws(ModelConfigError) -> ModelShape {
    let config = try ModelConfig(json, quantization: quantization, quantizedAtLoad: method)
    guard let read = reader(of: config.architecture) else { throw VLLMRegistry.problem(with: config.architecture) }
    return try read(config)
  }
}
