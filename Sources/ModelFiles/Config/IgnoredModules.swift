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
  case exact([String])
  /// Part of the name (AWQ).
  case substring([String])
  /// Shell wildcards, or part of the name (ModelOpt).
  case wildcards([String])
  /// All whose name holds none of these (GPTQ, which lists what it quantizes).
  case allBut([String])
  /// The whole name, or a regular expression (compressed-tensors).
  case patterns([String], [NamePattern])

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
    case .substring, .wildcards: covers(name)
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
    case .exact(let names): .exact(names.map(rename))
    case .substring(let names): .substring(names.map(rename))
    case .allBut(let names): .allBut(names.map(rename))
    case .wildcards(let names): .wildcards(names.map(rename))
    case .patterns(let names, let patterns): .patterns(names.map(rename), patterns)
    }
  }

  /// The entries that are names of modules, or parts of them.
  var wholeNames: [String] {
    switch self {
    case .none, .allBut: []
    case .exact(let names), .substring(let names), .wildcards(let names), .patterns(let names, _): names
    }
  }

  private var isNone: Bool {
    if case .none = self { true } else { false }
  }

  private func covers(_ name: String) -> Bool {
    switch self {
    case .none: false
    case .exact(let names): names.contains(name)
    case .substring(let names): names.contains { Self.holds(name, $0) }
    case .allBut(let names): !names.contains { Self.holds(name, $0) }
    case .wildcards(let names): names.contains { Self.holds(name, $0) || Self.fits(name, wildcard: $0) }
    case .patterns(let names, let patterns): names.contains(name) || patterns.contains { $0.matches(name) }
    }
  }

  /// Whether `part` occurs in `name`.
  private static func holds(_ name: String, _ part: String) -> Bool {
    let (text, wanted) = (Array(name.utf8), Array(part.utf8))
    guard !wanted.isEmpty, wanted.count <= text.count else { return wanted.isEmpty }
    return (0...(text.count - wanted.count)).contains { text[$0..<($0 + wanted.count)].elementsEqual(wanted) }
  }

  /// Whether `name` is what a shell pattern with `*` means.
  private static func fits(_ name: String, wildcard: String) -> Bool {
    let pieces = wildcard.split(separator: "*", omittingEmptySubsequences: false)
    guard pieces.count > 1, let first = pieces.first, let last = pieces.last else { return name == wildcard }
    guard name.hasPrefix(first), name.hasSuffix(last), name.utf8.count >= first.utf8.count + last.utf8.count else {
      return false
    }
    return pieces.dropFirst().dropLast().allSatisfy { holds(name, String($0)) }
  }
}
