/// A failure that the tool can report: a sentence for a person, a code and a status for a program.
package protocol CommandFailure: Error {
  var code: String { get }
  var message: String { get }
  var suggestions: [String] { get }
  var exitStatus: Int32 { get }
}

extension CommandFailure {
  /// The message, ending in the suggestions.
  package var sentence: String {
    guard let first = suggestions.first else { return message }
    let others = suggestions.dropFirst().map { " or '\($0)'" }.joined()
    return "\(message); did you mean '\(first)'\(others)?"
  }
}

/// A mistake in the words typed: nothing was computed.
package struct UsageError: CommandFailure, Equatable, Sendable {
  package var code: String
  package var message: String
  package var suggestions: [String]
  package var exitStatus: Int32 { 2 }

  package init(code: String, message: String, suggestions: [String] = []) {
    self.code = code
    self.message = message
    self.suggestions = suggestions
  }
}

extension UsageError {
  static func unknownCommand(_ word: String, among names: [String]) -> UsageError {
    let near = nearest(to: word, among: names)
    let valid = near.isEmpty ? "; valid ones: \(names.joined(separator: ", "))" : ""
    return UsageError(code: "unknown-command", message: "unknown command '\(word)'\(valid)", suggestions: near)
  }

  static func unknownOption(_ option: UnknownOption) -> UsageError {
    UsageError(
      code: "unknown-option", message: "unknown option '\(option.name)'", suggestions: option.suggestions)
  }

  static func missingValue(_ name: String, _ signature: Signature) -> UsageError {
    let valid = signature.choices.isEmpty ? "" : "; valid ones: \(signature.choices.joined(separator: ", "))"
    return UsageError(
      code: "missing-value", message: "'\(name)' needs a value: \(name) \(signature.placeholder)\(valid)")
  }

  static func unexpectedValue(_ name: String, _ word: String) -> UsageError {
    UsageError(code: "unexpected-value", message: "'\(name)' takes no value, and was given '\(word)'")
  }

  package static func badValue(_ name: String, _ error: ValueError) -> UsageError {
    UsageError(code: error.code, message: "\(name): \(error.reason)", suggestions: error.suggestions)
  }

  static func extraArgument(_ word: String) -> UsageError {
    UsageError(code: "extra-argument", message: "unexpected argument '\(word)'")
  }

  static func missingArgument(_ name: String) -> UsageError {
    UsageError(code: "missing-argument", message: "missing argument \(name)")
  }

  static func ambiguousOption(_ name: String, _ candidates: [String]) -> UsageError {
    UsageError(code: "ambiguous-option", message: "'\(name)' is short for several options", suggestions: candidates)
  }
}
