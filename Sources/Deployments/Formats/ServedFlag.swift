package import ModelFiles
package import Plimsoll

/// A flag of `vllm serve` on its way out: its long name, its value, and why it has it.
package struct ServedFlag: Hashable, Sendable {
  /// As on a command line: `--max-model-len`.
  package var name: String
  /// A truth value of a switch, a number, a text, a list of words, or the object of a flag that takes JSON.
  package var value: JSON
  /// Why it stands there, in a sentence without a point; nil where there is nothing to say.
  package var comment: String?

  package init(_ name: String, _ value: JSON, comment: String? = nil) {
    self.name = name
    self.value = value
    self.comment = comment
  }
}

extension ServedFlag {
  /// The flags given, in the order of vLLM's topics.
  ///
  /// - Parameter comment: What to say of a flag; by default how it moves memory.
  package static func all(
    in flags: ServeFlags, comment: (FlagDescriptor) -> String? = { $0.effect }
  ) -> [ServedFlag] {
    ServeFlags.descriptors.compactMap { descriptor in
      value(of: descriptor, in: flags).map { ServedFlag(descriptor.name, $0, comment: comment(descriptor)) }
    }
  }

  /// The value that a flag was given, typed as a file holds it; nil where it was not given.
  private static func value(of flag: FlagDescriptor, in flags: ServeFlags) -> JSON? {
    let words = flag.arguments(in: flags)
    guard let first = words.first else { return nil }
    let word = words.count > 1 ? words[1] : ""
    switch flag.binding {
    case .pair: return .bool(first == flag.name)
    case .integer, .readableInteger, .integerChoice, .maxModelLen, .size:
      return Int(word).map { .integer($0) } ?? .string(word)
    case .number: return Int(word).map { .integer($0) } ?? Double(word).map { .number($0) }
    case .text, .textChoice, .word: return .string(word)
    case .texts: return .array(words.dropFirst().map { .string($0) })
    case .integers: return .array(words.dropFirst().map { Int($0).map { .integer($0) } ?? .string($0) })
    case .json, .counts: return (try? JSON.parse(word)) ?? .string(word)
    }
  }

  /// The words of a command line. A value that begins with a dash is stuck to its flag, or it would be one itself.
  ///
  /// Source: `_parse_optional` of Python's argparse, which `FlexibleArgumentParser` is.
  package var words: [String] {
    if value == .bool(false) { return [FlagWords.opposite(of: name) ?? "--no-" + name.dropFirst(2)] }
    let words = FlagWords.words(name: name, value: value)
    guard words.count == 2, words[1].hasPrefix("-"), !ServeWord.isNegativeNumber(words[1]) else { return words }
    return [words[0] + "=" + words[1]]
  }

  /// As words without blanks between name and value, where the flag has one value: `--max-model-len=32768`.
  package var items: [String] {
    let words = words
    return words.count == 2 ? [words[0] + "=" + words[1]] : words
  }
}
