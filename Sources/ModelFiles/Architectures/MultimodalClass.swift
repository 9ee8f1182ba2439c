import Plimsoll

/// What vLLM's classes with an encoder before a language model take, and how they hold it.
struct MultimodalClass: Sendable {
  let name: String
  /// Modalities by vLLM's names (`get_supported_mm_limits` of its processing info), with spaces between.
  let takes: String
  /// The encoder may be whole on every TP rank (`supports_encoder_tp_data`); others are cut whatever the flag says.
  let mayBeWhole: Bool
  /// The class can be cut into pipeline stages (`SupportsPP`).
  let hasStages: Bool
  /// Read by ``Multimodal``, and not by a family of its own.
  let isPlain: Bool
  /// Positions run ahead only where video is pruned, so that the rotary table is not made longer (vLLM 0.33.0
  /// `models/qwen3_vl.py mrope_positions_factor`); ``QwenHybridFamily`` has the same of its own.
  let keepsPositions: Bool
  /// Experts that compressed-tensors packed as MXFP4 run by the method for MXFP4 (`models/config.py`).
  let ownMXFP4: Bool
  /// The config class makes up a tower where the file leaves it out, and vLLM builds it.
  let madeUp: Bool

  init(
    _ name: String, _ takes: String, mayBeWhole: Bool = false, hasStages: Bool = true, isPlain: Bool = true,
    keepsPositions: Bool = false, ownMXFP4: Bool = false, madeUp: Bool = false
  ) {
    self.name = name
    self.takes = takes
    self.mayBeWhole = mayBeWhole
    self.hasStages = hasStages
    self.isPlain = isPlain
    self.keepsPositions = keepsPositions
    self.ownMXFP4 = ownMXFP4
    self.madeUp = madeUp
  }

  var modalities: [String] { takes.split(separator: " ").map(String.init) }

  static func named(_ name: String) -> MultimodalClass? { all.first { $0.name == name } }

  /// A class a line, by name.
  static let all: [MultimodalClass] = [
    MultimodalClass("AudioFlamingo3ForConditionalGeneration", "audio"),
    MultimodalClass("BeeForConditionalGeneration", "image video"),
    MultimodalClass("Cohere2VisionForConditionalGeneration", "image"),
    MultimodalClass("Cosmos3ForConditionalGeneration", "image video", mayBeWhole: true, keepsPositions: true),
    MultimodalClass("DeepseekOCR2ForCausalLM", "image"),
    MultimodalClass("DeepseekOCRForCausalLM", "image"),
    MultimodalClass("DeepseekVLV2ForCausalLM", "image"),
    MultimodalClass("DotsOCRForCausalLM", "image", mayBeWhole: true),
    MultimodalClass("Eagle2_5_VLForConditionalGeneration", "image", mayBeWhole: true),
    MultimodalClass("Ernie4_5_VLMoeForConditionalGeneration", "image video"),
    MultimodalClass("Exaone4_5_ForConditionalGeneration", "image video", mayBeWhole: true),
    MultimodalClass("GLM4VForCausalLM", "image"),
    MultimodalClass("Gemma3ForConditionalGeneration", "image", isPlain: false),
    MultimodalClass("Gemma4ForConditionalGeneration", "image", isPlain: false),
    MultimodalClass("Gemma4UnifiedForConditionalGeneration", "image", isPlain: false, madeUp: true),
    MultimodalClass("Glm4vForConditionalGeneration", "image video", mayBeWhole: true),
    MultimodalClass("Glm4vMoeForConditionalGeneration", "image video", mayBeWhole: true),
    MultimodalClass("GlmOcrForConditionalGeneration", "image video", mayBeWhole: true),
    MultimodalClass("Granite4VisionForConditionalGeneration", "image"),
    MultimodalClass("GraniteSpeechForConditionalGeneration", "audio"),
    MultimodalClass("H2OVLChatModel", "image", mayBeWhole: true),
    MultimodalClass("Idefics3ForConditionalGeneration", "image", hasStages: false),
    MultimodalClass("InternS1ForConditionalGeneration", "image video"),
    MultimodalClass("InternVLChatModel", "image video", mayBeWhole: true),
    MultimodalClass("InternVLForConditionalGeneration", "image video"),
    MultimodalClass("IsaacForConditionalGeneration", "image", mayBeWhole: true),
    MultimodalClass("KananaVForConditionalGeneration", "image"),
    MultimodalClass("KeyeForConditionalGeneration", "image video"),
    MultimodalClass("KeyeVL1_5ForConditionalGeneration", "image video"),
    MultimodalClass("KimiK25ForConditionalGeneration", "vision_chunk", mayBeWhole: true),
    MultimodalClass("KimiK3ForConditionalGeneration", "image", mayBeWhole: true, ownMXFP4: true),
    MultimodalClass("KimiVLForConditionalGeneration", "image", mayBeWhole: true),
    MultimodalClass("Lfm2VlForConditionalGeneration", "image"),
    MultimodalClass("LightOnOCRForConditionalGeneration", "image"),
    MultimodalClass("Llama4ForConditionalGeneration", "image", mayBeWhole: true, isPlain: false, madeUp: true),
    MultimodalClass("Llama_Nemotron_Nano_VL", "image"),
    MultimodalClass("LlavaForConditionalGeneration", "image"),
    MultimodalClass("LlavaNextForConditionalGeneration", "image"),
    MultimodalClass("LlavaNextVideoForConditionalGeneration", "video"),
    MultimodalClass("LlavaOnevisionForConditionalGeneration", "image video"),
    MultimodalClass("MiMoV2OmniForCausalLM", "image", isPlain: false),
    MultimodalClass("MiniCPMO", "image video audio", mayBeWhole: true),
    MultimodalClass("MiniCPMV", "image video", mayBeWhole: true),
    MultimodalClass("MiniCPMV4_6ForConditionalGeneration", "image video", mayBeWhole: true),
    MultimodalClass("MiniCPMV4_7ForConditionalGeneration", "image video", mayBeWhole: true),
    MultimodalClass("MiniMaxM3SparseForConditionalGeneration", "image video", mayBeWhole: true),
    MultimodalClass("Mistral3ForConditionalGeneration", "image"),
    MultimodalClass("NVLM_D", "image", mayBeWhole: true),
    MultimodalClass("NemotronH_Nano_Omni_Reasoning_V3", "image video audio", hasStages: false),
    MultimodalClass("NemotronH_Nano_VL_V2", "image video audio", hasStages: false),
    MultimodalClass("NemotronH_Omni_Reasoning_V3", "image video audio", hasStages: false),
    MultimodalClass("NemotronH_Super_Omni_Reasoning_V3", "image video audio", hasStages: false),
    MultimodalClass("OpenCUAForConditionalGeneration", "image", mayBeWhole: true),
    MultimodalClass("Ovis", "image"),
    MultimodalClass("Ovis2_5", "image video"),
    MultimodalClass("Ovis2_6ForCausalLM", "image video"),
    MultimodalClass("Ovis2_6_MoeForCausalLM", "image video"),
    MultimodalClass("PaddleOCRVLForConditionalGeneration", "image", hasStages: false),
    MultimodalClass("PaliGemmaForConditionalGeneration", "image"),
    MultimodalClass("Phi3VForCausalLM", "image"),
    MultimodalClass("Phi4ForCausalLMV", "image"),
    MultimodalClass("Phi4MMForCausalLM", "audio image", hasStages: false),
    MultimodalClass("PixtralForConditionalGeneration", "image"),
    MultimodalClass("QianfanOCRForConditionalGeneration", "image", mayBeWhole: true),
    MultimodalClass("Qwen2AudioForConditionalGeneration", "audio"),
    MultimodalClass("Qwen2VLForConditionalGeneration", "image video", mayBeWhole: true),
    MultimodalClass("Qwen2_5OmniForConditionalGeneration", "audio image video"),
    MultimodalClass("Qwen2_5OmniModel", "audio image video"),
    MultimodalClass("Qwen2_5_VLForConditionalGeneration", "image video", mayBeWhole: true),
    MultimodalClass("Qwen3ASRForConditionalGeneration", "audio"),
    MultimodalClass("Qwen3ASRRealtimeGeneration", "audio"),
    MultimodalClass("Qwen3OmniMoeForConditionalGeneration", "audio image video"),
    MultimodalClass("Qwen3VLForConditionalGeneration", "image video", mayBeWhole: true, keepsPositions: true),
    MultimodalClass("Qwen3VLMoeForConditionalGeneration", "image video", mayBeWhole: true, keepsPositions: true),
    MultimodalClass("Qwen3_5ForConditionalGeneration", "image video", mayBeWhole: true),
    MultimodalClass("Qwen3_5MoeForConditionalGeneration", "image video", mayBeWhole: true),
    MultimodalClass("SkyworkR1VChatModel", "image"),
    MultimodalClass("SmolVLMForConditionalGeneration", "image", hasStages: false),
    MultimodalClass("Step3VLForConditionalGeneration", "image", mayBeWhole: true),
    MultimodalClass("Step3p7ForConditionalGeneration", "image", mayBeWhole: true),
    MultimodalClass("StepVLForConditionalGeneration", "image", mayBeWhole: true),
    MultimodalClass("UltravoxModel", "audio"),
    MultimodalClass("VoxtralForConditionalGeneration", "audio"),
  ]
}
