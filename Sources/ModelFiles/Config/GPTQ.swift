import Plimsoll

/// GPTQ's settings: one for all linears, and rules by module name (`dynamic`, from GPTQModel).
///
/// vLLM 0.33.0 `quantization/auto_gptq.py AutoGPTQConfig`, `quantization/utils/gptq_utils.py`.
enum GPTQ {
  static func read(_ object: ConfigObject) throws(ModelConfigError) -> QuantizationConfig {
    let bits: Int
    let group: Int
    let quantizesHead: Bool
    let rules: ConfigObject?
    var quantized: [String] = []
    do throws(ConfigError) {
      bits = try object.int("bits", in: 2...8)
      guard bits == 4 || bits == 8 else { throw object.error("bits", wanted: .rule("4 or 8")) }
      group = try object.int("group_size", in: -1...1 << 16, default: 128)
      guard [-1, 32, 64, 128].contains(group) else {
        throw object.error("group_size", wanted: .rule("-1, 32, 64 or 128, which Marlin has"))
      }
      guard try object.bool("sym", default: true) else {
        throw object.error("sym", wanted: .rule("true, as vLLM asks"))
      }
      if group != -1, try object.bool("desc_act", default: false) {
        throw object.error(
          "desc_act", wanted: .rule("false: vLLM no longer loads inputs that are ordered by activation"))
      }
      quantizesHead = try object.bool("lm_head", default: false)
      rules = try object.optionalObject("dynamic")
      if case .array(let rows)? = object.members["modules_in_block_to_quantize"] {
        for row in rows { quantized += names(row) }
      }
    } catch {
      throw .value(error)
    }
    var ignored = quantized.isEmpty ? IgnoredModules.none : .allBut(quantized)
    var targeted = TargetedSchemes()
    var left: [NamePattern] = []
    for rule in rules?.members.members ?? [] {
      if rule.key.hasPrefix("-:") {
        guard let pattern = NamePattern(String(rule.key.dropFirst(2))) else {
          throw .unmodelled(part: "the pattern of ignored modules", value: rule.key, nearest: nil)
        }
        left.append(pattern)
        continue
      }
      guard case .object(let members) = rule.value else { continue }
      let changed = ConfigObject(members, path: rule.key)
      let scheme: WeightScheme.IntegerGroups
      do throws(ConfigError) {
        scheme = WeightScheme.IntegerGroups(
          bits: try changed.int("bits", in: 4...8, default: bits),
          groupSize: try changed.int("group_size", in: -1...1 << 16, default: group), format: .gptq)
      } catch {
        throw .value(error)
      }
      let pattern = rule.key.hasPrefix("+:") ? String(rule.key.dropFirst(2)) : rule.key
      try targeted.add("re:" + pattern, .integerGroups(scheme))
    }
    if !left.isEmpty { ignored = .patterns([], left) }
    var config = QuantizationConfig.of(
      .gptq, linear: .integerGroups(.init(bits: bits, groupSize: group, format: .gptq)), ignored: ignored)
    if !targeted.isEmpty { config.targeted = targeted }
    config.quantizesHead = quantizesHead
    return config
  }

  /// The strings of a list, however deep.
  private static func names(_ json: JSON) -> [String] {
    switch json {
    case .string(let name): [name]
    case .array(let rows): rows.flatMap(names)
    default: []
    }
  }
}
