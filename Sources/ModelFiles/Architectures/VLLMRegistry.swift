/// The architectures of vLLM 0.33.0's registry, and those that earlier releases had (`models/registry.py`).
///
/// The names alone, so that what is not modelled here is told apart from what vLLM does not have.
enum VLLMRegistry {
  /// What to say of an architecture that no reader here takes.
  static func problem(with name: String) -> ModelConfigError {
    if let last = dropped.first(where: { $0.name == name })?.last {
      return .droppedArchitecture(name, lastRelease: last)
    }
    if let plugin = plugins.first(where: { $0.name == name })?.plugin {
      return .pluginArchitecture(name, plugin: plugin)
    }
    if let kind = Kind(of: name) {
      return .unmodelledArchitecture(name, what: kind.what, nearest: nearest(to: name))
    }
    return .unknownArchitecture(name, nearest: nearest(to: name))
  }

  /// Whether the release's registry has a class of this name.
  static func serves(_ name: String) -> Bool { Kind(of: name) != nil }

  /// The modelled architecture whose name shares the longest beginning.
  private static func nearest(to name: String) -> String? {
    let shared = ArchitectureTable.rows.map { row in
      (name: row.architecture, length: zip(row.architecture, name).prefix { $0 == $1 }.count)
    }
    return shared.filter { $0.length >= 4 }.max { $0.length < $1.length }?.name
  }

  static let dropped: [(name: String, last: String)] = [
    ("MotifForCausalLM", "0.10.2"),
    ("Phi3SmallForCausalLM", "0.9.2"),
    ("Phi4FlashForCausalLM", "0.10.2"),
    ("Phi4MultimodalForCausalLM", "0.12.0"),
    ("JAISLMHeadModel", "0.22.0"),
    ("ErnieModel", "0.23.0"),
    ("ErnieForSequenceClassification", "0.23.0"),
    ("ErnieForTokenClassification", "0.23.0"),
    ("InternLM2VEForCausalLM", "0.23.0"),
    ("QWenLMHeadModel", "0.23.0"),
    ("QwenVLForConditionalGeneration", "0.23.0"),
    ("InternLMForCausalLM", "0.23.0"),
    ("DonutForConditionalGeneration", "0.10.2"),
    ("MllamaForConditionalGeneration", "0.10.2"),
    ("XverseForCausalLM", "0.23.0"),
    ("Dots1ForCausalLM", "0.23.0"),
    ("BambaForCausalLM", "0.23.0"),
    ("MiniMaxForCausalLM", "0.23.0"),
    ("MiniMaxText01ForCausalLM", "0.23.0"),
    ("MiniMaxM1ForCausalLM", "0.23.0"),
    ("MiniMaxVL01ForConditionalGeneration", "0.23.0"),
    ("BaiChuanForCausalLM", "0.23.0"),
    ("BaichuanForCausalLM", "0.23.0"),
    ("AquilaModel", "0.24.0"),
    ("AquilaForCausalLM", "0.24.0"),
    ("Grok1ModelForCausalLM", "0.24.0"),
    ("Grok1ForCausalLM", "0.24.0"),
    ("TarsierForConditionalGeneration", "0.24.0"),
    ("Tarsier2ForConditionalGeneration", "0.23.0"),
    ("MantisForConditionalGeneration", "0.24.0"),
    ("MusicFlamingoForConditionalGeneration", "0.24.0"),
    ("AyaVisionForConditionalGeneration", "0.24.0"),
    ("TeleChatForCausalLM", "0.25.0"),
    ("PersimmonForCausalLM", "0.25.0"),
    ("FuyuForCausalLM", "0.25.0"),
    ("Plamo2ForCausalLM", "0.26.0"),
    ("OuroForCausalLM", "0.26.0"),
    ("ArcticForCausalLM", "0.28.0"),
    ("ChameleonForConditionalGeneration", "0.28.0"),
    ("Cheers", "0.28.0"),
    ("CheersForConditionalGeneration", "0.28.0"),
    ("Fairseq2LlamaForCausalLM", "0.28.0"),
    ("FireRedLIDForConditionalGeneration", "0.28.0"),
    ("GritLM", "0.28.0"),
    ("HCXVisionForCausalLM", "0.28.0"),
    ("MPTForCausalLM", "0.28.0"),
    ("MptForCausalLM", "0.28.0"),
    ("RWForCausalLM", "0.28.0"),
    ("StableLMEpochForCausalLM", "0.28.0"),
    ("PrithviGeoSpatialMAE", "0.28.0"),
  ]

  /// Architectures that vLLM names a plugin for (`_OOT_SUPPORTED_MODELS`).
  static let plugins: [(name: String, plugin: String)] = [
    ("BartModel", "bart-plugin"),
    ("BartForConditionalGeneration", "bart-plugin"),
    ("Florence2ForConditionalGeneration", "bart-plugin"),
    ("MBartForConditionalGeneration", "bart-plugin"),
    ("Nemotron3_5AsrForRNNT", "vllm-nemotron-asr-plugin"),
  ]

  /// The table of the registry that has an architecture.
  enum Kind: String, CaseIterable {
    case text, multimodal, pooling, draft, transformers

    init?(of name: String) {
      guard let kind = Self.allCases.first(where: { $0.lists(name) }) else { return nil }
      self = kind
    }

    /// Whether the table has the name; a walk over its bytes, as every config asks.
    private func lists(_ name: String) -> Bool {
      var list = list
      return list.withUTF8 { bytes in
        var start = 0
        while start < bytes.count {
          var end = start
          while end < bytes.count, bytes[end] != UInt8(ascii: " ") { end += 1 }
          if end - start == name.utf8.count, bytes[start..<end].elementsEqual(name.utf8) { return true }
          start = end + 1
        }
        return false
      }
    }

    /// What an architecture of the table is.
    var what: String {
      switch self {
      case .text: "a decoder of text"
      case .multimodal: "a model of images, video or audio"
      case .pooling: "a model that embeds, ranks or classifies"
      case .draft: "a draft model, which vLLM serves beside a larger one"
      case .transformers: "a model that vLLM serves through the Transformers backend"
      }
    }

    /// The names of that table. `pooling` has those of embedding, reward and classification models, unless a table
    /// of generating models has them too; `transformers` those that the Transformers backend serves.
    var names: [Substring] { list.split(separator: " ") }

    private var list: String {
      switch self {
      case .text:
        """
        AXK1ForCausalLM AfmoeForCausalLM AliceAIForCausalLM ApertusForCausalLM BailingMoeForCausalLM \
        BailingMoeV2ForCausalLM BailingMoeV2_5ForCausalLM BailingMoeV3ForCausalLM BeamForCausalLM BloomForCausalLM \
        ChatGLMForConditionalGeneration ChatGLMModel Cohere2ForCausalLM Cohere2MoeForCausalLM CohereForCausalLM \
        DbrxForCausalLM DeciLMForCausalLM DeepseekForCausalLM DeepseekV2ForCausalLM DeepseekV32ForCausalLM \
        DeepseekV3ForCausalLM DeepseekV4ForCausalLM DomynEdgeForCausalLM DoryForCausalLM Ernie4_5ForCausalLM \
        Ernie4_5_MoeForCausalLM Exaone4ForCausalLM ExaoneForCausalLM ExaoneMoEForCausalLM ExaoneMoeForCausalLM \
        FalconForCausalLM FalconH1ForCausalLM FalconMambaForCausalLM FlintForCausalLM GPT2LMHeadModel \
        GPTJForCausalLM Gemma2ForCausalLM Gemma3ForCausalLM Gemma3nForCausalLM Gemma4ForCausalLM GemmaForCausalLM \
        Glm4ForCausalLM Glm4MoeForCausalLM Glm4MoeLiteForCausalLM Glm5NextForCausalLM GlmMoeDsaForCausalLM \
        GptOssForCausalLM GraniteForCausalLM GraniteMoeForCausalLM GraniteMoeHybridForCausalLM \
        GraniteMoeSWAForCausalLM GraniteMoeSharedForCausalLM GraniteSWAForCausalLM HCXVisionV2ForCausalLM \
        HYV3ForCausalLM HYV4ForCausalLM HrmTextForCausalLM HyperCLOVAXForCausalLM IQuestCoderForCausalLM \
        IQuestLoopCoderForCausalLM InklingForCausalLM InklingForConditionalGeneration InternLM2ForCausalLM \
        InternLM3ForCausalLM JambaForCausalLM K2HorizonForCausalLM KimiLinearForCausalLM LLaMAForCausalLM \
        LagunaForCausalLM Lfm2ForCausalLM Lfm2MoeForCausalLM Llama4ForCausalLM LlamaForCausalLM \
        LongcatFlashForCausalLM LongcatFlashNgramForCausalLM Mamba2ForCausalLM MambaForCausalLM MiMoForCausalLM \
        MiMoV2FlashForCausalLM MiMoV2ForCausalLM MiniCPM3ForCausalLM MiniCPMForCausalLM MiniMaxM2ForCausalLM \
        MiniMaxM3SparseForCausalLM Ministral3ForCausalLM MistralForCausalLM MistralLarge3ForCausalLM \
        MixtralForCausalLM MuseGlimmerForCausalLM NemotronForCausalLM NemotronHForCausalLM \
        NemotronHPuzzleForCausalLM OPTForCausalLM OlmoHybridForCausalLM OlmoeForCausalLM OrionForCausalLM \
        PanguEmbeddedForCausalLM PanguProMoEV2ForCausalLM PanguUltraMoEForCausalLM Param2MoEForCausalLM \
        Phi3ForCausalLM PhiMoEForCausalLM Plamo3ForCausalLM Qwen2ForCausalLM Qwen2MoeForCausalLM Qwen3ForCausalLM \
        Qwen3MoeForCausalLM Qwen3NextForCausalLM Qwen3_5ForCausalLM Qwen3_5MoeForCausalLM Qwen4ExpForCausalLM \
        Rnj1ForCausalLM SarvamMLAForCausalLM SarvamMoEForCausalLM SolarForCausalLM StableLmForCausalLM \
        Step1ForCausalLM Step3TextForCausalLM Step3p5ForCausalLM Step5ForCausalLM TeleChat2ForCausalLM \
        TeleChat3ForCausalLM TeleFLMForCausalLM Zamba2ForCausalLM
        """
      case .multimodal:
        """
        Alpamayo2Super AriaForConditionalGeneration AudioFlamingo3ForConditionalGeneration \
        BagelForConditionalGeneration BailingMoeV3VLForConditionalGeneration BeeForConditionalGeneration \
        Blip2ForConditionalGeneration Cohere2VisionForConditionalGeneration CohereAsrForConditionalGeneration \
        CohereCompassForConditionalGeneration Cosmos3EdgeForConditionalGeneration Cosmos3ForConditionalGeneration \
        DeepseekOCR2ForCausalLM DeepseekOCRForCausalLM DeepseekV41ForCausalLM DeepseekV4ForConditionalGeneration \
        DeepseekVLV2ForCausalLM DiffusionGemmaForBlockDiffusion Dots3NoteForCausalLM DotsOCRForCausalLM \
        Eagle2_5_VLForConditionalGeneration Ernie4_5_VLMoeForConditionalGeneration \
        Exaone4_5_ForConditionalGeneration FireRedASR2ForConditionalGeneration FunASRForConditionalGeneration \
        FunAudioChatForConditionalGeneration GLM4VForCausalLM Gemma3ForConditionalGeneration \
        Gemma3nForConditionalGeneration Gemma4ForConditionalGeneration Gemma4UnifiedForConditionalGeneration \
        Glm4vForConditionalGeneration Glm4vMoeForConditionalGeneration Glm5NextForConditionalGeneration \
        GlmAsrForConditionalGeneration GlmOcrForConditionalGeneration Granite4VisionForConditionalGeneration \
        GraniteSpeechForConditionalGeneration GraniteSpeechPlusForConditionalGeneration H2OVLChatModel HfMoondream \
        Idefics3ForConditionalGeneration InternS1ForConditionalGeneration InternS1ProForConditionalGeneration \
        InternS2MobiusForConditionalGeneration InternS2PreviewForConditionalGeneration InternVLChatModel \
        InternVLForConditionalGeneration IsaacForConditionalGeneration KananaVForConditionalGeneration \
        KeyeForConditionalGeneration KeyeVL1_5ForConditionalGeneration KimiK25ForConditionalGeneration \
        KimiK3ForConditionalGeneration KimiVLForConditionalGeneration Lfm2VlForConditionalGeneration \
        LightOnOCRForConditionalGeneration Llama4ForConditionalGeneration Llama_Nemotron_Nano_VL \
        LlavaForConditionalGeneration LlavaNextForConditionalGeneration LlavaNextVideoForConditionalGeneration \
        LlavaOnevision2ForConditionalGeneration LlavaOnevisionForConditionalGeneration MiDashengLMModel \
        MiMoV2OmniForCausalLM MiniCPMO MiniCPMOcrForConditionalGeneration MiniCPMV \
        MiniCPMV4_6ForConditionalGeneration MiniCPMV4_7ForConditionalGeneration \
        MiniMaxM3SparseForConditionalGeneration Mistral3ForConditionalGeneration Molmo2ForConditionalGeneration \
        MolmoForCausalLM Moondream3ForCausalLM MoonshotKimiaForCausalLM MossAudioModel \
        MossTranscribeDiarizeForConditionalGeneration MuseGlimmerForConditionalGeneration \
        MuseSparkForConditionalGeneration NVLM_D NemotronH_Nano_Omni_Reasoning_V3 NemotronH_Nano_VL_V2 \
        NemotronH_Omni_Reasoning_V3 NemotronH_Super_Omni_Reasoning_V3 NemotronParseForConditionalGeneration \
        OpenCUAForConditionalGeneration OpenPanguVLForConditionalGeneration OpenVLAForActionPrediction Ovis Ovis2_5 \
        Ovis2_6ForCausalLM Ovis2_6_MoeForCausalLM PaddleOCRVLForConditionalGeneration \
        PaliGemmaForConditionalGeneration Phi3VForCausalLM Phi4ForCausalLMV Phi4MMForCausalLM \
        PixtralForConditionalGeneration QianfanOCRForConditionalGeneration Qwen2AudioForConditionalGeneration \
        Qwen2VLForConditionalGeneration Qwen2_5OmniForConditionalGeneration Qwen2_5OmniModel \
        Qwen2_5_VLForConditionalGeneration Qwen3ASRForConditionalGeneration Qwen3ASRRealtimeGeneration \
        Qwen3OmniMoeForConditionalGeneration Qwen3VLForConditionalGeneration Qwen3VLMoeForConditionalGeneration \
        Qwen3_5ForConditionalGeneration Qwen3_5MoeForConditionalGeneration Qwen4ExpForConditionalGeneration \
        RForConditionalGeneration RadioMBartPrefixForCausalLM SkyworkR1VChatModel SmolVLMForConditionalGeneration \
        Step3VLForConditionalGeneration Step3p7ForConditionalGeneration Step5ForConditionalGeneration \
        StepVLForConditionalGeneration UltravoxModel UnlimitedOCRForCausalLM VoxtralForConditionalGeneration \
        VoxtralRealtimeGeneration WhisperForConditionalGeneration
        """
      case .pooling:
        """
        BertForMaskedLM BertForSequenceClassification BertForTokenClassification BertModel \
        BertSpladeSparseEmbeddingModel BgeM3EmbeddingModel CLIPModel ClefFlashForJointSchema ClefOmniForJointSchema \
        ColBERTJinaRobertaModel ColBERTLfm2Model ColBERTModernBertModel ColModernVBertForRetrieval \
        ColPaliForRetrieval ColQwen3 ColQwen3_5 ColUltraVBertForRetrieval D3ForSequenceClassification \
        DeepseekV3BidirectionalModel EmbeddingGemma2Model GPT2ForSequenceClassification Gemma2Model Gemma3TextModel \
        GteModel GteNewForSequenceClassification GteNewModel HF_ColBERT InternLM2ForRewardModel \
        JambaForSequenceClassification JinaEmbeddingsV5Model JinaForRanking JinaVLForRanking Lfm2BidirectionalModel \
        LlamaBidirectionalForSequenceClassification LlamaBidirectionalModel LlamaModel \
        LlamaNemotronVLForSequenceClassification LlamaNemotronVLModel MistralModel \
        ModernBertForSequenceClassification ModernBertForTokenClassification ModernBertModel ModernVBertModel \
        NomicBertModel OpenAIPrivacyFilterForTokenClassification OpsColQwen3Model Qwen2ForProcessRewardModel \
        Qwen2ForRewardModel Qwen2Model Qwen3ASRForcedAlignerForTokenClassification Qwen3VLNemotronEmbedModel \
        RobertaForMaskedLM RobertaForSequenceClassification RobertaForTokenClassification RobertaModel SiglipModel \
        Terratorch VoyageQwen3BidirectionalEmbedModel XLMRobertaForSequenceClassification \
        XLMRobertaForTokenClassification XLMRobertaModel
        """
      case .draft:
        """
        BailingMoeV25MTPModel BailingMoeV3MTPModel DFlash2BeamDraftModel DFlash2DraftModel DFlashDraftModel \
        DFlashLagunaForCausalLM DFlashMuseGlimmerAssistantModel DFlashQwen3XPressModel DSparkDraftModel \
        DSparkV41DraftModel DeepSeekMTPModel DeepSeekV4MTPModel DeepseekV32MTPModel Dots3NoteMTPModel \
        Eagle3DeepseekV2ForCausalLM Eagle3DeepseekV3ForCausalLM Eagle3LlamaForCausalLM Eagle3MiniMaxM2ForCausalLM \
        Eagle3Qwen2_5vlForCausalLM Eagle3Qwen3ForCausalLM Eagle3Qwen3vlForCausalLM EagleCohereForCausalLM \
        EagleDeepSeekMTPModel EagleLlama4ForCausalLM EagleLlamaForCausalLM EagleMiniCPMForCausalLM \
        EagleMistralForCausalLM EagleMistralLarge3ForCausalLM ErnieMTPModel Exaone4_5_MTP ExaoneMoeMTP \
        ExtractHiddenStatesModel Gemma4DSparkModel Gemma4MTPModel Glm4MoeLiteMTPModel Glm4MoeMTPModel \
        Glm5NextMTPModel GlmOcrMTPModel HYV3MTPModel HYV4MTPModel InklingMTPModel InternS2MobiusMTP K3DSparkModel \
        KimiK3MTPModel LiLiCorrDraftModel LlamaForCausalLMEagle3 LongCatFlashMTPModel MiMoMTPModel MiMoV2MTPModel \
        MiMoV2OmniMTPModel MiniMaxM3MTP MuseGlimmerAssistantModel MuseSparkDSparkModel NemotronHMTPModel \
        OpenPanguMTPModel PEagleDraftModel ParseAuxMTPModel PeagleLlamaForCausalLM PeagleQwen3ForCausalLM \
        Qwen3DSparkModel Qwen3NextMTP Qwen3OmniDSparkModel Qwen3XPressModel Qwen3_5MTP Qwen3_5MoeMTP Qwen4ExpMTP \
        Step3p5MTP Step5MTP
        """
      case .transformers:
        """
        ArceeForCausalLM CwmForCausalLM Emu3ForConditionalGeneration FlexOlmoForCausalLM GPTBigCodeForCausalLM \
        GPTNeoXForCausalLM GlmForCausalLM HunYuanDenseV1ForCausalLM HunYuanMoEV1ForCausalLM \
        HunYuanVLForConditionalGeneration Jais2ForCausalLM Kolibri1ForCausalLM MellumForCausalLM NanbeigeForCausalLM \
        Olmo2ForCausalLM Olmo3ForCausalLM OlmoForCausalLM PhiForCausalLM SeedOssForCausalLM SmolLM3ForCausalLM \
        Starcoder2ForCausalLM TransformersEmbeddingModel TransformersForCausalLM TransformersForMTP \
        TransformersForSequenceClassification TransformersMoEEmbeddingModel TransformersMoEForCausalLM \
        TransformersMoEForMTP TransformersMoEForSequenceClassification TransformersMultiModalEmbeddingModel \
        TransformersMultiModalForCausalLM TransformersMultiModalForSequenceClassification \
        TransformersMultiModalMoEForCausalLM VaultGemmaForCausalLM VibeVoiceAsrForConditionalGeneration
        """
      }
    }
  }
}
