import Plimsoll

/// What vLLM's classes let LoRA adapters change: their `embedding_modules`, `packed_modules_mapping` and
/// `is_3d_moe_weight` (`model_executor/models`, 0.33.0).
enum LoRATable {
  static func support(_ config: ModelConfig) -> LoRASupport {
    let name = config.architecture
    if has(name, none) { return .none }
    // What stands behind an encoder is wrapped as it is on its own.
    switch name {
    case "Llama4ForConditionalGeneration": return .layout(LoRALayout(wrapsEmbedding: true, wrapsHead: true))
    case "Qwen3ForCausalLM", "Qwen3VLForConditionalGeneration":
      return .layout(LoRALayout(wrapsEmbedding: true, wrapsHead: true, headWasEmbedding: true))
    case "Gemma3ForConditionalGeneration", "Mistral3ForConditionalGeneration", "Qwen2VLForConditionalGeneration",
      "Qwen2_5_VLForConditionalGeneration", "Exaone4_5_ForConditionalGeneration":
      return .layout(LoRALayout())
    case "Glm4vForConditionalGeneration": return .layout(LoRALayout(gateUpSlices: 1))
    case "LlavaForConditionalGeneration":
      let isWhole = config.modelType == "llama" || config.modelType == "qwen3"
      return .layout(LoRALayout(wrapsEmbedding: isWhole, wrapsHead: isWhole))
    case "Qwen3MoeForCausalLM", "Qwen3VLMoeForConditionalGeneration":
      return .layout(
        LoRALayout(
          wrapsEmbedding: true, wrapsHead: true, gateUpSlices: namesDenseLayers(config) ? 2 : 0,
          fusesExpertProjections: name != "Qwen3MoeForCausalLM"))
    case "Qwen2MoeForCausalLM":
      let hasShared = config.text.members["shared_expert_intermediate_size"].map { $0 != .integer(0) } ?? true
      return .layout(LoRALayout(gateUpSlices: hasShared || namesDenseLayers(config) ? 2 : 0))
    case "GptOssForCausalLM": return .layout(LoRALayout(gateUpSlices: 0, fusesExpertProjections: true))
    case "Phi3ForCausalLM":
      return .layout(LoRALayout(wrapsEmbedding: true, wrapsHead: true, qkvSlices: 1, gateUpSlices: 1))
    case "ChatGLMModel", "ChatGLMForConditionalGeneration", "Plamo3ForCausalLM":
      return .layout(LoRALayout(qkvSlices: 1, gateUpSlices: 1))
    case "MiniMaxM2ForCausalLM", "OlmoeForCausalLM", "OPTForCausalLM": return .layout(LoRALayout(gateUpSlices: 0))
    default: break
    }
    if has(name, wholeAndFused) { return .layout(LoRALayout(wrapsEmbedding: true, wrapsHead: true)) }
    if has(name, whole) { return .layout(LoRALayout(wrapsEmbedding: true, wrapsHead: true, gateUpSlices: 0)) }
    if has(name, withEmbedding) { return .layout(LoRALayout(wrapsEmbedding: true)) }
    if has(name, linears) { return .layout(LoRALayout()) }
    if has(name, oneForQKV) { return .layout(LoRALayout(qkvSlices: 1)) }
    return .notModelled
  }

  /// The class maps gate and up only where the config names dense layers.
  private static func namesDenseLayers(_ config: ModelConfig) -> Bool {
    guard case .array(let layers)? = config.text.members["mlp_only_layers"] else { return false }
    return !layers.isEmpty
  }

  private static func has(_ name: String, _ words: String) -> Bool {
    words.utf8.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\n") }.contains { $0.elementsEqual(name.utf8) }
  }

  /// Embedding, lm_head and linears, gate and up as two.
  private static let wholeAndFused = """
    DeciLMForCausalLM Ernie4_5ForCausalLM Exaone4ForCausalLM ExaoneForCausalLM ExaoneMoEForCausalLM
    ExaoneMoeForCausalLM GraniteForCausalLM GraniteSWAForCausalLM HyperCLOVAXForCausalLM IQuestCoderForCausalLM InternLM3ForCausalLM LLaMAForCausalLM Llama4ForCausalLM
    LlamaForCausalLM LlamaModel MiniCPM3ForCausalLM MiniCPMForCausalLM MistralModel SolarForCausalLM
    TeleChat2ForCausalLM TeleChat3ForCausalLM TeleFLMForCausalLM
    """

  /// Embedding, lm_head and linears; no gated network outside of experts.
  private static let whole = """
    ApertusForCausalLM GraniteMoeForCausalLM GraniteMoeSWAForCausalLM GraniteMoeSharedForCausalLM MixtralForCausalLM
    NemotronForCausalLM PhiMoEForCausalLM
    """

  /// Embedding and linears: Cohere's, and what the Transformers backend serves.
  private static let withEmbedding = """
    ArceeForCausalLM Cohere2ForCausalLM CohereForCausalLM CwmForCausalLM FlexOlmoForCausalLM GPTBigCodeForCausalLM
    GPTNeoXForCausalLM GlmForCausalLM HunYuanDenseV1ForCausalLM HunYuanMoEV1ForCausalLM Jais2ForCausalLM
    OlmoForCausalLM Olmo2ForCausalLM Olmo3ForCausalLM PhiForCausalLM SeedOssForCausalLM SmolLM3ForCausalLM
    Starcoder2ForCausalLM
    """

  /// Linears alone.
  private static let linears = """
    AfmoeForCausalLM DeepseekForCausalLM DeepseekV2ForCausalLM DeepseekV3ForCausalLM Ernie4_5_MoeForCausalLM
    Gemma2ForCausalLM Gemma3ForCausalLM GemmaForCausalLM Glm4ForCausalLM Glm4MoeForCausalLM Glm4MoeLiteForCausalLM
    HYV3ForCausalLM MiMoForCausalLM Ministral3ForCausalLM MistralForCausalLM Qwen2ForCausalLM Qwen2ForProcessRewardModel
    Qwen2ForRewardModel Qwen2Model
    """

  /// One factor for query, key and value.
  private static let oneForQKV = "BailingMoeForCausalLM BailingMoeV2ForCausalLM InternLM2ForCausalLM"

  /// Classes without `SupportsLoRA`.
  private static let none = """
    BloomForCausalLM Cohere2MoeForCausalLM DbrxForCausalLM FalconForCausalLM FalconMambaForCausalLM
    GPT2LMHeadModel GPTJForCausalLM IQuestLoopCoderForCausalLM Gemma3nForCausalLM Gemma3nForConditionalGeneration KimiK25ForConditionalGeneration
    KimiLinearForCausalLM KimiVLForConditionalGeneration Mamba2ForCausalLM MambaForCausalLM MiMoV2FlashForCausalLM
    MiMoV2ForCausalLM MiMoV2OmniForCausalLM MiniMaxM3SparseForCausalLM MiniMaxM3SparseForConditionalGeneration
    OrionForCausalLM PaddleOCRVLForConditionalGeneration Phi3VForCausalLM Qwen2AudioForConditionalGeneration
    StableLmForCausalLM Step3TextForCausalLM Zamba2ForCausalLM
    """
}
