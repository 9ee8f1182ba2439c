import CommandLineKit
import Deployments
import EngineLogs
import Plimsoll

/// A diagnosis for a person: what failed, why, the line that says so, and what to change.
struct DiagnosisText {
  var diagnosis: Diagnosis
  var terminal: Terminal

  func write(_ out: inout Output) {
    out.line(headline)
    paragraph(diagnosis.summary, &out)
    if let match = diagnosis.unknownError ?? diagnosis.root {
      let role = match.role.map { ", \($0)" } ?? ""
      paragraph("line \(match.line)\(role): \(match.text)", &out)
    }
    if !diagnosis.remedies.isEmpty {
      out.line()
      let rows = diagnosis.remedies.map { [$0.shown, $0.explained] }
      for line in Table([.init(""), .init("")], rows: rows).lines(on: terminal, indent: 2) { out.line(line) }
    }
    plan(&out)
    let others = diagnosis.others
    if !others.isEmpty {
      let names = others.map { "\(diagnosis.table.rows[$0.signature].signature.id) (line \($0.line))" }
      paragraph("also in this log: " + names.joined(separator: ", "), &out)
    }
    if let earlier = diagnosis.earlier.last?.root {
      let id = diagnosis.table.rows[earlier.signature].signature.id
      paragraph("an earlier start in this log failed too: \(id), line \(earlier.line)", &out)
    }
  }

  private func paragraph(_ text: String, _ out: inout Output) {
    out.line()
    for line in wrap(text, to: max(40, terminal.width - 2)) { out.line("  " + line) }
  }

  private var headline: String {
    var parts: [String] = []
    switch diagnosis.verdict {
    case .healthy: parts.append(terminal.paint("HEALTHY", .bold, .green))
    case .incomplete: parts.append(terminal.paint("DID NOT COME UP IN THIS LOG", .bold, .yellow))
    case .warning: parts.append(terminal.paint("WARNING", .bold, .yellow))
    case .failure: parts.append(terminal.paint("FAILED", .bold, .red))
    case .unexplained: parts.append(terminal.paint("FAILED, WHY IS NOT KNOWN", .bold, .red))
    case .unrecognised: parts.append(terminal.paint("UNKNOWN", .bold, .yellow))
    }
    if let row = diagnosis.row { parts.append("\(row.signature.id) (\(row.stage))") }
    if let release = diagnosis.report.release { parts.append("vLLM \(release)") }
    if let model = diagnosis.report[argument: "model"] { parts.append(model) }
    return parts.joined(separator: terminal.unicode ? " · " : " - ")
  }

  private func plan(_ out: inout Output) {
    guard let plan = diagnosis.plan.measured else {
      if let reason = diagnosis.plan.reason { paragraph("not planned again: " + reason, &out) }
      return
    }
    var lines = ["planned again with the figures of the log: \(plan.verdict.rawValue), \(plan.summary)"]
    if diagnosis.isPlanContradicted {
      lines = ["planned again, it does not fail in this way: what ran out is more than the plan knows of"]
    } else {
      if let interval = diagnosis.plan.utilization {
        lines.append("--gpu-memory-utilization starts from \(interval.min.fixed(3)) to \(interval.max.fixed(3))")
      }
      for remedy in plan.findings.flatMap(\.remedies).prefix(3) {
        let tokens = remedy.tokens.map { " (\($0.grouped) KV tokens)" } ?? ""
        lines.append("fits with " + ShellWords.joined(remedy.arguments) + tokens)
      }
    }
    if let note = diagnosis.plan.accelerator?.note { lines.append(note + "; --gpu says which") }
    paragraph(lines.joined(separator: "\n"), &out)
    let rows = diagnosis.plan.comparisons(diagnosis.report).map { row -> [String] in
      func shown(_ value: Double) -> String {
        row.isSize ? value.fixed(2) + " GiB" : value.fixed(value < 1000 ? 2 : 0, grouped: true)
      }
      let interval = row.low < row.high ? "\(shown(row.low)) to \(shown(row.high))" : "exactly"
      return [row.name, shown(row.predicted), interval, shown(row.observed), row.isInside ? "inside" : "outside"]
    }
    guard !rows.isEmpty else { return }
    out.line()
    let columns = [
      Table.Column("figure"), .init("predicted", .right), .init("90 % of starts", .right), .init("in the log", .right),
      .init(""),
    ]
    for line in Table(columns, rows: rows).lines(on: terminal, indent: 2) { out.line(line) }
  }
}

extension Diagnosis.Advice {
  /// Why, and what the plan says of it.
  var explained: String {
    switch planned {
    case .fits?: remedy.text + " (planned again: it fits)"
    case .tight?: remedy.text + " (planned again: it fits tightly)"
    case .doesNotFit?: remedy.text + " (planned again: not enough alone)"
    default: remedy.text
    }
  }

  /// What to type, with the direction before it.
  var shown: String {
    if let environment = remedy.environment { return "env    " + environment }
    guard let flag = remedy.flag else { return "do" }
    let word: String
    switch remedy.direction {
    case "up": word = "raise  "
    case "down": word = "lower  "
    case "add": word = "add    "
    case "remove": word = "leave  "
    default: word = "set    "
    }
    return word + flag + (value.map { " " + ShellWords.quoted($0) } ?? "")
  }
}
