import CommandLineKit
import Deployments
import Plimsoll

/// The table that a person reads: the best, what excludes the rest, and the line of the first.
struct SolveText {
  var request: SolveRequest
  var solution: Solution
  var terminal: Terminal

  private var space: SearchSpace { request.space }

  func write(_ out: inout Output) throws {
    out.line(headline)
    out.line()
    if solution.valid == 0 {
      out.line("  " + terminal.paint("NOTHING IS VALID", .bold, .red))
    } else if request.options.all {
      try writeAll(&out)
    } else {
      var table = Table(columns.map(\.column))
      request.forEachShown(solution) { candidate, isOnFront in
        table.rows.append(columns.map { $0.cell(candidate, isOnFront) })
      }
      for line in table.lines(on: terminal, indent: 2) { out.line(line) }
      out.line()
      out.line("  \(mark) none is better in everything: cost, length, requests, and what is given up")
    }
    writeExclusions(&out)
    if let best = solution.best.first {
      out.line()
      out.line("  " + terminal.paint("run", .bold) + "  " + ShellWords.joined(request.arguments(of: best)))
    }
  }

  /// The text with letters that the terminal has.
  private func plain(_ text: String) -> String {
    terminal.unicode ? text : String(text.map { $0 == "×" ? "x" : $0 })
  }

  private var mark: String { terminal.unicode ? "◆" : "*" }

  private var headline: String {
    let separator = terminal.unicode ? " · " : " - "
    var devices: [String] = []
    for start in space.starts {
      let name = "\(start.count) \(terminal.unicode ? "×" : "x") \(start.deployment.device.name)"
      if !devices.contains(name) { devices.append(name) }
    }
    let shown = devices.prefix(4).joined(separator: ", ") + (devices.count > 4 ? " and \(devices.count - 4) more" : "")
    let release = "vLLM \(request.fit.release.name)" + (request.fit.isReleaseAssumed ? " (assumed)" : "")
    let count = "\(solution.valid.grouped) of \(solution.cells.grouped) configurations are valid"
    return terminal.paint(request.fit.model.id, .bold) + separator + "up to \(shown)" + separator + release + separator
      + "goal \(request.options.goal.rawValue)" + separator + count
  }

  private struct TextColumn {
    var column: Table.Column
    var cell: (Candidate, Bool) -> String

    init(_ title: String, _ alignment: Alignment = .right, _ cell: @escaping (Candidate, Bool) -> String) {
      column = Table.Column(title, alignment)
      self.cell = cell
    }
  }

  /// What differs between configurations, and what comes of them.
  private var columns: [TextColumn] {
    var list: [TextColumn] = [
      TextColumn("", .left) { _, isOnFront in isOnFront ? mark : "" }
    ]
    let best = solution.best
    if Set(space.starts.map(\.deployment.device.id)).count > 1 {
      list.append(TextColumn("GPU", .left) { candidate, _ in space.starts[candidate.start].deployment.device.id })
    }
    if space.starts.contains(where: { $0.quantization != nil }) {
      list.append(TextColumn("weights", .left) { one, _ in space.starts[one.start].quantization ?? "as given" })
    }
    list.append(TextColumn("GPUs") { candidate, _ in String(candidate.figures.accelerators) })
    list.append(
      TextColumn("layout", .left) { one, _ in
        return plain(one.layout.text)
          + (one.layout.tensor > space.starts[one.start].perNode ? " over nodes" : "")
      })
    if space.kvCacheDTypes.count > 1 {
      list.append(TextColumn("KV cache", .left) { one, _ in one.kvCacheDType?.rawValue ?? "auto" })
    }
    if space.eager.count > 1 {
      list.append(TextColumn("eager", .left) { one, _ in one.eager == true ? "yes" : "" })
    }
    if space.offload.count > 1 {
      list.append(TextColumn("offload") { one, _ in one.offload.map { Number.text($0, 0) + " GiB" } ?? "" })
    }
    list.append(TextColumn("max-model-len") { one, _ in one.maxModelLen.grouped })
    list.append(TextColumn("max-num-seqs") { one, _ in one.maxNumSeqs.grouped })
    if Set(best.map(\.batchedTokens)).count > 1 {
      list.append(TextColumn("batched") { one, _ in one.batchedTokens?.grouped ?? "" })
    }
    if space.utilizations.count > 1 {
      list.append(TextColumn("utilization") { one, _ in one.utilization.map { Number.text($0, 2) } ?? "" })
    }
    list.append(
      TextColumn("KV tokens") { one, _ in one.figures.tokens.map { _ in one.figures.allTokens.grouped } ?? "" })
    list.append(TextColumn("requests") { one, _ in one.figures.requests.grouped })
    list.append(TextColumn("headroom") { one, _ in one.figures.headroom?.gibText ?? "" })
    if space.starts.contains(where: { $0.price != nil }) {
      list.append(TextColumn("an hour") { one, _ in one.figures.cost.map { Number.text($0, 2) } ?? "" })
    }
    list.append(
      TextColumn("", .left) { one, _ in
        let loss = one.figures.loss == .nothing ? "" : "gives up " + one.figures.loss.lost
        return one.figures.isTight ? ("tight" + (loss.isEmpty ? "" : ", " + loss)) : loss
      })
    return list
  }

  /// Rows as they come, in columns as wide as their heads ask; no list of them is kept.
  private func writeAll(_ out: inout Output) throws {
    let columns = self.columns
    func line(_ cells: [String]) -> String {
      var text = " "
      for (cell, column) in zip(cells, columns) {
        let width = max(column.column.title.count, column.column.alignment == .left ? 12 : 10)
        let space = String(repeating: " ", count: max(0, width - cell.count))
        text += " " + (column.column.alignment == .left ? cell + space : space + cell)
      }
      while text.last == " " { text.removeLast() }
      return text
    }
    out.line(line(columns.map(\.column.title)))
    var problem: OutputError?
    request.forEachShown(solution) { candidate, isOnFront in
      guard problem == nil, out.isOpen else { return }
      out.line(line(columns.map { $0.cell(candidate, isOnFront) }))
      do throws(OutputError) { try out.flushIfLong() } catch { problem = error }
    }
    if let problem { throw problem }
  }

  private func writeExclusions(_ out: inout Output) {
    guard !solution.exclusions.isEmpty else { return }
    out.line()
    out.line("  " + terminal.paint(solution.valid == 0 ? "because" : "excluded", .bold))
    let width = max(40, min(terminal.width, 140) - 4)
    for exclusion in solution.exclusions.prefix(12) {
      let text = plain(request.label(exclusion)) + ": " + exclusion.reason
      for (index, line) in wrap(text, to: width - 2).enumerated() {
        out.line("    " + (index > 0 ? "  " : "") + line)
      }
    }
    if solution.exclusions.count > 12 {
      out.line("    and \(solution.exclusions.count - 12) more reasons; --json has them all")
    }
  }
}

extension Remedy.Loss {
  /// What is given up, in a word or two.
  var lost: String { self == .eager ? "CUDA graphs" : rawValue }
}
