import CommandLineKit
import Deployments
import ModelFiles
import Plimsoll

/// A recommendation on its way out, and the exit status.
struct RecommendReport {
  @Boxed var fit: FitRequest
  @Boxed var accelerator: AcceleratorInput
  var options: RecommendOptions
  @Boxed var request: RecommendRequest

  func write(as format: DeploymentFormat?, _ context: inout Context) throws(UsageError) -> Int32 {
    let recommender = Recommender(request)
    let outcome = recommender.recommend()
    var ladder: [Rung] = []
    if options.ladder, case .found(let found) = outcome { ladder = recommender.ladder(found) }
    if fit.options.json {
      let document = RecommendJSON(report: self, outcome: outcome, ladder: ladder).document
      context.out.line(document.serialized(pretty: true))
    } else if case .found(let found) = outcome {
      if let format {
        try FormatOutput.write(try spec(found, format), as: format, fit.options.deployment, &context)
      } else if !fit.options.quiet {
        RecommendText(report: self, terminal: context.terminal).write(found, ladder, &context.out)
      }
      if !fit.options.quiet {
        for finding in found.findings + records(found) + notes {
          context.err.line(finding.line(on: context.errTerminal))
        }
      }
    } else if fit.options.quiet || format != nil {
      context.err.line("plimsoll: no deployment is recommended: " + summary(outcome))
    } else {
      RecommendText(report: self, terminal: context.terminal).write(refusal: outcome, &context.out)
    }
    if fit.options.exitZero { return 0 }
    return switch outcome {
    case .found: 0
    case .nothing: 1
    case .unknown: 4
    }
  }

  /// The outcome in one sentence.
  func summary(_ outcome: Recommender.Outcome) -> String {
    switch outcome {
    case .found(let found): return summary(found)
    case .nothing(let findings):
      let first = findings.first
      let cure = first?.remedies.first.map { "; try " + $0.arguments.joined(separator: " ") } ?? ""
      return (first?.message ?? "nothing fits") + cure
    case .unknown(let finding): return finding.message
    }
  }

  func summary(_ found: Recommendation) -> String {
    let count = found.evaluation.parallelism.worldSize
    guard let tokens = found.evaluation.tokens, let full = found.capacities.first else {
      return "fits: no KV cache is kept"
    }
    let engines = found.evaluation.parallelism.data
    let gpus = (count == 1 ? "1 GPU" : "\(count) GPUs") + (engines > 1 ? " as \(engines) engines" : "")
    func requests(_ number: Int) -> String { Number.grouped(number) + (number == 1 ? " request" : " requests") }
    let running =
      found.workload.map { requests($0.running) + " of the workload at once" }
      ?? requests(full.requests * engines) + " of \(Number.grouped(full.length)) at once"
    return "fits on \(gpus): \(Number.grouped(tokens * engines)) KV tokens, \(running) by the pessimistic estimate"
  }

  /// What a record of this site has to do with it.
  func records(_ found: Recommendation) -> [Finding] {
    request.deployment.calibrations.isEmpty ? [] : request.deployment.calibrationNotes(found.evaluation)
  }

  /// What is worth knowing of the input.
  var notes: [Finding] {
    var notes = request.deployment.release.standingFinding.map { [$0] } ?? []
    if let note = accelerator.note { notes.append(Finding("gpu-name", .note, note)) }
    notes += fit.model.notes + (fit.model.checkpoint?.findings ?? [])
    if fit.isReleaseAssumed {
      notes.append(
        Finding("release-assumed", .note, "vLLM \(fit.release.name) is assumed; name another with --vllm"))
    }
    return notes + fit.values.notes
  }

  /// The words to run.
  func words(_ found: Recommendation) -> [String] {
    let revision = fit.model.revision.map { ["--revision", $0] } ?? []
    let others = ServedFlag.passed(fit.values.others).flatMap(\.words)
    return ["vllm", "serve", fit.model.servedName] + revision + found.deployment.flags.arguments + others
  }

  private func spec(_ found: Recommendation, _ format: DeploymentFormat) throws(UsageError) -> DeploymentSpec {
    var fit = fit
    fit.options.nodes = found.deployment.nodes
    do throws(FormatFailure) {
      var spec = try DeploymentSpec(
        fit, on: accelerator, running: found.deployment.flags,
        offloaded: found.evaluation.stages.first { !$0.features.isEmpty }?.features ?? [],
        comment: { descriptor in found.reasons.first { $0.flag == descriptor.name }?.text })
      let nodes = spec.nodes > 1 ? "\(spec.nodes) nodes of " : ""
      spec.title = [
        "\(fit.model.id) on \(nodes)\(spec.gpusPerNode) x \(accelerator.device.name), vLLM \(fit.release.name)"
          + (fit.isReleaseAssumed ? " (assumed)" : ""),
        "Recommended for the goal \(options.goal.rawValue): " + summary(found),
        "workload: " + (found.workload?.text ?? "not stated"),
      ]
      return spec
    } catch {
      throw UsageError(code: "not-in-this-format", message: "--format \(format.rawValue): \(error.message)")
    }
  }
}
