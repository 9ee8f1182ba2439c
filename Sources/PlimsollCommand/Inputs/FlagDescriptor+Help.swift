import CommandLineKit
import Plimsoll

extension FlagDescriptor {
  /// The flag as help and the shells show it; vLLM's own grammar reads it.
  func shown<Root>() -> Parameter<Root> {
    let aim = "\(help) Memory: \(effect)\(modelled ? "" : "; not modelled, a warning names it")."
    let names = aliases.filter { $0.hasPrefix("-") && !$0.hasPrefix("--") } + [name]
    if arity == .pair { return .foreign(.toggle, names, help: aim).hidden() }
    let choices = self.choices
    return .foreign(
      .option, names, value: choices.isEmpty || choices.count > 4 ? placeholder : choices.joined(separator: "|"),
      arity: arity == .many ? .many : .one, choices: choices, dotted: takesJSON,
      help: aim
    ).hidden()
  }

  /// What stands for the value.
  private var placeholder: String {
    switch binding {
    case .pair: ""
    case .integer, .readableInteger, .integerChoice, .maxModelLen: "N"
    case .number: "NUMBER"
    case .size: "BYTES"
    case .text, .textChoice, .texts, .word: "NAME"
    case .integers: "N"
    case .json, .counts: "JSON"
    }
  }
}
