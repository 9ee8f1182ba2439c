import CommandLineKit
import ModelFiles
import Plimsoll

/// A plan on its way out: as text, as JSON, or as one line, and as an exit status.
struct FitReport {
  var request: FitRequest
  @Boxed var accelerator: AcceleratorInput
  @Boxed var plan: Plan
  /// Demands of the command line that the plan misses.
  var gates: [Finding]

  func write(_ options: FitOptions, _ context: inout Context) {
    if options.json {
      context.out.line(FitJSON(report: self).document.serialized(pretty: true))
      return
    }
    if options.quiet {
      if plan.verdict != .fits || !gates.isEmpty { context.err.line(quietLine) }
      return
    }
    FitText(report: self, terminal: context.terminal).write(&context.out)
    if let origins {
      context.out.line()
      for line in origins.lines(on: context.terminal) { context.out.line(line) }
    }
    // What has remedies stands with them in the report.
    for finding in findings where finding.severity != .error && finding.remedies.isEmpty {
      context.err.line(finding.line(on: context.errTerminal))
    }
  }

  /// Verdict, need, room and first remedy in one line.
  private var quietLine: String { "plimsoll: " + answer }

  /// Everything found, notes on the input after what the plan says.
  var findings: [Finding] {
    var all = gates + plan.findings
    if plan.verdict != .unknown { all += request.workload?.findings(on: plan.evaluation) ?? [] }
    all += LineInput.findings(request.line, stated: request.options.gpu?.count)
    all += accelerator.probed?.findings ?? []
    if accelerator.device.isIntegrated, let finding = plan.hostMemoryFinding { all.append(finding) }
    if let note = accelerator.note { all.append(Finding("gpu-name", .note, note)) }
    all += request.site.findings
    all += request.model.notes
    all += request.model.checkpoint?.notes ?? []
    if let whatIf = request.options.whatIf {
      all.append(
        Finding(
          "what-if-quantization", .note,
          "planned as the checkpoint that one might make of it (\(whatIf.quantization.text)): the line to run needs that "
            + "checkpoint's name"))
    }
    if let finding = request.release.standingFinding { all.append(finding) }
    if request.isReleaseAssumed {
      all.append(
        Finding("release-assumed", .note, "vLLM \(request.release.name) is assumed; name another with --vllm"))
    }
    return all + request.values.notes
  }

  /// What the plan makes of the workload; nil where none is stated or none of it is served.
  var workload: WorkloadFit? { request.workload.flatMap { WorkloadFit($0, on: plan.evaluation) } }

  /// What `--show-origin` asks; nil where it is not given.
  var origins: OriginReport? { request.options.showOrigin ? OriginReport(request, accelerator, plan) : nil }

  func exitStatus(_ options: FitOptions) -> Int32 {
    if options.exitZero { return 0 }
    switch plan.verdict {
    case .unknown: return 4
    case .refused, .doesNotFit: return 1
    case .tight: return !gates.isEmpty ? 1 : options.strict ? 3 : 0
    case .fits: return gates.isEmpty ? 0 : 1
    }
  }

  /// What `--image` asks; nil where it is not given, or nothing was planned.
  var images: ImageReport? {
    request.options.image.map { ImageReport($0.size, model: request.model, evaluation: plan.evaluation) }
  }

  /// The line to run: the environment, and the words after it.
  var runArguments: [String]? {
    let revision = request.model.revision.map { ["--revision", $0] } ?? []
    return plan.run.map { ["vllm", "serve", request.model.servedName] + revision + $0.arguments }
  }
}

extension Finding {
  /// A warning or a note as standard error has it.
  func line(on terminal: Terminal) -> String {
    let isWarning = severity == .warning
    return terminal.paint(isWarning ? "warning:" : "note:", isWarning ? .yellow : .cyan) + " " + message
  }
}

extension EngineRelease {
  /// What a user should know of a release that takes another's row.
  var standingFinding: Finding? {
    switch standing {
    case .modelled: nil
    case .between(let row):
      Finding(
        "release-between-rows", .note,
        "vLLM \(name) is planned by the rules of \(row), the release before it that is modelled")
    case .newer(let row):
      Finding(
        "release-newer", .warning,
        "vLLM \(name) is newer than any release that is modelled and is planned by the rules of \(row): what it changed is "
          + "not known")
    }
  }
}
