import CommandLineKit
import ModelFiles
import Plimsoll

extension SideBySide {
  /// A table: a column for each plan, and beside each but the first what it has more or less.
  func lines(on terminal: Terminal) -> [String] {
    var columns = [Table.Column("")]
    for (index, title) in titles.enumerated() {
      columns.append(Table.Column(title, .right))
      if index > 0 { columns.append(Table.Column("", .right)) }
    }
    let table = rows.filter { row in row.values.contains { $0 != nil } }.map { row -> [String] in
      var cells = [row.label]
      for (index, value) in row.values.enumerated() {
        let isFirst = index == 0
        let text = value.map(Self.shown) ?? (terminal.unicode ? "—" : "-")
        let differs = !isFirst && value != row.values[0]
        cells.append(differs ? terminal.paint(text, .bold) : text)
        if !isFirst { cells.append(Self.difference(row.values[0], value)) }
      }
      return cells
    }
    var lines = Table(columns, rows: table).lines(on: terminal)
    for (index, report) in reports.enumerated() {
      let plan = report.plan
      if plan.verdict != .fits { lines += ["", "\(titles[index]): \(plan.summary)"] }
    }
    for index in reports.indices.dropFirst() {
      let reasons = reasons(index)
      guard !reasons.isEmpty else { continue }
      lines += ["", "\(titles[index]) against \(titles[0])"]
      for reason in reasons {
        for (number, line) in wrap(reason, to: max(24, terminal.width - 4)).enumerated() {
          lines.append((number == 0 ? "  - " : "    ") + line)
        }
      }
    }
    return lines
  }

  static func shown(_ value: Derivation.Value) -> String {
    switch value {
    case .bytes(let bytes): bytes.gib.magnitude < 0.1 ? bytes.text : bytes.gibText
    case .tokens(let number), .count(let number): Number.grouped(number)
    case .ratio(let ratio): Number.text(ratio, 2)
    case .outcome(let text): text
    }
  }

  /// `+0.22 GiB`; nothing where the values are equal or not numbers.
  private static func difference(_ first: Derivation.Value?, _ other: Derivation.Value?) -> String {
    guard let first, let other, first != other else { return "" }
    func signed(_ text: String, _ isLess: Bool) -> String { isLess ? text : "+" + text }
    switch (first, other) {
    case (.bytes(let a), .bytes(let b)): return signed(shown(.bytes(b - a)), b < a)
    case (.count(let a), .count(let b)): return signed(Number.grouped(b - a), b < a)
    case (.ratio(let a), .ratio(let b)): return signed(Number.text(b - a, 2), b < a)
    default: return ""
    }
  }

  /// `plimsoll.compare/1`.
  var document: JSON {
    [
      "schema": "plimsoll.compare/1",
      "columns": .array(
        reports.indices.map { index in
          let (request, plan) = (reports[index].request, reports[index].plan)
          return [
            "title": .string(titles[index]), "model": .string(request.model.id),
            "accelerator": .string(plan.deployment.device.id), "release": .string(request.release.name),
            "verdict": .string(plan.verdict.rawValue), "summary": .string(plan.summary),
            "reasons": .array(index == 0 ? [] : reasons(index).map { .string($0) }),
          ]
        }),
      "rows": .array(
        rows.map { row in
          [
            "key": .string(row.key), "unit": .string(row.values.compactMap { $0?.unit }.first ?? "outcome"),
            "values": .array(row.values.map { $0?.json ?? .null }),
            "differences": .array(row.values.map { Self.gap(row.values[0], $0) }),
          ]
        }),
    ]
  }

  /// What a value is more than the first one's; null where either is missing or is no number.
  private static func gap(_ first: Derivation.Value?, _ other: Derivation.Value?) -> JSON {
    switch (first, other) {
    case (.bytes(let a)?, .bytes(let b)?): .integer(b.count - a.count)
    case (.count(let a)?, .count(let b)?): .integer(b - a)
    case (.ratio(let a)?, .ratio(let b)?): .number(b - a)
    default: .null
    }
  }
}

extension Derivation.Value {
  /// What the value counts, as documents name it.
  var unit: String {
    switch self {
    case .bytes: "bytes"
    case .tokens: "tokens"
    case .count: "count"
    case .ratio: "ratio"
    case .outcome: "outcome"
    }
  }

  var json: JSON {
    switch self {
    case .bytes(let bytes): .integer(bytes.count)
    case .tokens(let number), .count(let number): .integer(number)
    case .ratio(let ratio): .number(ratio)
    case .outcome(let text): .string(text)
    }
  }
}
