import CommandLineKit
import EngineLogs
import ModelFiles
import Plimsoll

/// In what a running server is not the one that was planned.
struct PlanDrift {
  var plan: SavedPlan

  /// - Parameter blocks: Of this engine's cache, as it tells.
  func findings(_ load: EngineLoad, blocks: Int?) -> [WatchFinding] {
    let flags = otherFlags(load)
    var findings: [WatchFinding] = []
    if !flags.isEmpty {
      let list = flags.map { "--\($0.flag) \($0.runs) and not \($0.planned)" }.joined(separator: ", ")
      findings.append(
        WatchFinding(
          code: "flags-drifted", severity: .warning, message: "the server runs with other flags than planned: " + list,
          remedies: [
            WatchRemedy(arguments: flags.flatMap { $0.words($0.planned) }, says: "start it as planned"),
            WatchRemedy(arguments: flags.flatMap { $0.words($0.runs) }, says: "or plan it as it runs"),
          ]))
    }
    if let blocks, blocks > 0, !plan.blockBounds.contains(blocks) {
      let share = (Double(blocks) / Double(plan.blocks) - 1) * 100
      let side = share < 0 ? "less" : "more"
      let bounds = "\(plan.blockBounds.lowerBound.grouped) to \(plan.blockBounds.upperBound.grouped)"
      let why =
        flags.isEmpty ? "" : "; its flags are others"
      findings.append(
        WatchFinding(
          code: "blocks-drifted", severity: .warning,
          message: "the cache has \(blocks.grouped) blocks, \(share.magnitude.fixed(1)) % \(side) than the "
            + "\(plan.blocks.grouped) planned (90 % of starts: \(bounds))" + why,
          remedies: flags.isEmpty
            ? [
              WatchRemedy(
                says: share < 0
                  ? "see what else holds memory of the GPU (plimsoll probe), and give the log of its start to calibrate"
                  : "give the log of its start to calibrate, so that the next plan is nearer")
            ] : []))
    }
    if let planned = plan.promptLength, let seen = load.promptLength, seen > planned * 1.25 {
      findings.append(
        WatchFinding(
          code: "lengths-drifted", severity: .warning,
          message: "prompts have \(seen.fixed(0, grouped: true)) tokens in the mean, and were planned with "
            + planned.fixed(0, grouped: true),
          remedies: [WatchRemedy(says: "plan again with the lengths that come: --lengths p50=…,p95=…")]))
    }
    return findings
  }

  private struct OtherFlag {
    var flag: String
    var runs: String
    var planned: String

    /// The flag with a value; none where it is not to be set.
    func words(_ value: String) -> [String] { value == PlanDrift.unset ? [] : ["--" + flag, value] }
  }

  private static let unset = "unset"

  /// What `cache_config_info` tells and the plan says otherwise. Python writes `None` where a release or an engine
  /// does not know, which is no difference.
  private func otherFlags(_ load: EngineLoad) -> [OtherFlag] {
    let runs = load.sample.cacheConfig
    var others: [OtherFlag] = []
    func number(_ name: String) -> Double? { runs[name].flatMap { Double($0) } }
    let isSizedByHand = plan.flags["kv_cache_memory_bytes"]?.amount != nil || number("kv_cache_memory_bytes") != nil
    if let share = number("gpu_memory_utilization"), !isSizedByHand, abs(share - plan.utilization) > 0.0005 {
      others.append(OtherFlag(flag: "gpu-memory-utilization", runs: share.fixed(2), planned: plan.utilization.fixed(2)))
    }
    // Blocks of hybrid models are sized by the engine, and old releases go on telling what was asked for.
    if plan.hasOneGroup, let size = load.sample.configured("block_size"), let planned = plan.blockSize,
      size != planned
    {
      others.append(OtherFlag(flag: "block-size", runs: String(size), planned: String(planned)))
    }
    if let dtype = runs["cache_dtype"], let planned = plan.flags["kv_cache_dtype"]?.word, dtype != planned,
      planned.hasPrefix("fp8") != dtype.hasPrefix("fp8"), planned != "auto"
    {
      others.append(OtherFlag(flag: "kv-cache-dtype", runs: dtype, planned: planned))
    }
    for name in ["kv_cache_memory_bytes", "num_gpu_blocks_override"] {
      let (seen, planned) = (number(name), plan.flags[name]?.amount)
      guard let text = runs[name], seen != planned, seen != nil || text == "None" else { continue }
      others.append(
        OtherFlag(
          flag: String(name.map { $0 == "_" ? "-" : $0 }), runs: seen.map { $0.fixed(0) } ?? Self.unset,
          planned: planned.map { $0.fixed(0) } ?? Self.unset))
    }
    return others
  }

  /// Memory of this machine's GPUs that is more than the deployment should take.
  func findings(_ devices: [DriverUse]) -> [WatchFinding] {
    guard let planned = plan.memory else { return [] }
    return devices.compactMap { device in
      // A hundredth of the card for what the driver keeps for other ends.
      guard device.used > planned.upperBound + Bytes(device.total.count / 100) else { return nil }
      return WatchFinding(
        code: "memory-drifted", severity: .warning,
        message: "GPU \(device.index) has \(device.used.gibText) in use, and the plan takes "
          + "\(planned.upperBound.gibText) at most",
        remedies: [WatchRemedy(says: "see who holds it: plimsoll probe")])
    }
  }
}
