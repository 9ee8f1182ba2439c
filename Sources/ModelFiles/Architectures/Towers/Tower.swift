import Plimsoll

/// The modules of an image tower and of what joins it to the language model, collected under vLLM's names.
///
/// A tower stands on the first pipeline stage.
struct Tower {
  let config: ModelConfig
  let vision: ConfigObject
  let quantization: QuantizationConfig
  private(set) var modules: [Module] = []

  /// Adds the tower of `config` to `shape`, or notes that it is not modelled.
  static func add(to shape: inout ModelShape, _ config: ModelConfig) throws(ModelConfigError) {
    let quantization = try QuantizationConfig(config)
    do throws(ConfigError) {
      // Config classes make up a tower where the file leaves it out, and vLLM builds it.
      let isMadeUp = config.architecture == "Llama4ForConditionalGeneration"
      guard
        let vision = try config.top.optionalObject(key(config.architecture))
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
      shape.outer = tower.modules.map { PlacedModule($0, on: .firstStage) } + shape.outer
    } catch {
      throw .value(error)
    }
    try shape.checkSizes()
  }

  /// The part of the config that states the tower.
  private static func key(_ architecture: String) -> String {
    switch architecture {
    case "Qwen2AudioForConditionalGeneration": "audio_config"
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
    shape.traits.encoderMayBeWhole = Self.mayBeWhole.contains(config.architecture)
    switch config.architecture {
    case "Gemma3ForConditionalGeneration": return try siglip(textWidth: width)
    case "Gemma3nForConditionalGeneration": return try gemma3n(textWidth: width)
    case "Gemma4ForConditionalGeneration": return try gemma4(textWidth: width)
    case "Mistral3ForConditionalGeneration": return try pixtral(textWidth: width)
    case "Qwen2VLForConditionalGeneration": return try qwen2VL()
    case "Qwen2_5_VLForConditionalGeneration": return try qwen25VL()
    case "Exaone4_5_ForConditionalGeneration": return try qwen25VL(kvHeads: count("num_key_value_heads", default: 8))
    case "Qwen3VLForConditionalGeneration", "Qwen3VLMoeForConditionalGeneration":
      shape.traits.deepstackLevels = try deepstackLevels
      return try qwen3VL()
    case "Qwen3_5ForConditionalGeneration", "Qwen3_5MoeForConditionalGeneration":
      shape.traits.deepstackLevels = try deepstackLevels
      return try qwen3VL()
    case "KimiK25ForConditionalGeneration", "KimiK3ForConditionalGeneration":
      shape.traits.encoderIsWholeIfUneven = true
      return try moonViT(textWidth: width, isK3: config.architecture == "KimiK3ForConditionalGeneration")
    case "LlavaForConditionalGeneration", "LlavaNextForConditionalGeneration": return try llava(textWidth: width)
    case "Phi3VForCausalLM": return try phi3V(textWidth: width, vocabSize: shape.vocabSize)
    case "InternVLForConditionalGeneration", "InternS1ForConditionalGeneration":
      return try internS1(textWidth: width)
    case "InternVLChatModel": return try internViT(textWidth: width)
    case "Glm4vForConditionalGeneration": return try glm4V()
    case "Qwen2AudioForConditionalGeneration": return try qwen2Audio(textWidth: width)
    case "Llama4ForConditionalGeneration": return try llama4(textWidth: width)
    case "MiMoV2OmniForCausalLM": return try mimoV2()
    case "MiniMaxM3SparseForConditionalGeneration": return try miniMaxVL(textWidth: width)
    case "MuseGlimmerForCausalLM", "MuseGlimmerForConditionalGeneration": return try museGlimmer(textWidth: width)
    default: return false
    }
  }

  /// The classes with `supports_encoder_tp_data`: their towers are whole on every rank where the flag asks for it.
  private static let mayBeWhole: Set<String> = [
    "Qwen2VLForConditionalGeneration", "Qwen2_5_VLForConditionalGeneration", "Qwen3VLForConditionalGeneration",
    "Qwen3VLMoeForConditionalGeneration", "Qwen3_5ForConditionalGeneration", "Qwen3_5MoeForConditionalGeneration",
    "KimiK25ForConditionalGeneration", "KimiK3ForConditionalGeneration", "Llama4ForConditionalGeneration",
    "Glm4vForConditionalGeneration",
    "InternVLChatModel", "Exaone4_5_ForConditionalGeneration", "MiniMaxM3SparseForConditionalGeneration",
  ]

  func count(_ key: String, default fallback: Int? = nil) throws(ConfigError) -> Int {
    try vision.int(key, in: 1...1 << 20, default: fallback)
  }

  /// The module added last is cut by TP also where the tower is whole on every rank.
  mutating func cutAlways() { modules[modules.count - 1].isAlwaysCut = true }

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
