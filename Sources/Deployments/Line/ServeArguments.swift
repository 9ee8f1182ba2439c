package import Plimsoll

/// A flag that moves memory, as it was written.
package struct GivenFlag: Hashable, Sendable {
  /// Its name, whole where only a start of it was written.
  package var name: String
  package var values: [String]
  /// Whether it is from a `--config` file.
  package var isInFile: Bool

  package init(name: String, values: [String], isInFile: Bool) {
    self.name = name
    self.values = values
    self.isInFile = isInFile
  }
}

/// The arguments of `vllm serve`, taken word by word as vLLM takes them.
package struct ServeArguments {
  @Boxed package var flags = ServeFlags()
  /// The words that belong to no flag.
  package private(set) var positionals: [String] = []
  /// The flags that move memory, as they were written, in order.
  package private(set) var given: [GivenFlag] = []
  /// The flags that move none, as they were written, in order.
  package private(set) var others: [GivenFlag] = []
  /// The last value of each flag that moves no memory and that a reader of the line may want.
  package private(set) var values: [String: String] = [:]
  /// `--flag.path value`, which vLLM reads after everything else.
  private var dotted: [(owner: String, name: String, value: String)] = []
  /// Whether the start of a name stands for it.
  private let abbreviated: Bool
  /// Whether the words at hand are those of a `--config` file.
  private var isInFile = false

  /// The flags of which `values` keeps the value.
  private static let kept: Set<String> = [
    "--model", "--revision", "--code-revision", "--tokenizer", "--nnodes", "-n", "--config", "--data-parallel-address",
    "-dpa", "--data-parallel-rank", "-dpn", "--data-parallel-start-rank", "-dpr", "--download-dir",
  ]

  /// - Parameter abbreviated: Whether the start of a name stands for it, as in vLLM; not where flags of plimsoll's own
  ///   are among the words.
  package init(abbreviated: Bool) { self.abbreviated = abbreviated }

  /// Takes a flag of vLLM with the words that belong to it; false where it is none of vLLM's.
  ///
  /// - Throws: ``LineError`` for a value that vLLM could not read, or that is missing.
  package mutating func take(_ word: String, _ rest: inout ArraySlice<String>) throws(LineError) -> Bool {
    guard case .option(let option) = try ServeWord.classify(word, abbreviated: abbreviated) else { return false }
    if option.name.utf8.contains(UInt8(ascii: ".")) {
      guard let value = option.value ?? rest.popFirst() else { throw Self.missingValue(option.name) }
      if case .flag = option.match {
        try Self.checkExpanded(option.name, [value])
        dotted.append((option.written, option.name, value))
        given.append(GivenFlag(name: option.name, values: [value], isInFile: isInFile))
      } else {
        others.append(GivenFlag(name: option.name, values: [value], isInFile: isInFile))
      }
      return true
    }
    var values = try words(of: option, &rest)
    if case .flag(let flag, _, _, _) = option.match {
      if !abbreviated, flag.takesJSON { values = values.map { PythonDict.json($0) ?? $0 } }
      try Self.checkExpanded(option.name, values)
      if abbreviated { try Self.checkSize(option, values) }
      try apply(option.name, values)
      given.append(GivenFlag(name: option.name, values: values, isInFile: isInFile))
      return true
    }
    // Of flags that move nothing those of older releases are noted, which the release planned for may have.
    try apply(option.name, values)
    others.append(GivenFlag(name: option.name, values: values, isInFile: isInFile))
    if Self.kept.contains(option.written), let value = values.first {
      self.values[option.written] = value
    }
    return true
  }

  /// Takes every word of a line; what belongs to no flag goes to `positionals`.
  ///
  /// - Parameter file: Where the words of a `--config` file are among them.
  /// - Throws: ``LineError`` for a flag that vLLM does not have, too.
  mutating func takeAll(_ words: [String], file: Range<Int> = 0..<0) throws(LineError) {
    let (plain, file) = try takeDotted(words, file: file)
    var rest = plain[...]
    while let word = rest.popFirst() {
      isInFile = file.contains(rest.startIndex - 1)
      if word == "--" {
        // Behind it argparse takes everything for a value, the dotted values that vLLM puts at the end too.
        guard dotted.isEmpty else { throw .extra(word) }
        positionals += rest
        break
      }
      if try take(word, &rest) { continue }
      if case .unknown(let name) = try ServeWord.classify(word, abbreviated: abbreviated) {
        throw UnknownFlag.error(name)
      }
      positionals.append(word)
    }
    try finish()
  }

  /// Takes the dotted values out of the words, as vLLM does before it looks at anything else: a list goes on behind them.
  private mutating func takeDotted(
    _ words: [String], file: Range<Int>
  ) throws(LineError) -> (plain: [String], file: Range<Int>) {
    var plain: [String] = []
    var (start, end) = (0, 0)
    var rest = words[...]
    while let word = rest.popFirst() {
      let place = rest.startIndex - 1
      if word.hasPrefix("-"), word.utf8.prefix(while: { $0 != UInt8(ascii: "=") }).contains(UInt8(ascii: ".")),
        case .option = try ServeWord.classify(word, abbreviated: abbreviated)
      {
        isInFile = file.contains(place)
        _ = try take(word, &rest)
        continue
      }
      if place < file.lowerBound { start += 1 }
      if place < file.upperBound { end += 1 }
      plain.append(word)
    }
    return (plain, start..<max(start, end))
  }

  /// Reads the dotted values, which vLLM puts behind all others: one object for each name that was written, in place
  /// of what that flag had before.
  ///
  /// Source: `FlexibleArgumentParser.parse_args`, utils/argparse_utils.py.
  package mutating func finish() throws(LineError) {
    var owners: [String] = []
    for setting in dotted where !owners.contains(setting.owner) { owners.append(setting.owner) }
    for owner in owners {
      let own = dotted.filter { $0.owner == owner }
      if let first = own.first { try apply(String(first.name.prefix { $0 != "." }), ["{}"]) }
      for setting in own { try apply(setting.name, [setting.value]) }
    }
    dotted = []
  }

  private mutating func apply(_ name: String, _ values: [String]) throws(LineError) {
    do {
      try flags.apply(name: name, values: values)
    } catch {
      throw LineError("bad-value", error.reason, suggestions: error.suggestions)
    }
  }

  /// The values that a flag takes off the words behind it.
  private func words(of option: ServeOption, _ rest: inout ArraySlice<String>) throws(LineError) -> [String] {
    switch option.match.arity {
    case .none, .pair:
      guard option.value == nil else { throw LineError("bad-value", "\(option.name) takes no value; write it alone") }
      return []
    case .one:
      if let value = option.value { return [value] }
      guard let next = rest.first, try isValue(next) else { throw Self.missingValue(option.name) }
      rest.removeFirst()
      return [next]
    case .optional:
      if let value = option.value { return [value] }
      guard let next = rest.first, try isValue(next) else { return [] }
      rest.removeFirst()
      return [next]
    case .many:
      if let value = option.value { return [value] }
      var values: [String] = []
      while let next = rest.first, try isValue(next) {
        values.append(next)
        rest.removeFirst()
      }
      guard !values.isEmpty else { throw Self.missingValue(option.name) }
      return values
    }
  }

  private func isValue(_ word: String) throws(LineError) -> Bool {
    guard word.hasPrefix("-") else { return true }
    guard word != "--", case .value = try ServeWord.classify(word, abbreviated: abbreviated) else { return false }
    return true
  }

  private static func missingValue(_ name: String) -> LineError { LineError("bad-value", "\(name) needs a value") }

  /// Sizes with a unit are plimsoll's own: the line would not start with one.
  private static func checkSize(_ option: ServeOption, _ values: [String]) throws(LineError) {
    guard case .flag(let descriptor, _, _, _) = option.match, descriptor.name == "--kv-cache-memory-bytes" else {
      return
    }
    for value in values {
      if let last = value.utf8.last, "bBi".utf8.contains(last) {
        throw LineError(
          "bad-value",
          "\(descriptor.name): vLLM reads a number of bytes, or one such as 10G (10 × 2^30), but got '\(value)'")
      }
    }
  }

  private static func checkExpanded(_ name: String, _ values: [String]) throws(LineError) {
    for value in values where Unexpanded.isIn(value) { throw .unexpanded(name, value) }
  }
}
