extension Plan {
  /// How this plan comes about: the rules that refuse it, what the cache holds, the checks of the start, the bounds,
  /// and what one more of each flag costs. Nothing is planned again but what ``marginal`` compares.
  public var derivation: Derivation { Deriver(self).whole }
}

/// Sets down how a plan follows, from the values that the plan holds.
struct Deriver {
  let plan: Plan
  let sources: EngineSources

  init(_ plan: Plan) {
    self.plan = plan
    sources = plan.deployment.release.sources
  }

  var evaluation: Evaluation { plan.evaluation }
  var deployment: Deployment { plan.deployment }
  var flags: ResolvedFlags { plan.evaluation.flags }
  var release: EngineRelease { plan.deployment.release }

  var whole: Derivation {
    var parts = rules
    if plan.verdict != .unknown, let pool = evaluation.pool, !evaluation.stages.isEmpty {
      if !pool.isEmpty { parts += capacity(pool) }
      parts += [checks(pool), limits].compactMap { $0 } + marginals(pool)
    }
    return Derivation(
      "verdict", "the answer", .outcome(plan.verdict.rawValue), nil, parts, note: plan.summary)
  }

  /// A place in the source of the plan's release.
  func source(_ place: String) -> Derivation.Source { .init(place: place, release: sources.release) }

  /// A function of the runner that these flags take.
  func runner(_ function: String) -> Derivation.Source {
    source(sources.inRunner(v2: flags.usesV2ModelRunner, function))
  }

  /// A place that was read in the newest release alone.
  func newest(_ place: String) -> Derivation.Source { .init(place: place, release: EngineRelease.newest.name) }

  /// What refuses the flags, or is not modelled.
  private var rules: [Derivation] {
    guard plan.verdict == .refused || plan.verdict == .unknown else { return [] }
    let checks = ["startup-check", "kv-cache-too-small", "mamba-blocks", "after-budget"]
    return plan.findings.filter { $0.severity == .error && !checks.contains($0.code) }.map { finding in
      let violation = evaluation.violations.first {
        $0.rule.rawValue == finding.code && finding.message.hasPrefix($0.reason)
      }
      return Derivation(
        "rule", finding.code, .outcome(plan.verdict.rawValue), source: violation.map { newest($0.source) },
        note: violation?.reason ?? finding.message)
    }
  }

  /// `a + b + c` over children, and over none the plain number.
  static func sum(_ children: [Derivation]) -> String { children.map(\.symbol).joined(separator: " + ") }
}
