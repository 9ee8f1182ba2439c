/// A shell that completions are written for.
package enum Shell: String, CaseIterable, CommandValue, Sendable {
  case bash, zsh, fish

  static let summary = "Write the completion script of a shell."
}

/// The command that writes a completion script; the tool itself runs it, for it needs every other command.
struct Completions: Command {
  static let name = "completions"
  static let summary = Shell.summary
  static var sections: [Section<Completions>] {
    [Section("Arguments", [.positional("SHELL", \.shell, help: "The shell: bash, zsh or fish.")])]
  }
  static var discussion: String {
    """
    bash: source the script, or put it into ~/.local/share/bash-completion/completions.
    zsh: put it into a folder of $fpath, its name _ and the tool's name.
    fish: put it into ~/.config/fish/completions.
    """
  }

  var shell = Shell.bash

  func run(_ context: inout Context) throws -> Int32 { 0 }
}

extension Tool {
  /// The completion script of this tool for a shell.
  package func completions(for shell: Shell) -> String {
    switch shell {
    case .bash: bashCompletions(outlines)
    case .zsh: zshCompletions(outlines)
    case .fish: fishCompletions(outlines)
    }
  }

  /// The tool's name as part of a function's name.
  var identifier: String { String(name.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" }) }
}

extension Outline {
  /// The options that shells are told of.
  var offered: [Signature] {
    signatures.filter { $0.kind != .positional && $0.kind != .rest && $0.visibility != .never }
  }

  var positionals: [Signature] { signatures.filter { $0.kind == .positional } }
}

extension Signature {
  /// The words to offer as its value; nil where there are none to name.
  var offeredWords: [String]? {
    if case .words(let words) = completion { return words() }
    return choices.isEmpty ? nil : choices
  }

  var offersFiles: Bool {
    if case .files = completion { return choices.isEmpty }
    return false
  }
}

/// The text as one word of a POSIX shell.
func shellQuoted(_ text: String) -> String {
  "'" + text.map { $0 == "'" ? "'\\''" : String($0) }.joined() + "'"
}
