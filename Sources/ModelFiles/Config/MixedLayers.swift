import Plimsoll

/// A checkpoint of ModelOpt in which each module names its own algorithm (`quantized_layers`); others stay as they are.
///
/// vLLM 0.33.0 `quantization/modelopt.py ModelOptMixedPrecisionConfig._resolve_quant_algo`.
struct MixedLayers: Sendable {
  /// Of each module by the checkpoint's name.
  private var schemes: [String: WeightScheme] = [:]
  /// Of what lies below a module: of `mlp.experts` by any expert's projection, of `mlp` by any of its own.
  private var inside: [String: WeightScheme] = [:]

  /// - Throws: ``ModelConfigError`` for an algorithm that is not modelled, and where parts of a fused module differ.
  init(_ layers: ConfigObject) throws(ModelConfigError) {
    for name in layers.members.members.map(\.key) {
      let algorithm: String
      var groupSize: Int?
      do throws(ConfigError) {
        guard let layer = try layers.optionalObject(name) else { continue }
        algorithm = try layer.string("quant_algo").uppercased()
        groupSize = try layer.optionalInt("group_size")
      } catch {
        throw .value(error)
      }
      let scheme = try Self.scheme(of: algorithm, groupSize: groupSize)
      schemes[name] = scheme
      var parts = name.split(separator: ".")
      parts.removeLast()
      inside[parts.joined(separator: ".")] = scheme
      if let experts = parts.lastIndex(of: "experts") {
        inside[parts[...experts].joined(separator: ".")] = scheme
      }
    }
    for (name, scheme) in schemes {
      for parts in Self.fused {
        guard let part = parts.first(where: { name.hasSuffix("." + $0) }) else { continue }
        let scope = name.dropLast(part.count)
        if let other = parts.first(where: { (schemes[scope + $0] ?? scheme) != scheme }) {
          throw .contradiction("quantized_layers gives \(name) and \(other) beside it different algorithms")
        }
      }
    }
  }

  /// What vLLM joins into one module, whose parts must agree.
  private static let fused = [
    ["q_proj", "k_proj", "v_proj"], ["gate_proj", "up_proj"], ["in_proj_qkv", "in_proj_z"],
  ]

  private static func scheme(of algorithm: String, groupSize: Int?) throws(ModelConfigError) -> WeightScheme {
    switch algorithm {
    case "FP8": return .fp8Tensor(hasInputScale: true)
    case "NVFP4" where groupSize ?? 16 == 16: return .nvfp4
    case "W4A16_NVFP4" where groupSize ?? 16 == 16: return .nvfp4WeightOnly
    case "MXFP8": return .mxfp8
    default:
      let group = groupSize.map { " of groups of \($0)" } ?? ""
      throw .unmodelled(
        part: "the quantization method", value: "modelopt " + algorithm + group,
        nearest: "modelopt FP8, MXFP8, NVFP4, W4A16_NVFP4 of groups of 16")
    }
  }

  /// How a linear or lm_head is stored, by its own name or by that of what it fuses.
  func scheme(ofLinear name: String, fusing parts: [String]) -> WeightScheme {
    for candidate in [name] + parts {
      for spelling in Self.spellings(of: candidate) {
        if let scheme = schemes[spelling] { return scheme }
      }
    }
    return .unquantized
  }

  /// How routed experts are stored: by their own name, by one expert's, or by what stands beside them.
  func scheme(ofExperts name: String) -> WeightScheme {
    for spelling in Self.spellings(of: name) {
      if let scheme = schemes[spelling] ?? inside[spelling] { return scheme }
    }
    for spelling in Self.spellings(of: name) where spelling.hasSuffix(".experts") {
      if let scheme = inside[String(spelling.dropLast(8))] { return scheme }
    }
    return .unquantized
  }

  /// vLLM's name of a module and those under which checkpoints have it.
  private static func spellings(of name: String) -> [String] {
    var spellings = [name]
    if name.hasSuffix(".lm_head") { spellings.append("lm_head") }
    let text = "language_model.model."
    if name.hasPrefix(text) { spellings.append("model.language_model." + name.dropFirst(text.count)) }
    // Nemotron-H's checkpoints call the model `backbone`.
    if name.hasPrefix("model.") { spellings.append("backbone." + name.dropFirst(6)) }
    return spellings
  }
}
