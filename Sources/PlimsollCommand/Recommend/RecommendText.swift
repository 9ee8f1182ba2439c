import CommandLineKit
import Deployments
import Plimsoll

/// A recommendation for a person: what to run, why, what it holds, and how far one may climb.
struct RecommendText {
  var report: RecommendReport
  var terminal: Terminal

  func write(_ found: Recommendation, _ ladder: [Rung], _ out: inout Output) {
    out.line(headline(found.evaluation.parallelism.worldSize))
    out.line("  " + terminal.paint("FITS", .bold, .green) + "  " + String(report.summary(found).dropFirst(5)))
    out.line()
    for line in Table([.init(""), .init("")], rows: rows(found)).lines(on: terminal, indent: 2) { out.line(line) }
    out.line()
    let environment = report.fit.environmentPairs.map { $0 + " " }.joined()
    out.line("  " + terminal.paint("run", .bold) + "  " + environment + ShellWords.joined(report.words(found)))
    out.line()
    for reason in found.reasons { write(reason, found, &out) }
    if !ladder.isEmpty { write(ladder, &out) }
  }

  private func headline(_ count: Int) -> String {
    let separator = terminal.unicode ? " · " : " - "
    let times = terminal.unicode ? " × " : " x "
    let release = "vLLM \(report.fit.release.name)" + (report.fit.isReleaseAssumed ? " (assumed)" : "")
    return terminal.paint(report.fit.model.id, .bold) + separator + "\(count)\(times)\(report.accelerator.device.name)"
      + separator + release + separator + "goal: " + report.options.goal.rawValue
  }

  private func rows(_ found: Recommendation) -> [[String]] {
    let engines = found.evaluation.parallelism.data
    var rows = [["workload", found.workload?.text ?? "not stated"]]
    if !found.capacities.isEmpty {
      let parts = found.capacities.map { capacity in
        "\(Number.grouped(capacity.requests * engines)) of \(Number.grouped(capacity.length))"
      }
      rows.append(["at once", parts.joined(separator: ", ") + " tokens, by the pessimistic estimate"])
    }
    if report.request.prefixReserve > 0 {
      rows.append(["prefixes", "\(Number.grouped(report.request.prefixReserve)) tokens of the cache are left to them"])
    }
    if let left = found.reserve.left {
      rows.append(["stays free", "\(left.text) at the worst; advised \(found.reserve.text)"])
    }
    return rows
  }

  private func write(_ reason: FlagReason, _ found: Recommendation, _ out: inout Output) {
    let descriptor = ServeFlags.descriptors.first { $0.name == reason.flag }
    let words = descriptor?.arguments(in: found.deployment.flags) ?? [reason.flag]
    out.line("  " + terminal.paint(ShellWords.joined(words), .bold))
    for line in wrap(reason.text, to: max(40, min(terminal.width, 110) - 6)) { out.line("      " + line) }
  }

  private func write(_ ladder: [Rung], _ out: inout Output) {
    out.line()
    let rows = ladder.map { rung in
      let utilization = rung.utilization.fixed(2)
      guard let step = rung.recommendation else {
        return [rung.name.rawValue, utilization, "", "", "does not surely fit"]
      }
      let running =
        step.workload.map { Number.grouped($0.sustained(margin: rung.margin) * $0.engines) }
        ?? step.capacities.first.map {
          Number.grouped($0.requests * step.evaluation.parallelism.data) + " of " + Number.grouped($0.length)
        } ?? ""
      return [
        rung.name.rawValue, utilization, String(step.evaluation.flags.maxNumSeqs), running,
        step.reserve.left.map(\.text) ?? "",
      ]
    }
    let columns: [Table.Column] = [
      .init("rung"), .init("--gpu-memory-utilization", .right), .init("--max-num-seqs", .right),
      .init("at once", .right), .init("stays free"),
    ]
    for line in Table(columns, rows: rows).lines(on: terminal, indent: 2) { out.line(line) }
    for rung in ladder where rung.recommendation != nil {
      for line in wrap("\(rung.name.rawValue): \(rung.watch)", to: max(40, min(terminal.width, 110) - 4)) {
        out.line("    " + line)
      }
    }
  }

  func write(refusal outcome: Recommender.Outcome, _ out: inout Output) {
    out.line(headline(report.request.count))
    switch outcome {
    case .unknown(let finding):
      out.line("  " + terminal.paint("UNKNOWN", .bold, .yellow))
      out.line("  " + finding.message)
    case .nothing(let findings):
      out.line("  " + terminal.paint("NOTHING FITS", .bold, .red))
      for finding in findings {
        out.line()
        let mark = terminal.paint(terminal.unicode ? "✗" : "!", .bold, .red)
        out.line("  " + mark + " " + finding.message)
        for line in FitText.remedies(finding.remedies, on: terminal) { out.line(line) }
      }
    case .found: break
    }
  }
}
