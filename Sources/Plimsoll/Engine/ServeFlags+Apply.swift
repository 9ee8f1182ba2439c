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
  /// `--hf-overrides.max_position_embeddings` and `-O` are all names.
  public static func match(_ name: String) -> FlagMatch? {
    let written = FlagName.normalized(name)
    if let exact = exactMatch(written) { return exact }
    guard written.hasPrefix("-"), let point = written.firstIndex(of: ".") else { return nil }
    let owner = exactMatch(String(written[..<point]))
    if case .ignored? = owner { return .ignored(.one) }
    guard case .flag(let descriptor, false, _, _)? = owner else { return nil }
    guard descriptor.binding.isJSON else { return nil }
    var rest = written[written.index(after: point)...]
    let appends = rest.hasSuffix("+")
    if appends { rest = rest.dropLast() }
    let path = rest.split(separator: ".", omittingEmptySubsequences: false).map { String($0) }
    return .flag(descriptor, negated: false, path: path, appends: appends)
  }

  /// The name and the value that one word of a command line holds: `--max-model-len=32k`, `-O3`, `-O=3`.
  ///
  /// Source: `FlexibleArgumentParser.parse_args`, utils/argparse_utils.py.
  public static func split(_ word: String) -> (name: String, value: String?) {
    if word.hasPrefix("-"), let equals = word.firstIndex(of: "=") {
      return (String(word[..<equals]), String(word[word.index(after: equals)...]))
    }
    if word.hasPrefix("-O"), word.count > 2 { return ("-O", String(word.dropFirst(2))) }
    return (word, nil)
  }

  /// Reads a flag with the words after it.
  ///
  /// - Throws: `FlagError` for an unknown name, a value that cannot be read, or a word too many or too few.
  public mutating func apply(name: String, values: [String]) throws(FlagError) {
    guard let match = ServeFlags.match(name) else {
      throw .unknownFlag(name: name, nearest: ServeFlags.suggestions(for: name))
    }
    guard case .flag(let descriptor, let negated, let path, let appends) = match else {
      let written = FlagName.normalized(name)
      if !Self.isIgnoredOpposite(written), RetiredFlags.arity(of: written) != nil {
        retired.append(RetiredFlags.positive(written))
      }
      return
    }
    if negated {
      if let value = values.first { throw .unexpectedValue(flag: name, value: value) }
      guard case .pair(let place) = descriptor.binding else { return }
      _ = place(&self, false)
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
    var flags = self
    return ServeFlags.descriptors.filter { !$0.modelled && $0.binding.isGiven(in: &flags) }
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

  /// What a whole name stands for. Scanned, since a command line has few flags and an index of all of them costs more.
  private static func exactMatch(_ name: String) -> FlagMatch? {
    let isNegation = name.hasPrefix("--no-") || name.hasPrefix("--disable-") || name.hasPrefix("--enable-")
    for descriptor in descriptors where descriptor.name == name || descriptor.aliases.contains(name) {
      return .flag(descriptor, negated: false, path: [], appends: false)
    }
    // Names come before negations: `--enable-x` may be both another flag's opposite and a flag.
    if isNegation, let descriptor = descriptors.first(where: { $0.negations.contains(name) }) {
      return .flag(descriptor, negated: true, path: [], appends: false)
    }
    for entry in IgnoredFlags.all where entry.names.contains(where: { $0 == name }) { return .ignored(entry.arity) }
    if isNegation, isIgnoredOpposite(name) { return .ignored(.none) }
    return RetiredFlags.arity(of: name).map { .ignored($0) }
  }

  /// Whether a name switches off what a flag that moves no memory switches on: `--disable-log-requests`, which was a
  /// flag of its own once.
  private static func isIgnoredOpposite(_ name: String) -> Bool {
    IgnoredFlags.all.contains { entry in
      entry.arity == .pair && FlagName.negations(of: String(entry.names[0])).contains(name)
    }
  }
}
