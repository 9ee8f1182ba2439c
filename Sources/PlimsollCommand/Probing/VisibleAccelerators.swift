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
  var driver: String?
  var findings: [Finding] = []
}

/// The devices of this machine that a process started here may use, in the order in which it sees them.
struct VisibleAccelerators {
  var devices: [ProbedDevice]
  private var notes: [String] = []
  private var driver: String?

  /// `CUDA_VISIBLE_DEVICES` holds numbers, or the beginnings of identities `GPU-…` and `MIG-…`; what follows the first
  /// word that is none is hidden, as CUDA has it. Numbers count in CUDA's order, which for devices of one kind is the bus's.
  init(_ machine: Machine, _ environment: (String) -> String?) throws(DeviceFailure) {
    let all = machine.devices.filter { $0.nvml != nil || $0.cudaTotal != nil }
    devices = all
    driver = machine.driver
    let isAMD = all.contains { $0.vendor == .amd }
    let variable = isAMD ? "HIP_VISIBLE_DEVICES" : "CUDA_VISIBLE_DEVICES"
    if let list = environment(variable) {
      devices = []
      for word in list.split(separator: ",", omittingEmptySubsequences: false) {
        let found = Self.device(word.filter { $0 != " " }, all)
        guard let found, !devices.contains(found) else { break }
        devices.append(found)
      }
      let isByNumber = list.first.map { $0.isNumber } ?? false
      let isMixed = Set(all.map(\.name)).count > 1
      if isByNumber, isMixed, !isAMD, environment("CUDA_DEVICE_ORDER") != "PCI_BUS_ID" {
        notes.append(
          "GPUs of several kinds are numbered fastest first by CUDA, and by the bus here; CUDA_DEVICE_ORDER=PCI_BUS_ID makes "
            + "the two one")
      }
      if devices.isEmpty {
        throw DeviceFailure(code: "no-device", message: "\(variable)=\(list) shows none of the machine's devices")
      }
    }
    if devices.isEmpty {
      let why = machine.devices.compactMap(\.failure).first ?? "the driver shows no device that can be used"
      throw DeviceFailure(code: "no-device", message: why)
    }
  }

  private static func device(_ word: String, _ all: [ProbedDevice]) -> ProbedDevice? {
    if let number = Int(word) {
      if let shown = all.first(where: { $0.cudaOrdinal == number }) { return shown }
      return number >= 0 ? all.first { $0.index == number } : nil
    }
    guard word.hasPrefix("GPU-") || word.hasPrefix("MIG-") else { return nil }
    return all.first { $0.uuid?.hasPrefix(word) ?? false }
  }

  /// The accelerator to plan for: the preset of the devices' name, with what the driver says of the first so many.
  func input(_ count: Int, release: EngineRelease) throws(DeviceFailure) -> AcceleratorInput {
    let used = devices.prefix(max(1, count))
    let totals = used.compactMap(\.total)
    guard let total = totals.min(), totals.count == used.count, let first = used.first else {
      throw DeviceFailure(
        code: "no-total",
        message:
          "this driver does not tell what it keeps of the GPU's memory; 'plimsoll probe --cuda' asks CUDA, and its "
          + "total goes to --gpu-memory")
    }
    let frees = used.compactMap { $0.freeForEngine(release) }
    var memory = ProbedMemory(total: total, free: frees.count == used.count ? frees.min() : nil)
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
      let holders = (device.processes ?? []).compactMap { process in
        process.memory.map { "\(process.name ?? "pid") \(process.pid) holds \($0.gibText)" }
      }
      if !holders.isEmpty { memory.add("GPU \(device.index): " + holders.prefix(3).joined(separator: ", ")) }
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
