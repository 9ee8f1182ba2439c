package import Plimsoll

/// What NVML says is held on a device.
package struct NVMLMemory: Equatable, Sendable {
  /// What the board has: more than CUDA gives out.
  package var total: Bytes
  /// What the driver keeps; nil from drivers that do not tell.
  package var reserved: Bytes?
  package var free: Bytes

  package init(total: Bytes, reserved: Bytes?, free: Bytes) {
    self.total = total
    self.reserved = reserved
    self.free = free
  }
}

/// A process that holds memory of a device.
package struct DeviceProcess: Equatable, Sendable {
  package var pid: Int
  /// Its command; nil where it runs in another container.
  package var name: String?
  /// What it holds; nil where the driver does not tell.
  package var memory: Bytes?

  package init(pid: Int, name: String?, memory: Bytes?) {
    self.pid = pid
    self.name = name
    self.memory = memory
  }
}

/// How one device reaches another.
package struct DevicePath: Equatable, Sendable {
  /// The other's number on the bus.
  package var to: Int
  /// The nearest that both hang on; nil where the driver does not tell.
  package var level: Level?
  /// Whether one may read the other's memory without the host; nil where the driver does not tell.
  package var isPeer: Bool?

  package init(to: Int, level: Level?, isPeer: Bool?) {
    self.to = to
    self.level = level
    self.isPeer = isPeer
  }

  /// `nvmlGpuTopologyLevel_t` of nvml.h.
  package enum Level: Int32, CaseIterable, Sendable {
    case board = 0
    case bridge = 10
    case bridges = 20
    case hostBridge = 30
    case node = 40
    case system = 50

    /// As 'nvidia-smi topo -m' abbreviates it; it has no name for two GPUs of one board.
    package var word: String {
      switch self {
      case .board: "BOARD"
      case .bridge: "PIX"
      case .bridges: "PXB"
      case .hostBridge: "PHB"
      case .node: "NODE"
      case .system: "SYS"
      }
    }
  }
}

/// One device of this machine as its driver describes it: a GPU, or a slice of one.
package struct ProbedDevice: Equatable, Sendable {
  /// Its number in the order of the bus, which NVML and nvidia-smi use.
  package var index: Int
  /// Its number in CUDA's order, which `CUDA_VISIBLE_DEVICES` makes; nil where CUDA does not show it or was not asked.
  package var cudaOrdinal: Int?
  package var name: String
  package var vendor: Vendor = .nvidia
  package var uuid: String?
  package var busID: String?
  package var capability: ComputeCapability?
  package var nvml: NVMLMemory?
  /// CUDA's total, which vLLM reads.
  package var cudaTotal: Bytes?
  /// What CUDA has free inside a context of this tool's own.
  package var cudaFree: Bytes?
  /// Who holds the rest; nil where that is not told.
  package var processes: [DeviceProcess]?
  /// Whether the GPU is in MIG mode; nil where it knows none.
  package var isMIG: Bool?
  /// The number of the slice within its GPU; nil for a whole GPU.
  package var slice: Int?
  package var hasECC: Bool?
  package var drivesDisplay: Bool?
  package var isPersistent: Bool?
  /// How many NVLinks are up.
  package var linkCount: Int?
  /// The devices that it reaches over NVLink.
  package var linkedTo: [Int] = []
  /// How each other device is reached.
  package var paths: [DevicePath] = []
  package var isIntegrated = false
  /// Why the device said less than it should.
  package var failure: String?

  package init(index: Int, name: String) {
    self.index = index
    self.name = name
  }
}

extension ProbedDevice {
  /// The total to plan with: CUDA's, else NVML's without what the driver keeps, never NVML's alone.
  package var total: Bytes? {
    cudaTotal ?? nvml.flatMap { memory in memory.reserved.map { max(.zero, memory.total - $0) } }
  }

  /// What is free for a new process: CUDA's figure, else NVML's.
  package var free: Bytes? { cudaFree ?? nvml?.free }
}

/// A machine's devices, and what their driver is.
package struct Machine: Equatable, Sendable {
  package var driver: String?
  package var cuda: String?
  package var devices: [ProbedDevice] = []
  /// What the host could still give (`MemAvailable`), from which integrated devices live; and all it has.
  package var hostAvailable: Bytes?
  package var hostTotal: Bytes?
  /// What could not be asked, in sentences.
  package var notes: [String] = []

  package init() {}

  /// What Windows' Linux changes: no process is named there, so that a list of none says nothing.
  package mutating func isInWSL() {
    notes.append("in WSL the driver names no processes, and Windows holds memory too")
    for place in devices.indices where devices[place].processes?.isEmpty == true { devices[place].processes = nil }
  }
}
