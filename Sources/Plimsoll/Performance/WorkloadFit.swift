/// What a deployment makes of a workload: how many of its requests run at once, and what happens beyond.
public struct WorkloadFit: Hashable, Sendable {
  public var workload: Workload
  /// What a running request holds, in tokens.
  public var held: Workload.Held
  /// The same in blocks of the pool.
  public var footprint: Footprint
  /// Blocks that requests of one engine can hold, by the best estimate.
  public var blocks: Int
  /// Engines that share the requests out.
  public var engines: Int
  /// Requests that the flags let one engine run.
  public var seats: Int
  /// The share of requests that are too long for max-model-len.
  public var tooLong: Double

  /// Deviations that the pool keeps free: it is full 2 % of the time.
  public static let margin = 2.0

  /// Nil where nothing is kept of a request, or max-model-len admits none.
  public init?(_ workload: Workload, on evaluation: Evaluation) {
    guard let held = workload.held(maxModelLen: evaluation.maxModelLen),
      let footprint = evaluation.footprint(of: workload)
    else { return nil }
    self.workload = workload
    self.held = held
    self.footprint = footprint
    blocks = evaluation.usableBlocks()
    engines = evaluation.parallelism.data
    seats = evaluation.flags.maxNumSeqs
    tooLong = workload.share(beyond: evaluation.maxModelLen)
  }

  /// The requests that the pool of one engine sustains.
  public func sustained(margin: Double = Self.margin) -> Int { footprint.sustained(by: blocks, margin: margin) }

  /// The requests that all engines sustain together, by the pool and by the seats that the flags give.
  public var running: Int { min(sustained(), seats) * engines }
}

extension Workload {
  /// The lengths in words.
  public var text: String {
    let prefix = sharedPrefix > 0 ? ", the first \(Deployment.grouped(sharedPrefix)) of them common" : ""
    switch lengths {
    case .whole(let tokens): return "requests of \(tokens.text) tokens\(prefix)"
    case .divided(let prompt, let answer):
      return "prompts of \(prompt.text) tokens\(prefix), answers of \(answer.text)"
    }
  }

  /// Whether any of its lengths is more than one number, and so lognormal.
  public var isSpread: Bool {
    switch lengths {
    case .whole(let tokens): tokens.spread > 0
    case .divided(let prompt, let answer): prompt.spread > 0 || answer.spread > 0
    }
  }

  /// What it finds on a deployment that does not hold it.
  public func findings(on evaluation: Evaluation) -> [Finding] {
    guard evaluation.pool.map({ !$0.isEmpty }) == true else { return [] }
    let length = Deployment.grouped(evaluation.maxModelLen)
    var findings: [Finding] = []
    func warn(_ code: String, _ message: String) { findings.append(Finding(code, .warning, message)) }
    guard let fit = WorkloadFit(self, on: evaluation) else {
      warn("workload-too-long", "no request of the workload has room in --max-model-len \(length)")
      return findings
    }
    if fit.tooLong > 0.001 {
      warn(
        "workload-too-long",
        "\(Self.percent(fit.tooLong)) of the requests are longer than --max-model-len \(length): vLLM refuses them or cuts "
          + "them short")
    }
    if sharedPrefix > 0, !evaluation.flags.enablePrefixCaching {
      warn("prefix-not-cached", "without prefix caching each request holds the common prefix itself")
    }
    guard let concurrency else { return findings }
    let each = concurrency.dividedRoundingUp(by: fit.engines)
    let engines = fit.engines > 1 ? " (\(Deployment.grouped(each)) on each of \(fit.engines) engines)" : ""
    let asked = "--concurrency \(Deployment.grouped(concurrency))\(engines)"
    if each > fit.sustained() {
      warn(
        "concurrency-beyond-pool",
        "\(asked): the pool sustains \(Deployment.grouped(fit.sustained())) requests of the workload; with all of them "
          + "running it is full \(Self.percent(fit.footprint.overflow(of: fit.blocks, at: each))) of the time, and vLLM then "
          + "preempts a request and computes it again")
    }
    if each > fit.seats {
      warn(
        "concurrency-beyond-seqs",
        "\(asked): --max-num-seqs \(Deployment.grouped(fit.seats)) runs fewer, and the others wait")
    }
    return findings
  }

  /// A share as a reader sees it.
  static func percent(_ share: Double) -> String {
    let percent = share * 100
    if percent > 99.95 { return "100 %" }
    if percent > 0, percent < 0.05 { return "less than 0.1 %" }
    return Bytes.fixed(percent, percent < 9.95 ? 1 : 0) + " %"
  }
}

extension WorkloadFit {
  /// What runs at once, in one line.
  public var text: String {
    let perEngine = engines > 1 ? " on each of \(engines) engines" : ""
    let held = Deployment.grouped(Int(held.mean.rounded()))
    let lengths = workload.isSpread ? " (lognormal)" : ""
    func count(_ margin: Double) -> String { Deployment.grouped(sustained(margin: margin)) }
    return workload.text + lengths
      + ": a running one holds \(held) on average; \(count(2)) at once\(perEngine) fill the "
      + "pool 2 % of the time, \(count(3)) 0.1 %, \(count(0)) half of it"
  }
}
