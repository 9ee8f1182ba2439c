import ModelFiles
import Plimsoll

/// A workload and what a deployment makes of it, as `workload` of a document.
enum WorkloadJSON {
  static func document(_ workload: Workload?, _ fit: WorkloadFit?) -> JSON {
    guard let workload else { return ["stated": false] }
    var object = JSONObject()
    object["stated"] = true
    object["distribution"] = workload.isSpread ? "lognormal" : "fixed"
    switch workload.lengths {
    case .whole(let tokens): object["lengths"] = lengths(tokens)
    case .divided(let prompt, let answer):
      object["prompt_tokens"] = lengths(prompt)
      object["output_tokens"] = lengths(answer)
    }
    object["shared_prefix"] = .integer(workload.sharedPrefix)
    object["concurrency"] = .optional(workload.concurrency)
    object["served"] = fit.map(served) ?? .null
    return .object(object)
  }

  private static func lengths(_ lengths: LengthDistribution) -> JSON {
    [
      "p50": .integer(lengths.quantile(0.5)), "p95": .integer(lengths.quantile(0.95)),
      "mean": rounded(lengths.mean), "log_deviation": rounded(lengths.spread),
    ]
  }

  private static func served(_ fit: WorkloadFit) -> JSON {
    [
      "engines": .integer(fit.engines), "blocks": .integer(fit.blocks), "share_too_long": rounded(fit.tooLong),
      "tokens_held": ["mean": rounded(fit.held.mean), "deviation": rounded(fit.held.deviation)],
      "blocks_held": [
        "mean": rounded(fit.footprint.mean), "deviation": rounded(fit.footprint.deviation),
        "shared": rounded(fit.footprint.shared),
      ],
      "sustained": .array(
        [3.0, 2, 1, 0].map { margin in
          let requests = fit.sustained(margin: margin)
          return [
            "margin": .number(margin), "requests": .integer(requests),
            "share_full": rounded(fit.footprint.overflow(of: fit.blocks, at: requests)),
          ]
        }),
    ]
  }

  /// Four decimals, which is more than any of it is known to.
  static func rounded(_ number: Double) -> JSON { .number((number * 10_000).rounded() / 10_000) }
}
