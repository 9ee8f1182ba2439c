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
}

extension FlagError {
  /// One sentence that names the flag, the value, and what would be valid.
  public var message: String {
    switch self {
    case .unknownFlag(let name, let nearest):
      "vllm has no flag '\(name)'" + FlagError.didYouMean(nearest)
    case .missingValue(let flag):
      "\(flag) needs a value"
    case .unexpectedValue(let flag, let value):
      "\(flag) takes no value, but got '\(value)'"
    case .notAnInteger(let flag, let value):
      "\(flag) needs a whole number, such as 4096, 32k (32,000) or 32K (32,768), but got '\(value)'"
    case .decimalWithBinarySuffix(let flag, let value, let suggestion):
      "\(flag) allows no decimals with a binary suffix, but got '\(value)'; did you mean '\(suggestion)'?"
    case .notANumber(let flag, let value):
      "\(flag) needs a number, but got '\(value)'"
    case .notASize(let flag, let value):
      "\(flag) needs a size, such as 40GiB, 40GB or a number of bytes, but got '\(value)'"
    case .notASwitch(let flag, let value):
      "\(flag) needs 0 or 1, but got '\(value)'"
    case .notAChoice(let flag, let value, let choices, let nearest):
      "\(flag) has no choice '\(value)'" + FlagError.didYouMean(nearest.map { [$0] } ?? [])
        + "; it takes \(choices.joined(separator: ", "))"
    case .notJSON(let flag, let value, let position):
      "\(flag) needs JSON, but '\(value)' is not, at byte \(position)"
    case .notAnObject(let flag, let value):
      "\(flag) needs a JSON object, such as {\"key\": 1}, but got '\(value)'"
    case .notAPair(let value):
      "an environment switch is written NAME=VALUE, but got '\(value)'"
    }
  }

  private static func didYouMean(_ names: [String]) -> String {
    names.isEmpty ? "" : "; did you mean \(names.map { "'\($0)'" }.joined(separator: " or "))?"
  }
}
