import CommandLineKit
import Plimsoll

/// The words of a `vllm serve` line: variables before it, the model, and its flags.
struct ServeLine {
  var model: String?
  @Boxed var flags = ServeFlags()
  var environment: [String] = []
  /// Each flag that was read, as it was written, in order.
  var given: [(name: String, values: [String])] = []

  /// Reads `[NAME=VALUE …] vllm serve [MODEL] [flags]`.
  static func read(_ words: [String]) throws(UsageError) -> ServeLine {
    var line = ServeLine()
    var rest = words[...]
    while let word = rest.first, let equals = word.firstIndex(of: "="), equals != word.startIndex, !word.hasPrefix("-")
    {
      line.environment.append(word)
      rest.removeFirst()
    }
    guard rest.popFirst() == "vllm", rest.popFirst() == "serve" else {
      throw UsageError(
        code: "not-a-serve-line", message: "after '--' a line that begins with 'vllm serve' is expected")
    }
    while let word = rest.popFirst() {
      guard word.hasPrefix("-"), word.count > 1 else {
        guard line.model == nil else {
          throw UsageError(code: "extra-argument", message: "unexpected argument '\(word)'")
        }
        line.model = word
        continue
      }
      guard try line.take(word, &rest) else { throw unknown(word, among: []) }
    }
    return line
  }

  /// Reads one flag of vLLM with the words that belong to it; false where it is none of vLLM's.
  mutating func take(_ word: String, _ rest: inout ArraySlice<String>) throws(UsageError) -> Bool {
    let (name, value) = ServeFlags.split(word)
    guard let match = ServeFlags.match(name) else { return false }
    var values = value.map { [$0] } ?? []
    func isValue(_ word: String) -> Bool {
      !word.hasPrefix("-") || word == "-" || Double(word) != nil
    }
    if value == nil {
      switch match.arity {
      case .none, .pair: break
      case .one:
        if let next = rest.first, isValue(next) {
          values = [next]
          rest.removeFirst()
        }
      case .optional:
        if let next = rest.first, isValue(next) {
          values = [next]
          rest.removeFirst()
        }
      case .many:
        while let next = rest.first, isValue(next) {
          values.append(next)
          rest.removeFirst()
        }
      }
    }
    if name == "--model", let value = values.first { model = value }
    do {
      try flags.apply(name: name, values: values)
    } catch {
      throw UsageError(code: "bad-value", message: error.reason, suggestions: error.suggestions)
    }
    given.append((name, values))
    return true
  }

  static func unknown(_ word: String, among own: [String]) -> UsageError {
    let name = ServeFlags.split(word).name
    let suggestions = Array((ServeFlags.suggestions(for: name) + nearest(to: name, among: own)).prefix(2))
    return UsageError(code: "unknown-option", message: "unknown option '\(name)'", suggestions: suggestions)
  }
}
