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

  /// What was predicted beside what the log prints.
  func comparisons(_ report: LogReport) -> [(name: String, isSize: Bool, predicted: Double, observed: Double)] {
    guard let evaluation = predicted?.evaluation, !evaluation.stages.isEmpty else { return [] }
    let rank = evaluation.stages[evaluation.limitingStage]
    let figures: [(LogFigure, Double?)] = [
      (.weights, rank.loaded.best.gib), (.activation, rank.activation.best.gib), (.graphs, rank.cudaGraphs.best.gib),
      (.available, rank.kvCache.best.gib), (.tokens, evaluation.tokens.map(Double.init)),
      (.concurrency, evaluation.maxConcurrency),
    ]
    return figures.compactMap { figure, predicted in
      guard let predicted, let observed = report[figure] else { return nil }
      return (figure.rawValue, figure.isSize, predicted, observed)
    }
  }
}
