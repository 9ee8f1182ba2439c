/// Why a name leads to no preset.
package enum LookupError: Error, Hashable, Sendable {
  /// No preset has the name; the suggestions are ids near to it, the nearest first.
  case unknown(kind: PresetKind, name: String, suggestions: [String])
  /// Several presets that are not alike go by the name.
  case ambiguous(kind: PresetKind, name: String, candidates: [String])
  /// A file that is built in cannot be read: a mistake in the file.
  case unreadable(kind: PresetKind, id: String, reason: String)
}

extension LookupError {
  /// The sentence for the user.
  package var message: String {
    switch self {
    case .unknown(let kind, let name, let suggestions):
      let start = "no " + kind.noun + " preset is called '" + name + "'"
      if suggestions.isEmpty { return start + "; plimsoll presets " + kind.rawValue + " lists them" }
      return start + "; did you mean " + Self.either(suggestions) + "?"
    case .ambiguous(let kind, let name, let candidates):
      return "'" + name + "' names several " + kind.noun + " presets that differ: " + candidates.joined(separator: ", ")
    case .unreadable(let kind, let id, let reason):
      return "the built-in " + kind.noun + " preset " + id + " cannot be read: " + reason
    }
  }

  /// The ids that a user may have meant.
  package var suggestions: [String] {
    switch self {
    case .unknown(_, _, let suggestions): suggestions
    case .ambiguous(_, _, let candidates): candidates
    case .unreadable: []
    }
  }

  private static func either(_ names: [String]) -> String {
    guard let last = names.last, names.count > 1 else { return names.joined() }
    return names.dropLast().joined(separator: ", ") + " or " + last
  }
}
