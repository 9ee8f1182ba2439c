/// Why a YAML file cannot be read, and where.
package struct YAMLError: Error, Hashable, Sendable {
  /// Counted from 1.
  package var line: Int
  package var reason: String

  /// The sentence for the user, without the name of the file.
  package var message: String { "line \(line): \(reason)" }
}
