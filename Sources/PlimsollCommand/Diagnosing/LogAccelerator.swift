import Catalog
import CommandLineKit
import Deployments
import EngineLogs
import Plimsoll

/// The GPU of a log: by the name that one of its lines has, else by the memory that it prints.
struct LogAccelerator {
  enum Source: String {
    case given, log, memory
  }

  var id: String
  var source: Source
  /// What else it could be.
  var note: String?

  /// How far what CUDA reports of a card moves between drivers.
  private static let tolerance = 0.1

  /// Nil with the reason where the log does not say enough.
  static func find(_ report: LogReport) -> (found: LogAccelerator?, reason: String) {
    for name in report.gpus {
      for name in [name, "NVIDIA " + name, "AMD Instinct " + name] {
        if let match = try? Catalog.gpuMatch(named: name) {
          return (LogAccelerator(id: match.device.id, source: .log, note: match.note), "")
        }
      }
    }
    guard let total = report[.total] else { return (nil, "the log does not say which GPU it is: give --gpu") }
    let size = total.fixed(2) + " GiB"
    func distance(_ device: Device) -> Double { abs((device.totalMemory.bytes?.gib ?? .infinity) - total) }
    let devices = ((try? Catalog.gpus()) ?? []).filter { distance($0) <= tolerance }
    guard let nearest = devices.min(by: { distance($0) < distance($1) }) else {
      return (nil, "the log does not name the GPU, and none that is built in has \(size): give --gpu")
    }
    let ids = devices.map(\.id).joined(separator: ", ")
    let isOneKind = devices.allSatisfy { $0.computeCapability == nearest.computeCapability && $0.gfx == nearest.gfx }
    guard isOneKind else { return (nil, "the log does not name the GPU, and \(size) may be \(ids): give --gpu") }
    let note = "the log does not name the GPU; \(size) is what \(ids) has"
    return (LogAccelerator(id: nearest.id, source: .memory, note: note), "")
  }
}

extension LogReport {
  /// The line that starts the server, where no arguments are printed that a person gave.
  var startLine: ServeLine? {
    guard !hasGivenArguments else { return nil }
    for command in commands {
      if let line = try? ServeLine.read(["sh", "-c", command]), line.model != nil { return line }
    }
    return nil
  }
}
