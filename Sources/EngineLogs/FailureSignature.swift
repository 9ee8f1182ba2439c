/// By what a failure is known in a log.
package struct FailureSignature: Hashable, Sendable {
  package var id: String
  package var severity: Severity
  /// The wordings of its last line; any of them is it.
  package var patterns: [LinePattern] = []
  /// Wordings that other failures have too: they count where nothing says more, and not of a server that came up.
  package var hints: [LinePattern] = []
  /// Figures that may follow the wording.
  package var more: [LinePattern] = []
  /// Functions that stand in the traceback of an error of memory that is this failure.
  package var frames: [String] = []
  /// How far the start had come, for an error of memory without a traceback.
  package var follows: StartState?
  /// A figure has to be below a value.
  package var below: Bound?
  /// The error of memory itself, of which the stage is another failure.
  package var isOutOfMemory = false
  /// The line is printed again and again, and the one that tells most counts.
  package var isStatistic = false

  package init(id: String, severity: Severity) {
    self.id = id
    self.severity = severity
  }

  package struct Bound: Hashable, Sendable {
    package var capture: String
    package var value: Double

    package init(capture: String, value: Double) {
      self.capture = capture
      self.value = value
    }
  }

  /// How much a failure says of why an engine does not serve, the most first.
  package enum Severity: String, Hashable, Sendable, CaseIterable, Comparable {
    /// The engine ends, or does not start.
    case failure
    /// A request is refused.
    case request
    case warning
    /// The last word of a process that only tells that another failed.
    case wrapper
    case note

    package static func < (lhs: Self, rhs: Self) -> Bool { lhs.rank < rhs.rank }
    private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
  }
}

/// How far a start has come, by the lines that engines print at each step.
package enum StartState: String, Hashable, Sendable, CaseIterable, Comparable {
  case nothing, loading, loaded, budgeted, captured, ready, serving

  package static func < (lhs: Self, rhs: Self) -> Bool { lhs.rank < rhs.rank }
  private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}
