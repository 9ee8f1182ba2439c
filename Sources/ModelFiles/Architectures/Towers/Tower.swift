import Plimsoll

/// The modules of an image tower and of what joins it to the language model, collected under vLLM's names.
///
/// A tower stands on the first pipeline stage, unless its class builds it everywhere.
struct Tower {
  let config: ModelConfig
  let vision: ConfigObject
  let quantization: QuantizationConfig
  private(set) var modules: [Module] = []

  /// Adds the tower of `config` to `shape`, or notes that it is not modelled.
  static func add(to shape: inout ModelShape, _ config: ModelConfig) throws(ModelConfigError) {
    // Who makes a quantized checkpoint leaves the encoder as it is.
    let quantization = config.whatIf == nil ? try QuantizationConfig(config) : .none
    do throws(ConfigError) {
      // Gemma 4's without towers has the sizes of its only checkpoint for defaults, and no checkpoint without this part.
      let isMadeUp = MultimodalClass.named(config.architecture)?.madeUp ?? false
      guard
        let vision = try config.whole.optionalObject(key(config.architecture))
          ?? (isMadeUp ? ConfigObject(JSONObject()) : nil)
      else {
        shape.traits.encoderNotModelled = true
        return
      }
      var tower = Tower(config: config, vision: vision, quantization: quantization)
      guard try tower.fill(&shape) else {
        shape.traits.encoderNotModelled = true
        return
      }
      let placement: PlacedModule.Placement = shape.traits.encoderIsAlwaysBuilt ? .everyStage : .firstStage
      shape.outer = tower.modules.map { PlacedModule($0, on: placement) } + shape.outer
    } catch {
      throw .value(error)
    }
    try shape.checkSizes()
  }

  /// The part of the config that states the tower.
  private static func key(_ architecture: String) -> String {
    switch architecture {
    case "Qwen2AudioForConditionalGeneration", "Qwen3ASRForConditionalGeneration", "Qwen3ASRRealtimeGeneration",
      "UltravoxModel",
      "VoxtralForConditionalGeneration", "AudioFlamingo3ForConditionalGeneration":
      "audio_config"
    case "GraniteSpeechForConditionalGeneration": "encoder_config"
    case "Ovis2_5", "Ovis2_6ForCausalLM", "Ovis2_6_MoeForCausalLM": "vit_config"
    case "Phi3VForCausalLM": "img_processor"
    default: "vision_config"
    }
  }

  private init(config: ModelConfig, vision: ConfigObject, quantization: QuantizationConfig) {
    self.config = config
    self.vision = vision
    self.quantization = quantization
  }

  /// Collects the modules; false where this tower is not modelled.
  private mutating func fill(_ shape: inout ModelShape) throws(ConfigError) -> Bool {
    let width = shape.hiddenSize
    shape.traits.largestImage = try largestImage()
    shape.traits.encoderMayBeWhole = MultimodalClass.named(config.architecture)?.mayBeWhole ?? false
    switch config.architecture {
    case "Gemma3ForConditionalGeneration": return try gemma3(textWidth: width)
    case "Gemma3nForConditionalGeneration": return try gemma3n(textWidth: width)
    case "Gemma4ForConditionalGeneration": return try gemma4(textWidth: width)
    case "Gemma4UnifiedForConditionalGeneration":
      shape.traits.encoderIsAlwaysBuilt = true
      return try gemma4Unified(textWidth: width)
    case "Mistral3ForConditionalGeneration", "LightOnOCRForConditionalGeneration": return try pixtral(textWidth: width)
    case "Qwen2VLForConditionalGeneration": return try qwen2VL()
    case "Qwen2_5_VLForConditionalGeneration", "OpenCUAForConditionalGeneration": return try qwen25VL()
    case "Exaone4_5_ForConditionalGeneration": return try qwen25VL(kvHeads: count("num_key_value_heads", default: 8))
    case "Qwen3VLForConditionalGeneration", "Cosmos3ForConditionalGeneration", "Qwen3VLMoeForConditionalGeneration":
      // The video processor's published `longest_edge`, over 32 × 32 pixels of two frames each.
      shape.traits.largestVideoTokens = 25_165_824 / (32 * 32 * 2)
      shape.traits.deepstackLevels = try deepstackLevels
      return try qwen3VL()
    case "Qwen3_5ForConditionalGeneration", "Qwen3_5MoeForConditionalGeneration":
      shape.traits.deepstackLevels = try deepstackLevels
      return try qwen3VL()
    case "KimiK25ForConditionalGeneration", "KimiK3ForConditionalGeneration":
      shape.traits.encoderIsWholeIfUneven = true
      return try moonViT(textWidth: width, isK3: config.architecture == "KimiK3ForConditionalGeneration")
    case "LlavaForConditionalGeneration", "LlavaNextForConditionalGeneration",
      "LlavaNextVideoForConditionalGeneration", "LlavaOnevisionForConditionalGeneration":
      return try llava(textWidth: width)
    case "Phi3VForCausalLM": return try phi3V(textWidth: width, vocabSize: shape.vocabSize)
    case "InternVLForConditionalGeneration", "InternS1ForConditionalGeneration":
      return try internS1(textWidth: width)
    case "InternVLChatModel", "H2OVLChatModel", "SkyworkR1VChatModel", "QianfanOCRForConditionalGeneration":
      return try internViT(textWidth: width)
    case "NVLM_D": return try internViT(textWidth: width, dummyHeads: 7)
    case "Glm4vForConditionalGeneration", "Glm4vMoeForConditionalGeneration": return try glm4V()
    case "GlmOcrForConditionalGeneration": return try glmOCR()
    case "AudioFlamingo3ForConditionalGeneration": return try audioFlamingo3(textWidth: width)
    case "BeeForConditionalGeneration": return try bee(textWidth: width)
    case "Ernie4_5_VLMoeForConditionalGeneration": return try ernieVL()
    case "Eagle2_5_VLForConditionalGeneration": return try eagle25(textWidth: width)
    case "GraniteSpeechForConditionalGeneration": return try graniteSpeech(textWidth: width)
    case "IsaacForConditionalGeneration": return try isaac(textWidth: width)
    case "KeyeForConditionalGeneration", "KeyeVL1_5ForConditionalGeneration", "PaddleOCRVLForConditionalGeneration":
      return try rotarySigLIP(textWidth: width)
    case "Lfm2VlForConditionalGeneration": return try lfm2VL(textWidth: width)
    case "MiniCPMV", "MiniCPMO": return try miniCPMV(textWidth: width)
    case "GLM4VForCausalLM": return try glm4VFirst(textWidth: width)
    case "NemotronH_Nano_VL_V2", "NemotronH_Nano_Omni_Reasoning_V3", "NemotronH_Omni_Reasoning_V3",
      "NemotronH_Super_Omni_Reasoning_V3":
      return try nemotronNano(textWidth: width)
    case "Ovis2_5", "Ovis2_6ForCausalLM", "Ovis2_6_MoeForCausalLM": return try ovis25(textWidth: width)
    case "Step3VLForConditionalGeneration": return try step3(textWidth: width)
    case "MiniCPMV4_6ForConditionalGeneration", "MiniCPMV4_7ForConditionalGeneration":
      return try miniCPMV46(textWidth: width)
    case "Phi4ForCausalLMV": return try phi4V(textWidth: width)
    case "Step3p7ForConditionalGeneration", "StepVLForConditionalGeneration": return try perception(textWidth: width)
    case "UltravoxModel": return try ultravox(textWidth: width)
    case "VoxtralForConditionalGeneration": return try voxtral(textWidth: width)
    case "Cohere2VisionForConditionalGeneration": return try cohere2Vision(textWidth: width)
    case "DeepseekOCR2ForCausalLM": return try deepSeekOCR2()
    case "DeepseekOCRForCausalLM": return try deepSeekOCR()
    case "DeepseekVLV2ForCausalLM": return try deepSeekVL2()
    case "DotsOCRForCausalLM": return try dotsOCR()
    case "Idefics3ForConditionalGeneration", "SmolVLMForConditionalGeneration": return try idefics3(textWidth: width)
    case "KimiVLForConditionalGeneration": return try kimiVL(textWidth: width)
    case "PaliGemmaForConditionalGeneration": return try paliGemma()
    case "PixtralForConditionalGeneration": return try pixtralOwn(textWidth: width)
    case "Qwen2_5OmniForConditionalGeneration", "Qwen2_5OmniModel": return try qwen25Omni()
    case "Qwen3ASRForConditionalGeneration", "Qwen3ASRRealtimeGeneration": return try qwen3Audio()
    case "Qwen3OmniMoeForConditionalGeneration":
      shape.traits.deepstackLevels = try deepstackLevels
      return try qwen3Omni()
    case "Qwen2AudioForConditionalGeneration": return try qwen2Audio(textWidth: width)
    case "Llama4ForConditionalGeneration": return try llama4(textWidth: width)
    case "MiMoV2OmniForCausalLM": return try mimoV2()
    case "MiniMaxM3SparseForConditionalGeneration": return try miniMaxVL(textWidth: width)
    case "MuseGlimmerForCausalLM", "MuseGlimmerForConditionalGeneration": return try museGlimmer(textWidth: width)
    default: return false
    }
  }

  func count(_ key: String, default fallback: Int? = nil) throws(ConfigError) -> Int {
    try vision.int(key, in: 1...1 << 20, default: fallback)
  }

  /// The module added last is cut by TP also where the tower is whole on every rank.
  mutating func cutAlways() { modules[modules.count - 1].isAlwaysCut = true }

  /// The modules added last are whole on every rank where TP does not divide `heads`.
  mutating func cutOnlyWhere(dividing heads: Int, last count: Int) {
    for index in modules.indices.suffix(count) { modules[index].headsToDivide = heads }
  }

  /// The modules that `build` adds under `prefix`.
  mutating func add(
    _ prefix: String, quantized: Bool = true, _ build: (inout LayerBuilder) -> Void
  ) {
    var layer = LayerBuilder(
      prefix: prefix, dtype: config.dtype, quantization: quantized ? quantization : .none)
    build(&layer)
    modules += layer.modules
  }
}

extension LayerBuilder {
  /// A norm of a tower, with a bias unless it is an RMS norm.
  mutating func towerNorm(_ name: String, _ width: Int, bias: Bool = true) {
    tensor(name + ".weight", .encoder, [width])
    if bias { tensor(name + ".bias", .encoder, [width]) }
  }

  /// Query, key and value of a tower's attention, and its output.
  mutating func towerAttention(
    _ qkv: String, _ output: String, width: Int, heads: Int, kvHeads: Int? = nil, bias: Bool = true, inner: Int? = nil,
    fusing parts: [String] = []
  ) {
    linear(
      qkv, .encoder,
      .qkv(
        Module.QKV(
          input: width, numHeads: heads, numKVHeads: kvHeads ?? heads, headSize: (inner ?? width) / heads,
          bias: bias)),
      fusing: parts)
    linear(output, .encoder, .row(input: inner ?? width, output: width, bias: bias))
  }

  /// Two linears with an activation between them.
  mutating func towerMLP(
    _ up: String, _ down: String, width: Int, inner: Int, output: Int? = nil, bias: Bool = true
  ) {
    linear(up, .encoder, .column(input: width, outputs: [inner], bias: bias))
    linear(down, .encoder, .row(input: inner, output: output ?? width, bias: bias))
  }

  /// Gate and up in one, and down.
  mutating func towerGatedMLP(_ scope: String, width: Int, inner: Int, bias: Bool) {
    linear(
      scope + ".gate_up_proj", .encoder, .column(input: width, outputs: [inner, inner], bias: bias),
      fusing: ["gate_proj", "up_proj"])
    linear(scope + ".down_proj", .encoder, .row(input: inner, output: width, bias: bias))
  }
}
