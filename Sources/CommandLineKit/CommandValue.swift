/// A type that one word on the command line can stand for.
package protocol CommandValue {
  /// What usage shows in the value's place, such as `N` or `SIZE`.
  static var placeholder: String { get }
  /// Every word accepted, where they are few; shells offer these.
  static var choices: [String] { get }
  static var completion: Completion { get }
  /// Whether leaving the value out is a value too.
  static var mayBeAbsent: Bool { get }
  init(word: String) throws(ValueError)
}

extension CommandValue {
  package static var choices: [String] { [] }
  package static var completion: Completion { .none }
  package static var mayBeAbsent: Bool { false }
}

/// Why a word is not a value, said so that it can follow "--flag: ".
package struct ValueError: Error, Equatable, Sendable {
  /// What a program tests; one of the tool's own, such as `unknown-colour`, or `bad-value`.
  package var code: String
  package var reason: String
  package var suggestions: [String]

  package init(_ reason: String, code: String = "bad-value", suggestions: [String] = []) {
    self.reason = reason
    self.code = code
    self.suggestions = suggestions
  }

  /// That `word` is none of `choices`, with the nearest of them.
  package static func noneOf(_ choices: [String], _ word: String, code: String = "bad-value") -> ValueError {
    let near = nearest(to: word, among: choices)
    return ValueError("'\(word)' is none of \(choices.joined(separator: ", "))", code: code, suggestions: near)
  }
}

extension String: CommandValue {
  package static var placeholder: String { "TEXT" }
  package static var completion: Completion { .files }
  package init(word: String) { self = word }
}

extension Int: CommandValue {
  package static var placeholder: String { "N" }
  package init(word: String) throws(ValueError) {
    guard let value = Int(word) else {
      let digits = word.hasPrefix("-") || word.hasPrefix("+") ? word.dropFirst() : word[...]
      let isWhole = !digits.isEmpty && digits.utf8.allSatisfy { (0x30...0x39).contains($0) }
      throw ValueError("'\(word)' is \(isWhole ? "too large" : "not a whole number")")
    }
    self = value
  }
}

extension Double: CommandValue {
  package static var placeholder: String { "X" }
  package init(word: String) throws(ValueError) {
    guard let value = Double(word), value.isFinite else { throw ValueError("'\(word)' is not a number") }
    self = value
  }
}

extension Bool: CommandValue {
  package static var placeholder: String { "true|false" }
  package static var choices: [String] { ["true", "false"] }
  package init(word: String) throws(ValueError) {
    switch word.asciiLowercased {
    case "true", "yes", "on", "1": self = true
    case "false", "no", "off", "0": self = false
    default: throw ValueError.noneOf(Self.choices, word)
    }
  }
}

extension Optional: CommandValue where Wrapped: CommandValue {
  package static var placeholder: String { Wrapped.placeholder }
  package static var choices: [String] { Wrapped.choices }
  package static var completion: Completion { Wrapped.completion }
  package static var mayBeAbsent: Bool { true }
  package init(word: String) throws(ValueError) { self = try Wrapped(word: word) }
}

/// An enumeration of words takes its raw values, as they are written.
extension CommandValue where Self: RawRepresentable<String> & CaseIterable {
  package static var choices: [String] { allCases.map(\.rawValue) }
  package static var placeholder: String {
    let all = choices.joined(separator: "|")
    return all.utf8.count <= 24 ? all : "NAME"
  }
  package init(word: String) throws(ValueError) {
    guard let value = Self(rawValue: word) else { throw ValueError.noneOf(Self.choices, word) }
    self = value
  }
}
