package import Plimsoll

/// Which reader serves which architecture of a config.json.
package enum ArchitectureTable {
  typealias Reader = @Sendable (ModelConfig) throws(ModelConfigError) -> ModelShape

  /// An architecture that plimsoll models.
  struct Row: Sendable {
    let architecture: String
    /// The file beside this one that reads it.
    let family: String
    let read: Reader

    init(_ architecture: String, _ family: String, _ read: @escaping Reader) {
      self.architecture = architecture
      self.family = family
      self.read = read
    }
  }

  /// The reader of an architecture; nil where it is not modelled.
  static func reader(of architecture: String) -> Reader? {
    rows.first { $0.architecture == architecture }?.read
  }

  /// The shape of the model that a parsed config.json describes.
  ///
  /// - Parameters:
  ///   - quantization: The checkpoint's hf_quant_config.json, where it has one.
  ///   - whatIf: The checkpoint that one might make of it.
  package static func shape(
    of json: JSON, quantization: JSON? = nil, quantizedAtLoad method: String? = nil,
    whatIf: WhatIfQuantization? = nil
  ) throws(ModelConfigError) -> ModelShape {
    var config = try ModelConfig(json, quantization: quantization, quantizedAtLoad: method)
    config.whatIf = whatIf
    if let form = Pooling.form(of: config.statedArchitecture) {
      return try Pooling.read(form, of: config, as: config.statedArchitecture)
    }
    guard let read = reader(of: config.architecture) else { throw VLLMRegistry.problem(with: config.architecture) }
    var shape = try read(config)
    shape.traits.lora = LoRATable.support(config)
    shape.traits.unmatchedIgnores = try QuantizationConfig(config).unmatchedIgnores(in: shape)
    return shape
  }

  /// Every architecture that is modelled, a row a line. `docs/architectures.md` is made of it.
  static let rows: [Row] =
    own + MultimodalClass.all.filter(\.isPlain).map { Row($0.name, "Multimodal", Multimodal.read) }

  private static let own: [Row] = [
    Row("LlamaForCausalLM", "Llama", LlamaFamily.read),
    Row("LLaMAForCausalLM", "Llama", LlamaFamily.read),
    Row("InternLM3ForCausalLM", "Llama", LlamaFamily.read),
    Row("IQuestCoderForCausalLM", "Llama", LlamaFamily.read),
    Row("TeleChat3ForCausalLM", "Llama", LlamaFamily.read),
    Row("MistralForCausalLM", "Llama", LlamaFamily.read),
    Row("Ministral3ForCausalLM", "Llama", LlamaFamily.read),
    Row("Phi3ForCausalLM", "Llama", LlamaFamily.read),
    Row("Qwen2ForCausalLM", "Qwen", Qwen2Family.read),
    Row("Qwen3ForCausalLM", "Qwen", Qwen3Family.read),
    Row("Qwen2MoeForCausalLM", "Qwen", QwenMoEFamily.read2),
    Row("Qwen3MoeForCausalLM", "Qwen", QwenMoEFamily.read3),
    Row("Qwen3NextForCausalLM", "QwenHybrid", QwenHybridFamily.readNext),
    Row("Qwen3_5ForCausalLM", "QwenHybrid", QwenHybridFamily.read35),
    Row("Qwen3_5MoeForCausalLM", "QwenHybrid", QwenHybridFamily.read35),
    Row("BailingMoeV2_5ForCausalLM", "BailingLinear", BailingLinearFamily.read),
    Row("BailingMoeV3ForCausalLM", "BailingLinear", BailingV3Family.read),
    Row("OlmoHybridForCausalLM", "OlmoHybrid", OlmoHybridFamily.read),
    Row("KimiLinearForCausalLM", "KimiLinear", KimiLinearFamily.read),
    Row("NemotronHForCausalLM", "NemotronH", NemotronHFamily.read),
    Row("JambaForCausalLM", "Jamba", JambaFamily.read),
    Row("GraniteMoeHybridForCausalLM", "GraniteHybrid", GraniteHybridFamily.read),
    Row("FalconH1ForCausalLM", "FalconH1", FalconH1Family.read),
    Row("Zamba2ForCausalLM", "Zamba2", Zamba2Family.read),
    Row("MambaForCausalLM", "Mamba", MambaFamily.read1),
    Row("FalconMambaForCausalLM", "Mamba", MambaFamily.read1),
    Row("Mamba2ForCausalLM", "Mamba", MambaFamily.read2),
    Row("Lfm2ForCausalLM", "LFM2", LFM2Family.read),
    Row("Lfm2MoeForCausalLM", "LFM2", LFM2Family.readMoE),
    Row("MixtralForCausalLM", "Mixtral", MixtralFamily.read),
    Row("GemmaForCausalLM", "Gemma", GemmaFamily.read1),
    Row("Gemma2ForCausalLM", "Gemma", GemmaFamily.read2),
    Row("Gemma3ForCausalLM", "Gemma", GemmaFamily.read3),
    Row("Gemma3ForConditionalGeneration", "Gemma", GemmaFamily.read3),
    Row("Gemma4ForCausalLM", "Gemma4", Gemma4Family.read),
    Row("Gemma4ForConditionalGeneration", "Gemma4", Gemma4Family.read),
    Row("Gemma4UnifiedForConditionalGeneration", "Gemma4", Gemma4Family.read),
    Row("GraniteForCausalLM", "Granite", GraniteFamily.read),
    Row("CohereForCausalLM", "CommandR", CommandRFamily.read),
    Row("Cohere2ForCausalLM", "CommandR", CommandRFamily.read2),
    Row("Glm4ForCausalLM", "GLM", GLMFamily.read4),
    Row("Glm4MoeForCausalLM", "GLM", GLMFamily.readMoE),
    Row("ChatGLMModel", "GLM", GLMFamily.readChat),
    Row("ChatGLMForConditionalGeneration", "GLM", GLMFamily.readChat),
    Row("DeepseekV2ForCausalLM", "DeepSeek", DeepSeekFamily.read),
    Row("DeepseekV3ForCausalLM", "DeepSeek", DeepSeekFamily.read),
    Row("DeepseekV32ForCausalLM", "SparseIndexer", DeepSeekSparseFamily.read),
    Row("GlmMoeDsaForCausalLM", "SparseIndexer", DeepSeekSparseFamily.read),
    Row("DeepseekV4ForCausalLM", "DeepSeekV4", DeepSeekV4Family.read),
    Row("Glm4MoeLiteForCausalLM", "DeepSeek", DeepSeekFamily.read),
    Row("GptOssForCausalLM", "GptOss", GptOssFamily.read),
    Row("Llama4ForCausalLM", "Llama4", Llama4Family.read),
    Row("Llama4ForConditionalGeneration", "Llama4", Llama4Family.read),
    Row("ExaoneForCausalLM", "Exaone", ExaoneFamily.read3),
    Row("Exaone4ForCausalLM", "Exaone", ExaoneFamily.read4),
    Row("InternLM2ForCausalLM", "Llama", InternLM2Family.read),
    Row("FalconForCausalLM", "Falcon", FalconFamily.read),
    Row("Olmo2ForCausalLM", "TransformersBackend", TransformersBackend.readOlmo),
    Row("Olmo3ForCausalLM", "TransformersBackend", TransformersBackend.readOlmo),
    Row("Starcoder2ForCausalLM", "TransformersBackend", TransformersBackend.readStarcoder2),
    Row("SeedOssForCausalLM", "TransformersBackend", TransformersBackend.readLlamaLike),
    Row("GlmForCausalLM", "TransformersBackend", TransformersBackend.readLlamaLike),
    Row("SmolLM3ForCausalLM", "TransformersBackend", TransformersBackend.readLlamaLike),
    Row("HunYuanDenseV1ForCausalLM", "TransformersBackend", TransformersBackend.readHunyuan),
    Row("FlexOlmoForCausalLM", "TransformersBackend", TransformersBackend.readFlexOlmo),
    Row("GPTNeoXForCausalLM", "TransformersBackend", TransformersBackend.readGPTNeoX),
    Row("ApertusForCausalLM", "Apertus", ApertusFamily.read),
    Row("MiniMaxM2ForCausalLM", "MiniMax", MiniMaxFamily.readM2),
    Row("MiniMaxM3SparseForCausalLM", "MiniMaxM3", MiniMaxM3Family.read),
    Row("OlmoeForCausalLM", "Olmoe", OlmoeFamily.read),
    Row("PhiMoEForCausalLM", "Olmoe", PhiMoEFamily.read),
    Row("StableLmForCausalLM", "StableLM", StableLMFamily.read),
    Row("MiniCPM3ForCausalLM", "StableLM", MiniCPM3Family.read),
    Row("GPTJForCausalLM", "GPTJ", GPTJFamily.read),
    Row("LlamaModel", "Llama", LlamaFamily.read),
    Row("MistralModel", "Llama", LlamaFamily.read),
    Row("Qwen2Model", "Qwen", Qwen2Family.read),
    Row("Gemma2Model", "Gemma", GemmaFamily.read2),
    Row("BertModel", "Bert", BertFamily.read),
    Row("BertForMaskedLM", "Bert", BertFamily.read),
    Row("BertForSequenceClassification", "Bert", BertFamily.read),
    Row("BertForTokenClassification", "Bert", BertFamily.read),
    Row("BertSpladeSparseEmbeddingModel", "Bert", BertFamily.read),
    Row("BgeM3EmbeddingModel", "Bert", BertFamily.read),
    Row("RobertaModel", "Bert", BertFamily.read),
    Row("RobertaForMaskedLM", "Bert", BertFamily.read),
    Row("RobertaForSequenceClassification", "Bert", BertFamily.read),
    Row("RobertaForTokenClassification", "Bert", BertFamily.read),
    Row("XLMRobertaModel", "Bert", BertFamily.read),
    Row("XLMRobertaForSequenceClassification", "Bert", BertFamily.read),
    Row("XLMRobertaForTokenClassification", "Bert", BertFamily.read),
    Row("ColBERTModernBertModel", "ModernBert", ModernBertFamily.read),
    Row("GteModel", "RopeBert", RopeBertFamily.read),
    Row("GteNewModel", "RopeBert", RopeBertFamily.read),
    Row("GteNewForSequenceClassification", "RopeBert", RopeBertFamily.read),
    Row("VoyageQwen3BidirectionalEmbedModel", "PoolingDecoders", PoolingDecoders.readVoyage),
    Row("ModernBertModel", "ModernBert", ModernBertFamily.read),
    Row("ModernBertForSequenceClassification", "ModernBert", ModernBertFamily.read),
    Row("ModernBertForTokenClassification", "ModernBert", ModernBertFamily.read),
    Row("GPT2LMHeadModel", "LearnedPositions", LearnedPositions.readGPT2),
    Row("GPT2ForSequenceClassification", "LearnedPositions", LearnedPositions.readGPT2),
    Row("OPTForCausalLM", "LearnedPositions", LearnedPositions.readOPT),
    Row("BloomForCausalLM", "Bloom", BloomFamily.read),
    Row("WhisperForConditionalGeneration", "Whisper", WhisperFamily.read),
    Row("GPTBigCodeForCausalLM", "TransformersBackend", TransformersBackend.readGPTBigCode),
    Row("ArceeForCausalLM", "TransformersForms", TransformersBackend.readDense),
    Row("Jais2ForCausalLM", "TransformersForms", TransformersBackend.readDense),
    Row("CwmForCausalLM", "TransformersForms", TransformersBackend.readDense),
    Row("HeliumForCausalLM", "TransformersForms", TransformersBackend.readDense),
    Row("MinistralForCausalLM", "TransformersForms", TransformersBackend.readDense),
    Row("OlmoForCausalLM", "TransformersForms", TransformersBackend.readDense),
    Row("NanoChatForCausalLM", "TransformersForms", TransformersBackend.readDense),
    Row("PhiForCausalLM", "TransformersForms", TransformersBackend.readDense),
    Row("Dots1ForCausalLM", "TransformersForms", TransformersBackend.readRouted),
    Row("SolarOpenForCausalLM", "TransformersForms", TransformersBackend.readRouted),
    Row("PhimoeForCausalLM", "TransformersForms", TransformersBackend.readRouted),
    Row("Kolibri1ForCausalLM", "TransformersForms", TransformersBackend.readRouted),
    Row("MellumForCausalLM", "TransformersForms", TransformersBackend.readRouted),
    Row("HunYuanMoEV1ForCausalLM", "TransformersForms", TransformersBackend.readRouted),
    Row("NemotronForCausalLM", "Nemotron", NemotronFamily.read),
    Row("DeciLMForCausalLM", "Nemotron", DeciLMFamily.read),
    Row("Ernie4_5ForCausalLM", "Ernie", ErnieFamily.read),
    Row("Ernie4_5_MoeForCausalLM", "Ernie", ErnieFamily.readMoE),
    Row("GraniteMoeForCausalLM", "GraniteMoE", GraniteMoEFamily.read),
    Row("GraniteMoeSharedForCausalLM", "GraniteMoE", GraniteMoEFamily.read),
    Row("DbrxForCausalLM", "GraniteMoE", DbrxFamily.read),
    Row("BailingMoeForCausalLM", "Bailing", BailingFamily.read),
    Row("BailingMoeV2ForCausalLM", "Bailing", BailingFamily.read),
    Row("SolarForCausalLM", "Llama", LlamaFamily.read),
    Row("TeleFLMForCausalLM", "Llama", LlamaFamily.read),
    Row("MiniCPMForCausalLM", "LlamaLike", LlamaLike.readMiniCPM),
    Row("OrionForCausalLM", "LlamaLike", LlamaLike.readOrion),
    Row("HyperCLOVAXForCausalLM", "LlamaLike", LlamaLike.readHyperCLOVAX),
    Row("TeleChat2ForCausalLM", "LlamaLike", LlamaLike.readTeleChat2),
    Row("MiMoForCausalLM", "Qwen", Qwen2Family.read),
    Row("DeepseekForCausalLM", "DeepSeek", DeepSeekFamily.read1),
    Row("Qwen2ForRewardModel", "PoolingDecoders", PoolingDecoders.readQwen2Reward),
    Row("Qwen2ForProcessRewardModel", "PoolingDecoders", PoolingDecoders.readQwen2Reward),
    Row("InternLM2ForRewardModel", "PoolingDecoders", PoolingDecoders.readInternLM2Reward),
    Row("LlamaBidirectionalModel", "PoolingDecoders", PoolingDecoders.readBidirectionalLlama),
    Row("LlamaBidirectionalForSequenceClassification", "PoolingDecoders", PoolingDecoders.readBidirectionalLlama),
    Row("Gemma3TextModel", "PoolingDecoders", PoolingDecoders.readGemma3Text),
    Row("MiMoV2FlashForCausalLM", "MiMoV2", MiMoV2Family.read),
    Row("MiMoV2ForCausalLM", "MiMoV2", MiMoV2Family.read),
    Row("MiMoV2OmniForCausalLM", "MiMoV2", MiMoV2Family.read),
    Row("AfmoeForCausalLM", "Afmoe", AfmoeFamily.read),
    Row("Cohere2MoeForCausalLM", "CommandR", CommandRFamily.readMoE),
    Row("ExaoneMoeForCausalLM", "Exaone", ExaoneFamily.readMoE),
    Row("ExaoneMoEForCausalLM", "Exaone", ExaoneFamily.readMoE),
    Row("GraniteSWAForCausalLM", "Granite", GraniteFamily.read),
    Row("GraniteMoeSWAForCausalLM", "GraniteMoE", GraniteMoEFamily.read),
    Row("HYV3ForCausalLM", "Hunyuan", HunyuanFamily.read3),
    Row("LagunaForCausalLM", "Laguna", LagunaFamily.read),
    Row("Step3TextForCausalLM", "Step", StepFamily.readText),
    Row("Step3p5ForCausalLM", "Step", StepFamily.read35),
    Row("Plamo3ForCausalLM", "Plamo", PlamoFamily.read3),
    Row("PanguEmbeddedForCausalLM", "Pangu", PanguFamily.read),
    Row("PanguProMoEV2ForCausalLM", "Pangu", PanguFamily.read),
    Row("PanguUltraMoEForCausalLM", "Pangu", PanguFamily.read),
    Row("SarvamMLAForCausalLM", "LatentVariants", LatentVariants.readSarvam),
    Row("AXK1ForCausalLM", "LatentVariants", LatentVariants.readAXK1),
    Row("MistralLarge3ForCausalLM", "DeepSeek", DeepSeekFamily.read),
    Row("SarvamMoEForCausalLM", "Bailing", BailingFamily.readSarvam),
    Row("Param2MoEForCausalLM", "Bailing", BailingFamily.readParam2),
    Row("Rnj1ForCausalLM", "Gemma", GemmaFamily.readRnj),
    Row("Gemma3nForCausalLM", "Gemma3n", Gemma3nFamily.read),
    Row("Gemma3nForConditionalGeneration", "Gemma3n", Gemma3nFamily.read),
    Row("LongcatFlashForCausalLM", "Longcat", LongcatFamily.read),
    Row("LongcatFlashNgramForCausalLM", "Longcat", LongcatFamily.read),
    Row("MuseGlimmerForCausalLM", "MuseGlimmer", MuseGlimmerFamily.read),
    Row("MuseGlimmerForConditionalGeneration", "MuseGlimmer", MuseGlimmerFamily.read),
    Row("IQuestLoopCoderForCausalLM", "LlamaLike", LlamaLike.readLoopCoder),
    Row("K2HorizonForCausalLM", "K2Horizon", K2HorizonFamily.read),
    Row("VaultGemmaForCausalLM", "TransformersForms", TransformersBackend.readDense),
    Row("JambaForSequenceClassification", "PoolingDecoders", PoolingDecoders.readJamba),
    Row("InklingForCausalLM", "Inkling", InklingFamily.read),
    Row("InklingForConditionalGeneration", "Inkling", InklingFamily.read),
  ]
}
