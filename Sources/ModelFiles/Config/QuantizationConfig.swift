import Plimsoll

/// The quantization that a checkpoint declares: how its linears and experts are stored, and what is left alone.
struct QuantizationConfig: Sendable {
  var method: QuantizationMethod
  /// What `--kv-cache-dtype auto` then means.
  var kvCacheDType: KVCacheDType?
  /// The widest block of scales that is believed.
  static let largestBlock = 1024
  /// The engine quantizes; the checkpoint has neither scales nor a say in the cache's type.
  private var isAtLoad = false
  /// The checkpoint states a quantization whose method vLLM does not find, so that it builds the model unquantized.
  private(set) var isOverlooked = false
  private var linear: WeightScheme
  private var experts: WeightScheme
  private(set) var ignored: IgnoredModules
  /// Each module's own scheme, where the checkpoint names it.
  private var mixed: MixedLayers?
  /// Schemes of modules by name, before that of all linears.
  var targeted: TargetedSchemes?
  /// lm_head is quantized as linears are.
  var quantizesHead = false

  static let none = QuantizationConfig(method: .none, linear: .unquantized, experts: .unquantized, ignored: .none)

  private init(
    method: QuantizationMethod, linear: WeightScheme, experts: WeightScheme, ignored: IgnoredModules,
    kvCacheDType: KVCacheDType? = nil
  ) {
    self.method = method
    self.linear = linear
    self.experts = experts
    self.ignored = ignored
    self.kvCacheDType = kvCacheDType
  }

  /// - Throws: ``ModelConfigError/unmodelled(part:value:nearest:)`` for a method that is not modelled.
  init(_ config: ModelConfig) throws(ModelConfigError) {
    let declared = try Self.object(of: config)
    if let whatIf = config.whatIf {
      guard declared == nil, config.hfQuantConfig == nil else {
        throw .contradiction(
          "the checkpoint is quantized already; --what-if-quantization \(whatIf.text) needs the one it was made of")
      }
      self = whatIf.config
      return
    }
    let object: ConfigObject
    if let declared {
      object = declared
    } else if let extra = config.hfQuantConfig {
      self = try Self.modelopt(extra)
      ignored = ignored.renamed(for: config.architecture)
      return
    } else {
      self = Self.atLoad(config.quantizedAtLoad)
      return
    }
    let found: QuantizationConfig?
    let name: String
    do throws(ConfigError) {
      var stated = try Self.methodName(object)
      let format = try object.optionalString("format")
      if format == "mxfp4-pack-quantized", MultimodalClass.named(config.architecture)?.ownMXFP4 == true {
        stated = "mxfp4"
      }
      name = stated
      found = try Self.simple(name, object)
    } catch {
      throw .value(error)
    }
    switch (found, name) {
    case (let found?, _): self = found
    case (nil, ""):
      // Without a method vLLM quantizes nothing but what is asked for at load (`config/model.py _verify_quantization`).
      self = Self.atLoad(config.quantizedAtLoad)
      isOverlooked = true
      return
    case (nil, _) where name.hasPrefix("modelopt"): self = try Self.modelopt(object, beside: config.hfQuantConfig)
    case (nil, "gptq"), (nil, "auto_gptq"), (nil, "gptq_marlin"): self = try GPTQ.read(object)
    case (nil, "compressed-tensors"): self = try CompressedTensors.read(object)
    case (nil, _): throw UnservedQuantization.error(name)
    }
    if method == .mxfp4, config.modelType != "gpt_oss" { experts = .mxfp4Experts }
    ignored = ignored.renamed(for: config.architecture)
    let prefixes = CheckpointNames.prefixes(of: config.architecture)
    targeted = targeted?.renamed { CheckpointNames.renamed($0, by: prefixes) }
  }

  /// The method as vLLM reads it: in lower case, spelled one way, and ModelOpt's from who made the checkpoint
  /// (vLLM 0.33.0 `transformers_utils/model_arch_config_convertor.py _normalize_quantization_config`).
  private static func methodName(_ object: ConfigObject) throws(ConfigError) -> String {
    let producer = try object.optionalObject("producer")?.string("name", default: "")
    if producer == "modelopt", try object.optionalObject("quantization")?.optionalString("quant_algo") != nil {
      return "modelopt"
    }
    let name = try object.string("quant_method", default: "").lowercased()
    return name == "compressed_tensors" ? "compressed-tensors" : name
  }

  /// What vLLM makes of a checkpoint that is not quantized: `bitsandbytes` reads its words at load too; `fp8` gives every linear one scale a tensor, and leaves
  /// the head alone (vLLM 0.33.0 `quantization/fp8.py`). Of a method that is not modelled nothing is made here; the
  /// plan says so.
  static func atLoad(_ method: String?) -> QuantizationConfig {
    let schemes: (linear: WeightScheme, experts: WeightScheme)
    switch method {
    case "fp8", "fp8_per_tensor": schemes = (.fp8Tensor(hasInputScale: false), .fp8Tensor(hasInputScale: false))
    case "fp8_per_channel": schemes = (.fp8Channel(hasInputBound: false), .fp8Channel(hasInputBound: false))
    case "fp8_per_block": schemes = (.fp8Block(rows: 128, columns: 128), .fp8Block(rows: 128, columns: 128))
    case "mxfp8": schemes = (.mxfp8, .mxfp8)
    case "mxfp4": schemes = (.mxfp4, .mxfp4)
    case "int8_per_channel_weight_only": schemes = (.unquantized, .int8Channel)
    case "bitsandbytes": schemes = (.lookedUp, .lookedUp)
    default: return .none
    }
    var quantization = of(
      method == "fp8" ? .fp8 : .online, linear: schemes.linear, experts: schemes.experts, ignored: .none)
    quantization.isAtLoad = true
    return quantization
  }

  /// The methods that a few keys say all of; nil for any other.
  private static func simple(_ name: String, _ object: ConfigObject) throws(ConfigError) -> QuantizationConfig? {
    switch name {
    case "fp8": return try fp8(object)
    case "mxfp4": return of(.mxfp4, linear: .unquantized, experts: .mxfp4, ignored: .none)
    case "mxfp8":
      let names = try object.optionalStrings("ignored_layers") ?? []
      return of(.modeloptMXFP8, linear: .mxfp8, ignored: .wildcards(names))
    case "awq", "auto_awq", "awq_marlin": return try awq(object)
    case "bitsandbytes": return try bitsandbytes(object)
    case "fbgemm_fp8":
      let names = try object.strings("modules_to_not_convert", default: [])
      return of(.fbgemmFP8, linear: .fp8Channel(hasInputBound: true), ignored: .exact(Set(names)))
    default: return nil
    }
  }

  static func of(
    _ method: QuantizationMethod, linear: WeightScheme, experts: WeightScheme? = nil, ignored: IgnoredModules,
    kvCacheDType: KVCacheDType? = nil
  ) -> QuantizationConfig {
    QuantizationConfig(
      method: method, linear: linear, experts: experts ?? linear, ignored: ignored, kvCacheDType: kvCacheDType)
  }

  private static func fp8(_ object: ConfigObject) throws(ConfigError) -> QuantizationConfig {
    let names = try object.optionalStrings("modules_to_not_convert")
    let older = try object.optionalStrings("ignored_layers")
    let ignored = IgnoredModules.exact(Set(names ?? older ?? []))
    if let block = try object.optionalInts("weight_block_size", in: 1...largestBlock) {
      guard block.count == 2 else { throw object.error("weight_block_size", wanted: .rule("two numbers")) }
      return of(.fp8, linear: .fp8Block(rows: block[0], columns: block[1]), ignored: ignored)
    }
    let isStatic = try object.string("activation_scheme", default: "dynamic") == "static"
    return of(.fp8, linear: .fp8Tensor(hasInputScale: isStatic), ignored: ignored)
  }

  /// Nil in 8 bits, whose constants reach the GPU only as the profile runs.
  private static func bitsandbytes(_ object: ConfigObject) throws(ConfigError) -> QuantizationConfig? {
    if try object.bool("load_in_8bit", default: false) { return nil }
    guard try object.bool("load_in_4bit", default: true) else { return nil }
    return of(
      .bitsandbytes, linear: .lookedUp, ignored: .paths(try object.optionalStrings("llm_int8_skip_modules") ?? []))
  }

  private static func awq(_ object: ConfigObject) throws(ConfigError) -> QuantizationConfig {
    let bits = try object.int("bits", in: 4...4, default: 4)
    let group = try object.int("group_size", in: -1...1 << 16, default: 128)
    let names = try object.optionalStrings("modules_to_not_convert") ?? []
    let hasZeroPoints = try object.bool("zero_point", default: true)
    let scheme = WeightScheme.IntegerGroups(
      bits: bits, groupSize: group, format: .awq, hasZeroPoints: hasZeroPoints)
    var config = of(.awq, linear: .integerGroups(scheme), ignored: .substring(names))
    config.quantizesHead = try object.bool("lm_head", default: false)
    return config
  }

  /// NVIDIA's, from hf_quant_config.json or the same keys in config.json.
  private static func modelopt(
    _ object: ConfigObject, beside extra: ConfigObject? = nil
  ) throws(ModelConfigError) -> QuantizationConfig {
    let algorithm: String
    let names: [String]
    var cache: KVCacheDType?
    var layers: ConfigObject?
    do throws(ConfigError) {
      let inner = try object.optionalObject("quantization") ?? object
      algorithm = try inner.string("quant_algo").uppercased()
      let excluded = try inner.optionalStrings("exclude_modules")
      let ignored = try inner.optionalStrings("ignore")
      names = excluded ?? ignored ?? []
      layers = try inner.optionalObject("quantized_layers")
      // Older checkpoints keep the map of layers in hf_quant_config.json alone.
      if layers == nil { layers = try extra?.optionalObject("quantization")?.optionalObject("quantized_layers") }
      if try inner.optionalString("kv_cache_quant_algo") == "FP8" { cache = .fp8E4M3 }
      if try inner.optionalObject("kv_cache_scheme")?.optionalInt("num_bits") == 8 { cache = .fp8E4M3 }
    } catch {
      throw .value(error)
    }
    if algorithm == "MIXED_PRECISION" {
      guard let layers else { throw .contradiction("MIXED_PRECISION needs quantized_layers, which the config lacks") }
      var config = of(.modeloptMixed, linear: .unquantized, ignored: .wildcards(names), kvCacheDType: cache)
      config.mixed = try MixedLayers(layers)
      return config
    }
    switch algorithm {
    case "FP8":
      return of(
        .modelopt, linear: .fp8Tensor(hasInputScale: true), ignored: .wildcards(names), kvCacheDType: cache)
    case "FP8_PER_CHANNEL_PER_TOKEN":
      return of(
        .modelopt, linear: .fp8Channel(hasInputBound: false), ignored: .wildcards(names), kvCacheDType: cache)
    case "FP8_PB_WO":
      return of(
        .modelopt, linear: .fp8Block(rows: 128, columns: 128), ignored: .wildcards(names), kvCacheDType: cache)
    case "NVFP4", "W4A16_NVFP4":
      return of(
        .modeloptFP4, linear: algorithm == "NVFP4" ? .nvfp4 : .nvfp4WeightOnly, ignored: .wildcards(names),
        kvCacheDType: cache)
    case "MXFP8": return of(.modeloptMXFP8, linear: .mxfp8, ignored: .wildcards(names), kvCacheDType: cache)
    default:
      throw .unmodelled(
        part: "the quantization method", value: "modelopt " + algorithm,
        nearest: "modelopt FP8, FP8_PER_CHANNEL_PER_TOKEN, FP8_PB_WO, NVFP4, W4A16_NVFP4, MXFP8, MIXED_PRECISION")
    }
  }

  /// Where a checkpoint states its quantization: at the top, with the language model, or under the older name.
  private static func object(of config: ModelConfig) throws(ModelConfigError) -> ConfigObject? {
    for (part, key) in [
      (config.top, "quantization_config"), (config.text, "quantization_config"), (config.top, "compression_config"),
    ] {
      do {
        if let object = try part.optionalObject(key) { return object }
      } catch {
        throw .value(error)
      }
    }
    return nil
  }

  /// Linears have a scale for each block of their weight.
  var isBlockScaled: Bool { if case .fp8Block = linear { true } else { false } }

  /// The method has a say in the cache's type, so that layers keep scales for it (vLLM `BaseKVCacheMethod`).
  var scalesCache: Bool {
    if isAtLoad { return false }
    // Where modules differ, the method has a say only if the checkpoint names a type, and none over latent caches.
    if mixed != nil { return kvCacheDType != nil }
    return switch method {
    case .fp8, .compressedTensors, .modelopt, .modeloptFP4, .modeloptMXFP8, .modeloptMixed: true
    case .none, .mxfp4, .awq, .gptq, .fbgemmFP8, .bitsandbytes, .online: false
    }
  }

  /// The same for latent caches, which the fp8 method leaves to the engine.
  var scalesLatentCache: Bool { mixed == nil && (method.isModelOpt || method == .compressedTensors) }

  /// How a linear is stored; a fused one is left alone where what it fuses is.
  func scheme(ofLinear name: String, fusing parts: [String] = []) -> WeightScheme {
    if let mixed {
      return ignored.covers(name, fusing: parts) ? .unquantized : mixed.scheme(ofLinear: name, fusing: parts)
    }
    guard linear != .unquantized || targeted != nil else { return .unquantized }
    if ignored.covers(name, fusing: parts) { return .unquantized }
    return targeted?.scheme(of: name, fusing: parts) ?? linear
  }

  /// How lm_head is stored: ModelOpt quantizes it where it does not exclude it, AWQ and GPTQ where the checkpoint says
  /// so, compressed-tensors where it names it.
  func scheme(ofHead name: String) -> WeightScheme {
    if method.isModelOpt || quantizesHead { return scheme(ofLinear: name) }
    guard let targeted, !ignored.covers(name, fusing: []) else { return .unquantized }
    return targeted.scheme(of: name) ?? .unquantized
  }

  /// The same with the checkpoint's module names turned into those of vLLM's class, where they differ.
  func renamingModules(_ rename: (String) -> String) -> QuantizationConfig {
    var copy = self
    copy.ignored = ignored.renamed(rename)
    copy.targeted = targeted?.renamed(rename)
    return copy
  }

  /// The same with routed experts stored otherwise than the method says.
  func storingExperts(as scheme: WeightScheme) -> QuantizationConfig {
    var copy = self
    copy.experts = scheme
    return copy
  }

  /// How the routed experts under `name` are stored.
  func scheme(ofExperts name: String) -> WeightScheme {
    if let mixed { return ignored.coversExperts(name) ? .unquantized : mixed.scheme(ofExperts: name) }
    guard experts != .unquantized || targeted != nil else { return .unquantized }
    if ignored.coversExperts(name) { return .unquantized }
    return targeted?.scheme(of: name + ".0.gate_proj") ?? targeted?.scheme(of: name) ?? experts
  }
}
