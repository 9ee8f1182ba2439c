import CommandLineKit
import Plimsoll

/// What a script demands of a plan beyond a start.
struct FitGates {
  var minConcurrency: Double?
  var minKVTokens: Int?
  var minHeadroom: Bytes?

  init(_ options: FitOptions) {
    minConcurrency = options.minConcurrency
    minKVTokens = options.minKVTokens
    minHeadroom = options.minHeadroom?.bytes
  }

  /// The demands that a plan misses, each a finding.
  func missed(by plan: Plan, serving workload: Workload? = nil) -> [Finding] {
    var findings: [Finding] = []
    func miss(_ code: String, _ message: String) { findings.append(Finding(code, .error, message)) }
    guard plan.evaluation.pool != nil else { return [] }
    if let wanted = minConcurrency {
      if let workload {
        let got = WorkloadFit(workload, on: plan.evaluation)?.running ?? 0
        if Double(got) < wanted {
          miss(
            "min-concurrency",
            "\(Number.grouped(got)) requests of the workload at once are below the \(Number.text(wanted, 2)) demanded")
        }
      } else if let got = plan.evaluation.maxConcurrency, got < wanted {
        miss(
          "min-concurrency", "\(Number.text(got, 2)) requests at once are below the \(Number.text(wanted, 2)) demanded")
      }
    }
    if let wanted = minKVTokens, let got = plan.evaluation.tokens, got < wanted {
      miss("min-kv-tokens", "\(Number.grouped(got)) KV tokens are below the \(Number.grouped(wanted)) demanded")
    }
    if let wanted = minHeadroom, let stage = plan.evaluation.stages.first, let total = stage.total,
      let requested = stage.requested
    {
      let left = total - requested - stage.startCost.best - stage.afterBudget.best
      if left < wanted { miss("min-headroom", "\(left.gibText) stay free and \(wanted.gibText) are demanded") }
    }
    return findings
  }
}

/// Numbers as they are shown.
enum Number {
  static func grouped(_ number: Int) -> String { Deployment.grouped(number) }
  static func text(_ number: Double, _ decimals: Int) -> String { number.fixed(decimals) }
}
