/// What a list of words came to, with what did not fit set apart, so that a caller can judge it.
package struct Parsed<Root> {
  package var value: Root
  /// What was recognised, in order, under the spelling declared for it.
  package var given: [Given] = []
  package var unknown: [UnknownOption] = []
  /// Words that no positional was left for.
  package var extra: [String] = []
  /// Required positionals that got no word.
  package var missing: [String] = []

  /// The value, where everything fitted.
  package func strict() throws(UsageError) -> Root {
    if let option = unknown.first { throw .unknownOption(option) }
    if let word = extra.first { throw .extraArgument(word) }
    if let name = missing.first { throw .missingArgument(name) }
    return value
  }
}

/// An option that no parameter declares.
package struct UnknownOption: Sendable, Equatable {
  /// The name as it was typed, without a value.
  package var name: String
  /// What followed `=`, or the next word where it can belong to nothing else.
  package var value: String?
  package var suggestions: [String]
}
