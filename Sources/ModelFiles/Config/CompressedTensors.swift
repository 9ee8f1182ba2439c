import Plimsoll

/// The compressed-tensors format: settings for all linears or for modules by name, and what it ignores.
enum CompressedTensors {
  /// vLLM 0.33.0 `compressed_tensors.py CompressedTensorsConfig.from_config`.
  static func read(_ object: ConfigObject) throws(ModelConfigError) -> QuantizationConfig {
    let groups: [ConfigObject]
    let ignore: [String]
    var cache: KVCacheDType?
    do throws(ConfigError) {
      let named = try object.object("config_groups")
      var found: [ConfigObject] = []
      for member in named.members.members { found.append(try named.object(member.key)) }
      groups = found
      ignore = try object.strings("ignore", default: [])
      if try object.optionalObject("kv_cache_scheme")?.optionalInt("num_bits") == 8 { cache = .fp8 }
    } catch {
      throw .value(error)
    }
    var linear = WeightScheme.unquantized
    var targeted = TargetedSchemes()
    for group in groups {
      let targets = try self.targets(group)
      // Scales of attention belong to the cache.
      if targets.count == 1, targets[0].hasSuffix("Attention") { continue }
      let scheme = try self.scheme(of: group, in: object)
      for target in targets {
        if target == "Linear" { linear = scheme } else { try targeted.add(target, scheme) }
      }
    }
    var config = QuantizationConfig.of(
      .compressedTensors, linear: linear, ignored: try ignored(ignore), kvCacheDType: cache)
    if !targeted.isEmpty { config.targeted = targeted }
    return config
  }

  private static func targets(_ group: ConfigObject) throws(ModelConfigError) -> [String] {
    do {
      return try group.strings("targets", default: ["Linear"])
    } catch {
      throw .value(error)
    }
  }

  private static func scheme(of group: ConfigObject, in object: ConfigObject) throws(ModelConfigError) -> WeightScheme {
    let weights: ConfigObject
    let format: String
    let inputs: ConfigObject?
    do throws(ConfigError) {
      weights = try group.object("weights")
      inputs = try group.optionalObject("input_activations")
      let common = try object.optionalString("format") ?? ""
      format = try group.optionalString("format") ?? common
    } catch {
      throw .value(error)
    }
    // `dynamic` may be a word, such as "local".
    return try scheme(
      weights, format: format, hasActivations: inputs != nil, isDynamic: inputs?.members["dynamic"] != .bool(false))
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
    let order: String
    do throws(ConfigError) {
      bits = try weights.int("num_bits", in: 1...16)
      type = try weights.string("type", default: "int")
      strategy = try weights.string("strategy", default: "tensor")
      group = try weights.optionalInt("group_size", in: 1...1 << 16)
      block = try weights.optionalInts("block_structure", in: 1...1024)
      isSymmetric = try weights.bool("symmetric", default: true)
      order = try weights.optionalString("actorder") ?? ""
    } catch {
      throw .value(error)
    }
    if ["group", "dynamic"].contains(order) {
      throw .contradiction(
        "vLLM no longer loads compressed-tensors checkpoints whose inputs are ordered by activation (actorder "
          + "\(order)): use one with static ordering, or none")
    }
    switch (type, bits, strategy) {
    case ("float", 8, "block"):
      return .fp8Block(rows: block?.first ?? 128, columns: block?.last ?? 128)
    case ("float", 8, "tensor"): return .fp8Tensor(hasInputScale: hasActivations && !isDynamic)
    case ("float", 8, "channel"): return .fp8Channel(hasInputBound: false)
    case ("float", 8, "group") where group == 32: return .mxfp8
    case ("int", 8, "channel") where hasActivations && isSymmetric: return .int8Channel
    case ("float", 4, "tensor_group") where group ?? 16 == 16, ("float", 4, "group") where group == 16:
      return hasActivations ? .nvfp4 : .nvfp4WeightOnly
    case ("float", 4, "group") where group == 32: return .mxfp4
    case ("int", 4, "group"), ("int", 8, "group"), ("int", 4, "channel"), ("int", 8, "channel"):
      guard !hasActivations else { fallthrough }
      return .integerGroups(
        .init(
          bits: bits, groupSize: strategy == "channel" ? -1 : group ?? 128, format: .compressedTensors,
          hasZeroPoints: !isSymmetric))
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
