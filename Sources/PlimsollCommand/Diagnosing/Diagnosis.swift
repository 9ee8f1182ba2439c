import EngineLogs
import Plimsoll

/// What a log comes to: the root of a failure with its remedies, or that nothing failed.
struct Diagnosis {
  var report: LogReport
  var earlier: [LogReport]
  var table: FailureTable
  var plan: LogPlan
  var root: LogMatch?
  var remedies: [Advice] = []

  enum Outcome: String {
    case healthy, warning, failure
    /// The failure's last word is there and its root is not, or an error that is not known.
    case unexplained
    case unrecognised
  }

  /// A remedy with the value that the log's own figures give.
  struct Advice {
    var remedy: FailureRemedy
    var value: String?
    /// The value is worked out from figures of the log or its plan.
    var isWorkedOut: Bool
    /// What the plan says of the deployment with it.
    var planned: Verdict?
  }

  init(reader: LogReader, table: FailureTable, plan: LogPlan) {
    report = reader.report
    earlier = reader.earlier
    self.table = table
    self.plan = plan
    root = report.root
    if var match = root, table.rows[match.signature].signature.isStatistic, match.bound != nil {
      match.severity = .warning
      root = match
    }
    guard let root, let row else { return }
    let values = RemedyValues(match: root, report: report, plan: plan)
    remedies = row.remedies.compactMap { remedy in
      if let when = remedy.when, when != root.bound { return nil }
      var advice = Advice(remedy: remedy, value: remedy.value, isWorkedOut: false)
      if let rule = remedy.rule {
        switch values.value(rule) {
        case .found(let value): (advice.value, advice.isWorkedOut) = (value, true)
        case .notKnown: break
        case .impossible: return nil
        }
      }
      guard let flag = remedy.flag, advice.value != nil || remedy.direction == "add", !isPlanContradicted else {
        return advice
      }
      advice.planned = plan.verdict(with: flag, advice.value)
      // A value that vLLM would refuse is none; which way the flag goes stays.
      if advice.isWorkedOut, advice.planned == .refused {
        (advice.value, advice.isWorkedOut, advice.planned) = (nil, false, nil)
      }
      return advice
    }
  }

  var row: FailureTable.Row? { root.map { table.rows[$0.signature] } }

  /// The plan says that it starts where the log shows that it did not: what it advises is then not given.
  var isPlanContradicted: Bool {
    guard root?.severity == .failure, let plan = plan.measured, let stage = row?.stage else { return false }
    // What runs out after the budget is not mended by a larger one, whatever the plan says of it.
    if ["graph-capture", "warm-up", "serving"].contains(stage) { return plan.limiting != .afterBudget }
    return stage != "device-init" && (plan.verdict == .fits || plan.verdict == .tight)
  }

  /// What else was recognised, on other lines.
  var others: [LogMatch] { report.matches.filter { $0.signature != root?.signature && $0.line != root?.line } }

  /// An error that no row explains and that kept the engine from serving.
  var unknownError: LogMatch? {
    guard let error = report.error else { return nil }
    guard let root else { return report.state < .serving ? error : nil }
    return root.severity == .wrapper || root.severity == .note && report.state < .serving ? error : nil
  }

  var verdict: Outcome {
    guard !report.isEmpty else { return .unrecognised }
    switch root?.severity {
    case .failure?, .request?: return .failure
    case .warning?: return .warning
    case .wrapper?: return .unexplained
    case .note?, nil: return unknownError == nil ? .healthy : .unexplained
    }
  }

  var exitStatus: Int32 {
    switch verdict {
    case .healthy: 0
    case .warning, .failure: 1
    case .unexplained, .unrecognised: 4
    }
  }

  /// One sentence that a person can act on.
  var summary: String {
    switch verdict {
    case .unrecognised:
      return "nothing in this log is known; send the first error of the engine or of a worker and what stands above it"
    case .unexplained:
      guard let error = unknownError else { return row?.cause ?? "" }
      return "an error that is not known; send the log from 'non-default args' to line \(error.line)"
    case .healthy:
      let steps: String
      switch report.state {
      case .serving: steps = "the server is up"
      case .nothing: steps = "no step of a start is in it"
      case .loading: steps = "the log ends while weights are loaded"
      case .loaded: steps = "the log ends after the weights were loaded"
      case .budgeted: steps = "the log ends after the KV cache was sized"
      case .captured: steps = "the log ends after graphs were captured"
      }
      return "nothing failed: " + steps
    case .warning, .failure: return row?.cause ?? ""
    }
  }
}

extension LogMatch {
  /// What a line of statistics says is short: KV cache or seats; nil where nothing waits.
  var bound: String? {
    let (waiting, use) = (self["wait"] ?? 0, self["kv"] ?? 0)
    if self["pre"] ?? 0 > 0 || use > 95 && waiting > 0 { return "kv-bound" }
    return use < 60 && waiting > 0 ? "seat-bound" : nil
  }
}
