import ModelFiles
import Plimsoll

/// A plan as the JSON document `plimsoll.fit/1`; every key is present, null where nothing was computed.
struct FitJSON {
  var report: FitReport

  private var plan: Plan { report.plan }
  private var evaluation: Evaluation { plan.evaluation }
  private var isComputed: Bool { plan.verdict != .unknown && !evaluation.stages.isEmpty }

  var document: JSON {
    guard case .object(var whole) = planned else { return planned }
    if let images = report.images { whole["images"] = images.document }
    if let origins = report.origins { whole["origins"] = origins.document }
    return .object(whole)
  }

  private var planned: JSON {
    [
      "schema": "plimsoll.fit/1",
      "verdict": .string(plan.verdict.rawValue),
      "summary": .string(plan.summary),
      "engine": [
        "name": "vllm", "release": .string(report.request.release.name),
        "assumed": .bool(report.request.isReleaseAssumed),
      ],
      "model": model,
      "accelerator": accelerator,
      "flags": ResolvedFlagsJSON.document(evaluation.flags, blockSize: evaluation.placement?.blockSize),
      "stages": isComputed ? .array(evaluation.stages.map(stage)) : .null,
      "rank": isComputed ? rank(evaluation.stages[evaluation.limitingStage]) : .null,
      "kv_cache": isComputed ? kvCache : .null,
      "limiting": .optional(plan.limiting?.rawValue),
      "limits": plan.limits.map(limits) ?? .null,
      "marginal": plan.marginal.map(marginal) ?? .null,
      "workload": WorkloadJSON.document(report.request.workload, isComputed ? report.workload : nil),
      "calibration": calibration,
      "run": run,
      "project": .optional(report.request.values.project),
      "findings": .array(report.findings.map(Self.finding)),
    ]
  }

  private var model: JSON {
    let input = report.request.model
    let flags = report.request.flags
    let own = flags.derivedMaxModelLen(for: FlagContext(input.shape), release: report.request.release)
    return [
      "id": .string(input.id), "architecture": .string(input.shape.architecture),
      "source": .string(input.source.rawValue), "parameters": .integer(input.parameters),
      "max_model_len": .integer(own), "checkpoint": input.checkpoint?.document ?? .null,
    ]
  }

  private var accelerator: JSON {
    let deployment = plan.deployment
    return [
      "id": .string(deployment.device.id), "count": .integer(evaluation.parallelism.worldSize),
      "nodes": .integer(deployment.nodes), "total_bytes": .optional(deployment.total?.count),
      "free_bytes": .optional((deployment.measured.free ?? deployment.freeMemory)?.count),
      "measured": .bool(report.accelerator.probed != nil),
    ]
  }

  /// The record of this site that the figures are held to.
  private var calibration: JSON {
    let records = plan.deployment.calibrations
    guard let record = records.first(where: { $0.applies(to: evaluation) }) else { return .null }
    return [
      "record": .string(record.record), "differs": .array(record.differences.map { .string($0) }),
      "drifts": .array(record.drifts.map { .string($0) }),
      "conflicts": .array(record.conflicts.map { .string($0) }), "conflict_bytes": .integer(record.conflict.count),
    ]
  }

  private func stage(_ stage: StageLedger) -> JSON {
    [
      "pipeline_stage": .integer(stage.stage), "layers": .integer(stage.layers.count),
      "block_bytes": .integer(stage.blockBytes.count), "weights": weights(stage),
    ]
  }

  private func weights(_ stage: StageLedger) -> JSON {
    var object = JSONObject()
    if case .object(let estimate) = Self.estimate(stage.loaded) { object = estimate }
    object["tensor_bytes"] = .integer(stage.weights.tensors.count)
    var parts = JSONObject()
    for part in WeightPart.allCases {
      if let bytes = stage.weights.parts[part] { parts[part.rawValue] = .integer(bytes.count) }
    }
    object["parts"] = .object(parts)
    return .object(object)
  }

  private func rank(_ stage: StageLedger) -> JSON {
    [
      "pipeline_stage": .integer(stage.stage), "total_bytes": .optional(stage.total?.count),
      "requested_bytes": .optional(stage.requested?.count), "weights": weights(stage),
      "activation": Self.estimate(stage.activation), "persistent_buffers": Self.estimate(stage.persistentBuffers),
      "non_torch": Self.estimate(stage.nonTorch), "cuda_graphs": Self.estimate(stage.cudaGraphs),
      "kv_cache": Self.estimate(stage.kvCache), "cuda_graphs_inside_budget": .bool(stage.cudaGraphsInsideBudget),
      "after_budget": Self.estimate(stage.afterBudget), "start_cost": Self.estimate(stage.startCost),
      "experts": evaluation.expertShare(of: plan.deployment.model).map(experts) ?? .null,
      "features": .array(stage.features.map(feature)),
    ]
  }

  /// A line of its own for what is also counted in the term that `inside` names.
  private func feature(_ line: FeatureMemory) -> JSON {
    var object = JSONObject()
    if case .object(let estimate) = Self.estimate(line.amount) { object = estimate }
    object["feature"] = .string(line.feature.rawValue)
    object["inside"] = .string(line.place.rawValue)
    object["detail"] = .string(line.detail)
    return .object(object)
  }

  private func experts(_ share: ExpertShare) -> JSON {
    [
      "ranks": .integer(share.ranks), "most": .integer(share.most), "ranks_with_most": .integer(share.ranksWithMost),
      "least": .integer(share.least),
    ]
  }

  static func estimate(_ estimate: Estimate) -> JSON {
    [
      "bytes": .integer(estimate.best.count), "low_bytes": .integer(estimate.low.count),
      "high_bytes": .integer(estimate.high.count), "basis": .string(estimate.basis.rawValue),
    ]
  }

  private var kvCache: JSON {
    guard let pool = evaluation.pool else { return .null }
    let layers = plan.cachedLayers(of: evaluation.stages[evaluation.limitingStage])
    return [
      "bytes_per_token": .integer(pool.bytesPerToken(in: layers).count),
      "block_size": .optional(evaluation.placement?.blockSize),
      "block_bytes": .integer(pool.largestBlock.count), "num_blocks": .integer(evaluation.numBlocks),
      "tokens": .optional(evaluation.tokens), "blocks_per_request": .integer(evaluation.blocksInFitCheck),
      "max_concurrency": evaluation.maxConcurrency.map { .number($0) } ?? .null,
      "groups": .array(KVGroupJSON.folded(pool.groups)),
    ]
  }

  private func limits(_ limits: Plan.Limits) -> JSON {
    [
      "max_num_seqs": [
        "starts": .optional(limits.maxNumSeqsStarts), "full_length": .optional(limits.maxNumSeqsFullLength),
        "workload": .optional(report.workload?.sustained()),
      ],
      "max_model_len": .optional(limits.maxModelLen),
      "max_model_len_by_memory": .optional(limits.maxModelLenByMemory),
      "min_accelerators": .optional(limits.minAccelerators),
      "gpu_memory_utilization": limits.utilization.map { ["min": .number($0.min), "max": .number($0.max)] } ?? .null,
    ]
  }

  private func marginal(_ marginal: Plan.Marginal) -> JSON {
    [
      "one_more_sequence_bytes": .integer(marginal.oneMoreSequence.count),
      "model_len_1024_bytes": .integer(marginal.modelLen1024.count),
      "batched_tokens_1024_bytes": .integer(marginal.batchedTokens1024.count),
      "utilization_0_01_bytes": .optional(marginal.utilization001?.count),
    ]
  }

  private var run: JSON {
    guard let words = report.runArguments else { return .null }
    return ["argv": .array(words.map { .string($0) }), "env": Self.environment(report.request.environmentPairs)]
  }

  static func environment(_ pairs: [String]) -> JSON {
    var environment = JSONObject()
    for pair in pairs {
      guard let equals = pair.firstIndex(of: "=") else { continue }
      environment[String(pair[..<equals])] = .string(String(pair[pair.index(after: equals)...]))
    }
    return .object(environment)
  }

  static func finding(_ finding: Finding) -> JSON {
    [
      "code": .string(finding.code), "severity": .string(finding.severity.rawValue),
      "message": .string(finding.message), "remedies": .array(finding.remedies.map(remedy)),
    ]
  }

  private static func remedy(_ remedy: Remedy) -> JSON {
    [
      "argv": .array(remedy.arguments.map { .string($0) }), "verdict": .string(remedy.verdict.rawValue),
      "tokens": .optional(remedy.tokens), "changes": .string(remedy.changes.shown),
      "accelerators": .optional(remedy.accelerators),
    ]
  }
}

extension JSON {
  static func optional(_ number: Int?) -> JSON { number.map { .integer($0) } ?? .null }
  static func optional(_ text: String?) -> JSON { text.map { .string($0) } ?? .null }
}
