/// How a parameter is written and shown: all that help, errors and completions need, without its type.
package struct Signature {
  package enum Kind: Sendable {
    /// Known by its place; `isRepeated` takes all that follow.
    case positional
    /// `--name value` or `--name=value`.
    case option
    /// `--name` alone.
    case flag
    /// `--name` or `--no-name`.
    case toggle
    /// Everything after `--`.
    case rest
  }

  /// How many words follow the name of an option.
  package enum Arity: Sendable, Equatable {
    case one
    /// All up to the next option, at least one.
    case many
    /// One or none; alone, the name means this value.
    case optional(bare: String)
  }

  package enum Visibility: Sendable {
    /// Shown by `-h`, `--help`, the reference and the shells.
    case always
    /// Left out of `-h` only.
    case longHelp
    /// Accepted, suggested after a misspelling, and shown nowhere.
    case never
  }

  package var kind: Kind
  package var names: [String]
  package var placeholder = ""
  package var help: String
  package var choices: [String] = []
  package var completion = Completion.none
  package var isRequired = false
  package var isRepeated = false
  package var arity = Arity.one
  package var visibility = Visibility.always
  /// Whether `--name.key=value` is read as well.
  package var acceptsDottedSuffix = false

  /// The name to speak of it by: the first long one.
  package var canonicalName: String { names.first { $0.hasPrefix("--") } ?? names.first ?? "" }

  package var takesValue: Bool { kind == .option }

  /// Every way to write the name, `--no-` forms of a toggle included.
  package var spellings: [String] {
    kind != .toggle ? names : names + names.filter { $0.hasPrefix("--") }.map { "--no-" + $0.dropFirst(2) }
  }
}

/// What a shell offers in a value's place.
package enum Completion {
  case none
  case files
  /// Computed when the completion script is made.
  case words(() -> [String])
}
