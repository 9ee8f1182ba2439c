/// One command with its types forgotten: what help, the reference and the shells are told.
struct Outline {
  var name: String
  var summary: String
  var discussion: String
  var examples: [Example]
  var sections: [(title: String, signatures: [Signature])]

  init<C: Command>(_ type: C.Type) {
    name = type.name
    summary = type.summary
    discussion = type.discussion
    examples = type.examples
    sections = type.sections.map { ($0.title, $0.parameters.map(\.signature)) }
  }

  var signatures: [Signature] { sections.flatMap(\.signatures) }

  /// `tool verb MODEL [options] [-- COMMAND...]`
  func usage(tool: String) -> String {
    var words = [tool, name]
    let all = signatures
    for signature in all where signature.kind == .positional && signature.visibility != .never {
      let word = signature.names[0] + (signature.isRepeated ? "..." : "")
      words.append(signature.isRequired ? word : "[\(word)]")
    }
    let options = all.filter { $0.kind != .positional && $0.kind != .rest && $0.visibility != .never }
    if !options.isEmpty { words.append("[options]") }
    for signature in all where signature.kind == .rest { words.append("[-- \(signature.names[0])...]") }
    return words.joined(separator: " ")
  }
}

extension Signature {
  /// What stands in the left column of help: `-tp, --tensor-parallel-size N`.
  var label: String {
    switch kind {
    case .positional: names[0] + (isRepeated ? "..." : "")
    case .rest: "-- \(names[0])..."
    case .flag: names.joined(separator: ", ")
    case .toggle:
      names.map { $0.hasPrefix("--") ? "--[no-]" + $0.dropFirst(2) : $0 }.joined(separator: ", ")
    case .option:
      switch arity {
      case .one: "\(names.joined(separator: ", ")) \(placeholder)"
      case .many: "\(names.joined(separator: ", ")) \(placeholder)..."
      case .optional: "\(names.joined(separator: ", ")) [\(placeholder)]"
      }
    }
  }

  /// The help, with the choices where the placeholder does not show them.
  var fullHelp: String {
    let isSpelledOut = placeholder == choices.joined(separator: "|")
    return choices.isEmpty || isSpelledOut ? help : "\(help) One of \(choices.joined(separator: ", "))."
  }
}
