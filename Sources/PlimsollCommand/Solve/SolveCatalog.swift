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
    let traits = devices.map { DeviceTraits($0) }
    context.out.line("model,gpu,verdict,accelerators,max_model_len,kv_tokens,max_concurrency,reason")
    for preset in try Catalog.models() {
      guard let shape = try? ArchitectureTable.shape(of: preset.config, quantization: preset.quantization) else {
        for device in devices { context.out.line("\(preset.id),\(device.id),unknown,,,,,architecture-not-modelled") }
        continue
      }
      var sweep = DeviceSweep(
        Deployment(model: shape, device: devices[0], flags: command.fit.serve, release: release))
      for (device, traits) in zip(devices, traits) {
        context.out.line("\(preset.id),\(device.id)," + row(sweep.answer(on: device, traits)))
      }
      try context.out.flushIfLong()
    }
    return 0
  }

  private func row(_ answer: DeviceSweep.Answer) -> String {
    let verdict = answer.verdict.rawValue
    if let code = answer.code { return "\(verdict),,,,,\(code)" }
    return [
      verdict, String(answer.accelerators), String(answer.maxModelLen), answer.tokens.map { String($0) } ?? "",
      answer.concurrency.map { Number.text($0, 2) } ?? "", "",
    ].joined(separator: ",")
  }
}
