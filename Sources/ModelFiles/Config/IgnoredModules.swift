import Plimsoll

extension String {
  /// The text with each `part` replaced, as vLLM's `WeightsMapper` does with parts of module names.
  func renamingParts(_ part: String, with other: String) -> String {
    let (wanted, text) = (Array(part.utf8), Array(utf8))
    var renamed: [UInt8] = []
    var index = 0
    while index < text.count {
      if !wanted.isEmpty, text[index...].starts(with: wanted) {
        renamed += Array(other.utf8)
        index += wanted.count
      } else {
        renamed.append(text[index])
        index += 1
      }
    }
    return String(decoding: renamed, as: UTF8.self)
  }
}

/// Modules that a checkpoint leaves unquantized, matched as vLLM's method matches them (`quant_utils.is_layer_skipped`).
enum IgnoredModules: Sendable {
  case none
  /// The whole name.
  case exact(Set<String>)
  /// Part of the name (AWQ).
  case substring([String])
  /// Shell wildcards, or part of the name (ModelOpt).
  case globs([Wildcard])
  /// All whose name holds none of these (GPTQ, which lists what it quantizes).
  case allBut([String])
  /// The whole name, or a regular expression (compressed-tensors).
  case patterns([String], [NamePattern])
  /// The first parts of the name, or any one of them (bitsandbytes).
  case paths([String])

  static func wildcards(_ names: [String]) -> IgnoredModules { .globs(names.map(Wildcard.init)) }

  /// Whether a linear is left alone: by its own name, or because all that it fuses is.
  func covers(_ name: String, fusing parts: [String]) -> Bool {
    if isNone { return false }
    if case .allBut = self, !parts.isEmpty { return parts.allSatisfy(covers) }
    if covers(name) { return true }
    return !parts.isEmpty && parts.allSatisfy(covers)
  }

  func coversExperts(_ name: String) -> Bool {
    switch self {
    case .none: false
    case .exact(let names): names.contains { $0.hasPrefix(name) }
    case .substring, .globs, .paths: covers(name)
    // Routed experts are quantized whatever is listed.
    case .allBut: false
    // Checkpoints name each expert's projections.
    case .patterns: covers(name) || covers(name + ".0.gate_proj") || covers(name + ".0.w1")
    }
  }

  /// The same with each whole name put through `rename`; regular expressions stay as they are.
  func renamed(_ rename: (String) -> String) -> IgnoredModules {
    switch self {
    case .none: .none
    case .exact(let names): .exact(Set(names.map(rename)))
    case .substring(let names): .substring(names.map(rename))
    case .allBut(let names): .allBut(names.map(rename))
    case .globs(let names): .wildcards(names.map { rename($0.text) })
    case .patterns(let names, let patterns): .patterns(names.map(rename), patterns)
    case .paths(let names): .paths(names.map(rename))
    }
  }

  /// The entries that are names of modules, or parts of them.
  var wholeNames: [String] {
    switch self {
    case .none, .allBut: []
    case .exact(let names): names.sorted()
    case .substring(let names), .patterns(let names, _), .paths(let names): names
    case .globs(let names): names.map(\.text)
    }
  }

  private var isNone: Bool {
    if case .none = self { true } else { false }
  }

  private func covers(_ name: String) -> Bool {
    switch self {
    case .none: false
    case .exact(let names): names.contains(name)
    case .substring(let names): names.contains { name.holds($0) }
    case .allBut(let names): !names.contains { name.holds($0) }
    case .globs(let names): Self.covers(name, names)
    case .paths(let names):
      names.contains { path in
        name == path || name.hasPrefix(path + ".")
          || name.utf8.split(separator: UInt8(ascii: ".")).contains { Substring($0) == path }
      }
    case .patterns(let names, let patterns): names.contains(name) || patterns.contains { $0.matches(name) }
    }
  }

  private static func covers(_ name: String, _ wildcards: [Wildcard]) -> Bool {
    var name = name
    return name.withUTF8 { text in
      let held = Wildcard.pairs(text)
      return wildcards.contains { $0.covers(text, holding: held) }
    }
  }
}
