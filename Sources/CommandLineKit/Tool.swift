/// The whole tool: its commands, and what they have in common.
package struct Tool {
  package var name: String
  package var summary: String
  package var version: String
  package var commands: [any Command.Type]
  /// Called with a failure and the words typed before it is reported; an exit status means that it is reported.
  package var reportFailure: (any Error, [String], inout Context) -> Int32? = { _, _, _ in nil }

  package init(name: String, summary: String, version: String, commands: [any Command.Type]) {
    self.name = name
    self.summary = summary
    self.version = version
    self.commands = commands
  }

  /// The status of an error that no one foresaw: a bug.
  package static var internalErrorStatus: Int32 { 70 }

  /// Runs the words after the tool's name and gives the exit status; everything is written when it returns.
  package func main(_ words: [String]) -> Int32 {
    Output.ignoreBrokenPipes()
    var context = Context.process
    var status = run(words, &context)
    do { try context.out.flush() } catch {
      status = error.exitStatus
      context.err.line("\(name): \(error.message)")
    }
    // Where even this cannot be written, the status is all that is left to say it.
    try? context.err.flush()
    return status
  }

  /// The same in a given context, unflushed.
  package func run(_ words: [String], _ context: inout Context) -> Int32 {
    do { return try dispatch(words, &context) } catch {
      if let status = reportFailure(error, words, &context) { return status }
      let failure = error as? any CommandFailure
      let terminal = context.errTerminal.applying(.among(words))
      let head = terminal.paint("\(name):", .bold, .red)
      context.err.line("\(head) \(failure?.sentence ?? "unexpected failure; this is a bug")")
      if error is UsageError {
        let verb = words.first.flatMap { find($0) }.map { " \($0.name)" } ?? ""
        context.err.line("See '\(name)\(verb) --help'.")
      }
      return failure?.exitStatus ?? Self.internalErrorStatus
    }
  }

  private func dispatch(_ words: [String], _ context: inout Context) throws -> Int32 {
    let verb = words.first ?? "--help"
    let rest = Array(words.dropFirst())
    switch verb {
    case "--version":
      context.out.line("\(name) \(version)")
      return 0
    case "--help", "-h", "help":
      context.apply(.among(rest))
      guard let topic = rest.first(where: { !looksLikeOption($0) }), verb == "help" else {
        context.out.write(help(terminal: context.terminal))
        return 0
      }
      context.out.write(try outline(named: topic).help(tool: name, isLong: true, terminal: context.terminal))
      return 0
    default: break
    }
    let isLong = rest.prefix { $0 != "--" }.contains("--help")
    if isLong || rest.prefix(while: { $0 != "--" }).contains("-h") {
      context.apply(.among(rest))
      context.out.write(try outline(named: verb).help(tool: name, isLong: isLong, terminal: context.terminal))
      return 0
    }
    if verb == Completions.name {
      context.out.write(completions(for: try Completions.read(rest).shell))
      return 0
    }
    if looksLikeOption(verb) {
      throw UsageError(
        code: "missing-command", message: "option '\(verb)' stands before the command; write \(name) COMMAND \(verb)")
    }
    guard let command = find(verb) else { throw UsageError.unknownCommand(verb, among: commandNames) }
    return try start(command, rest, &context)
  }

  private func start<C: Command>(_ type: C.Type, _ words: [String], _ context: inout Context) throws -> Int32 {
    let command = try type.read(words)
    context.apply(command.display)
    return try command.run(&context)
  }
}

extension Tool {
  var commandNames: [String] { commands.map { $0.name } + [Completions.name] }

  private func find(_ verb: String) -> (any Command.Type)? {
    commands.first { $0.name == verb } ?? (verb == Completions.name ? Completions.self : nil)
  }

  private func outline(named verb: String) throws(UsageError) -> Outline {
    guard let command = find(verb) else { throw .unknownCommand(verb, among: commandNames) }
    return outline(command)
  }

  private func outline<C: Command>(_ type: C.Type) -> Outline { Outline(type) }

  /// Every command, `completions` included.
  var outlines: [Outline] { commands.map { outline($0) } + [Outline(Completions.self)] }
}
