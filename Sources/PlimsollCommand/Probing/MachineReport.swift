import Catalog
import CommandLineKit
import DeviceProbe
import Plimsoll

/// A machine as a person reads it.
struct MachineReport {
  var machine: Machine

  /// The largest `--gpu-memory-utilization`, in whole hundredths, whose share of the total is free: vLLM refuses to
  /// start with less (`request_memory`, vllm/v1/worker/utils.py, release 0.33.0).
  ///
  /// CUDA's figure has a context in it already, as vLLM's has. From NVML's the cost of one is taken off first.
  static func utilization(_ device: ProbedDevice) -> Double? {
    let release = EngineRelease.newest
    guard let total = device.total, total > .zero, let free = device.freeForEngine(release) else { return nil }
    for hundredths in stride(from: 100, through: 1, by: -1) {
      let share = Double(hundredths) / 100
      if release.budget.requested(ofTotal: total, utilization: share) <= free { return share }
    }
    return nil
  }

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
        Self.utilization(device).map { "up to " + $0.fixed(2) } ?? "none", Self.holders(device),
      ])
    }
    for line in table.lines(on: context.terminal) { context.out.line(line) }
    for device in machine.devices {
      for note in Self.notes(device) { context.out.line("note: GPU \(device.index): \(note)") }
    }
    for note in machine.notes { context.out.line("note: " + note) }
  }

  private static func holders(_ device: ProbedDevice) -> String {
    guard let processes = device.processes else { return "not told" }
    if processes.isEmpty { return "nobody" }
    let ordered = processes.ordered { ($0.memory ?? .zero, $1.pid) > ($1.memory ?? .zero, $0.pid) }
    let shown = ordered.prefix(3).map { process in
      (process.name ?? "pid") + " " + String(process.pid) + (process.memory.map { ": " + $0.gibText } ?? "")
    }
    let more = ordered.count > 3 ? ", and \(ordered.count - 3) more" : ""
    return shown.joined(separator: ", ") + more
  }

  private static func notes(_ device: ProbedDevice) -> [String] {
    var notes: [String] = []
    if let failure = device.failure { notes.append(failure) }
    if device.total == nil, device.nvml != nil {
      notes.append("this driver does not tell what it keeps back; --cuda gives the total that vLLM sees")
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

extension ProbedDevice {
  /// What vLLM will have free when it looks: CUDA's figure has a context in it, as vLLM's has; from NVML's the worst cost
  /// of one is taken off first.
  func freeForEngine(_ release: EngineRelease) -> Bytes? {
    cudaFree ?? nvml.map { max(.zero, $0.free - release.terms.fitted.startCostSingle.worst) }
  }
}
