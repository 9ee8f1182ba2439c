import Plimsoll

/// What one word of a line is to vLLM's parser, which is Python's argparse with rules of its own in front.
///
/// Source: `FlexibleArgumentParser.parse_args`, utils/argparse_utils.py, release 0.33.0; `_parse_optional` of argparse.
enum ServeWord {
  /// A value of the flag before it, or the model.
  case value
  case option(ServeOption)
  /// It looks like a flag, and vLLM has none of that name.
  case unknown(name: String)
}

/// A flag as it was written, and what its name stands for.
struct ServeOption {
  /// As written, with `-` for `_`: the name under which dotted values are gathered.
  var written: String
  /// The whole name, also where a start of it was written.
  var name: String
  /// What stands after `=`, or stuck to a short name.
  var value: String?
  var match: FlagMatch
}

extension ServeWord {
  /// - Parameter abbreviated: Whether the start of a name counts for it, as vLLM has it.
  /// - Throws: ``LineError`` where a name's start is that of several.
  static func classify(_ word: String, abbreviated: Bool) throws(LineError) -> ServeWord {
    guard word.hasPrefix("-"), word.utf8.count > 1 else { return .value }
    let (name, value) = ServeFlags.split(word)
    if let match = ServeFlags.match(name) {
      return .option(ServeOption(written: owner(of: name), name: name, value: value, match: match))
    }
    if abbreviated, let option = try completed(word, name, value) { return .option(option) }
    if isNegativeNumber(word) || word.utf8.contains(UInt8(ascii: " ")) { return .value }
    return .unknown(name: name)
  }

  /// The one flag whose name starts as written, or a short name with its value stuck to it (`-n2`).
  private static func completed(_ word: String, _ name: String, _ value: String?) throws(LineError) -> ServeOption? {
    let base = owner(of: name)
    let rest = name.dropFirst(base.count)
    var found = ServeFlags.names(startingWith: base).map { full in (name: full + rest, value: value) }
    if !base.hasPrefix("--"), base.utf8.count > 2 {
      let short = String(word.prefix(2))
      if ServeFlags.match(short) != nil, short != "-O" { found.append((short, String(word.dropFirst(2)))) }
    }
    guard found.count <= 1 else {
      if UnknownFlag.wasDropped(base) { return nil }
      let names = found.prefix(4).map { $0.name }.joined(separator: ", ")
      throw LineError(
        "ambiguous-option", "'\(base)' is short for several flags of vLLM: \(names)\(found.count > 4 ? ", …" : "")")
    }
    guard let only = found.first, let match = ServeFlags.match(only.name) else { return nil }
    return ServeOption(written: base, name: only.name, value: only.value, match: match)
  }

  /// The name up to its first point, `-` for `_`.
  private static func owner(of name: String) -> String {
    let base = name.prefix { $0 != "." }
    return name.hasPrefix("--") ? String(base.map { $0 == "_" ? "-" : $0 }) : String(base)
  }

  /// `-1`, `-0.5`, `-.5`: argparse takes these for values, and `-1e3` for a flag.
  static func isNegativeNumber(_ word: String) -> Bool {
    let parts = word.utf8.dropFirst().split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    func areDigits(_ part: Substring.UTF8View) -> Bool {
      part.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }
    guard let last = parts.last, !last.isEmpty, parts.count <= 2 else { return false }
    return parts.allSatisfy(areDigits)
  }
}
