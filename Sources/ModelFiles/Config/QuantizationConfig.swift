import Plimsoll

/// The quantization that a checkpoint declares, and which modules it covers.
struct QuantizationConfig: Sendable {
  var method: QuantizationMethod
  /// Modules left as they are, by name.
  var ignored: [String]
  private var linear: WeightScheme
  private var experts: WeightScheme

  /// The largest block of scales that is read; checkpoints have 128.
  static let largestBlock = 1024

  static let none = QuantizationConfig(method: .none, ignored: [], linear: .unquantized, experts: .unquantized)

  private init(method: QuantizationMethod, ignored: [String], linear: WeightScheme, experts: WeightScheme) {
    self.method = method
    self.ignored = ignored
    self.linear = linear
    self.experts = experts
  }

  /// - Throws: ``ModelConfigError/unmodelled(part:value:nearest:)`` for a method that is not modelled.
  init(_ config: ModelConfig) throws(ModelConfigError) {
    guard let object = try Self.object(of: config) else {
      self = .none
      return
    }
    let block: [Int]?
    let name: String
    do throws(ConfigError) {
      name = try object.string("quant_method", default: "")
      block = try object.optionalInts("weight_block_size", in: 1...Self.largestBlock)
      let names = try object.optionalStrings("modules_to_not_convert")
      let older = try object.optionalStrings("ignored_layers")
      ignored = names ?? older ?? []
    } catch {
      throw .value(error)
    }
    switch name {
    case "fp8":
      guard let block, block.count == 2 else {
        throw .unmodelled(
          part: "the quantization method", value: "fp8 without weight_block_size", nearest: "fp8 in blocks")
      }
      method = .fp8Block
      linear = .fp8Block(rows: block[0], columns: block[1])
      experts = linear
    case "mxfp4":
      method = .mxfp4
      linear = .unquantized
      experts = .mxfp4
    default:
      throw .unmodelled(part: "the quantization method", value: name, nearest: "fp8 in blocks, mxfp4")
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

  /// The method quantizes attention too, so that layers keep scales for the cache (vLLM `Fp8KVCacheMethod`).
  var scalesCache: Bool { method == .fp8Block }

  /// How a linear is stored; a fused one is left alone where all that it fuses are.
  func scheme(ofLinear name: String, fusing parts: [String] = []) -> WeightScheme {
    guard linear != .unquantized else { return .unquantized }
    if ignored.contains(name) { return .unquantized }
    if !parts.isEmpty, parts.allSatisfy(ignored.contains) { return .unquantized }
    return linear
  }

  /// How the routed experts under `name` are stored.
  func scheme(ofExperts name: String) -> WeightScheme {
    guard experts != .unquantized else { return .unquantized }
    return ignored.contains { $0.hasPrefix(name) } ? .unquantized : experts
  }
}
