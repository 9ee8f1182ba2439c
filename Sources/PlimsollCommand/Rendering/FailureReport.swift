import CommandLineKit
import ModelFiles

/// A failure as one JSON document, under `--json`.
enum FailureReport {
  static func json(_ failure: any CommandFailure) -> JSON {
    [
      "schema": "plimsoll.error/1", "code": .string(failure.code), "message": .string(failure.message),
      "suggestions": .array(failure.suggestions.map { .string($0) }),
    ]
  }
}

/// An input that cannot be had or is not of a kind that is modelled: exit status 4.
struct InputFailure: CommandFailure {
  var code: String
  var message: String
  var suggestions: [String] = []
  var exitStatus: Int32 { 4 }
}
