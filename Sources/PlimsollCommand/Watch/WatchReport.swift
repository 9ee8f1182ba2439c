import CommandLineKit
import EngineLogs
import Plimsoll

/// What one look at a server comes to.
struct WatchReport {
  /// Where it was looked at, for a person.
  var source: String
  var plan: SavedPlan?
  var engines: [Engine]
  var devices: [DriverUse]?
  var findings: [WatchFinding]

  /// An engine, and what holds it back.
  struct Engine {
    var load: EngineLoad
    var verdict: LoadVerdict
    /// Blocks and tokens of its cache.
    var blocks: Int?
    var tokens: Double?
    var tokensPerRequest: Double?
  }

  /// - Parameters:
  ///   - history: What was seen since the watch began.
  ///   - replanner: Asked only where something is to be planned again.
  init(
    _ reader: MetricsReader, source: String, plan: SavedPlan?, history: WatchHistory, devices: [DriverUse]?,
    replanner: () -> Replanner?
  ) {
    self.source = source
    self.plan = plan
    self.devices = devices
    engines = []
    findings = []
    let several = reader.engines.count > 1
    for sample in reader.engines {
      let load = history.load(sample)
      let sharers = reader.engines.count { $0.model == sample.model && $0.place == sample.place }
      // A front end with several engines tells the blocks of all (v1/engine/core_client.py, "Sum num_gpu_blocks from all
      // engines"), and tells the tokens of one.
      let blocks = sample.configured("num_gpu_blocks").map { $0 / max(1, sharers) }
      let tokens = Self.tokens(sample, blocks: blocks, plan)
      let limits = LoadLimits(
        seats: plan.map { Double($0.seats) }, stepTokens: plan.map { Double($0.stepTokens) }, cacheTokens: tokens)
      var verdict = limits.verdict(load, busiest: history.busiest(load))
      let advice = WatchAdvice(
        load: load, tokens: tokens, plan: plan, replanner: verdict.isCrossed ? replanner() : nil)
      let name = several ? Self.name(load) : nil
      if let message = Self.message(verdict, load, plan) {
        findings.append(
          WatchFinding(
            code: verdict.rawValue, severity: verdict.isCrossed ? .error : .note, engine: name, message: message,
            remedies: advice.remedies(for: verdict)))
      }
      if let plan {
        let drift = PlanDrift(plan: plan).findings(load, blocks: blocks)
        findings += drift.map { finding in
          var finding = finding
          finding.engine = name
          return finding
        }
        if !drift.isEmpty, !verdict.isCrossed, verdict != .unknown { verdict = .drifted }
      }
      if load.restarted {
        findings.append(
          WatchFinding(
            code: "engine-restarted", severity: .warning, engine: name,
            message: "the engine began anew since the last look: its counters fell"))
      }
      if load.isAsleep {
        findings.append(
          WatchFinding(code: "engine-asleep", severity: .note, engine: name, message: "the engine is put to sleep"))
      }
      engines.append(
        Engine(
          load: load, verdict: verdict, blocks: blocks, tokens: tokens, tokensPerRequest: advice.tokensPerRequest))
    }
    if let plan, let devices { findings += PlanDrift(plan: plan).findings(devices) }
    noteReading(reader)
  }

  /// Tokens that an engine's cache holds: as it tells since 0.24, else the plan's by the blocks that it has, else its
  /// blocks times their size, which is right where all layers cache alike.
  private static func tokens(_ sample: EngineSample, blocks: Int?, _ plan: SavedPlan?) -> Double? {
    if let told = sample.configured("kv_cache_size_tokens"), told > 0 { return Double(told) }
    if let plan, let planned = plan.tokens {
      return Double(planned) * (blocks.map { Double($0) / Double(plan.blocks) } ?? 1)
    }
    guard let blocks, let size = sample.configured("block_size") else { return nil }
    return Double(blocks) * Double(size)
  }

  static func name(_ load: EngineLoad) -> String {
    ([load.model, "engine " + load.engine] + [load.place.isEmpty ? nil : load.place]).compactMap { $0 }
      .joined(separator: ", ")
  }

  private mutating func noteReading(_ reader: MetricsReader) {
    func note(_ code: String, _ message: String) {
      findings.append(WatchFinding(code: code, severity: .note, message: message))
    }
    if reader.oddValues > 0 {
      note("odd-values", "\(reader.oddValues) values are none: NaN, infinite, below 0, or a share above 1; left out")
    }
    if reader.repeated > 0 { note("repeated-series", "\(reader.repeated) series stand twice; the last counts") }
    if reader.kind == .metrics, reader.brokenLines > 0 {
      note("broken-lines", "\(reader.brokenLines) lines are no metrics; left out")
    }
  }
}

extension WatchReport {
  /// The gravest of what holds the engines back, and the memory of GPUs.
  var verdict: LoadVerdict {
    let all = engines.map(\.verdict)
    let gravest = LoadVerdict.allCases.first { verdict in verdict.isCrossed && all.contains(verdict) }
    if let gravest { return gravest }
    if findings.contains(where: { $0.code == "memory-drifted" }) { return .drifted }
    if all.contains(.unknown) { return .unknown }
    // What is too large is so with all its engines.
    return [.healthy, .oversized].first { all.contains($0) } ?? .noLoad
  }

  var exitStatus: Int32 { verdict.isCrossed ? 1 : verdict == .unknown ? 4 : 0 }

  /// One sentence that a person can act on.
  var summary: String {
    let verdict = verdict
    let found = findings.first { $0.code == verdict.rawValue } ?? findings.first { $0.code.hasSuffix("-drifted") }
    if let found, verdict != .healthy, verdict != .noLoad {
      return (found.engine.map { $0 + ": " } ?? "") + found.message
    }
    let running = engines.reduce(0) { $0 + ($1.load.running ?? 0) }
    let waiting = engines.reduce(0) { $0 + ($1.load.waiting ?? 0) }
    if verdict == .noLoad { return "nothing runs and nothing waits" }
    return "\(running.fixed(0)) run, \(waiting.fixed(0)) wait, and nothing holds them back"
  }

  private static func message(_ verdict: LoadVerdict, _ load: EngineLoad, _ plan: SavedPlan?) -> String? {
    func count(_ number: Double?) -> String { (number ?? 0).fixed(0, grouped: true) }
    let use = ((load.cacheUse ?? 0) * 100).fixed(1) + " %"
    let waiting = "\(count(load.waiting)) requests wait"
    switch verdict {
    case .kvBound:
      guard let lost = load.preemptionsPerMinute, lost > 0 else {
        return "the KV cache is full: \(use) of it is in use and \(waiting)"
      }
      let rate = lost.fixed(lost < 10 ? 1 : 0)
      return "the KV cache is full: \(rate) requests a minute lose their cache and start over, \(use) is in use, "
        + waiting
    case .seatBound:
      let seats = plan.map { "all \($0.seats.grouped) seats are taken" } ?? "\(count(load.running)) run"
      return "seats are short: \(seats), \(waiting), and only \(use) of the KV cache is in use"
    case .prefillBound:
      let step = load.medianStep.map { step in
        let most = step.most.isFinite ? " to \(count(step.most))" : " on"
        return ", the median step takes \(count(step.above))" + most + " tokens"
      }
      return "prompts wait for their turn: \(waiting) though seats and cache are free (\(use))" + (step ?? "")
    case .oversized:
      let span = load.seconds == nil ? "at this look" : "at the busiest since the watch began"
      return "it has more than the load takes: \(use) of the KV cache is in use, and less than "
        + "\((LoadLimits.idleCache * 100).fixed(0)) % \(span)"
    case .unknown: return "it does not tell how many requests run, or how full its cache is"
    case .drifted, .healthy, .noLoad: return nil
    }
  }
}
