import Plimsoll

/// Schemes that a compressed-tensors checkpoint gives to modules by name, before what it gives to all linears.
///
/// vLLM 0.33.0 `compressed_tensors/utils.py find_matched_target`.
struct TargetedSchemes: Sendable {
  private struct Target: Sendable {
    var name: String
    var pattern: NamePattern?
    var scheme: WeightScheme

    func matches(_ module: String) -> Bool { pattern?.matches(module) ?? (name == module) }
  }

  private var targets: [Target] = []

  var isEmpty: Bool { targets.isEmpty }

  /// - Throws: ``ModelConfigError`` for a regular expression that is not read.
  mutating func add(_ target: String, _ scheme: WeightScheme) throws(ModelConfigError) {
    var pattern: NamePattern?
    if target.hasPrefix("re:") {
      pattern = NamePattern(String(target.dropFirst(3)))
      if pattern == nil { throw .unmodelled(part: "the pattern of quantized modules", value: target, nearest: nil) }
    }
    targets.append(Target(name: target, pattern: pattern, scheme: scheme))
  }

  /// The first target that has the name; for a fused module the first's that has its first part, where all have one.
  func scheme(of name: String, fusing parts: [String] = []) -> WeightScheme? {
    if let own = first(name) { return own }
    let schemes = parts.compactMap(first)
    return schemes.count == parts.count ? schemes.first : nil
  }

  private func first(_ name: String) -> WeightScheme? { targets.first { $0.matches(name) }?.scheme }

  /// The same with each whole name put through `rename`.
  func renamed(_ rename: (String) -> String) -> TargetedSchemes {
    var copy = self
    for index in copy.targets.indices where copy.targets[index].pattern == nil {
      copy.targets[index].name = rename(copy.targets[index].name)
    }
    return copy
  }
}
