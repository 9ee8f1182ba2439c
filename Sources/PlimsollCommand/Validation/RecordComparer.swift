import CommandLineKit
import ModelFiles
import Plimsoll

/// Plans records and compares what comes out with what was printed.
struct RecordComparer {
  /// Where the config.json files that records name may lie.
  var folders: [String]

  func result(of line: RecordFile.Line) -> RecordResult {
    var result = RecordResult(id: line.id)
    do {
      let record = try line.content.get()
      result.model = record.model
      try compare(record, &result)
      if !result.isCompared { throw Skip(.unplanned, "it says nothing that can be compared") }
    } catch let skip as Skip {
      result.skip = skip
    } catch {
      let failure = error as? any CommandFailure
      result.skip = Skip(.unplanned, failure?.sentence ?? "it cannot be planned")
    }
    return result
  }

  private func compare(_ record: StartRecord, _ result: inout RecordResult) throws {
    if record["engine"] == "V0" { throw Skip(.oldEngine, "the V0 engine is not modelled") }
    if record.isFitted { throw Skip(.fitted, "an input was fitted to the record's own figures") }
    let request = try record.request(configsIn: folders)
    guard let accelerator = request.accelerator else { throw Skip(.unplanned, "no GPU is named") }
    let deployment = request.deployment(on: accelerator)
    let plan = Planner.plan(deployment)
    let evaluation = plan.evaluation
    guard plan.verdict != .unknown, !evaluation.stages.isEmpty, let pool = evaluation.pool else {
      throw Skip(.unplanned, plan.summary)
    }
    let rank = evaluation.stages[evaluation.limitingStage]
    let blockSize = evaluation.placement?.blockSize ?? evaluation.flags.blockSize

    func note(_ quantity: Quantity, _ estimate: Estimate, _ key: String) {
      result.note(quantity, estimate.best.count, record.observedBytes(key), record, estimate)
    }
    note(.weights, rank.loaded, "weights_gib")
    note(.activation, rank.printedPeak(deployment.release.budget), "activation_peak_gib")
    note(.cudaGraphs, rank.cudaGraphs, "cudagraph_gib")
    note(.kvMemory, rank.kvCache, "available_kv_gib")
    let tokens = record.observed("kv_cache_tokens") ?? record.observed("gpu_blocks").map { $0 * Double(blockSize) }
    result.note(.kvTokens, evaluation.tokens, tokens, record)
    if record.tests(Quantity.kvArithmetic.test), let memory = record.observedBytes("available_kv_gib"), memory < 1e15 {
      var fixed = deployment
      fixed.availableKVCacheMemory = Bytes(Int(memory))
      let plan = Planner.plan(fixed)
      let isPlanned = plan.verdict != .unknown && plan.evaluation.pool != nil
      result.note(.kvArithmetic, isPlanned ? plan.evaluation.tokens : nil, tokens, record)
    }
    let needed = pool.largestBlock * evaluation.blocksInFitCheck
    result.note(.kvNeeded, needed.count, record.observedBytes("needed_kv_gib"), record)
    result.note(.blockSize, blockSize, record.observed("attention_block_size"), record)
    if record.tests("verdict"), let outcome = record.outcome {
      result.verdict = VerdictComparison(predicted: plan.verdict, observed: outcome)
    }
  }
}
