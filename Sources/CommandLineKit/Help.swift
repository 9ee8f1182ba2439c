extension Outline {
  /// The page of this command: `-h` leaves hidden parameters out, `--help` shows them.
  func help(tool: String, isLong: Bool, terminal: Terminal) -> String {
    let width = min(terminal.width, 120)
    func heading(_ text: String) -> String { terminal.paint(text, .bold) }
    var page = wrap(summary, to: width).joined(separator: "\n") + "\n\n\(heading("Usage:")) \(usage(tool: tool))\n"
    if !discussion.isEmpty { page += "\n" + wrap(discussion, to: width).joined(separator: "\n") + "\n" }
    let column = width < 64 ? 6 : 30
    var hidden = 0
    for section in sections {
      let shown = section.signatures.filter { $0.visibility == .always || isLong && $0.visibility == .longHelp }
      hidden += section.signatures.filter { $0.visibility == .longHelp }.count
      guard !shown.isEmpty else { continue }
      page += "\n\(heading(section.title))\n"
      for signature in shown {
        page += entry(signature.label, signature.fullHelp, column: column, width: width) {
          terminal.paint($0, .cyan)
        }
      }
    }
    if !examples.isEmpty { page += "\n\(heading("Examples"))\n" }
    for example in examples {
      page += "  \(example.line)\n"
      for line in wrap(example.says, to: width - 6) { page += "      \(line)\n" }
    }
    if hidden > 0, !isLong {
      page += "\n\(hidden) more option\(hidden == 1 ? "" : "s"): '\(tool) \(name) --help'.\n"
    }
    return page
  }
}

extension Tool {
  /// The page that lists the commands.
  func help(terminal: Terminal) -> String {
    let width = min(terminal.width, 120)
    let column = min(30, (commandNames.map(\.utf8.count).max() ?? 0) + 5)
    func rows(_ rows: [(String, String)]) -> String {
      rows.map { entry($0, $1, column: column, width: width) { terminal.paint($0, .cyan) } }.joined()
    }
    var page = wrap(summary, to: width).joined(separator: "\n")
    page += "\n\n\(terminal.paint("Usage:", .bold)) \(name) COMMAND [options]\n\n"
    page += terminal.paint("Commands", .bold) + "\n"
    page += rows(commands.map { ($0.name, $0.summary) } + [("completions", Shell.summary)])
    page += "\n\(terminal.paint("Options", .bold))\n"
    page += rows([("--help", "Show this page, or with a command, its page."), ("--version", "Show the version.")])
    return page + "\nRun '\(name) COMMAND --help' for a command's options.\n"
  }
}
