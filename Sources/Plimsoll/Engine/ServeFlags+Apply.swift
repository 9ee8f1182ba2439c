/// What a written name stands for in `vllm serve`.
public enum FlagMatch: Sendable {
  /// A flag that moves memory; `negated` for `--no-x`, `path` for `--x.key.key` (`appends` with a `+` at its end).
  case flag(FlagDescriptor, negated: Bool, path: [String], appends: Bool)
  /// A flag that moves none: accepted and left alone.
  case ignored(FlagArity)

  /// How many words follow.
  public var arity: FlagArity {
    switch self {
    case .flag(let descriptor, let negated, let path, _):
      if negated { .none } else if !path.isEmpty { .one } else { descriptor.arity }
    case .ignored(let arity): arity
    }
  }
}

extension ServeFlags {
  /// Every flag that moves memory, by topic.
  public static let descriptors: [FlagDescriptor] =
    parallelDescriptors + budgetDescriptors + cacheDescriptors + schedulerDescriptors + modelDescriptors
    + compilationDescriptors + multimodalDescriptors + featureDescriptors + outputDescriptors

  /// What a name means, long or short, with `_` or `-`, negated or dotted; nil if vLLM has no such flag.
  ///
  /// `--kv_cache_dtype`, `-tp`, `--no-enable-prefix-caching`, `--disable-prefix-caching`,
  /// `--hf-overrides.max_position_embeddings`, `-O2` and `-O` are all names.
  public static func match(_ name: String) -> FlagMatch? {
    let written = FlagName.normalized(name)
    if let exact = index[written] { return exact }
    guard written.hasPrefix("-"), let point = written.firstIndex(of: ".") else { return nil }
    guard case .flag(let descriptor, false, _, _)? = index[String(written[..<point])] else {
      return index[String(written[..<point])].flatMap { if case .ignored = $0 { .ignored(.one) } else { nil } }
    }
    guard descriptor.binding.isJSON else { return nil }
    var rest = written[written.index(after: point)...]
    let appends = rest.hasSuffix("+")
    if appends { rest = rest.dropLast() }
    let path = rest.split(separator: ".", omittingEmptySubsequences: false).map { String($0) }
    return .flag(descriptor, negated: false, path: path, appends: appends)
  }

  /// Reads a flag with the words after it.
  ///
  /// - Throws: `FlagError` for an unknown name, a value that cannot be read, or a word too many or too few.
  public mutating func apply(name: String, values: [String]) throws(FlagError) {
    guard let match = ServeFlags.match(name) else {
      throw .unknownFlag(name: name, nearest: ServeFlags.suggestions(for: name))
    }
    guard case .flag(let descriptor, let negated, let path, let appends) = match else { return }
    if negated {
      if let value = values.first { throw .unexpectedValue(flag: name, value: value) }
      guard case .pair(let place) = descriptor.binding else { return }
      self[keyPath: place] = false
    } else if !path.isEmpty {
      guard let value = values.first else { throw .missingValue(flag: name) }
      try descriptor.binding.read(value, at: path, appends: appends, flag: descriptor.name, into: &self)
    } else if descriptor.allowsNone, values == ["None"] || values == [""] {
      descriptor.binding.clear(&self)
    } else {
      try descriptor.binding.read(values, flag: descriptor.name, into: &self)
    }
  }

  /// Reads a flag with at most one word after it.
  public mutating func apply(name: String, value: String? = nil) throws(FlagError) {
    try apply(name: name, values: value.map { [$0] } ?? [])
  }

  /// The flags given that the estimate leaves out, by name: the planner warns of each.
  public var unmodelled: [FlagDescriptor] {
    ServeFlags.descriptors.filter { !$0.modelled && $0.isGiven(in: self) }
  }

  /// The flags given, as words of a command line.
  public var arguments: [String] { ServeFlags.descriptors.flatMap { $0.arguments(in: self) } }

  /// The names of vLLM nearest to one that it does not have.
  public static func suggestions(for name: String) -> [String] {
    NearestName.nearest(to: FlagName.normalized(name), among: longNames, limit: 2)
  }

  private static let longNames: [String] =
    descriptors.flatMap { [$0.name] + $0.aliases.filter { $0.hasPrefix("--") } + $0.negations.prefix(1) }
    + IgnoredFlags.all.map { String($0.names[0]) }

  private static let index: [String: FlagMatch] = {
    var index = [String: FlagMatch]()
    for entry in IgnoredFlags.all {
      for name in entry.names { index[String(name)] = .ignored(entry.arity) }
      guard entry.arity == .pair else { continue }
      for name in FlagName.negations(of: String(entry.names[0])) { index[name] = .ignored(.none) }
    }
    for descriptor in descriptors {
      for name in descriptor.negations {
        index[name] = .flag(descriptor, negated: true, path: [], appends: false)
      }
    }
    // Names come after negations: `--enable-x` may be both another flag's opposite and a flag.
    for descriptor in descriptors {
      for name in [descriptor.name] + descriptor.aliases {
        index[name] = .flag(descriptor, negated: false, path: [], appends: false)
      }
    }
    return index
  }()
}
