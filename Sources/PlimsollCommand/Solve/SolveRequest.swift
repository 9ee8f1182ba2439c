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
    let fit = try FitRequest(values, hub: hub)
    self.fit = fit
    let nodes = fit.options.nodes
    for type in command.instances { named.append(try AcceleratorInput.instance(type, nodes: nodes)) }
    var inputs: [(input: AcceleratorInput, count: Int?)] = []
    for argument in named { inputs.append((try AcceleratorInput.read(argument.name), argument.count)) }
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
      let isAlone = input.device.mig != nil || input.device.isIntegrated
      let known = count ?? fit.count ?? (isAlone ? 1 : Self.usualNode) * nodes
      if count == nil, fit.count == nil, !command.options.allGPUs {
        notes.append(
          Finding(
            "accelerator-count-assumed", .note,
            "layouts go up to \(known) of \(input.device.id); --gpu \(input.device.id):COUNT says how many there are"))
      }
      if nodes > 1, known % nodes != 0 {
        throw UsageError(
          code: "bad-count", message: "--nodes: \(known) accelerators do not divide over \(nodes) nodes")
      }
      for variant in variants {
        var deployment = fit.deployment(on: input)
        deployment.count = nil
        if let shape = variant.shape { (deployment.model, deployment.checkpoint) = (shape, nil) }
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

  /// Demands of which no configuration could have all.
  private func refuseContradictions() throws(UsageError) {
    func least(_ sizes: [Int]?) -> Int { sizes?.min() ?? 1 }
    let needed = least(space.tensor) * least(space.pipeline) * least(space.data)
    let most = space.starts.map(\.count).max() ?? 1
    if needed > most {
      throw UsageError(
        code: "contradiction",
        message: "the smallest layout asked for takes \(needed) accelerators (TP \(least(space.tensor)), PP "
          + "\(least(space.pipeline)), DP \(least(space.data))) and \(most) are there")
    }
    if let wanted = space.gates.minConcurrency {
      let seats: Int? =
        switch space.sequences {
        case .each(let values): values.max()
        case .most(let range): range?.upperBound ?? fit.flags.maxNumSeqs
        }
      let engines = space.workload == nil ? 1 : space.data?.max() ?? space.starts.map(\.count).max() ?? 1
      if let seats, Double(seats) * Double(engines) < wanted {
        throw UsageError(
          code: "contradiction",
          message: "--min-concurrency \(Number.text(wanted, 0)) needs as many sequences, and --max-num-seqs admits "
            + "\(seats)")
      }
    }
    if let wanted = space.gates.minHeadroom, let largest = space.starts.compactMap(\.deployment.total).max(),
      wanted >= largest
    {
      throw UsageError(
        code: "contradiction",
        message: "--min-headroom \(wanted.gibText) is all of the \(largest.gibText) that a GPU has")
    }
    try refuseEndless()
  }

  /// Cells that nobody would wait for: what cannot be solved has to be bounded.
  private func refuseEndless() throws(UsageError) {
    func count(_ reach: SearchSpace.Reach) -> Int { if case .each(let values) = reach { values.count } else { 1 } }
    let axes: [(name: String, count: Int)] = [
      ("--max-model-len", count(space.lengths)), ("--max-num-seqs", count(space.sequences)),
      ("--max-num-batched-tokens", space.batchedTokens.count),
      ("--gpu-memory-utilization", space.utilizations.count), ("--kv-cache-dtype", space.kvCacheDTypes.count),
      ("--cpu-offload-gb", space.offload.count),
      ("--gpu", space.starts.reduce(0) { $0 + min($1.count * $1.count, 1 << 20) }),
    ]
    var cells = 1.0
    for axis in axes { cells *= Double(axis.count) }
    guard cells > 2e9, let widest = axes.max(by: { $0.count < $1.count }) else { return }
    throw UsageError(
      code: "too-many-cells",
      message: "the space has about \(Number.text(cells / 1e9, 0)) billion cells; bound \(widest.name), which has "
        + "\(widest.count) values, or give it as a range, of which the most that fits is found")
  }
}
