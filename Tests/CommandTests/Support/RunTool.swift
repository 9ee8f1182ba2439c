import CommandLineKit
import Foundation
import ModelFiles
import Testing

@testable import PlimsollCommand

/// What the tool answered.
struct Answer {
  var status: Int32
  var out: String
  var err: String

  /// Standard output as JSON; a failure of the test where it is none.
  func json() throws -> JSON {
    do { return try JSON.parse(out) } catch {
      Issue.record("not JSON: \(error.message)\n\(out)\n\(err)")
      throw error
    }
  }
}

/// Runs the tool in this process.
func plimsoll(_ words: [String], terminal: Terminal = .plain) -> Answer {
  var context = Context.memory(terminal)
  // No test asks the world.
  context.environment = { $0 == "HF_HUB_OFFLINE" ? "1" : nil }
  let status = PlimsollCommand.tool.run(words, &context)
  return Answer(status: status, out: context.out.text, err: context.err.text)
}

/// The same for words as they are typed: blanks part them, and single quotes keep blanks.
func plimsoll(_ line: String, terminal: Terminal = .plain) -> Answer { plimsoll(words(line), terminal: terminal) }

/// The document of a line with `--json`.
func document(_ line: String) throws -> JSON { try plimsoll(withJSON(words(line))).json() }

/// `--json` put before a `--`.
func withJSON(_ words: [String]) -> [String] {
  var words = words
  words.insert("--json", at: words.firstIndex(of: "--") ?? words.endIndex)
  return words
}

func words(_ line: String) -> [String] {
  var words: [String] = []
  var word: String?
  var isQuoted = false
  for character in line {
    switch character {
    case "'":
      isQuoted.toggle()
      word = word ?? ""
    case " " where !isQuoted:
      if let done = word { words.append(done) }
      word = nil
    default: word = (word ?? "") + String(character)
    }
  }
  if let done = word { words.append(done) }
  return words
}

extension JSON {
  /// The value under a path of keys and, after a `#`, indices: `findings.#0.code`.
  func at(_ path: String) -> JSON? {
    var value: JSON? = self
    for key in path.split(separator: ".") {
      if key.hasPrefix("#"), case .array(let items)? = value, let index = Int(key.dropFirst()) {
        value = items.indices.contains(index) ? items[index] : nil
      } else {
        value = value?[String(key)]
      }
    }
    return value
  }

  func int(_ path: String) -> Int? { if case .integer(let number)? = at(path) { number } else { nil } }

  func double(_ path: String) -> Double? {
    switch at(path) {
    case .integer(let number)?: Double(number)
    case .number(let number)?: number
    default: nil
    }
  }

  func text(_ path: String) -> String? { if case .string(let text)? = at(path) { text } else { nil } }

  func items(_ path: String) -> [JSON] { if case .array(let items)? = at(path) { items } else { [] } }

  func texts(_ path: String) -> [String] {
    items(path).compactMap { if case .string(let text) = $0 { text } else { nil } }
  }

  /// The codes of the findings of one severity.
  func findings(_ severity: String) -> [String] {
    items("findings").filter { $0.text("severity") == severity }.compactMap { $0.text("code") }
  }

  var keys: [String] { if case .object(let object) = self { object.members.map(\.key) } else { [] } }
}
