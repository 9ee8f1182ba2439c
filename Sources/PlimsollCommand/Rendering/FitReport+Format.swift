import CommandLineKit
import Deployments
import Plimsoll

extension FitReport {
  /// Writes the line to run as a deployment; nothing where the answer is no.
  func write(
    as format: DeploymentFormat, _ options: FitOptions, _ context: inout Context
  ) throws(UsageError) -> Int32 {
    let isYes = (plan.verdict == .fits || plan.verdict == .tight) && gates.isEmpty
    guard isYes, let flags = plan.run else {
      let why = isYes ? "tight, and no flags were found that surely start: \(plan.summary)" : answer
      context.err.line("plimsoll: no deployment is written: \(why)")
      return options.exitZero ? 0 : max(exitStatus(options), 1)
    }
    var spec: DeploymentSpec
    do throws(FormatFailure) {
      let stage = plan.evaluation.stages.first { !$0.features.isEmpty }
      spec = try DeploymentSpec(request, on: accelerator, running: flags, offloaded: stage?.features ?? [])
    } catch {
      throw UsageError(code: "not-in-this-format", message: "--format \(format.rawValue): \(error.message)")
    }
    spec.title = title(spec)
    try FormatOutput.write(spec, as: format, options.deployment, &context)
    if !options.quiet {
      for finding in findings where finding.severity != .error {
        context.err.line(finding.line(on: context.errTerminal))
      }
    }
    return exitStatus(options)
  }

  /// What the file is, and what is known of it.
  private func title(_ spec: DeploymentSpec) -> [String] {
    let assumed = request.isReleaseAssumed ? " (assumed)" : ""
    let nodes = spec.nodes > 1 ? "\(spec.nodes) nodes of " : ""
    let start = plan.evaluation.startsSurely ? "" : "Asked for: "
    return [
      "\(request.model.id) on \(nodes)\(spec.gpusPerNode) x \(accelerator.device.name), vLLM \(request.release.name)\(assumed)",
      start + plan.summary,
      start.isEmpty ? "" : "These flags fit by the pessimistic estimate too.",
    ].filter { !$0.isEmpty }
  }

  /// The answer in one line: the verdict, and what decides it.
  var answer: String {
    if let gate = gates.first, plan.verdict == .fits || plan.verdict == .tight {
      return "\(plan.verdict.rawValue), but \(gate.message)"
    }
    return "\(plan.verdict.rawValue): \(plan.summary)"
  }
}
