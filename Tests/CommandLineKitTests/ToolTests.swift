import CommandLineKit
import Testing

@Suite struct ToolTests {
  private func run(_ line: String, _ terminal: Terminal = .plain) -> (status: Int32, out: String, err: String) {
    var context = Context.memory(terminal)
    let status = pot().run(line.split(separator: " ").map(String.init), &context)
    return (status, context.out.text, context.err.text)
  }

  @Test(
    "Each outcome has its status, and its words on the right stream",
    arguments: [
      ("brew kenya", 0, "kenya\n", ""),
      ("--version", 0, "pot 1.2.3\n", ""),
      ("brwe", 2, "", "pot: unknown command 'brwe'; did you mean 'brew'?\nSee 'pot --help'.\n"),
      ("tea", 2, "", "pot: unknown command 'tea'; valid ones: brew, completions\nSee 'pot --help'.\n"),
      ("help tea", 2, "", "pot: unknown command 'tea'; valid ones: brew, completions\nSee 'pot --help'.\n"),
      ("brew", 2, "", "pot: missing argument BEAN\nSee 'pot brew --help'.\n"),
      ("brew gravel", 4, "", "pot: gravel cannot be brewed\n"),
      ("brew bug", 70, "", "pot: unexpected failure; this is a bug\n"),
      (
        "--json brew", 2, "",
        "pot: option '--json' stands before the command; write pot COMMAND --json\nSee 'pot --help'.\n"
      ),
      (
        "completions fsh", 2, "",
        "pot: SHELL: 'fsh' is none of bash, zsh, fish; did you mean 'zsh' or 'fish'?\nSee 'pot completions --help'.\n"
      ),
      ("brew kenya -- --help", 0, "kenya\n", ""),
    ] as [(String, Int32, String, String)])
  func outcome(_ line: String, _ status: Int32, _ out: String, _ err: String) {
    let answer = run(line)
    #expect(answer.status == status)
    #expect(answer.out == out)
    #expect(answer.err == err)
  }

  @Test("A tool may report failures in its own form")
  func reports() {
    var tool = pot()
    tool.reportFailure = { error, words, context in
      guard words.contains("--json"), let error = error as? any CommandFailure else { return nil }
      context.out.write(error.code)
      return error.exitStatus
    }
    var context = Context.memory()
    #expect(tool.run(["brew", "--json", "--cupz"], &context) == 2)
    #expect(context.out.text == "unknown-option")
    #expect(context.err.text.isEmpty)
  }

  @Test("--color on the command line decides for results, pages and errors")
  func colors() {
    #expect(run("brew kenya --color always").out == "\u{1B}[32mkenya\u{1B}[0m\n")
    #expect(run("brew --help --color=always").out.hasPrefix("Brew a pot of coffee.\n\n\u{1B}[1mUsage:\u{1B}[0m"))
    #expect(run("brew --cupz --color always").err.hasPrefix("\u{1B}[1;31mpot:\u{1B}[0m unknown"))
    let interactive = Terminal(isInteractive: true, columns: 80) { _ in nil }
    #expect(run("brew kenya --color never", interactive).out == "kenya\n")
  }

  @Test("-h leaves hidden parameters out and says so; --help shows them; unlisted ones are shown nowhere")
  func help() {
    #expect(
      run("brew -h").out == """
        Brew a pot of coffee.

        Usage: pot brew BEAN [MILL] [options] [-- WORD...]

        The pot is brewed at once.

        What to brew
          BEAN                        The bean.
          MILL                        The mill.
          --cups, -tp, --cup-count N  How many cups | mugs.
          --grind coarse|medium|fine  How fine.
          --add WHAT                  Something to add.
          --sizes N...                Cup sizes.
          --note [TEXT]               A note.
          --json                      Say it in JSON.
          -- WORD...                  Left alone.

        Heat
          --degrees X                 How hot.
          --[no-]keep-warm            Keep the pot warm.

        Display
          --color auto|always|never   When to use colour.
          --ascii                     Draw with ASCII characters only.

        Examples
          pot brew ethiopia --cups 2
              Two cups of one bean.

        2 more options: 'pot brew --help'.

        """)
    let long = run("brew --help").out
    #expect(long == run("help brew").out)
    let lines = long.split(separator: "\n")
    #expect(lines.contains("  -O, --level N               How strong."))
    #expect(lines.contains("  --heat-config, -hc JSON     Settings."))
    #expect(!lines.contains { $0.hasPrefix("  --secret") })
    #expect(!lines.contains { $0.hasPrefix("2 more") })
  }

  @Test("A page keeps to the terminal's width", arguments: [40, 63, 64, 80])
  func wraps(_ width: Int) {
    let terminal = Terminal(isInteractive: true, columns: width) { _ in nil }
    for line in ["--help", "brew --help", "completions --help"] {
      let widest =
        run(line, terminal).out.split(separator: "\n").filter { !$0.hasPrefix("zsh") }
        .map { String($0).displayWidth }.max() ?? 0
      // Labels and the usage line are never broken; the longest is 50 cells.
      #expect(widest <= max(width, 50))
    }
  }

  @Test(
    "Text breaks at spaces, keeps its paragraphs and measures what is displayed",
    arguments: [
      ("a bb ccc", 4, ["a bb", "ccc"]), ("a bb ccc", 8, ["a bb ccc"]), ("abcdef g", 3, ["abcdef", "g"]),
      ("a\n\nb", 9, ["a", "", "b"]), ("日本 語", 4, ["日本", "語"]), ("", 4, [""]),
      ("\u{1B}[1mab\u{1B}[0m c", 4, ["\u{1B}[1mab\u{1B}[0m c"]),
    ])
  func wrapping(_ text: String, _ width: Int, _ lines: [String]) { #expect(wrap(text, to: width) == lines) }

  @Test("The reference has every listed option of every command, and its cells keep their bars")
  func reference() {
    let lines = pot().reference().split(separator: "\n")
    #expect(lines.contains("| [`brew`](#pot-brew) | Brew a pot of coffee. |"))
    #expect(lines.contains("| `--cups, -tp, --cup-count N` | How many cups \\| mugs. |"))
    #expect(lines.contains("| `-O, --level N` | How strong. |"))
    let byKey = "Also by key: `--heat-config.KEY=VALUE`."
    #expect(lines.contains("| `--heat-config, -hc JSON` | Settings. May be repeated. \(byKey) |"))
    #expect(lines.contains("## pot completions"))
    #expect(!lines.contains { $0.hasPrefix("| `--secret") })
  }
}
