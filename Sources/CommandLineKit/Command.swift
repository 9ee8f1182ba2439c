/// A verb of the tool: what it accepts, as data, and what it does.
///
/// The properties of a conforming type hold what was typed; `sections` says which words fill them.
package protocol Command {
  static var name: String { get }
  /// One sentence, shown beside the name.
  static var summary: String { get }
  /// Paragraphs shown between the usage line and the options.
  static var discussion: String { get }
  static var examples: [Example] { get }
  static var sections: [Section<Self>] { get }
  init()
  /// The command that these words describe. A verb with a grammar of its own replaces this.
  static func read(_ words: [String]) throws(UsageError) -> Self
  /// How the output is to look; a command that has `DisplayOptions` returns them here.
  var display: DisplayOptions { get }
  /// Does the work and gives the exit status.
  func run(_ context: inout Context) throws -> Int32
}

extension Command {
  package static var discussion: String { "" }
  package static var examples: [Example] { [] }
  package var display: DisplayOptions { DisplayOptions() }

  package static func read(_ words: [String]) throws(UsageError) -> Self {
    try Parser(sections).parse(words, into: Self()).strict()
  }
}

/// A line that a reader can paste, and what it does.
package struct Example: Sendable {
  package var line: String
  package var says: String
  package init(_ line: String, _ says: String) {
    self.line = line
    self.says = says
  }
}

/// Parameters under one heading of the help page.
package struct Section<Root> {
  package var title: String
  package var parameters: [Parameter<Root>]

  package init(_ title: String, _ parameters: [Parameter<Root>]) {
    self.title = title
    self.parameters = parameters
  }

  /// The same section, for a value held inside a larger one: how option groups are shared.
  package func inside<Outer>(_ path: @autoclosure @escaping Parameter<Outer>.Place<Root>) -> Section<Outer> {
    Section<Outer>(title, parameters.map { $0.inside(path()) })
  }

  /// The same section, shown by `--help` and not by `-h`.
  package func hidden() -> Self { Section(title, parameters.map { $0.hidden() }) }
}
