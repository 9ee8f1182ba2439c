import Plimsoll

/// The compressed-tensors format: one group of settings for all linears, and what it ignores.
enum CompressedTensors {
  static func read(_ object: ConfigObject) throws(ModelConfigError) -> QuantizationConfig {
    let weights: ConfigObject
    let ignore: [String]
    let format: String
    let isDynamic: Bool
    let hasActivations: Bool
    var cache: KVCacheDType?
    do throws(ConfigError) {
      let groups = try object.object("config_groups")
      guard groups.members.count == 1, let name = groups.members.members.first?.key else {
        throw ConfigError(
          keyPath: groups.path, found: .object(count: groups.members.count), wanted: .rule("one group of settings"))
      }
      let group = try groups.object(name)
      let targets = try group.strings("targets", default: ["Linear"])
      guard targets == ["Linear"] else {
        throw group.error("targets", wanted: .rule("[\"Linear\"]"))
      }
      weights = try group.object("weights")
      let inputs = try group.optionalObject("input_activations")
      hasActivations = inputs != nil
      // `dynamic` may be a word, such as "local".
      isDynamic = inputs?.members["dynamic"] != .bool(false)
      ignore = try object.strings("ignore", default: [])
      format = try object.string("format", default: "")
      if try object.optionalObject("kv_cache_scheme")?.optionalInt("num_bits") == 8 { cache = .fp8 }
    } catch {
      throw .value(error)
    }
    let scheme = try self.scheme(weights, format: format, hasActivations: hasActivations, isDynamic: isDynamic)
    return .of(.compressedTensors, linear: scheme, ignored: try ignored(ignore), kvCacheDType: cache)
  }

  private static func scheme(
    _ weights: ConfigObject, format: String, hasActivations: Bool, isDynamic: Bool
  ) throws(ModelConfigError) -> WeightScheme {
    let bits: Int
    let type: String
    let strategy: String
    let group: Int?
    let block: [Int]?
    let isSymmetric: Bool
    do throws(ConfigError) {
      bits = try weights.int("num_bits", in: 1...16)
      type = try weights.string("type", default: "int")
      strategy = try weights.string("strategy", default: "tensor")
      group = try weights.optionalInt("group_size", in: 1...1 << 16)
      block = try weights.optionalInts("block_structure", in: 1...1024)
      isSymmetric = try weights.bool("symmetric", default: true)
    } catch {
      throw .value(error)
    }
    switch (type, bits, strategy) {
    case ("float", 8, "block"):
      return .fp8Block(rows: block?.first ?? 128, columns: block?.last ?? 128)
    case ("float", 8, "tensor"): return .fp8Tensor(hasInputScale: hasActivations && !isDynamic)
    case ("float", 8, "channel"): return .fp8Channel(hasInputBound: false)
    case ("int", 8, "channel") where hasActivations && isSymmetric: return .int8Channel
    case ("float", 4, "tensor_group"), ("float", 4, "group"): return .nvfp4
    case ("int", 4, "group") where isSymmetric, ("int", 8, "group") where isSymmetric:
      return .integerGroups(.init(bits: bits, groupSize: group ?? 128, format: .compressedTensors))
    default:
      throw .unmodelled(
        part: "the compressed-tensors scheme", value: "\(type)\(bits) by \(strategy) (\(format))",
        nearest: "w4a16, w8a8 int8, fp8 by tensor, channel or block, nvfp4")
    }
  }

  private static func ignored(_ names: [String]) throws(ModelConfigError) -> IgnoredModules {
    var patterns: [NamePattern] = []
    for name in names where name.hasPrefix("re:") {
      guard let pattern = NamePattern(String(name.dropFirst(3))) else {
        throw .unmodelled(part: "the pattern of ignored modules", value: name, nearest: nil)
      }
      patterns.append(pattern)
    }
    return .patterns(names.filter { !$0.hasPrefix("re:") }, patterns)
  }
}
