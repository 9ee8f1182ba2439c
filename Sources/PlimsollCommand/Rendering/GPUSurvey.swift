import Catalog
import CommandLineKit
import Deployments
import ModelFiles
import Plimsoll

/// `fit` without a GPU: for each data-centre GPU, the fewest that start.
struct GPUSurvey {
  var request: FitRequest
  private(set) var rows: [Row] = []

  struct Row {
    var device: Device
    /// The fewest that start by the best estimate, and those that start by the pessimistic one too.
    var fewest: Int?
    var fewestSurely: Int?
    /// Tensor and pipeline size of the fewest.
    var layout = (1, 1)
    var tokens: Int?
    var concurrency: Double?
    /// Why no number can be given.
    var reason: String?
    var isUnknown = false
  }

  init(_ request: FitRequest) {
    self.request = request
    let devices = (try? Catalog.gpus()) ?? []
    for device in devices where device.market == .dataCentre && device.mig == nil && device.backend.isModelled {
      rows.append(row(device))
    }
    rows = rows.ordered { ($0.fewest ?? .max, $0.device.id) < ($1.fewest ?? .max, $1.device.id) }
  }

  private func row(_ device: Device) -> Row {
    let accelerator = AcceleratorInput(device: device)
    var row: Row?
    for (tensor, pipeline) in Deployment.layouts {
      var trial = request.deployment(on: accelerator)
      trial.flags.tensorParallelSize = tensor
      trial.flags.pipelineParallelSize = pipeline
      let evaluation = trial.evaluate()
      if let unknown = trial.unknown(evaluation) {
        return Row(device: device, reason: unknown.message, isUnknown: true)
      }
      guard evaluation.starts else { continue }
      let count = evaluation.parallelism.worldSize
      var found =
        row
        ?? Row(
          device: device, fewest: count, layout: (tensor, pipeline), tokens: evaluation.tokens,
          concurrency: evaluation.maxConcurrency)
      if evaluation.startsSurely {
        found.fewestSurely = count
        return found
      }
      row = found
    }
    return row ?? Row(device: device, reason: "does not fit on 64")
  }

  func report(_ options: FitOptions, _ context: inout Context) -> Int32 {
    let fitsSomewhere = rows.contains { $0.fewest != nil }
    if options.json {
      context.out.line(document.serialized(pretty: true))
    } else if !options.quiet {
      write(&context)
      if options.showOrigin {
        context.out.line()
        for line in OriginReport(request).lines(on: context.terminal) { context.out.line(line) }
      }
      let findings =
        (request.line?.notes ?? []) + request.model.notes + (request.model.checkpoint?.findings ?? [])
        + request.values.notes
      for finding in findings { context.err.line(finding.line(on: context.errTerminal)) }
    } else if !fitsSomewhere {
      context.err.line("plimsoll: \(request.model.id) starts on no number of any data-centre GPU")
    }
    return fitsSomewhere || options.exitZero ? 0 : rows.allSatisfy(\.isUnknown) ? 4 : 1
  }

  private func write(_ context: inout Context) {
    let terminal = context.terminal
    context.out.line(terminal.paint(request.model.id, .bold) + ": the fewest of each data-centre GPU that start")
    context.out.line()
    let columns: [Table.Column] = [
      .init("GPU"), .init("memory", .right), .init("fewest", .right), .init("KV tokens", .right),
      .init("requests", .right), .init(""),
    ]
    let lines = rows.filter { $0.fewest != nil }.map { row in
      [
        row.device.id, row.device.totalMemory.bytes?.gibText ?? "", row.fewest.map(String.init) ?? "",
        row.tokens.map(Number.grouped) ?? "", row.concurrency.map { Number.text($0, 1) } ?? "", Self.verdict(row),
      ]
    }
    for line in Table(columns, rows: lines).lines(on: terminal, indent: 2) { context.out.line(line) }
    let small = rows.filter { $0.fewest == nil && !$0.isUnknown }.map(\.device.id)
    let unsized = rows.filter { $0.isUnknown && $0.device.totalMemory.bytes == nil }.map(\.device.id)
    if !small.isEmpty { list("too small, 64 of them too", small, &context) }
    if !unsized.isEmpty { list("what CUDA reports is not known; give it with --gpu-memory", unsized, &context) }
    for row in rows where row.isUnknown && row.device.totalMemory.bytes != nil {
      list(row.reason ?? "", [row.device.id], &context)
    }
  }

  private func list(_ title: String, _ ids: [String], _ context: inout Context) {
    context.out.line()
    context.out.line("  \(title):")
    for line in wrap(ids.joined(separator: ", "), to: max(40, min(context.terminal.width, 100) - 4)) {
      context.out.line("    " + line)
    }
  }

  private static func verdict(_ row: Row) -> String {
    guard row.fewest != row.fewestSurely else { return "fits" }
    return "tight" + (row.fewestSurely.map { "; \($0) for sure" } ?? "")
  }

  /// The table, and the figures of one deployment of it as `plimsoll.fit/1` has them.
  private var document: JSON {
    guard case .object(var whole) = survey else { return survey }
    if case .object(let example) = exampleDocument {
      for member in example.members where whole[member.key] == nil { whole.add(member.key, member.value) }
    }
    if request.options.showOrigin { whole["origins"] = OriginReport(request).document }
    return .object(whole)
  }

  private var survey: JSON {
    [
      "schema": "plimsoll.fit-gpus/1", "model": .string(request.model.id),
      "engine": ["name": "vllm", "release": .string(request.release.name)],
      "project": .optional(request.values.project),
      "accelerators": .array(
        rows.map { row in
          [
            "id": .string(row.device.id), "total_bytes": .optional(row.device.totalMemory.bytes?.count),
            "min_accelerators": .optional(row.fewest), "min_accelerators_surely": .optional(row.fewestSurely),
            "tokens": .optional(row.tokens),
            "max_concurrency": row.concurrency.map { .number($0) } ?? .null, "reason": .optional(row.reason),
          ]
        }),
    ]
  }
}
