import CommandLineKit
import Deployments
import ModelFiles
import Plimsoll

/// Models that share a GPU, on their way out.
struct ColocationReport {
  var requests: [FitRequest]
  var accelerator: AcceleratorInput
  var colocation: Colocation

  init(requests: [FitRequest], accelerator: AcceleratorInput, _ colocation: Colocation) {
    self.requests = requests
    self.accelerator = accelerator
    self.colocation = colocation
  }

  /// One sentence that a person can act on.
  var summary: String {
    if let refused = colocation.refused { return "\(requests[refused.index].model.id): \(refused.plan.summary)" }
    guard let free = colocation.free else {
      return "the memory of the GPU is not known; give it with --gpu-memory SIZE"
    }
    if colocation.placed.isEmpty {
      let never = colocation.needs.indices.filter { colocation.needs[$0].least == nil && !colocation.needs[$0].isFixed }
      if let index = never.first { return "\(requests[index].model.id) does not fit on this GPU even alone" }
      let need = colocation.needs.reduce(Bytes.zero) { $0 + $1.bytes }
      return "together they need at least \(need.gibText) and \(free.gibText) is there"
    }
    if let bad = colocation.placed.first(where: { $0.plan.verdict == .doesNotFit }) {
      return "\(requests[bad.index].model.id): \(bad.plan.summary)"
    }
    return
      "\(requests.count) models hold \(colocation.held.gibText) of \(free.gibText) at the pessimistic end, started one after the other"
  }

  /// How the release treats what others hold.
  var note: String {
    let release = requests[0].release
    switch release.budget.subtraction {
    case .peakOfDevice:
      return "vLLM \(release.name) takes what others hold for its own, so that each later utilization includes it"
    case .nonKVIncrease, .consumed:
      let check =
        release.budget.startupCheck
        ? "asks that its part be free when it starts" : "does not ask whether its part is free"
      return
        "vLLM \(release.name) \(check), and counts what changes on the GPU while it profiles: start each once the one "
        + "before serves, on a --port of its own"
    }
  }

  /// The line that starts one of them, by utilization or by bytes.
  func run(_ placed: Colocation.Placed, inBytes: Bool = false) -> [String]? {
    guard var flags = placed.plan.run, placed.plan.verdict == .fits || placed.plan.verdict == .tight else { return nil }
    if inBytes {
      guard let cache = placed.cacheBytes else { return nil }
      flags.kvCacheMemoryBytes = cache
      flags.gpuMemoryUtilization = nil
    } else if let utilization = placed.utilization {
      flags.gpuMemoryUtilization = utilization
    }
    let model = requests[placed.index].model
    let revision = model.revision.map { ["--revision", $0] } ?? []
    return ["vllm", "serve", model.servedName] + revision + flags.arguments
  }

  func lines(on terminal: Terminal) -> [String] {
    let (separator, times) = terminal.unicode ? (" · ", " × ") : (" - ", " x ")
    let count = colocation.placed.map(\.plan.acceleratorsUsed).max() ?? 1
    let assumed = requests[0].isReleaseAssumed ? " (assumed)" : ""
    let style: Style = colocation.verdict == .fits ? .green : colocation.verdict == .tight ? .yellow : .red
    let word = colocation.verdict == .doesNotFit ? "DOES NOT FIT" : Self.upper(colocation.verdict.rawValue)
    var lines = [
      "\(count)\(times)\(accelerator.device.name)\(separator)vLLM \(requests[0].release.name)\(assumed)",
      "  " + terminal.paint(word, .bold, style) + "  " + summary, "",
    ]
    if colocation.placed.isEmpty {
      let rows = zip(requests, colocation.needs).map { request, need in
        [
          request.model.id, need.isFixed ? "fixed" : need.least.map { "at least " + Number.text($0, 3) } ?? "never",
          need.bytes.gibText,
        ]
      }
      return rows.isEmpty
        ? Array(lines.dropLast())
        : lines
          + Table([.init("model"), .init("utilization", .right), .init("holds", .right)], rows: rows)
          .lines(on: terminal, indent: 2)
    }
    let columns: [Table.Column] = [
      .init("start", .right), .init("model"), .init("utilization", .right), .init("holds", .right),
      .init("KV memory", .right), .init("KV tokens", .right), .init("requests", .right), .init("verdict"),
    ]
    let rows = colocation.placed.enumerated().map { order, placed -> [String] in
      let evaluation = placed.plan.evaluation
      let stage = evaluation.stages.isEmpty ? nil : evaluation.stages[evaluation.limitingStage]
      return [
        String(order + 1), requests[placed.index].model.id, placed.utilization.map { Number.text($0, 3) } ?? "in bytes",
        placed.held.gibText, stage?.kvCache.best.gibText ?? "", evaluation.tokens.map(Number.grouped) ?? "none",
        evaluation.maxConcurrency.map { Number.text($0, 2) } ?? "", placed.plan.verdict.rawValue,
      ]
    }
    lines += Table(columns, rows: rows).lines(on: terminal, indent: 2)
    lines.append("")
    for (order, placed) in colocation.placed.enumerated() {
      guard let words = run(placed) else { continue }
      lines.append("  " + terminal.paint("start \(order + 1)", .bold) + "  " + ShellWords.joined(words))
    }
    let bytes = colocation.placed.compactMap { placed in
      placed.cacheBytes.map { "\(requests[placed.index].model.id) --kv-cache-memory-bytes \($0.count)" }
    }
    if bytes.count == colocation.placed.count {
      lines += wrap("or by bytes, in any order: " + bytes.joined(separator: "; "), to: max(24, terminal.width - 2)).map
      {
        "  " + $0
      }
    }
    lines += wrap(note, to: max(24, terminal.width - 2)).map { "  " + $0 }
    return lines
  }

  private static func upper(_ word: String) -> String { word.uppercased() }

  /// `plimsoll.colocate/1`.
  var document: JSON {
    [
      "schema": "plimsoll.colocate/1", "verdict": .string(colocation.verdict.rawValue), "summary": .string(summary),
      "engine": [
        "name": "vllm", "release": .string(requests[0].release.name), "assumed": .bool(requests[0].isReleaseAssumed),
      ],
      "accelerator": ["id": .string(accelerator.device.id), "free_bytes": .optional(colocation.free?.count)],
      "held_bytes": .integer(colocation.held.count),
      "needs": .array(
        zip(requests, colocation.needs).map { request, need in
          [
            "model": .string(request.model.id), "least_utilization": need.least.map { .number($0) } ?? .null,
            "held_bytes": .integer(need.bytes.count), "fixed": .bool(need.isFixed),
          ]
        }),
      "models": .array(colocation.placed.map(placed)), "note": .string(note),
    ]
  }

  private func placed(_ placed: Colocation.Placed) -> JSON {
    let evaluation = placed.plan.evaluation
    let stage = evaluation.stages.isEmpty ? nil : evaluation.stages[evaluation.limitingStage]
    func line(_ words: [String]?) -> JSON { words.map { .array($0.map { .string($0) }) } ?? .null }
    return [
      "model": .string(requests[placed.index].model.id), "given": .integer(placed.index),
      "gpu_memory_utilization": placed.utilization.map { .number($0) } ?? .null,
      "kv_cache_memory_bytes": .optional(placed.cacheBytes?.count), "free_bytes": .integer(placed.free.count),
      "held_bytes": .integer(placed.held.count), "verdict": .string(placed.plan.verdict.rawValue),
      "summary": .string(placed.plan.summary), "kv_cache_bytes": .optional(stage?.kvCache.best.count),
      "tokens": .optional(evaluation.tokens),
      "max_concurrency": evaluation.maxConcurrency.map { .number($0) } ?? .null,
      "argv": line(run(placed)), "argv_by_bytes": line(run(placed, inBytes: true)),
    ]
  }
}
