import Catalog
import CommandLineKit
import ModelFiles
import Plimsoll

/// What a `solve` command line asks, read and looked up: a space, and what its parts are called.
struct SolveRequest {
  @Boxed var fit: FitRequest
  @Boxed var options: SolveOptions
  var space: SearchSpace
  /// What a person should know of how the accelerators were read.
  var notes: [Finding] = []

  /// GPUs of a node where nobody says how many there are.
  private static let usualNode = 8

  init(_ command: Solve, _ values: FitValues, hub: Hub?) throws {
    options = command.options
    let allowed = Set(command.options.allow.flatMap(\.axes))
    var values = values
    var named = command.accelerators
    if named.isEmpty, command.instances.isEmpty, let gpu = values.options.gpu { named = [gpu] }
    // Layouts are what is searched: COUNT bounds them and is no tensor parallel size.
    values.options.gpu?.count = nil
    // Of this machine's devices as many are looked at as are searched, below.
    if named.contains(where: \.isThisMachine) { values.options.gpu = nil }
    let fit = try FitRequest(values, hub: hub)
    self.fit = fit
    let nodes = fit.options.nodes
    for type in command.instances { named.append(try AcceleratorInput.instance(type, nodes: nodes)) }
    var inputs: [(input: AcceleratorInput, count: Int?)] = []
    for argument in named {
      inputs.append(
        argument.isThisMachine
          ? try Self.visible(argument.count, nodes, fit)
          : (try AcceleratorInput.read(argument.name), argument.count))
    }
    if command.options.allGPUs {
      let devices = try Catalog.gpus().filter { $0.backend.isModelled && $0.hasKnownTotal }
      inputs = devices.map { (AcceleratorInput(device: $0), nil) }
    }
    if inputs.isEmpty, let unnamed = fit.accelerator { inputs = [(unnamed, fit.count)] }
    guard !inputs.isEmpty else {
      throw UsageError(
        code: "missing-argument", message: "no accelerators to search: give --gpu NAME:COUNT, --instance, or --all-gpus"
      )
    }
    let variants = try Self.variants(command, fit, allowed)
    let prices = try Self.prices(command.options.prices, of: inputs.map(\.input.device))
    var starts: [SearchSpace.Start] = []
    for (input, count) in inputs {
      if let note = input.note { notes.append(Finding("gpu-name", .note, note)) }
      notes += input.probed?.findings ?? []
      let isAlone = input.device.mig != nil || input.device.isIntegrated
      let known = count ?? fit.count ?? (isAlone ? 1 : Self.usualNode) * nodes
      if count == nil, fit.count == nil, !command.options.allGPUs {
        notes.append(
          Finding(
            "accelerator-count-assumed", .note,
            "layouts go up to \(known) of \(input.device.id); --gpu \(input.device.id):COUNT says how many there are"))
      }
      try AcceleratorArgument.checkSearched(known)
      if nodes > 1, known % nodes != 0 {
        throw UsageError(
          code: "bad-count", message: "--nodes: \(known) accelerators do not divide over \(nodes) nodes")
      }
      for variant in variants {
        var deployment = fit.deployment(on: input)
        deployment.count = nil
        if let shape = variant.shape {
          (deployment.model, deployment.checkpoint) = (shape, nil)
          // Records are of the checkpoint as it is.
          deployment.calibrations = []
        }
        for record in deployment.calibrations {
          notes.append(
            Finding(
              "calibrated", .note,
              "\(record.layout) of \(input.device.id) is held to record \(record.record) of this site"))
        }
        starts.append(
          SearchSpace.Start(
            deployment, count: known, price: prices[input.device.id], quantization: variant.name))
      }
    }
    space = SearchSpace(starts)
    try command.axes.fill(&space, fit.flags, allowed: allowed)
    space.gates.minConcurrency = fit.options.minConcurrency
    space.gates.minKVTokens = fit.options.minKVTokens
    space.gates.minHeadroom = fit.options.minHeadroom?.bytes
    space.gates.admitsTight = command.options.tight
    space.gates.guaranteesFullLength = command.options.guarantee != nil
    space.workload = fit.workload
    space.raisesSequences = command.options.goal == .concurrency
    if command.options.goal == .cost, !prices.isEmpty, prices.count < Set(inputs.map(\.input.device.id)).count {
      let missing = inputs.map(\.input.device.id).filter { prices[$0] == nil }
      throw UsageError(
        code: "missing-price",
        message:
          "--price: with prices, every GPU needs one to be ranked by cost; missing: \(missing.joined(separator: ", "))")
    }
    try refuseContradictions()
  }

  /// The devices of this machine, as many of them as are there of those asked for on each node.
  private static func visible(
    _ asked: Int?, _ nodes: Int, _ fit: FitRequest
  ) throws -> (input: AcceleratorInput, count: Int?) {
    guard let environment = fit.values.environment else {
      throw UsageError(code: "no-probe", message: "--gpu probe: no machine is looked at here; name the GPU")
    }
    let visible = try VisibleAccelerators(try MachineInput(environment).look(), environment)
    let there = visible.devices.count
    let wanted = asked.map { $0 / max(1, nodes) } ?? there
    guard wanted <= there else {
      throw UsageError(
        code: "too-few-devices", message: "--gpu probe: \(wanted) GPUs are asked for, and this machine shows \(there)")
    }
    // A search tries layouts over all of them: what several ranks hold before vLLM looks comes off for every one.
    return (try visible.input(wanted, ranks: wanted, release: fit.release), asked ?? there * nodes)
  }

  /// The forms of the weights that are tried: a shape where it is another than that given.
  private static func variants(
    _ command: Solve, _ fit: FitRequest, _ allowed: Set<AllowArgument.Axis>
  ) throws -> [(name: String?, shape: ModelShape?)] {
    var names: [String] = []
    var found: [(name: String?, shape: ModelShape?)] = []
    let given = fit.options.whatIf?.quantization.text
    let listed = command.axes.words[.quantization]?.values
    if let listed {
      names = listed
    } else {
      found.append((given, nil))
      if allowed.contains(.quantization), given == nil { names = ["fp8", "awq"] }
    }
    for name in names {
      if name == "none" {
        found.append((nil, nil))
        continue
      }
      do {
        let whatIf = try WhatIfArgument(word: name).quantization
        let shape = try ArchitectureTable.shape(
          of: fit.model.config, quantization: fit.model.quantization, quantizedAtLoad: fit.flags.quantization,
          whatIf: whatIf)
        found.append((name, shape))
      } catch let error as ValueError {
        throw UsageError.badValue("--what-if-quantization", error)
      } catch let error as ModelConfigError {
        // Of what was merely allowed, a form that this model does not take is left out.
        if listed != nil { throw InputFailure(code: error.code, message: "\(fit.model.id): \(error.message)") }
      }
    }
    return found
  }

  /// Prices by the id of the preset.
  private static func prices(_ given: [PriceArgument], of devices: [Device]) throws -> [String: Double] {
    var prices: [String: Double] = [:]
    for entry in given {
      let id = try AcceleratorInput.read(entry.gpu).device.id
      guard devices.contains(where: { $0.id == id }) else {
        throw UsageError(
          code: "unused-price",
          message: "--price: \(id) is none of the accelerators searched: "
            + devices.map(\.id).joined(separator: ", "))
      }
      prices[id] = entry.price
    }
    return prices
  }
}
