import EngineLogs
import Plimsoll

/// What a log comes to: the root of a failure with its remedies, or that nothing failed.
struct Diagnosis {
  var report: LogReport
  var earlier: [LogReport]
  var table: FailureTable
  var plan: LogPlan
  var root: LogMatch?
  /// What holds the engine back by its line of statistics, where that is the root.
  var load: LoadVerdict?
  /// What the log is, where nothing in it is known.
  var kind: LogKind?
  var remedies: [Advice] = []

  enum Outcome: String {
    case healthy, warning, failure
    /// Nothing failed in it, and nothing shows that the engine came up.
    case incomplete
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
    kind = reader.kind
    if var match = root, table.rows[match.signature].signature.isStatistic {
      load = match.verdict(plan.limits(report))
      if load?.isCrossed == true { match.severity = .warning }
      root = match
    }
    guard let root, let row else { return }
    let values = RemedyValues(match: root, report: report, plan: plan, load: load)
    remedies = row.remedies.compactMap { remedy in
      if let when = remedy.when, when != load?.rawValue, !root.has(when) { return nil }
      if let unless = remedy.unless, root.has(unless) { return nil }
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
    case .note?, nil:
      if unknownError != nil { return .unexplained }
      return report.state >= .ready ? .healthy : .incomplete
    }
  }

  var exitStatus: Int32 {
    switch verdict {
    case .healthy, .incomplete: 0
    case .warning, .failure: 1
    case .unexplained, .unrecognised: 4
    }
  }

  /// One sentence that a person can act on.
  var summary: String {
    switch verdict {
    case .unrecognised:
      return (kind?.sentence ?? "nothing in this log is known")
        + "; send the first error of the engine or of a worker and what stands above it"
    case .unexplained:
      guard let error = unknownError else { return row?.cause ?? "" }
      return "an error that is not known; send the log from 'non-default args' to line \(error.line)"
    case .healthy: return "nothing failed: the \(report.state == .serving ? "server" : "engine") is up"
    case .incomplete:
      let steps: String
      switch report.state {
      case .loading: steps = "it ends while weights are loaded"
      case .loaded: steps = "it ends after the weights were loaded"
      case .budgeted: steps = "it ends after the KV cache was sized"
      case .captured: steps = "it ends after graphs were captured"
      case .nothing, .ready, .serving: steps = "no step of a start is in it"
      }
      return
        "the engine did not come up in this log, and no failure is in it: \(steps); if it ended there, look at who "
        + "ended it (kubectl describe pod, journalctl -k, docker inspect) and give that text"
    case .warning, .failure: return load?.sentence ?? row?.cause ?? ""
    }
  }
}

extension LoadVerdict {
  /// What a line of statistics says is short; nil where nothing is.
  var sentence: String? {
    switch self {
    case .kvBound: "kv-bound: requests wait for KV cache, or lose it again (preemptions)"
    case .seatBound: "seat-bound: requests wait for a seat while the cache has room"
    case .prefillBound: "prefill-bound: requests wait for their turn in full steps; seats and cache have room"
    default: nil
    }
  }
}

extension LogKind {
  /// What it is, for a person who took it for a log of vLLM.
  var sentence: String {
    switch self {
    case .empty: "the log is empty"
    case .compressed: "this is compressed: give what gzip -dc, zstd -dc or unzip -p make of it"
    case .binary: "this is no text: give the log as the engine printed it"
    case .engine(let name): "this is a log of \(name), of which only its errors of memory are known"
    }
  }
}
