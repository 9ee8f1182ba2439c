/// One flag of `vllm serve` that moves memory: how it is written, where it goes, and what it does.
public struct FlagDescriptor: Sendable {
  /// The long name, `--max-model-len`.
  public var name: String
  /// Other spellings: `-tp`, `--device-memory-utilization`.
  public var aliases: [String]
  public var binding: FlagBinding
  /// What the flag asks for, in a sentence.
  public var help: String
  /// How it moves memory.
  public var effect: String
  /// Whether plimsoll's estimate uses it; one given that it does not use is named in a warning.
  public var modelled: Bool
  /// Whether `None` is a value, which takes the flag back.
  public var allowsNone: Bool

  public init(
    _ name: String, _ aliases: [String] = [], _ binding: FlagBinding, modelled: Bool = false, allowsNone: Bool = false,
    help: String, effect: String
  ) {
    self.name = name
    self.aliases = aliases
    self.binding = binding
    self.modelled = modelled
    self.allowsNone = allowsNone
    self.help = help
    self.effect = effect
  }
}

/// How many words a flag takes from the command line.
public enum FlagArity: String, CaseIterable, Hashable, Sendable {
  /// A bare switch: `--headless`.
  case none
  /// A switch with its opposite: `--enable-lora`, `--no-enable-lora`.
  case pair
  /// One word.
  case one
  /// One word or none: `--hf-token`.
  case optional
  /// One word or more, up to the next flag.
  case many
}

extension FlagDescriptor {
  /// How many values the flag takes.
  public var arity: FlagArity { binding.arity }

  /// Whether the value is a JSON object.
  public var takesJSON: Bool { binding.isJSON }

  /// The words that a value must be one of; empty where it is free.
  public var choices: [String] { binding.choices }

  /// The spellings that switch a pair off: `--no-x`, and `--disable-x` for `--enable-x` or the reverse.
  ///
  /// Source: `EnableDisableAction`, utils/argparse_utils.py.
  public var negations: [String] { arity == .pair ? FlagName.negations(of: name) : [] }

  /// Whether the flag is among those given.
  public func isGiven(in flags: ServeFlags) -> Bool {
    var flags = flags
    return binding.isGiven(in: &flags)
  }

  /// The flag as words of a command line; none if it is not given.
  public func arguments(in flags: ServeFlags) -> [String] { binding.written(in: flags, name: name) }
}

/// Names of flags, and what vLLM takes for the same name.
enum FlagName {
  /// vLLM reads `_` as `-` in a long name, up to the first point.
  static func normalized(_ name: String) -> String {
    guard name.hasPrefix("--") else { return name }
    var out = ""
    var inPath = false
    for character in name {
      if character == "." { inPath = true }
      out.append(character == "_" && !inPath ? "-" : character)
    }
    return out
  }

  static func negations(of name: String) -> [String] {
    var names = ["--no-" + name.dropFirst(2)]
    if name.hasPrefix("--enable-") { names.append("--disable-" + name.dropFirst(9)) }
    if name.hasPrefix("--disable-") { names.append("--enable-" + name.dropFirst(10)) }
    return names
  }
}
