import ModelFiles
import Plimsoll

/// Something that a look found, and which flags mend it.
struct WatchFinding {
  var code: String
  var severity: Severity
  /// The engine that it is of, where there are several.
  var engine: String?
  var message: String
  var remedies: [WatchRemedy] = []

  enum Severity: String {
    case error, warning, note
  }

  var document: JSON {
    [
      "code": .string(code), "severity": .string(severity.rawValue), "engine": .optional(engine),
      "message": .string(message), "remedies": .array(remedies.map(\.document)),
    ]
  }
}

/// A change of flags, or something else to do.
struct WatchRemedy {
  var arguments: [String] = []
  var says: String
  /// What the deployment comes to with it, where it could be planned again.
  var verdict: Verdict?
  var tokens: Int?

  var document: JSON {
    [
      "argv": .array(arguments.map { .string($0) }), "message": .string(says), "verdict": .optional(verdict?.rawValue),
      "tokens": .optional(tokens),
    ]
  }
}
