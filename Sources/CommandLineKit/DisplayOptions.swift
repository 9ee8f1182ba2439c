/// When to colour, as asked for on the command line.
package enum ColorChoice: String, CaseIterable, CommandValue, Sendable { case auto, always, never }

/// How the output is to look, where that is said on the command line.
package struct DisplayOptions: Equatable, Sendable {
  package var color = ColorChoice.auto
  package var ascii = false
  package init() {}

  package static var section: Section<DisplayOptions> {
    Section(
      "Display",
      [
        .option("--color", to: \.color, help: "When to use colour."),
        .flag("--ascii", to: \.ascii, help: "Draw with ASCII characters only."),
      ])
  }

  /// The options among these words, whatever else is there: for pages and errors shown before a command is read.
  package static func among(_ words: [String]) -> DisplayOptions {
    let parsed = try? Parser([section]).parse(Array(words.prefix { $0 != "--" }), into: DisplayOptions())
    return parsed?.value ?? DisplayOptions()
  }
}

extension Terminal {
  /// This terminal, with what was asked for put before what was found.
  package func applying(_ options: DisplayOptions) -> Terminal {
    var terminal = self
    switch options.color {
    case .auto: break
    case .always: terminal.color = true
    case .never: terminal.color = false
    }
    if options.ascii { terminal.unicode = false }
    return terminal
  }
}
