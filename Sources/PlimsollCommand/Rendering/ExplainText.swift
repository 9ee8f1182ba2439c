import CommandLineKit
import Plimsoll

/// A derivation as a tree for a person: value, formula, the formula with numbers, and where vLLM decides it.
struct ExplainText {
  var report: FitReport
  var terminal: Terminal

  func write(_ out: inout Output) {
    let head = FitText(report: report, terminal: terminal)
    let plan = report.plan
    out.line(head.headline)
    out.line("  " + (plan.verdict == .unknown ? plan.summary : head.verdictLine))
    for gate in report.gates { out.line("  " + gate.message) }
    for part in plan.derivation.children {
      out.line()
      write(part, "", "", &out)
    }
  }

  /// - Parameters:
  ///   - first: What stands before the first line of the node.
  ///   - rest: What stands before the others.
  private func write(_ node: Derivation, _ first: String, _ rest: String, _ out: inout Output) {
    let shown = node.children.filter { !$0.isInput }
    let inner = rest + (shown.isEmpty ? "   " : terminal.unicode ? "│  " : "|  ")
    let title = node.symbol == "rule" ? node.name : "\(node.symbol): \(node.name)"
    // A short product needs no lines of its own.
    if let formula = node.formula, let numbers = node.numbers(grouped: true), shown.isEmpty, node.note == nil,
      node.source == nil, node.children.count <= 3
    {
      let line = title + value(node) + " = \(formula) = \(numbers)"
      if line.displayWidth + inner.displayWidth <= terminal.width { return put(line, first, inner, nil, &out) }
    }
    put(title + value(node), first, inner, .bold, &out)
    if let formula = node.formula {
      put("= " + formula, inner, inner + "  ", nil, &out)
      if let numbers = node.numbers(grouped: true), numbers != formula {
        put("= " + numbers, inner, inner + "  ", nil, &out)
      }
      let inputs = node.children.filter(\.isInput).map { "\($0.symbol) \($0.name)" }
      if !inputs.isEmpty { put(inputs.joined(separator: "; "), inner, inner + "  ", .dim, &out) }
    }
    if let note = node.note { put(note, inner, inner, nil, &out) }
    if let source = node.source { put("vLLM \(source.release) \(source.place)", inner, inner, .dim, &out) }
    for (index, child) in shown.enumerated() {
      let isLast = index == shown.count - 1
      let branch = terminal.unicode ? (isLast ? "└─ " : "├─ ") : isLast ? "`- " : "|- "
      let below = isLast ? "   " : terminal.unicode ? "│  " : "|  "
      write(child, rest + branch, rest + below, &out)
    }
  }

  private func put(_ text: String, _ first: String, _ rest: String, _ style: Style?, _ out: inout Output) {
    let plain = terminal.unicode ? text : Self.ascii(text)
    for (index, line) in wrap(plain, to: max(24, terminal.width - rest.displayWidth)).enumerated() {
      let painted = index > 0 || style == nil ? line : style.map { terminal.paint(line, $0) } ?? line
      out.line((index == 0 ? first : rest) + painted)
    }
  }

  /// `: 10.03 GiB (fitted, 9.00 to 10.64 GiB)`; what no one counts is left out.
  private func value(_ node: Derivation) -> String {
    switch node.value {
    case .bytes(let bytes):
      guard let estimate = node.estimate else { return ", " + bytes.text }
      let interval =
        estimate.low < estimate.high ? ", \(estimate.low.text) to \(estimate.high.text) (90 %)" : ""
      return ", \(bytes.text), \(estimate.basis.rawValue)\(interval)"
    case .tokens(let number): return ", \(Number.grouped(number)) tokens"
    case .count(let number): return node.formula == nil && !node.children.isEmpty ? "" : ", \(Number.grouped(number))"
    case .ratio(let ratio): return ", \(Number.text(ratio, ratio < 1 ? 3 : 2))"
    case .outcome(let text): return ", " + text
    }
  }

  /// The signs of formulas as a plain terminal has them.
  static func ascii(_ text: String) -> String {
    var plain = ""
    for character in text {
      switch character {
      case "⌈": plain += "ceil("
      case "⌊": plain += "floor("
      case "⌉", "⌋": plain += ")"
      case "·": plain += "*"
      case "×": plain += "x"
      case "−", "–": plain += "-"
      case "≤": plain += "<="
      case "…": plain += "..."
      default: plain += character.isASCII ? String(character) : "?"
      }
    }
    return plain
  }
}
