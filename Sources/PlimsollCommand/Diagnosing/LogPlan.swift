import CommandLineKit
import Deployments
import EngineLogs
import ModelFiles
import Plimsoll

/// The deployment of a log planned again, where the log or the command line names all that a plan is a function of.
struct LogPlan {
  /// Planned with the card's total that the log prints, and nothing else of its figures.
  var predicted: Plan?
  /// Planned with the figures that the log prints in place of estimates.
  var measured: Plan?
  /// The longest request that the printed KV memory admits.
  var longest: Int?
  /// What is planned again with a remedy, where its figures may not be those of the log.
  private var base: Deployment?
  /// The same with the KV memory that the log prints.
  private var sized: Deployment?
  /// The GPU that it is planned on.
  var accelerator: LogAccelerator?
  /// Why nothing is planned.
  var reason: String?

  var utilization: Plan.Interval? { measured?.limits?.utilization }

  /// What CUDA reports of a card, in GiB.
  var total: Double? { measured?.deployment.total?.gib }

  static func make(_ report: LogReport, _ command: Diagnose, _ context: Context) -> LogPlan {
    guard !report.isEmpty else { return LogPlan() }
    do {
      return try LogPlan(report, command, context)
    } catch {
      return LogPlan(reason: (error as? any CommandFailure)?.message ?? "it cannot be planned")
    }
  }

  private init(reason: String? = nil) { self.reason = reason }

  private init(_ report: LogReport, _ command: Diagnose, _ context: Context) throws {
    var options = FitOptions()
    let line = report.startLine
    options.model = command.model ?? report[argument: "model"] ?? report[argument: "model_tag"] ?? line?.model
    options.gpu = command.gpu
    options.vllm = command.vllm
    options.offline = true
    if options.vllm == nil, report.release == nil, let release = line?.image?.release,
      case .found = EngineRelease.named(release)
    {
      options.vllm = release
    }
    if options.vllm == nil, let release = report.release, case .found = EngineRelease.named(release) {
      options.vllm = release
    }
    if let total = report[.total] { options.gpuMemory = try? SizeArgument(word: "\(total)GiB") }
    guard options.model != nil else {
      reason = "the log does not name the model: give MODEL"
      return
    }
    if let gpu = options.gpu {
      accelerator = LogAccelerator(id: gpu.name, source: .given)
    } else {
      let (found, reason) = LogAccelerator.find(report)
      guard let found else {
        self.reason = reason
        return
      }
      accelerator = found
      options.gpu = AcceleratorArgument(name: found.id, count: nil)
    }
    let flags = line?.flags ?? Self.flags(report)
    let typed = FitLayers.Typed(settings: [], options: options, serve: flags, revision: nil)
    let request = try FitRequest(FitValues(typed, project: nil), hub: try HubInput.hub(options, context))
    guard let accelerator = request.accelerator else { return }
    var deployment = request.deployment(on: accelerator)
    func bytes(_ figure: LogFigure) -> Bytes? {
      report[figure].flatMap { $0 > 0 && $0 < 1e6 ? Bytes(Int($0 * 1_073_741_824)) : nil }
    }
    let plan = Planner.plan(deployment)
    guard plan.verdict != .unknown else {
      reason = plan.summary
      return
    }
    predicted = plan
    base = deployment
    deployment.measured.weights = bytes(.weights)
    deployment.measured.activation = bytes(.activation)
    deployment.measured.nonTorch = bytes(.nonTorch)
    deployment.measured.cudaGraphs = bytes(.graphs) ?? bytes(.estimatedGraphs)
    deployment.measured.free = bytes(.free)
    measured = Planner.plan(deployment)
    let available = bytes(.available) ?? report.root?["avail"].map { Bytes(Int($0 * 1_073_741_824)) }
    if let available {
      deployment.availableKVCacheMemory = available
      sized = deployment
      longest = Planner.plan(deployment).limits?.maxModelLenByMemory
    }
  }

  /// The arguments as flags; what is none of vLLM's, or has a form that no line can have, is left.
  static func flags(_ report: LogReport) -> ServeFlags {
    var line = ServeArguments(abbreviated: false)
    for argument in report.arguments {
      let name = String(argument.name.map { $0 == "_" ? "-" : $0 })
      var value = argument.value
      if name == "dtype", value.hasPrefix("torch.") { value = String(value.dropFirst(6)) }
      let word: String
      switch value {
      case "True": word = "--" + name
      case "False": word = "--no-" + name
      default: word = "--\(name)=\(value)"
      }
      var next = line
      var rest: ArraySlice<String> = []
      if (try? next.take(word, &rest)) == true { line = next }
    }
    return (try? line.finish()) == nil ? ServeFlags() : line.flags
  }

  /// What becomes of the deployment with a flag; nil where it is not planned, or the flag is none that is.
  ///
  /// Figures of the log stay where the flag leaves them as they are.
  func verdict(with flag: String, _ value: String?) -> Verdict? {
    let deployment: Deployment?
    switch flag {
    case "--max-model-len": deployment = sized ?? measured?.deployment
    case "--gpu-memory-utilization", "--kv-cache-dtype": deployment = measured?.deployment
    default: deployment = base
    }
    guard var deployment else { return nil }
    var line = ServeArguments(abbreviated: false)
    line.flags = deployment.flags
    var rest: ArraySlice<String> = []
    guard (try? line.take(value.map { "\(flag)=\($0)" } ?? flag, &rest)) == true, line.flags != deployment.flags,
      (try? line.finish()) != nil
    else { return nil }
    deployment.flags = line.flags
    return Planner.plan(deployment).verdict
  }

  /// What the engine may have at once, as far as the plan or the log says it.
  func limits(_ report: LogReport) -> LoadLimits {
    let flags = predicted?.evaluation.flags
    func argument(_ name: String) -> Double? { report[argument: name].flatMap { Double($0) } }
    return LoadLimits(
      seats: argument("max_num_seqs") ?? flags.map { Double($0.maxNumSeqs) },
      stepTokens: argument("max_num_batched_tokens") ?? flags.map { Double($0.maxNumBatchedTokens) },
      cacheTokens: report[.tokens])
  }

  /// A figure that was predicted, with the interval that 90 % of starts lie in, beside what the log prints.
  struct Comparison {
    var name: String
    var isSize: Bool
    var predicted: Double
    var low: Double
    var high: Double
    var observed: Double

    /// Logs print hundredths of a GiB.
    var isInside: Bool {
      let slack = isSize ? 0.01 : predicted * 0.001
      return observed >= low - slack && observed <= high + slack
    }
  }

  /// What was predicted beside what the log prints.
  func comparisons(_ report: LogReport) -> [Comparison] {
    guard let evaluation = predicted?.evaluation, !evaluation.stages.isEmpty else { return [] }
    let rank = evaluation.stages[evaluation.limitingStage]
    func size(_ figure: LogFigure, _ estimate: Estimate) -> Comparison? {
      report[figure].map {
        Comparison(
          name: figure.rawValue, isSize: true, predicted: estimate.best.gib, low: estimate.low.gib,
          high: estimate.high.gib, observed: $0)
      }
    }
    // What the cache holds goes with its memory.
    func count(_ figure: LogFigure, _ value: Double?) -> Comparison? {
      guard let value, let observed = report[figure], rank.kvCache.best > .zero else { return nil }
      func share(_ bytes: Bytes) -> Double { max(0, value * bytes.gib / rank.kvCache.best.gib) }
      return Comparison(
        name: figure.rawValue, isSize: false, predicted: value, low: share(rank.kvCache.low),
        high: share(rank.kvCache.high), observed: observed)
    }
    let rule = predicted?.deployment.release.budget
    return [
      size(.weights, rank.loaded), size(.activation, rule.map(rank.printedPeak) ?? rank.activation),
      size(.graphs, rank.cudaGraphs), size(.available, rank.kvCache),
      count(.tokens, evaluation.tokens.map(Double.init)), count(.concurrency, evaluation.maxConcurrency),
    ].compactMap { $0 }
  }
}
