import CommandLineKit
import Deployments
import Plimsoll

/// A plan for a person: verdict, memory bar, limits, what one more costs, and the line to run.
struct FitText {
  var report: FitReport
  var terminal: Terminal

  private var plan: Plan { report.plan }
  private var evaluation: Evaluation { plan.evaluation }

  func write(_ out: inout Output) {
    out.line(headline)
    out.line(indented(plan.verdict == .unknown ? plan.summary : verdictLine))
    if plan.verdict != .unknown, !evaluation.stages.isEmpty {
      out.line()
      for line in bar() { out.line("  " + line) }
      out.line()
      for line in Table([.init(""), .init("")], rows: rows()).lines(on: terminal, indent: 2) { out.line(line) }
    }
    if plan.verdict != .unknown {
      let errors = report.findings.filter { $0.severity == .error }
      let warnings = report.findings.filter { $0.severity == .warning && !$0.remedies.isEmpty }
      for (index, finding) in (errors + warnings).enumerated() {
        // What mends several findings stands once, under the last of them.
        let next = index + 1 < errors.count + warnings.count ? (errors + warnings)[index + 1] : nil
        write(finding, remedies: next?.remedies == finding.remedies ? [] : finding.remedies, &out)
      }
    }
    if let run = report.runArguments {
      out.line()
      let environment = report.request.environmentPairs.map { $0 + " " }.joined()
      let title = plan.verdict == .fits || plan.evaluation.startsSurely ? "run" : "fits for sure"
      out.line("  " + terminal.paint(title, .bold) + "  " + environment + ShellWords.joined(run))
    }
  }

  var headline: String {
    let device = report.accelerator.device
    let count = max(evaluation.parallelism.worldSize, 1)
    let release = "vLLM \(report.request.release.name)" + (report.request.isReleaseAssumed ? " (assumed)" : "")
    let separator = terminal.unicode ? " · " : " - "
    let times = terminal.unicode ? " × " : " x "
    return terminal.paint(report.request.model.id, .bold) + separator + "\(count)\(times)\(device.name)" + separator
      + release + separator + "--max-model-len \(evaluation.maxModelLen)"
  }

  var verdictLine: String {
    switch plan.verdict {
    case .fits: terminal.paint("FITS", .bold, .green) + "  " + capacity
    case .tight: terminal.paint("TIGHT", .bold, .yellow) + "  " + capacity
    case .doesNotFit: terminal.paint("DOES NOT FIT", .bold, .red)
    case .refused: terminal.paint("REFUSED", .bold, .red) + "  vLLM would not start with these flags"
    case .unknown: terminal.paint("UNKNOWN", .bold, .yellow)
    }
  }

  /// What the pool holds: at the length asked, and at common ones below it.
  private var capacity: String {
    guard let tokens = evaluation.tokens else { return "no KV cache is kept" }
    let length = evaluation.maxModelLen
    var parts = ["\(Number.grouped(evaluation.requests(of: length))) at \(Number.grouped(length))"]
    for shorter in [8192, 1200] where shorter < length {
      parts.append("\(Number.grouped(evaluation.requests(of: shorter))) at \(Number.grouped(shorter))")
    }
    return "\(Number.grouped(tokens)) KV tokens; requests at once: " + parts.joined(separator: ", ")
  }

  private func bar() -> [String] {
    let stage = evaluation.stages[evaluation.limitingStage]
    guard let total = stage.total else { return [] }
    let graphs = stage.cudaGraphsInsideBudget ? stage.cudaGraphs.best : .zero
    let other = stage.persistentBuffers.best + stage.nonTorch.best
    let kvCache = max(.zero, stage.kvCache.best)
    let parts: [(String, Bytes, Character, Character, Style)] = [
      ("weights", stage.loaded.best, "█", "#", .blue), ("activation", stage.activation.best, "▓", "%", .yellow),
      ("buffers", other, "▓", "+", .magenta), ("graphs", graphs, "▒", "=", .cyan),
      ("KV cache", kvCache, "░", ":", .green),
    ]
    let segments = parts.map { Bar.Segment($0.1.count, glyph: $0.2, ascii: $0.3, $0.4) }
    let width = min(72, max(24, terminal.width - 20))
    let used = parts.reduce(Bytes.zero) { $0 + $1.1 }
    var legend = parts.filter { $0.1 > .zero }.map {
      terminal.paint(String(terminal.unicode ? $0.2 : $0.3), $0.4) + " \($0.0) \($0.1.gib.fixed(2))"
    }
    legend.append("unclaimed \(max(0, (total - used).gib).fixed(2)) GiB")
    return [
      Bar(segments, of: total.count).drawn(on: terminal, width: width) + "  " + total.gibText,
      legend.joined(separator: "   "),
    ]
  }

  private func rows() -> [[String]] {
    let stage = evaluation.stages[evaluation.limitingStage]
    var rows: [[String]] = []
    if let pool = evaluation.pool, !pool.isEmpty {
      let size = evaluation.placement?.blockSize ?? 16
      let perToken = pool.bytesPerToken(in: plan.cachedLayers(of: stage))
      let token = perToken > .zero ? ", \(perToken.text) a token" : ""
      let interval = "\(stage.kvCache.low.gib.fixed(2)) to \(stage.kvCache.high.gib.fixed(2)) GiB (90 %)"
      let known = stage.kvCache.basis == .fitted && stage.kvCache.low > .zero ? ", \(interval)" : ""
      let blocks = "\(Number.grouped(evaluation.numBlocks)) blocks of \(size), \(pool.largestBlock.text) each"
      rows.append(["KV cache", blocks + token + known])
      if stage.kvCache.best < .zero {
        rows.append(["missing", "\((.zero - stage.kvCache.best).gibText) for what comes before the first block"])
      }
    }
    if let checkpoint = report.request.model.checkpoint?.text { rows.append(["weights", checkpoint]) }
    for line in stage.features {
      let amount = line.amount.best > .zero ? line.amount.best.text + " " : ""
      rows.append([line.feature.shown, amount + line.place.shown + ": " + line.detail])
    }
    if let rank = evaluation.limitingRankText(of: plan.deployment.model) { rows.append(["limited by", rank]) }
    if let limits = plan.limits { rows.append(["limits", limitText(limits)]) }
    if let more = plan.marginal {
      var parts = ["sequence \(more.oneMoreSequence.text)", "1,024 tokens of length \(more.modelLen1024.text)"]
      parts.append("1,024 batched tokens \(more.batchedTokens1024.text)")
      if let step = more.utilization001 { parts.append("0.01 utilization \(step.text)") }
      rows.append(["one more", parts.joined(separator: "   ")])
    }
    if evaluation.pool.map({ !$0.isEmpty }) == true {
      let none = report.request.workload == nil ? "not stated" : "none of its requests is served"
      rows.append(["workload", report.workload?.text ?? none])
    }
    if let images = report.images { rows += images.rows(unicode: terminal.unicode) }
    return rows
  }

  private func limitText(_ limits: Plan.Limits) -> String {
    var parts: [String] = []
    if let length = limits.maxModelLen {
      let memory = limits.maxModelLenByMemory.map { "memory admits \(Number.grouped($0))" } ?? "memory sets no bound"
      parts.append("--max-model-len \(length) (\(memory))")
    }
    if let starts = limits.maxNumSeqsStarts {
      let workload = report.workload.map { ", \(Number.grouped($0.sustained())) of the workload" } ?? ""
      let full = limits.maxNumSeqsFullLength.map { " (\(Number.grouped($0)) at full length\(workload))" } ?? ""
      parts.append("--max-num-seqs \(starts)\(full)")
    }
    if let interval = limits.utilization {
      let dots = terminal.unicode ? " … " : " .. "
      parts.append("--gpu-memory-utilization \(interval.min.fixed(3))\(dots)\(interval.max.fixed(3))")
    }
    if let fewest = limits.minAccelerators { parts.append("at least \(fewest) GPU\(fewest == 1 ? "" : "s")") }
    return parts.joined(separator: "   ")
  }

  private func write(_ finding: Finding, remedies: [Remedy], _ out: inout Output) {
    out.line()
    let isError = finding.severity == .error
    let mark = terminal.paint(isError && terminal.unicode ? "✗" : "!", .bold, isError ? .red : .yellow)
    out.line("  " + mark + " " + finding.message)
    for line in Self.remedies(remedies, on: terminal) { out.line(line) }
  }

  /// Changes to make, a line each.
  static func remedies(_ remedies: [Remedy], on terminal: Terminal) -> [String] {
    let rows = remedies.map { remedy in
      let more = remedy.accelerators.map { " (\($0) GPU" + ($0 == 1 ? ")" : "s)") } ?? ""
      let tokens = remedy.tokens.map { "\(Number.grouped($0)) tokens" } ?? ""
      let loss = remedy.changes == .nothing ? "changes nothing else" : "changes \(remedy.changes.shown)"
      return [tokens, loss, ShellWords.joined(remedy.arguments) + more]
    }
    let columns = [Table.Column("", .right), Table.Column(""), Table.Column("")]
    return Table(columns, rows: rows).lines(on: terminal, indent: 4)
  }

  private func indented(_ text: String) -> String { "  " + text }
}

extension Remedy.Loss {
  /// The word that a reader sees; eager execution costs speed.
  var shown: String { self == .eager ? "speed" : rawValue }
}

extension FeatureMemory.Feature {
  /// The name that a reader sees.
  var shown: String {
    switch self {
    case .loraSlots: "LoRA slots"
    case .loraTables: "LoRA tables"
    case .cpuOffload: "CPU offload"
    case .prefetchSlots: "prefetch"
    case .draftWeights: "draft weights"
    case .draftKVCache: "draft KV cache"
    case .draftStates: "draft states"
    case .draftBuffers: "draft buffers"
    case .prefixStates: "prefix states"
    case .expertBalancer: "EPLB"
    case .secondWorkspace: "micro-batches"
    case .kvOffload: "KV offload"
    case .sleepMode: "sleep mode"
    }
  }
}

extension FeatureMemory.Place {
  /// Where a line is counted, in words.
  var shown: String {
    switch self {
    case .weights: "of the weights"
    case .persistentBuffers: "of the buffers"
    case .kvCache: "of the KV cache"
    case .host: "in host memory"
    case .nowhere: "no GPU memory"
    }
  }
}
