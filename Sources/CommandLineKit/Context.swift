/// Where a command runs: where its words go, and what can be shown there.
package struct Context {
  package var out: Output
  package var err: Output
  /// What `out` leads to.
  package var terminal: Terminal
  /// What `err` leads to.
  package var errTerminal: Terminal
  package var environment: @Sendable (String) -> String?
  /// The folder that relative paths start from; nil where it is gone, or where no folder is to be looked at.
  package var workingFolder: @Sendable () -> String?

  package init(
    out: Output, err: Output, terminal: Terminal, errTerminal: Terminal,
    environment: @escaping @Sendable (String) -> String?, workingFolder: @escaping @Sendable () -> String?
  ) {
    self.out = out
    self.err = err
    self.terminal = terminal
    self.errTerminal = errTerminal
    self.environment = environment
    self.workingFolder = workingFolder
  }

  /// The process's own.
  package static var process: Context {
    Context(
      out: .standard, err: .error, terminal: .of(1), errTerminal: .of(2), environment: { Environment.value($0) },
      workingFolder: { Environment.workingFolder })
  }

  /// One that keeps what is written, for tests.
  package static func memory(_ terminal: Terminal = .plain) -> Context {
    Context(
      out: Output(.memory), err: Output(.memory), terminal: terminal, errTerminal: terminal, environment: { _ in nil },
      workingFolder: { nil })
  }

  mutating func apply(_ options: DisplayOptions) {
    terminal = terminal.applying(options)
    errTerminal = errTerminal.applying(options)
  }
}
