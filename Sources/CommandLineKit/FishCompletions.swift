extension Tool {
  /// A script for fish.
  func fishCompletions(_ outlines: [Outline]) -> String {
    let tool = quoted(name)
    var script = "# fish completion of \(name)\ncomplete -c \(tool) -e\ncomplete -c \(tool) -f\n"
    script += "complete -c \(tool) -n __fish_use_subcommand -l help -d 'Show the commands.'\n"
    script += "complete -c \(tool) -n __fish_use_subcommand -l version -d 'Show the version.'\n"
    for outline in outlines {
      script += "complete -c \(tool) -n __fish_use_subcommand"
      script += " -a \(quoted(quoted(outline.name))) -d \(quoted(outline.summary))\n"
      let when = "complete -c \(tool) -n \(quoted("__fish_seen_subcommand_from \(quoted(outline.name))"))"
      for option in outline.offered {
        let names = option.spellings.map(name(of:)).joined(separator: " ")
        script += "\(when) \(names)\(value(of: option)) -d \(quoted(option.help))\n"
      }
      script += "\(when) -l help -d 'Show the page of this command.'\n"
      for positional in outline.positionals {
        if let words = positional.offeredWords { script += "\(when) -a \(list(words))\n" }
        if positional.offersFiles || positional.offeredWords == nil { script += "\(when) -F\n" }
      }
    }
    return script
  }

  private func name(of spelling: String) -> String {
    if spelling.hasPrefix("--") { return "-l " + quoted(String(spelling.dropFirst(2))) }
    let letters = String(spelling.dropFirst())
    return (letters.count == 1 ? "-s " : "-o ") + quoted(letters)
  }

  private func value(of option: Signature) -> String {
    guard option.takesValue else { return "" }
    if let words = option.offeredWords { return " -x -a \(list(words))" }
    return option.offersFiles ? " -r -F" : " -x"
  }

  /// fish reads the list as words once more, so each is quoted within it.
  private func list(_ words: [String]) -> String { quoted(words.map(quoted).joined(separator: " ")) }

  private func quoted(_ text: String) -> String {
    if !text.isEmpty, text.utf8.allSatisfy(isPlain) { return text }
    return "'" + text.map { $0 == "'" || $0 == "\\" ? "\\\($0)" : String($0) }.joined() + "'"
  }

  private func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x2F, 0x5F: true
    default: false
    }
  }
}
