import CommandLineKit
import Deployments
import EngineLogs
import Plimsoll

/// A look for a person: the verdict, what each engine does, and what to change.
struct WatchText {
  var report: WatchReport
  var terminal: Terminal

  /// The lines of a screen.
  var lines: [String] {
    var lines = [headline, "", "  " + verdict(report.verdict, report.verdict.rawValue.uppercased())]
    lines += paragraph(report.summary, indent: 2)
    lines.append("")
    lines += table.lines(on: terminal, indent: 2)
    if let devices = report.devices {
      lines.append("")
      for device in devices {
        let planned = report.plan?.memory.map { ", planned \($0.upperBound.gibText) at most" } ?? ""
        lines.append(
          "  GPU \(device.index)  \(device.name): \(device.used.gibText) of \(device.total.gibText) in use" + planned)
      }
    }
    for finding in report.findings { lines += self.lines(of: finding) }
    return lines
  }

  private var headline: String {
    let separator = terminal.unicode ? " · " : " - "
    let times = terminal.unicode ? " × " : " x "
    var parts = [terminal.paint(report.source, .bold)]
    if let plan = report.plan {
      parts.append("plan: \(plan.model) on \(plan.count)" + times + plan.device + ", vLLM " + plan.release)
    }
    return parts.joined(separator: separator)
  }

  private func lines(of finding: WatchFinding) -> [String] {
    let text = (finding.engine.map { $0 + ": " } ?? "") + finding.message
    let isSaid = text == report.summary
    if isSaid, finding.remedies.isEmpty { return [] }
    var lines = [""]
    if !isSaid { lines += paragraph(finding.severity.rawValue + ": " + text, indent: 2) }
    let rows = finding.remedies.map { remedy in
      let tokens = remedy.tokens.map { ": \($0.grouped) KV tokens" } ?? ""
      let planned = remedy.verdict.map { " (\($0.rawValue)" + tokens + ")" } ?? ""
      return [remedy.arguments.isEmpty ? "or" : ShellWords.joined(remedy.arguments), remedy.says + planned]
    }
    return lines + Table([.init(""), .init("")], rows: rows).lines(on: terminal, indent: 4)
  }

  private func paragraph(_ text: String, indent: Int) -> [String] {
    wrap(text, to: max(20, terminal.width - indent)).map { String(repeating: " ", count: indent) + $0 }
  }

  private func verdict(_ verdict: LoadVerdict, _ text: String) -> String {
    switch verdict {
    case .kvBound, .seatBound, .prefillBound: terminal.paint(text, .bold, .red)
    case .drifted, .unknown: terminal.paint(text, .bold, .yellow)
    case .oversized: terminal.paint(text, .bold, .cyan)
    case .healthy, .noLoad: terminal.paint(text, .bold, .green)
    }
  }

  /// An engine a row; of what no engine tells there is no column.
  private var table: Table {
    let several = report.engines.count > 1
    let isWide = terminal.width >= 100
    var columns: [(column: Table.Column, cells: [String])] = []
    func add(_ title: String, _ alignment: Alignment = .right, _ cell: (WatchReport.Engine) -> String?) {
      let cells = report.engines.map(cell)
      guard cells.contains(where: { $0 != nil }) else { return }
      columns.append((Table.Column(title, alignment), cells.map { $0 ?? "-" }))
    }
    add("engine", .left) { $0.load.place.isEmpty ? $0.load.engine : $0.load.place + " " + $0.load.engine }
    add("running") { engine in
      let seats = report.plan.map { "/" + ($0.seats * engine.load.sample.engines).grouped } ?? ""
      return Self.count(engine.load.running).map { $0 + seats }
    }
    add("waiting") { Self.count($0.load.waiting) }
    if isWide { add("KV cache", .left) { $0.load.cacheUse.map(bar) } }
    add(isWide ? "in use" : "KV in use") { $0.load.cacheUse.map { ($0 * 100).fixed(1) + " %" } }
    add("tokens") { engine in
      Self.count(engine.tokens.flatMap { all in engine.load.cacheUse.map { $0 * all } })
    }
    add("preempted") { engine in
      engine.load.preemptionsPerMinute.map { $0.fixed($0 > 0 && $0 < 10 ? 1 : 0) + "/min" }
        ?? Self.count(engine.load.preemptions)
    }
    add("prompt") { Self.count($0.load.promptTokensPerSecond).map { $0 + "/s" } }
    add("output") { Self.count($0.load.generationTokensPerSecond).map { $0 + "/s" } }
    if several { add("verdict", .left) { verdict($0.verdict, $0.verdict.rawValue) } }
    return Table(
      columns.map(\.column), rows: report.engines.indices.map { row in columns.map { $0.cells[row] } })
  }

  private func bar(_ use: Double) -> String {
    let bar = Bar([.init(Int(use * 1000), glyph: "█", ascii: "#", Self.style(use))], of: 1000)
    let drawn = bar.drawn(on: terminal, width: 12)
    return terminal.unicode ? drawn : "[" + drawn + "]"
  }

  private static func style(_ use: Double) -> Style {
    use > LoadLimits.fullCache ? .red : use > LoadLimits.roomyCache ? .yellow : .green
  }

  private static func count(_ number: Double?) -> String? { number.map { $0.fixed(0, grouped: true) } }

  /// The look in one line, for a pipe.
  func line(at time: String) -> String {
    let running = report.engines.reduce(0) { $0 + ($1.load.running ?? 0) }
    let waiting = report.engines.reduce(0) { $0 + ($1.load.waiting ?? 0) }
    let use = report.engines.compactMap(\.load.cacheUse).max().map { ($0 * 100).fixed(1) + "%" } ?? "-"
    func sum(_ value: (EngineLoad) -> Double?) -> String {
      let values = report.engines.compactMap { value($0.load) }
      return values.isEmpty ? "-" : values.reduce(0, +).fixed(0)
    }
    return [
      time, report.verdict.rawValue, "running=\(running.fixed(0))", "waiting=\(waiting.fixed(0))", "kv=\(use)",
      "preempted/min=" + sum { $0.preemptionsPerMinute }, "prompt/s=" + sum { $0.promptTokensPerSecond },
      "output/s=" + sum { $0.generationTokensPerSecond },
    ].joined(separator: "  ")
  }
}
