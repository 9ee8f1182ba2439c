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

  /// Flags that move no memory, as they were written. Of those given twice the last one counts, as in vLLM.
  ///
  /// What a format says itself is left out, and so is what carries a secret: where a model is, which node this is.
  package static func passed(_ given: [GivenFlag]) -> [ServedFlag] {
    var flags: [ServedFlag] = []
    for flag in given {
      let name = ServeFlags.longName(of: flag.name)
      let owner = String(name.prefix { $0 != "." })
      let isSecret = Secrets.withoutSecrets(flag.values.map { "value=" + $0 }).count < flag.values.count
      guard !ofTheFormat.contains(owner), !secretFlags.contains(owner), !isSecret else { continue }
      let value: JSON =
        switch flag.values.count {
        case 0: true
        case 1: .string(flag.values[0])
        default: .array(flag.values.map { .string($0) })
        }
      flags.removeAll { $0.name == name }
      flags.append(ServedFlag(name, value))
    }
    return flags
  }

  /// What a format says itself: the model, its place among nodes, files of flags.
  private static let ofTheFormat: Set<String> = [
    "--model", "--revision", "--config", "--nnodes", "--node-rank", "--master-addr", "--master-port", "--headless",
    "--data-parallel-address", "--data-parallel-rank", "--data-parallel-start-rank", "--data-parallel-rpc-port",
  ]

  /// Flags whose values nobody is to read.
  package static let secretFlags: Set<String> = ["--hf-token", "--api-key"]

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

  /// It is a flag of vLLM's HTTP server rather than of its engine.
  var isOfServer: Bool { ServeFlags.isOfServer(name) }

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
