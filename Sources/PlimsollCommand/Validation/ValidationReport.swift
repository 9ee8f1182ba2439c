import CommandLineKit
import ModelFiles
import Plimsoll

/// All records compared, as text and as JSON.
struct ValidationReport {
  var results: [RecordResult]

  func figures(_ quantity: Quantity) -> ErrorFigures {
    ErrorFigures(results.flatMap { $0.comparisons.filter { $0.quantity == quantity } })
  }

  private func mistakes(_ mistake: VerdictComparison.Mistake) -> [RecordResult] {
    results.filter { $0.verdict?.mistake == mistake }
  }

  private var verdicts: Int { results.filter { $0.verdict != nil }.count }

  var document: JSON {
    var summary = JSONObject()
    for quantity in Quantity.allCases { summary[quantity.rawValue] = figures(quantity).document }
    summary["verdict"] = [
      "n": .integer(verdicts), "false_fit": .integer(mistakes(.falseFit).count),
      "false_refusal": .integer(mistakes(.falseRefusal).count),
    ]
    return [
      "schema": "plimsoll.validate/1", "records": .array(results.map(\.document)), "summary": .object(summary),
    ]
  }

  /// - Parameter worst: How many of the worst records of each quantity are named.
  func text(worst: Int, on terminal: Terminal) -> [String] {
    let compared = results.filter(\.isCompared)
    var lines = ["\(compared.count) of \(results.count) records compared with what vLLM printed"]
    func add(_ title: String, _ part: [String]) {
      if !part.isEmpty { lines += ["", terminal.paint(title, .bold)] + part }
    }
    if !compared.isEmpty { lines += [""] + summary.lines(on: terminal) }
    if verdicts > 0 {
      let (fits, refusals) = (mistakes(.falseFit).count, mistakes(.falseRefusal).count)
      lines += [
        "",
        "verdicts: \(verdicts - fits - refusals) of \(verdicts) right, \(fits) false fits, "
          + "\(refusals) false refusals",
      ]
    }
    let rows = Quantity.allCases.flatMap { worstRows($0, worst) } + wrongVerdicts(worst)
    let columns: [Table.Column] = [
      .init("quantity"), .init("record"), .init("model"), .init("predicted", .right), .init("printed", .right),
      .init("error", .right),
    ]
    add("Farthest off", rows.isEmpty ? [] : Table(columns, rows: rows).lines(on: terminal, indent: 2))
    add("Left out", leftOut(worst))
    return lines
  }

  private var summary: Table {
    var table = Table([
      .init("quantity"), .init("records", .right), .init("median error", .right), .init("90 % below", .right),
      .init("bias", .right), .init("in the interval", .right),
    ])
    for quantity in Quantity.allCases {
      let figures = figures(quantity)
      guard let median = figures.median, let p90 = figures.p90, let bias = figures.bias else { continue }
      table.rows.append([
        quantity.rawValue, figures.count.grouped, Number.text(median, 2) + " %", Number.text(p90, 2) + " %",
        Self.signed(bias), figures.inside.map { Number.text($0, 0) + " %" } ?? "",
      ])
    }
    return table
  }

  private static func signed(_ percent: Double) -> String { (percent > 0 ? "+" : "") + Number.text(percent, 2) + " %" }

  private func worstRows(_ quantity: Quantity, _ count: Int) -> [[String]] {
    let all = results.flatMap { result in
      result.comparisons.filter { $0.quantity == quantity && $0.error != 0 }.map { (result, $0) }
    }
    return all.ordered { $0.1.error.magnitude > $1.1.error.magnitude }.prefix(count).map { result, comparison in
      [
        quantity.rawValue, result.id, result.model ?? "", quantity.shown(comparison.predicted),
        quantity.shown(comparison.observedAmount), Self.signed(comparison.error * 100),
      ]
    }
  }

  private func wrongVerdicts(_ count: Int) -> [[String]] {
    [VerdictComparison.Mistake.falseFit, .falseRefusal].flatMap { mistake in
      mistakes(mistake).prefix(count).map { result in
        [
          "verdict", result.id, result.model ?? "", result.verdict?.predicted.rawValue ?? "",
          result.verdict?.observed ?? "", mistake == .falseFit ? "false fit" : "false refusal",
        ]
      }
    }
  }

  /// How many records of each kind, and the first reasons of those that have each their own.
  private func leftOut(_ count: Int) -> [String] {
    Skip.Kind.allCases.flatMap { kind -> [String] in
      let skipped = results.filter { $0.skip?.kind == kind }
      guard !skipped.isEmpty else { return [] }
      let hasReasons = kind == .broken || kind == .unplanned
      let reasons = hasReasons ? skipped.prefix(count).map { "    \($0.id): \($0.skip?.reason ?? "")" } : []
      return ["  \(skipped.count.grouped) \(kind.text)"] + reasons
    }
  }
}
