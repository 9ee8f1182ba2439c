/// What a log says of one start of an engine.
package struct LogReport: Sendable {
  package var release: String?
  /// Arguments that the server was given, and those of its engine that nothing gave.
  package var arguments: [LogArgument] = []
  /// What was recognised, in the order of the log; each failure once, however many ranks print it.
  package var matches: [LogMatch] = []
  package var state = StartState.nothing
  /// Names of the GPU as lines have them, the first first, up to 8.
  package var gpus: [String] = []
  /// Lines that start a server, for a shell to read, up to 8.
  package var commands: [String] = []
  /// The engine that wrote it, where one that is not vLLM says so.
  package var otherEngine: String?
  /// Whether arguments were printed that a person gave.
  package var hasGivenArguments = false
  /// The first line that ends in an error, known or not.
  package var error: LogMatch?
  /// The roles that wrote, `Worker_TP0` and the like, up to 64.
  package var roles: Set<String> = []
  private var figures: [LogFigure: Double] = [:]

  /// Kernels were compiled, and not taken from a cache; nil where nothing tells.
  package var compiled: Bool?

  package init() {}

  package var hasFigures: Bool { !figures.isEmpty }

  /// A figure; of ranks that print different ones, that which bounds the deployment.
  package subscript(figure: LogFigure) -> Double? { figures[figure] }

  /// An argument by its name with underscores.
  package subscript(argument name: String) -> String? { arguments.first { $0.name == name }?.value }

  mutating func note(_ figure: LogFigure, _ value: Double) {
    guard value.magnitude < 1e15 else { return }
    let old = figures[figure] ?? value
    figures[figure] = figure.boundsByLeast ? min(old, value) : max(old, value)
  }

  /// Whether it says anything of an engine at all.
  package var isEmpty: Bool {
    matches.isEmpty && error == nil && state == .nothing && release == nil && arguments.isEmpty && figures.isEmpty
  }

  /// What explains best why the engine does not serve: the earliest of the gravest.
  package var root: LogMatch? {
    matches.min { one, other in
      if one.severity != other.severity { return one.severity < other.severity }
      if one.isHint != other.isHint { return other.isHint }
      return (one.line, one.order) < (other.line, other.order)
    }
  }
}

/// A failure that was recognised.
package struct LogMatch: Hashable, Sendable {
  /// Its number among the signatures.
  package var signature: Int
  package var severity: FailureSignature.Severity
  /// The number of the line, from 1.
  package var line: Int
  package var role: String?
  package var text: String
  package var captures: [Capture]
  /// Its wording is one that other failures have too.
  var isHint = false
  /// Of two failures that one line can be, the narrower comes first.
  var order: Int

  package func has(_ name: String) -> Bool { captures.contains { $0.name == name } }

  package subscript(name: String) -> Double? { captures.first { $0.name == name }?.number }
}
