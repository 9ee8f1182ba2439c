import DeviceProbe
import ModelFiles
import Plimsoll

/// A machine as one JSON document (`plimsoll.probe/1`), written and read back: between processes, and to replay one.
enum MachineJSON {
  /// - Parameters:
  ///   - visible: What a process that is started here sees, in its order.
  ///   - isRaw: For the process that asked for it: without what is worked out from the figures.
  static func document(_ machine: Machine, visible: [ProbedDevice] = [], isRaw: Bool = false) -> JSON {
    [
      "schema": "plimsoll.probe/1",
      "driver": ["version": text(machine.driver), "cuda": text(machine.cuda)],
      "host": ["available_bytes": size(machine.hostAvailable), "total_bytes": size(machine.hostTotal)],
      "accelerators": .array(machine.devices.map { device($0, visible, isRaw) }),
      "notes": .array(machine.notes.map { .string($0) }),
    ]
  }

  private static func device(_ device: ProbedDevice, _ visible: [ProbedDevice], _ isRaw: Bool) -> JSON {
    [
      "index": .integer(device.index), "cuda_index": number(device.cudaOrdinal),
      "visible_index": number(visible.firstIndex(of: device)), "name": .string(device.name),
      "vendor": .string(device.vendor.rawValue), "uuid": text(device.uuid), "pci_bus_id": text(device.busID),
      "compute_capability": text(device.capability?.text), "total_bytes": size(device.total),
      "free_bytes": size(device.free), "gpu_memory_utilization_max": share(isRaw ? nil : device.utilization()),
      "gpu_memory_utilization_max_several": share(isRaw ? nil : device.utilization(ranks: 2)),
      "requested_bytes": size(isRaw ? nil : device.requested),
      "nvml": device.nvml.map {
        [
          "total_bytes": size($0.total), "reserved_bytes": size($0.reserved), "free_bytes": size($0.free),
        ]
      } ?? .null,
      "cuda": device.cudaTotal == nil && device.cudaFree == nil
        ? .null : ["total_bytes": size(device.cudaTotal), "free_bytes": size(device.cudaFree)],
      "processes": device.processes.map { .array($0.map(process)) } ?? .null,
      "mig": flag(device.isMIG), "mig_slice": number(device.slice), "ecc": flag(device.hasECC),
      "display": flag(device.drivesDisplay), "persistence": flag(device.isPersistent),
      "nvlinks": number(device.linkCount), "nvlink_to": .array(device.linkedTo.map { .integer($0) }),
      "paths": .array(device.paths.map(path)),
      "integrated": .bool(device.isIntegrated), "failure": text(device.failure),
    ]
  }

  private static func process(_ process: DeviceProcess) -> JSON {
    ["pid": .integer(process.pid), "name": text(process.name), "bytes": size(process.memory)]
  }

  private static func path(_ path: DevicePath) -> JSON {
    ["to": .integer(path.to), "level": text(path.level?.word), "peer": flag(path.isPeer)]
  }

  private static func share(_ share: Double?) -> JSON { share.map { .number($0) } ?? .null }
  private static func text(_ text: String?) -> JSON { text.map { .string($0) } ?? .null }
  private static func size(_ size: Bytes?) -> JSON { number(size?.count) }
  private static func number(_ number: Int?) -> JSON { number.map { .integer($0) } ?? .null }
  private static func flag(_ flag: Bool?) -> JSON { flag.map { .bool($0) } ?? .null }
}

extension MachineJSON {
  /// The machine that such a document describes; nil where it is none. Keys that are absent are not known.
  static func machine(_ document: JSON) -> Machine? {
    guard case .string("plimsoll.probe/1")? = document["schema"], case .array(let list)? = document["accelerators"]
    else { return nil }
    var machine = Machine()
    machine.driver = string(document["driver"]?["version"])
    machine.cuda = string(document["driver"]?["cuda"])
    machine.hostAvailable = bytes(document["host"]?["available_bytes"])
    machine.hostTotal = bytes(document["host"]?["total_bytes"])
    if case .array(let notes)? = document["notes"] { machine.notes = notes.compactMap { string($0) } }
    for (place, entry) in list.enumerated() {
      guard let name = string(entry["name"]) else { return nil }
      machine.devices.append(device(entry, name, place))
    }
    return machine
  }

  private static func device(_ entry: JSON, _ name: String, _ place: Int) -> ProbedDevice {
    var device = ProbedDevice(index: integer(entry["index"]) ?? place, name: name)
    device.cudaOrdinal = integer(entry["cuda_index"])
    device.vendor = string(entry["vendor"]).flatMap { Vendor(rawValue: $0) } ?? .nvidia
    device.uuid = string(entry["uuid"])
    device.busID = string(entry["pci_bus_id"])
    device.capability = string(entry["compute_capability"]).flatMap { ComputeCapability($0) }
    if let memory = entry["nvml"], let total = bytes(memory["total_bytes"]), let free = bytes(memory["free_bytes"]) {
      device.nvml = NVMLMemory(total: total, reserved: bytes(memory["reserved_bytes"]), free: free)
    }
    device.cudaTotal = bytes(entry["cuda"]?["total_bytes"])
    device.cudaFree = bytes(entry["cuda"]?["free_bytes"])
    if case .array(let list)? = entry["processes"] {
      device.processes = list.compactMap { process in
        integer(process["pid"]).map {
          DeviceProcess(pid: $0, name: string(process["name"]), memory: bytes(process["bytes"]))
        }
      }
    }
    device.isMIG = flag(entry["mig"])
    device.slice = integer(entry["mig_slice"])
    device.hasECC = flag(entry["ecc"])
    device.drivesDisplay = flag(entry["display"])
    device.isPersistent = flag(entry["persistence"])
    device.linkCount = integer(entry["nvlinks"])
    if case .array(let list)? = entry["nvlink_to"] { device.linkedTo = list.compactMap { integer($0) } }
    if case .array(let list)? = entry["paths"] {
      device.paths = list.compactMap { path in
        guard let to = integer(path["to"]) else { return nil }
        let word = string(path["level"])
        return DevicePath(
          to: to, level: DevicePath.Level.allCases.first { $0.word == word }, isPeer: flag(path["peer"]))
      }
    }
    device.isIntegrated = flag(entry["integrated"]) ?? false
    device.failure = string(entry["failure"])
    return device
  }

  private static func string(_ value: JSON?) -> String? { if case .string(let text)? = value { text } else { nil } }
  private static func flag(_ value: JSON?) -> Bool? { if case .bool(let flag)? = value { flag } else { nil } }
  private static func integer(_ value: JSON?) -> Int? {
    if case .integer(let number)? = value, (0...1 << 50).contains(number) { number } else { nil }
  }
  private static func bytes(_ value: JSON?) -> Bytes? { integer(value).map { Bytes($0) } }
}
