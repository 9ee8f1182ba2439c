import CommandLineKit
import Deployments
import EngineLogs
import ModelFiles
import Plimsoll

/// A start that a log tells of, with what the command line adds: its record, and the plan that it is held against.
struct StartInput {
  var record: CalibrationRecord
  var deployment: Deployment

  /// - Throws: ``InputFailure`` where neither the log nor the command line says what was started, or on what; whatever
  ///   `fit` has to say of a deployment that is none.
  init(
    _ report: LogReport, kept: (remainder: Bytes, free: Bytes)?, log: String, _ command: Calibrate, _ context: Context
  ) throws {
    func missing(_ what: String, _ option: String) -> InputFailure {
      InputFailure(code: "log-incomplete", message: "\(log): it does not say \(what); \(option) does")
    }
    let fit = command.fit
    var options = fit.options
    options.model = command.model ?? report[argument: "model"] ?? report[argument: "model_tag"]
    guard options.model != nil else { throw missing("which model was started", "--model") }
    if options.vllm == nil {
      guard let said = report.release else { throw missing("which release of vLLM ran", "--vllm RELEASE") }
      // In a line that is a text of JSON the escaped end of the line stands behind it.
      let release = String(said.prefix { $0 != "\\" && $0 != "\"" })
      guard case .found = EngineRelease.named(release) else {
        throw InputFailure(
          code: "log-incomplete",
          message: "\(log): '\(release)' is no release that is modelled; --vllm says whose rules it follows")
      }
      options.vllm = release
    }
    guard options.gpu != nil else { throw missing("which GPU it ran on", "--gpu" + Self.likely(report[.total])) }
    options.store = "none"
    var flags = LogPlan.flags(report)
    if flags.gpuMemoryUtilization == nil, let share = report[.utilization], share > 0, share <= 1 {
      flags.gpuMemoryUtilization = share
    }
    if flags.maxModelLen == nil, let length = report[.concurrencyLength], length >= 1, length < 1e9 {
      flags.maxModelLen = .tokens(Int(length))
    }
    for setting in fit.typed where setting.target == .flag {
      do throws(FlagError) {
        try flags.apply(name: setting.name, values: setting.values)
      } catch {
        throw UsageError(code: "bad-value", message: error.reason, suggestions: error.suggestions)
      }
    }
    let typed = FitLayers.Typed(settings: [], options: options, serve: flags, revision: fit.revision)
    var values = FitValues(typed, project: nil)
    if options.gpu?.name.lowercased() == "probe" { values.environment = context.environment }
    let request = try FitRequest(values, hub: try HubInput.hub(options, context))
    guard let accelerator = request.accelerator else { throw missing("which GPU it ran on", "--gpu") }
    var printed = PrintedStart(report)
    if let kept {
      printed.remainder = kept.remainder + request.release.budget.suggestionMargin
      printed.free = kept.free
    }
    if let cache = options.compileCache { printed.compiled = cache == .cold }
    deployment = request.deployment(on: accelerator)
    deployment.compileCache = printed.compiled.map { $0 ? .cold : .warm }
    let plan = Planner.plan(deployment)
    if plan.verdict == .unknown { throw InputFailure(code: "not-modelled", message: "\(log): \(plan.summary)") }
    record = CalibrationRecord(
      host: command.host ?? SiteRecords.hostName(context.environment), gpu: accelerator.device.id,
      gpuMemory: deployment.totalMemory, driver: command.driver, release: request.release, model: request.model.id,
      shape: request.model.shape.fingerprint, entryPoint: options.entryPoint, flags: request.flags,
      environment: request.environmentPairs, printed: printed, log: FilePaths.lastName(log))
    guard Calibration(record: record.id, of: deployment, printing: printed) != nil else {
      throw InputFailure(
        code: "nothing-measured", message: "\(log): no line of it has a figure that this release's plan has too")
    }
  }

  /// The GPUs that have a printed total, as a hint.
  private static func likely(_ total: Double?) -> String {
    guard let total else { return "" }
    return " (\(total.fixed(2)) GiB is what it prints of its memory)"
  }
}
