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
    if let idle = idleOption {
      throw UsageError(
        code: "options-exclude",
        message: "\(idle): --all-models tables what starts with default flags; name a MODEL to ask for more")
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

  /// An option that would change nothing of the table, though it asks for something.
  private var idleOption: String? {
    let own = command.options
    let given: [(name: String, isGiven: Bool)] = [
      ("--goal", own.goal != .balanced), ("--top", own.top != SolveOptions().top), ("--allow", !own.allow.isEmpty),
      ("--price", !own.prices.isEmpty), ("--guarantee", own.guarantee != nil),
      ("--gpu NAME:COUNT", command.accelerators.contains { $0.count != nil }),
      ("--instance", !command.instances.isEmpty), ("--nodes", options.nodes != 1),
      ("--gpu-memory", options.gpuMemory != nil), ("--gpu-free", options.gpuFree != nil),
      ("--what-if-quantization", options.whatIf != nil), ("--available-kv-cache-memory", options.available != nil),
      ("--checkpoint-bytes", options.checkpointBytes != nil), ("--measured", !options.measured.isEmpty),
      ("--min-concurrency", options.minConcurrency != nil), ("--min-kv-tokens", options.minKVTokens != nil),
      ("--min-headroom", options.minHeadroom != nil),
    ]
    return given.first { $0.isGiven }?.name
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
