import CommandLineKit
import ModelFiles
import Plimsoll

/// Plans side by side: the same figures of each, and how far they are from the first.
struct SideBySide {
  var titles: [String]
  var reports: [FitReport]

  /// A figure of a plan, by the key that scripts see.
  struct Figure {
    var key: String
    var label: String
    var value: Derivation.Value?
  }

  /// The figures of a plan, the same of every plan.
  static func figures(_ plan: Plan) -> [Figure] {
    let evaluation = plan.evaluation
    let isComputed = plan.verdict != .unknown && !evaluation.stages.isEmpty
    let stage = isComputed ? evaluation.stages[evaluation.limitingStage] : nil
    let (flags, pool) = (evaluation.flags, isComputed ? evaluation.pool : nil)
    var figures: [Figure] = []
    func bytes(_ key: String, _ label: String, _ bytes: Bytes?) {
      figures.append(Figure(key: key, label: label, value: bytes.map { .bytes($0) }))
    }
    func count(_ key: String, _ label: String, _ number: Int?) {
      figures.append(Figure(key: key, label: label, value: number.map { .count($0) }))
    }
    func text(_ key: String, _ label: String, _ text: String?) {
      figures.append(Figure(key: key, label: label, value: text.map { .outcome($0) }))
    }
    text("verdict", "verdict", plan.verdict.rawValue)
    count("accelerators", "accelerators", evaluation.parallelism.worldSize)
    bytes("total", "memory of each", plan.deployment.total)
    figures.append(
      Figure(key: "gpu_memory_utilization", label: "utilization", value: .ratio(flags.gpuMemoryUtilization)))
    bytes("requested", "asked for", stage?.requested)
    bytes("weights", "weights", stage?.loaded.best)
    bytes("activation", "activation", stage?.activation.best)
    bytes("persistent_buffers", "buffers", stage?.persistentBuffers.best)
    bytes("non_torch", "outside PyTorch", stage?.nonTorch.best)
    bytes("cuda_graphs", "CUDA graphs", stage?.cudaGraphs.best)
    text("graphs_taken_off", "graphs taken off", stage.map { $0.cudaGraphsInsideBudget ? "yes" : "no" })
    bytes("kv_cache", "KV memory", stage?.kvCache.best)
    bytes("kv_cache_worst", "KV memory, at worst", stage?.kvCache.worst)
    bytes("start_cost", "before the start", stage?.startCost.best)
    bytes("after_budget", "after the budget", stage?.afterBudget.best)
    text("record", "record of this site", plan.deployment.calibrations.first { $0.applies(to: evaluation) }?.record)
    text("runner", "model runner", isComputed ? (flags.usesV2ModelRunner ? "V2" : "V1") : nil)
    text("attention", "attention", evaluation.placement?.backends.first?.rawValue)
    bytes("block_bytes", "a block", pool?.largestBlock)
    count("num_blocks", "blocks", pool == nil ? nil : evaluation.numBlocks)
    count("blocks_per_request", "blocks a request", pool == nil ? nil : evaluation.blocksInFitCheck)
    count("tokens", "KV tokens", isComputed ? evaluation.tokens : nil)
    figures.append(
      Figure(
        key: "max_concurrency", label: "requests at once",
        value: isComputed ? evaluation.maxConcurrency.map { .ratio($0) } : nil))
    count("max_model_len", "--max-model-len", evaluation.maxModelLen)
    count("max_num_seqs", "--max-num-seqs", flags.maxNumSeqs)
    count("max_num_batched_tokens", "--max-num-batched-tokens", flags.maxNumBatchedTokens)
    count("max_model_len_by_memory", "longest by memory", plan.limits?.maxModelLenByMemory)
    count("max_num_seqs_starts", "most sequences", plan.limits?.maxNumSeqsStarts)
    return figures
  }

  /// The figures by row: each of every plan.
  var rows: [(key: String, label: String, values: [Derivation.Value?])] {
    let all = reports.map { Self.figures($0.plan) }
    guard let first = all.first else { return [] }
    return first.indices.map { index in
      (first[index].key, first[index].label, all.map { $0[index].value })
    }
  }

  /// Why a column differs from the first, where the engine's releases tell: of the rules that differ those that move a
  /// figure which differs.
  func reasons(_ column: Int) -> [String] {
    let (first, other) = (reports[0], reports[column])
    let moved = Set(rows.filter { $0.values[0] != $0.values[column] }.map(\.key))
    var reasons = other.request.release.differences(from: first.request.release)
      .filter { difference in difference.moves.contains { moved.contains($0) } }.map(\.text)
    reasons += [sameCache(first, other)].compactMap { $0 }
    return reasons
  }

  /// The utilization with which a column has the KV memory of a release that does not take graphs off: the first, where
  /// it is one, else those before either, which vLLM's own log of a start holds its share against.
  private func sameCache(_ first: FitReport, _ other: FitReport) -> String? {
    guard
      let (stage, release) = [other, first].compactMap({ report -> (StageLedger, String)? in
        guard report.plan.verdict != .unknown, let stage = report.plan.evaluation.stages.last else { return nil }
        return stage.cudaGraphsInsideBudget ? (stage, report.request.release.name) : nil
      }).first, let total = stage.total, total > .zero
    else { return nil }
    let stages = [first, other].compactMap { $0.plan.evaluation.stages.last?.cudaGraphsInsideBudget }
    guard stages.count == 2 else { return nil }
    if stages[0] == stages[1] {
      guard stages[0], first.request.release.name != other.request.release.name, stage.cudaGraphs.best > .zero
      else { return nil }
    }
    let used = (stages[1] ? other : first).plan.evaluation.flags.gpuMemoryUtilization
    let share = Double(stage.cudaGraphs.best.count) / Double(total.count)
    let who = stages[0] == stages[1] ? "both take" : release + " takes"
    return "the \(stage.cudaGraphs.best.gibText) of graphs that \(who) off make utilization "
      + "\(Number.text(used, 2)) there what \(Number.text(used - share, 4)) is without; "
      + "\(Number.text(used + share, 4)) keeps the cache" + (stages[0] == stages[1] ? " of before either did" : "")
  }
}
