import Catalog
import CommandLineKit
import ModelFiles
import Plimsoll

/// `solve --all-models`: for every built-in model and each GPU, the fewest that start with default flags.
struct SolveCatalog {
  private var command: Solve
  private var options: FitOptions { command.fit.options }

  init(_ command: Solve) { self.command = command }

  func run(_ context: inout Context) throws -> Int32 {
    guard command.options.csv else {
      throw UsageError(code: "missing-option", message: "--all-models writes a long table; give --csv with it")
    }
    guard command.axes.words.isEmpty, command.fit.rest.isEmpty else {
      throw UsageError(
        code: "options-exclude", message: "--all-models plans one set of flags; ranges and lines belong to one MODEL")
    }
    let release: EngineRelease
    switch EngineRelease.named(options.vllm ?? EngineRelease.newest.name) {
    case .found(let found): release = found
    default:
      throw UsageError(
        code: "unknown-release", message: "--vllm: '\(options.vllm ?? "")' is no release that is modelled")
    }
    var devices: [Device] = []
    if command.options.allGPUs {
      devices = try Catalog.gpus().filter { $0.backend.isModelled && $0.hasKnownTotal }
    }
    for argument in command.accelerators { devices.append(try AcceleratorInput.read(argument.name).device) }
    guard !devices.isEmpty else {
      throw UsageError(code: "missing-argument", message: "no accelerators to search: give --gpu or --all-gpus")
    }
    context.out.line("model,gpu,verdict,accelerators,max_model_len,kv_tokens,max_concurrency,reason")
    for preset in try Catalog.models() {
      guard let shape = try? ArchitectureTable.shape(of: preset.config, quantization: preset.quantization) else {
        for device in devices { context.out.line("\(preset.id),\(device.id),unknown,,,,,architecture-not-modelled") }
        continue
      }
      var deployment = Deployment(model: shape, device: devices[0], flags: command.fit.serve, release: release)
      var known: [Kin: [Int: Evaluation]] = [:]
      for device in devices {
        deployment.device = device
        context.out.line("\(preset.id),\(device.id)," + row(&deployment, &known[Kin(device), default: [:]]))
      }
      try context.out.flushIfLong()
    }
    return 0
  }

  /// What of a device weights, caches and rules depend on: of a kin they are counted once.
  private struct Kin: Hashable {
    var capability: ComputeCapability?
    var backend: Backend
    var gfx: String?
    var isIntegrated: Bool

    init(_ device: Device) {
      (capability, backend, gfx) = (device.computeCapability, device.backend, device.gfx)
      isIntegrated = device.isIntegrated
    }
  }

  private func row(_ deployment: inout Deployment, _ known: inout [Int: Evaluation]) -> String {
    var code = "does-not-fit"
    for (index, (tensor, pipeline)) in Deployment.layouts.prefix(4).enumerated() {
      let base = known[index]
      if let base, let total = deployment.total, base.stages.contains(where: { $0.loaded.best > total }) { continue }
      deployment.flags.tensorParallelSize = tensor
      deployment.flags.pipelineParallelSize = pipeline
      let evaluation = deployment.evaluate(reusing: base, checksRules: base == nil)
      if base == nil { known[index] = evaluation }
      if let unknown = deployment.unknown(evaluation) { return "unknown,,,,,\(unknown.code)" }
      if let broken = evaluation.violations.first {
        code = broken.rule.rawValue
      } else if evaluation.cacheProblem != nil {
        code = "attention-backend"
      } else if evaluation.starts {
        let figures = [
          evaluation.startsSurely ? "fits" : "tight", String(evaluation.parallelism.worldSize),
          String(evaluation.maxModelLen), evaluation.tokens.map { String($0) } ?? "",
          evaluation.maxConcurrency.map { Number.text($0, 2) } ?? "", "",
        ]
        return figures.joined(separator: ",")
      } else {
        code = "does-not-fit"
      }
    }
    return "does-not-fit,,,,,\(code)"
  }
}
