import Catalog
import CommandLineKit
import DeviceProbe
import Plimsoll

/// What the driver said of the devices that a deployment is planned on.
struct ProbedMemory {
  /// The least total among them.
  var total: Bytes
  /// The least that is free for vLLM among them.
  var free: Bytes?
  /// The least for several ranks of a model, among all devices that may be used; nil where ``free`` is of several.
  var freeOfSeveral: Bytes?
  var driver: String?
  var findings: [Finding] = []
}

/// The devices of this machine that a process started here may use, in the order in which it sees them.
struct VisibleAccelerators {
  var devices: [ProbedDevice]
  private var notes: [String] = []
  private var driver: String?

  init(_ machine: Machine, _ environment: (String) -> String?) throws(DeviceFailure) {
    driver = machine.driver
    let all = machine.devices.filter(\.isUsable)
    if let choice = Self.choice(of: machine, environment) {
      devices = choice.devices
      notes = choice.notes
      if devices.isEmpty, !all.isEmpty { throw DeviceFailure(code: "no-device", message: choice.sentence) }
    } else {
      devices = Self.shown(machine)
    }
    if devices.isEmpty {
      let why = machine.devices.compactMap(\.failure).first ?? "the driver shows no device that can be used"
      throw DeviceFailure(code: "no-device", message: why)
    }
    for device in machine.devices { if let why = device.failure { notes.append("GPU \(device.index): \(why)") } }
  }

  /// The accelerator to plan for: the preset of the devices' name, with what the driver says of the first so many.
  ///
  /// - Parameters:
  ///   - count: How many are used.
  ///   - ranks: How many of them share one model.
  func input(_ count: Int, ranks: Int, release: EngineRelease) throws(DeviceFailure) -> AcceleratorInput {
    let used = devices.prefix(max(1, count))
    let totals = used.compactMap(\.total)
    guard let total = totals.min(), totals.count == used.count, let first = used.first else {
      throw DeviceFailure(
        code: "no-total",
        message:
          "this driver does not tell what it keeps of the GPU's memory; 'plimsoll probe --cuda' asks CUDA, and its "
          + "total goes to --gpu-memory")
    }
    let frees = used.compactMap { $0.freeForEngine(release, ranks: ranks) }
    var memory = ProbedMemory(total: total, free: frees.count == used.count ? frees.min() : nil)
    if ranks == 1 {
      let all = devices.compactMap { $0.freeForEngine(release, ranks: 2) }
      memory.freeOfSeveral = all.count == devices.count ? all.min() : nil
    }
    var input: AcceleratorInput
    if let match = try? Catalog.gpuMatch(named: first.name) {
      input = AcceleratorInput(device: match.device)
      if let known = match.device.totalMemory.bytes, max(total, known) - min(total, known) > .mib(512) {
        memory.add("the driver says \(total.gibText), and the preset \(match.device.id) has \(known.gibText)")
      }
    } else {
      input = .unnamed(total)
      input.device.name = first.name
      if let capability = first.capability { input.device.computeCapability = capability }
      input.note = "'\(first.name)' is no preset: planned from its memory and compute capability"
    }
    if first.isIntegrated { input.device.memoryKind = .integrated }
    if Set(used.map(\.name)).count > 1 {
      memory.add("the GPUs are of several kinds; all are planned as \(first.name), with the least memory among them")
    }
    for device in used {
      var holders = (device.processes ?? []).compactMap { process in
        process.memory.map { "\(process.name ?? "pid") \(process.pid) holds \($0.gibText)" }
      }
      holders = Array(holders.prefix(3))
      if let unseen = device.unseen { holders.append("processes that are not named here hold \(unseen.gibText)") }
      if !holders.isEmpty { memory.add("GPU \(device.index): " + holders.joined(separator: ", ")) }
    }
    for note in notes { memory.add(note) }
    memory.driver = driver
    input.probed = memory
    return input
  }
}

extension ProbedMemory {
  fileprivate mutating func add(_ note: String) { findings.append(Finding("probe", .note, note)) }
}

extension ProbedDevice {
  /// Something is known of its memory.
  var isUsable: Bool { nvml != nil || cudaTotal != nil }
}
