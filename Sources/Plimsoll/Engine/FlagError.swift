/// Why a written flag or switch cannot be read.
///
/// It is about spelling only: a value that vLLM reads and then refuses is a `RuleViolation`.
public enum FlagError: Error, Hashable, Sendable {
  case unknownFlag(name: String, nearest: [String])
  case missingValue(flag: String)
  case unexpectedValue(flag: String, value: String)
  case notAnInteger(flag: String, value: String)
  /// `25.6K`: vLLM takes a decimal only before a decimal suffix.
  case decimalWithBinarySuffix(flag: String, value: String, suggestion: String)
  case notANumber(flag: String, value: String)
  case notASize(flag: String, value: String)
  case notASwitch(flag: String, value: String)
  case notAChoice(flag: String, value: String, choices: [String], nearest: String?)
  /// `position` counts bytes from the start of the value.
  case notJSON(flag: String, value: String, position: Int)
  case notAnObject(flag: String, value: String)
  case notAPair(value: String)
  /// Beyond what an engine could hold, so that no plan is made of it.
  case tooLarge(flag: String, value: String, largest: String)
}

extension FlagError {
  /// One sentence that names the flag, the value, and what would be valid.
  public var message: String {
    suggestions.isEmpty
      ? reason : reason + "; did you mean \(suggestions.map { "'\($0)'" }.joined(separator: " or "))?"
  }

  /// The nearest valid words; empty where none is near.
  public var suggestions: [String] {
    switch self {
    case .unknownFlag(_, let nearest): nearest
    case .decimalWithBinarySuffix(_, _, let suggestion): [suggestion]
    case .notAChoice(_, _, _, let nearest): nearest.map { [$0] } ?? []
    default: []
    }
  }

  /// The sentence without the nearest words.
  public var reason: String {
    switch self {
    case .unknownFlag(let name, _):
      "vllm has no flag '\(name)'"
    case .missingValue(let flag):
      "\(flag) needs a value"
    case .unexpectedValue(let flag, let value):
      "\(flag) takes no value, but got '\(value)'"
    case .notAnInteger(let flag, let value):
      "\(flag) needs a whole number, such as 4096, 32k (32,000) or 32K (32,768), but got '\(value)'"
    case .decimalWithBinarySuffix(let flag, let value, _):
      "\(flag) allows no decimals with a binary suffix, but got '\(value)'"
    case .notANumber(let flag, let value):
      "\(flag) needs a number, but got '\(value)'"
    case .notASize(let flag, let value):
      "\(flag) needs a size, such as 40GiB, 40GB or a number of bytes, but got '\(value)'"
    case .notASwitch(let flag, let value):
      "\(flag) needs 0 or 1, but got '\(value)'"
    case .notAChoice(let flag, let value, let choices, _):
      "\(flag) has no choice '\(value)'; it takes \(choices.joined(separator: ", "))"
    case .notJSON(let flag, let value, let position):
      "\(flag) needs JSON, but '\(value)' is not, at byte \(position)"
    case .notAnObject(let flag, let value):
      "\(flag) needs a JSON object, such as {\"key\": 1}, but got '\(value)'"
    case .notAPair(let value):
      "an environment switch is written NAME=VALUE, but got '\(value)'"
    case .tooLarge(let flag, let value, let largest):
      "\(flag) is read up to \(largest), but got '\(value)'"
    }
  }
}
