/// Plans deployments: evaluates them, finds what bounds them, and says what to change.
public enum Planner {
  /// Evaluates a deployment and explains what came out.
  public static func plan(_ deployment: Deployment) -> Plan {
    let evaluation = deployment.evaluate()
    var plan = Plan(
      deployment: deployment, evaluation: evaluation, verdict: .fits, summary: "", findings: [])
    plan.findings += deployment.notes(evaluation)
    if let unknown = deployment.unknown(evaluation) {
      plan.verdict = .unknown
      plan.summary = unknown.message
      plan.findings.append(unknown)
      return plan
    }
    if evaluation.pool != nil {
      plan.limits = deployment.limits(evaluation)
      plan.marginal = deployment.marginal(evaluation)
    }
    let refusals = deployment.refusals(evaluation)
    // Of a cache whose memory is given only the fit check decides; what else the start asks for warns.
    let checks = evaluation.checks
    let decisive = deployment.availableKVCacheMemory == nil ? checks.worst : checks.kvCache
    plan.findings = refusals + deployment.shortfalls(evaluation, isRefused: !refusals.isEmpty) + plan.findings
    if !refusals.isEmpty {
      plan.verdict = .refused
      plan.limiting = evaluation.violations.contains { $0.rule == .maxModelLen } ? .modelLength : nil
    } else if decisive == .fails {
      plan.verdict = .doesNotFit
    } else if decisive == .tight || deployment.release.standing.isNewer {
      plan.verdict = .tight
    }
    if refusals.isEmpty, let width = deployment.narrowing(evaluation) { plan.findings.append(width) }
    if plan.limiting == nil, refusals.isEmpty { plan.limiting = deployment.limiting(evaluation) }
    plan.run = runFlags(plan)
    plan.summary = plan.sentence
    return plan
  }

  /// The flags to run: those given where they surely start, else with the first remedy that keeps the hardware.
  private static func runFlags(_ plan: Plan) -> ServeFlags? {
    var flags = plan.deployment.flags
    let resolved = plan.evaluation.flags
    flags.maxModelLen = .tokens(plan.evaluation.maxModelLen)
    if flags.kvCacheMemoryBytes == nil { flags.gpuMemoryUtilization = resolved.gpuMemoryUtilization }
    switch plan.verdict {
    case .fits: return flags
    case .tight where plan.evaluation.startsSurely: return flags
    case .tight, .doesNotFit:
      let remedies = plan.findings.flatMap(\.remedies)
      guard let first = remedies.first(where: { $0.accelerators == nil }) ?? remedies.first else { return nil }
      return flags.applying(first.arguments)
    case .refused, .unknown: return nil
    }
  }
}

extension ServeFlags {
  /// These flags with the words of a remedy in place of their own.
  func applying(_ arguments: [String]) -> ServeFlags? {
    var flags = self
    var index = 0
    while index < arguments.count {
      let name = arguments[index]
      let hasValue = index + 1 < arguments.count && !arguments[index + 1].hasPrefix("--")
      do {
        try flags.apply(name: name, value: hasValue ? arguments[index + 1] : nil)
      } catch {
        return nil
      }
      index += hasValue ? 2 : 1
    }
    return flags
  }
}
