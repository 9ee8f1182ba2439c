import ModelFiles
import Plimsoll

/// A recommendation as the JSON document `plimsoll.recommend/1`; every key is present, null where nothing was found.
struct RecommendJSON {
  var report: RecommendReport
  var outcome: Recommender.Outcome
  var ladder: [Rung]

  var document: JSON {
    var found: Recommendation?
    var findings = report.notes
    let verdict: String
    switch outcome {
    case .found(let recommendation):
      found = recommendation
      findings = recommendation.findings + report.records(recommendation) + findings
      verdict = "fits"
    case .nothing(let refusals):
      findings = refusals + findings
      verdict = "nothing-fits"
    case .unknown(let finding):
      findings = [finding] + findings
      verdict = "unknown"
    }
    let fit = report.fit
    return [
      "schema": "plimsoll.recommend/1", "verdict": .string(verdict), "summary": .string(report.summary(outcome)),
      "goal": .string(report.options.goal.rawValue),
      "engine": [
        "name": "vllm", "release": .string(fit.release.name), "assumed": .bool(fit.isReleaseAssumed),
      ],
      "model": .string(fit.model.id),
      "accelerator": [
        "id": .string(report.accelerator.device.id), "available": .integer(report.request.count),
        "count": .optional(found?.evaluation.parallelism.worldSize),
        "nodes": .integer((found?.deployment ?? report.request.deployment).nodes),
      ],
      "flags": found.map(flags) ?? .null,
      "run": found.map(run) ?? .null,
      "kv_cache": found.map(cache) ?? .null,
      "reserve": found.map { reserve($0.reserve) } ?? .null,
      "workload": WorkloadJSON.document(fit.workload, found?.workload),
      "ladder": ladder.isEmpty ? .null : .array(ladder.map(rung)),
      "project": .optional(fit.values.project),
      "findings": .array(findings.map(FitJSON.finding)),
    ]
  }

  private func flags(_ found: Recommendation) -> JSON {
    .array(
      found.reasons.map { reason in
        let descriptor = ServeFlags.descriptors.first { $0.name == reason.flag }
        let words = descriptor?.arguments(in: found.deployment.flags) ?? []
        return [
          "argv": .array(words.map { .string($0) }), "why": .string(reason.why), "above": .optional(reason.above),
          "below": .optional(reason.below), "changes": .string(reason.changes.shown),
        ]
      })
  }

  private func run(_ found: Recommendation) -> JSON {
    [
      "argv": .array(report.words(found).map { .string($0) }),
      "env": FitJSON.environment(report.fit.environmentPairs),
    ]
  }

  private func cache(_ found: Recommendation) -> JSON {
    [
      "tokens": .optional(found.evaluation.tokens), "blocks_surely": .integer(found.blocks),
      "prefix_reserve_tokens": .integer(report.request.prefixReserve),
      "requests_at_once": .array(
        found.capacities.map { ["length": .integer($0.length), "requests": .integer($0.requests)] }),
    ]
  }

  private func reserve(_ reserve: Reserve) -> JSON {
    [
      "left_bytes": .optional(reserve.left?.count), "advised_bytes": .integer(reserve.asked.count),
      "base_bytes": .integer(reserve.base.count), "drafted_tokens_bytes": .integer(reserve.work.drafted.count),
      "lora_adapter_bytes": .integer(reserve.work.adapter.count),
      "prompt_logprobs_bytes": .integer(reserve.work.promptLogprobs.count),
    ]
  }

  private func rung(_ rung: Rung) -> JSON {
    let step = rung.recommendation
    return [
      "rung": .string(rung.name.rawValue), "margin": .number(rung.margin), "fits": .bool(step != nil),
      "gpu_memory_utilization": WorkloadJSON.rounded(rung.utilization),
      "max_num_seqs": .optional(step?.evaluation.flags.maxNumSeqs),
      "argv": step.map { .array(report.words($0).map { .string($0) }) } ?? .null,
      "sustained": .optional(step?.workload.map { $0.sustained(margin: rung.margin) * $0.engines }),
      "full_length": .optional(step?.capacities.first?.requests),
      "left_bytes": .optional(step?.reserve.left?.count), "watch": .string(rung.watch),
    ]
  }
}
