import EngineLogs
import ModelFiles
import Plimsoll

/// A look as the JSON document `plimsoll.watch/1`.
struct WatchJSON {
  var report: WatchReport

  var document: JSON {
    [
      "schema": "plimsoll.watch/1", "verdict": .string(report.verdict.rawValue), "summary": .string(report.summary),
      "source": .string(report.source), "plan": report.plan.map(plan) ?? .null,
      "engines": .array(report.engines.map(engine)), "total": total,
      "accelerators": report.devices.map { .array($0.map(\.document)) } ?? .null,
      "findings": .array(report.findings.map(\.document)),
    ]
  }

  private func plan(_ plan: SavedPlan) -> JSON {
    [
      "model": .string(plan.model), "release": .string(plan.release), "accelerator": .string(plan.device),
      "num_blocks": .integer(plan.blocks),
      "num_blocks_low": .integer(plan.blockBounds.lowerBound), "num_blocks_high": .integer(plan.blockBounds.upperBound),
      "tokens": .optional(plan.tokens), "max_num_seqs": .integer(plan.seats),
      "max_num_batched_tokens": .integer(plan.stepTokens),
    ]
  }

  private func engine(_ engine: WatchReport.Engine) -> JSON {
    let load = engine.load
    return [
      "engine": .string(load.engine), "model_name": .optional(load.model), "place": .string(load.place),
      "verdict": .string(engine.verdict.rawValue), "covers_seconds": Self.number(load.seconds),
      "running": Self.count(load.running), "waiting": Self.count(load.waiting), "deferred": Self.count(load.deferred),
      "kv_cache_usage": Self.number(load.cacheUse), "num_blocks": .optional(engine.blocks),
      "tokens": Self.count(engine.tokens), "tokens_per_request": Self.number(engine.tokensPerRequest),
      "preemptions": Self.count(load.preemptions), "preemptions_per_minute": Self.number(load.preemptionsPerMinute),
      "prompt_tokens_per_second": Self.number(load.promptTokensPerSecond),
      "generation_tokens_per_second": Self.number(load.generationTokensPerSecond),
      "requests_per_second": Self.number(load.finishedPerSecond),
      "prefix_cache_hit_rate": Self.number(load.prefixHitRate), "acceptance_rate": Self.number(load.acceptance),
      "prompt_tokens": Self.number(load.promptLength), "output_tokens": Self.number(load.outputLength),
      "time_to_first_token_seconds": Self.number(load.firstToken), "queue_seconds": Self.number(load.queueTime),
      "median_step_tokens": load.medianStep.map { step in
        ["above": Self.count(step.above), "at_most": Self.count(step.most)]
      } ?? .null, "restarted": .bool(load.restarted), "asleep": .bool(load.isAsleep),
    ]
  }

  /// All engines together; of the cache the fullest.
  private var total: JSON {
    func sum(_ value: (EngineLoad) -> Double?) -> Double? {
      let values = report.engines.compactMap { value($0.load) }
      return values.isEmpty ? nil : values.reduce(0, +)
    }
    return [
      "engines": .integer(report.engines.count), "running": Self.count(sum { $0.running }),
      "waiting": Self.count(sum { $0.waiting }),
      "kv_cache_usage_max": Self.number(report.engines.compactMap(\.load.cacheUse).max()),
      "preemptions_per_minute": Self.number(sum { $0.preemptionsPerMinute }),
      "prompt_tokens_per_second": Self.number(sum { $0.promptTokensPerSecond }),
      "generation_tokens_per_second": Self.number(sum { $0.generationTokensPerSecond }),
      "requests_per_second": Self.number(sum { $0.finishedPerSecond }),
    ]
  }

  private static func number(_ number: Double?) -> JSON { number.map { WorkloadJSON.rounded($0) } ?? .null }

  private static func count(_ number: Double?) -> JSON {
    guard let number, number.magnitude < 1e15 else { return .null }
    return .integer(Int(number.rounded()))
  }
}
