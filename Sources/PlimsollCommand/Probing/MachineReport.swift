import Catalog
import CommandLineKit
import DeviceProbe
import Plimsoll

/// A machine as a person reads it.
struct MachineReport {
  var machine: Machine

  /// Which devices a process started here sees, where variables choose among them.
  var visible: VisibleAccelerators.Choice?

  func write(to context: inout Context) {
    var driver = [machine.driver.map { "driver " + $0 }, machine.cuda.map { "CUDA " + $0 }].compactMap { $0 }
    if machine.devices.contains(where: \.isIntegrated), let memory = machine.hostAvailable {
      driver.append("the host has \(memory.gibText) available")
    }
    if !driver.isEmpty { context.out.line(driver.joined(separator: " · ")) }
    var table = Table([
      .init("GPU", .right), .init("name"), .init("total", .right), .init("free", .right), .init("utilization", .right),
      .init("held by"),
    ])
    for device in machine.devices {
      let number = String(device.index) + (device.slice.map { "." + String($0) } ?? "")
      table.rows.append([
        number, device.name, device.total?.gibText ?? "not known", device.free?.gibText ?? "not known",
        device.utilization().map { "up to " + $0.fixed(2) } ?? "none", Self.holders(device),
      ])
    }
    for line in table.lines(on: context.terminal) { context.out.line(line) }
    for line in Self.paths(machine.devices) { context.out.line(line) }
    if let visible { context.out.line(visible.sentence) }
    for device in machine.devices {
      for note in Self.notes(device) { context.out.line("note: GPU \(device.index): \(note)") }
    }
    for note in machine.notes { context.out.line("note: " + note) }
    if let note = Self.noteOnRanks(machine.devices) { context.out.line("note: " + note) }
    if let requested = machine.devices.first?.requested {
      context.out.line(
        "note: of GPU \(machine.devices[0].index) that is up to \(requested.count) bytes; what a model leaves of them is the "
          + "equal --kv-cache-memory-bytes, rank.kv_cache of 'plimsoll fit MODEL --gpu probe --json'")
    }
  }

  /// How the devices reach each other: a line for each way, those of most pairs last and not counted up.
  private static func paths(_ devices: [ProbedDevice]) -> [String] {
    var ways: [(way: String, pairs: [String])] = []
    for device in devices {
      for path in device.paths where path.to > device.index {
        var way = device.linkedTo.contains(path.to) ? "NVLink" : path.level?.word ?? "not told"
        if path.isPeer == false { way += ", no direct access" }
        let pair = String(device.index) + "-" + String(path.to)
        if let place = ways.firstIndex(where: { $0.way == way }) {
          ways[place].pairs.append(pair)
        } else {
          ways.append((way, [pair]))
        }
      }
    }
    guard let most = ways.indices.max(by: { ways[$0].pairs.count < ways[$1].pairs.count }) else { return [] }
    let last = ways.remove(at: most)
    if !ways.isEmpty, last.pairs.count < 7 { ways.append(last) }
    let lines = ways.map { $0.way + ": " + $0.pairs.joined(separator: " ") }
    let rest = lines.isEmpty ? [last.way] : last.pairs.count < 7 ? [] : [last.way + ": the others"]
    return ["between GPUs: " + (lines + rest).joined(separator: "; ")]
  }

  /// What several ranks leave less of than one.
  private static func noteOnRanks(_ devices: [ProbedDevice]) -> String? {
    let all = devices.compactMap { $0.utilization(ranks: 2) }
    guard devices.count > 1, let least = all.min(), least != devices.compactMap({ $0.utilization() }).min() else {
      return nil
    }
    return "on several GPUs together up to \(least.fixed(2)): their communicators come before vLLM looks"
  }

  private static func holders(_ device: ProbedDevice) -> String {
    guard let processes = device.processes else { return "not told" }
    let unseen = device.unseen.map { "not named: " + $0.gibText }
    if processes.isEmpty { return unseen ?? "nobody" }
    let ordered = processes.ordered { ($0.memory ?? .zero, $1.pid) > ($1.memory ?? .zero, $0.pid) }
    let shown = ordered.prefix(3).map { process in
      (process.name ?? "pid") + " " + String(process.pid) + (process.memory.map { ": " + $0.gibText } ?? "")
    }
    let more = ordered.count > 3 ? ", and \(ordered.count - 3) more" : ""
    return shown.joined(separator: ", ") + more + (unseen.map { ", " + $0 } ?? "")
  }

  private static func notes(_ device: ProbedDevice) -> [String] {
    var notes: [String] = []
    if let failure = device.failure { notes.append(failure) }
    if device.total == nil, device.nvml != nil {
      notes.append("this driver does not tell what it keeps back; --cuda gives the total that vLLM sees")
    }
    if device.isIntegrated {
      notes.append(
        "it lives from the host's memory: vLLM's own processes take of it before it looks, and profiling may take more "
          + "than the budget; \(ProbedDevice.hostReserve.gibText) are left to the host here")
    }
    if device.drivesDisplay == true { notes.append("a screen is attached, and what it shows takes memory of the GPU") }
    if let total = device.total, device.slice == nil,
      let preset = (try? Catalog.gpuMatch(named: device.name))?.device, let known = preset.totalMemory.bytes,
      max(total, known) - min(total, known) > .mib(512)
    {
      notes.append("it has \(total.gibText), and the preset \(preset.id) \(known.gibText)")
    }
    return notes
  }
}
