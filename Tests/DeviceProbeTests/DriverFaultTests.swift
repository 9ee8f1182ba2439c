import Foundation
import Plimsoll
import Testing

@testable import DeviceProbe

@Suite("A driver that does not do as it should")
struct DriverFaultTests {
  @Test(
    "a code that is given after the start is told with its function",
    arguments: [3, 4, 9, 12, 15, 18, 999])
  func count(code: Int) throws {
    let standIn = try StandIn("COUNT_CODE=\(code)", "NO_CUDA")
    defer { standIn.remove() }
    let failure = #expect(throws: DriverFailure.self) { try standIn.look() }
    #expect(failure == .call(interface: .nvml, function: "nvmlDeviceGetCount_v2", code: Int32(code)))
    #expect(DriverFailure.meaning(.nvml, Int32(code)) != nil)
  }

  @Test(
    "one device that may not be asked, or is gone, does not hide the others",
    arguments: [(4, "may not ask"), (9, "not loaded"), (15, "fallen off"), (17, "blocks"), (999, "no name for")])
  func handle(code: Int, says: String) throws {
    let standIn = try StandIn("LOST=0", "HANDLE_CODE=\(code)")
    defer { standIn.remove() }
    let devices = try standIn.look().devices
    #expect(devices.map { $0.failure?.contains(says) } == [true, nil])
    #expect(devices.map(\.total) == [nil, Bytes(85_029_158_912)])
  }

  @Test("a GPU that falls off the bus while it is asked keeps its name and says what happened")
  func falls() throws {
    let standIn = try StandIn("FALLS=1")
    defer { standIn.remove() }
    let devices = try standIn.look().devices
    #expect(devices[1].name == "NVIDIA H100 80GB HBM3")
    #expect(devices[1].nvml == nil && devices[1].total == nil)
    #expect(devices[1].isIntegrated == false)
    #expect(
      devices[1].failure
        == "nvmlDeviceGetMemoryInfo of NVML gave 15: the GPU has fallen off the bus; the machine has to be restarted")
    #expect(devices[0].failure == nil)
  }

  @Test("a driver that keeps more than there is leaves nothing, and no less than nothing")
  func reserve() throws {
    let standIn = try StandIn("RESERVED=~0ull")
    defer { standIn.remove() }
    #expect(try standIn.look().devices[0].total == .zero)
  }

  @Test("in WSL a list of no processes says nothing about who holds memory")
  func wsl() {
    var machine = Machine()
    var (first, second) = (ProbedDevice(index: 0, name: "a"), ProbedDevice(index: 1, name: "b"))
    first.processes = []
    second.processes = [DeviceProcess(pid: 7, name: nil, memory: nil)]
    machine.devices = [first, second]
    machine.isInWSL()
    #expect(machine.devices[0].processes == nil)
    #expect(machine.devices[1].processes?.count == 1)
    #expect(machine.notes.count == 1)
  }
}

@Suite("How devices are ordered and reach each other")
struct TopologyTests {
  @Test("what two GPUs both hang on is NVML's level of it, and direct access is its own answer")
  func paths() throws {
    let standIn = try StandIn("DEVICES=5")
    defer { standIn.remove() }
    // NVML_TOPOLOGY_SINGLE 10 within a pair, HOSTBRIDGE 30 within four, SYSTEM 50 beyond.
    let first = try standIn.look().devices[0]
    #expect(first.linkedTo == [1])
    #expect(
      first.paths == [
        DevicePath(to: 1, level: .bridge, isPeer: true), DevicePath(to: 2, level: .hostBridge, isPeer: true),
        DevicePath(to: 3, level: .hostBridge, isPeer: true), DevicePath(to: 4, level: .system, isPeer: false),
      ])
  }

  @Test("a driver that does not tell the level gives none")
  func noLevel() throws {
    let standIn = try StandIn("NO_TOPOLOGY")
    defer { standIn.remove() }
    #expect(try standIn.look().devices[0].paths == [DevicePath(to: 1, level: nil, isPeer: true)])
  }

  @Test("GPUs of several kinds are numbered by CUDA, without a context, unless the bus's order is asked for")
  func mixed() throws {
    let standIn = try StandIn("MIXED")
    defer { standIn.remove() }
    let devices = try standIn.look().devices
    #expect(devices.map(\.name) == ["NVIDIA L4", "NVIDIA H100 80GB HBM3"])
    // The stand-in shows CUDA the last device first.
    #expect(devices.map(\.cudaOrdinal) == [1, 0])
    #expect(devices.allSatisfy { $0.cudaFree == nil })
    let paths = MachineProbe.Paths(nvml: standIn.path, cuda: standIn.path, rocm: standIn.path)
    let inOrder = try MachineProbe(paths: paths, isInOrderOfBus: true).look().devices
    #expect(inOrder.map(\.cudaOrdinal) == [nil, nil])
    let alike = try StandIn()
    defer { alike.remove() }
    #expect(try alike.look().devices.map(\.cudaOrdinal) == [nil, nil])
  }

  @Test("an integrated device has CUDA's total, though no context was asked for")
  func integrated() throws {
    let standIn = try StandIn("MEMORY_CODE=3", "INTEGRATED", "DEVICES=1")
    defer { standIn.remove() }
    let machine = try standIn.look()
    #expect(machine.devices.map(\.total) == [Bytes(85_029_158_912)])
    #expect(machine.devices[0].free == machine.hostAvailable)
  }
}

@Suite("AMD's libraries")
struct AMDTests {
  /// 206,141,652,992 bytes in all, 300 MiB of them held.
  static let free = Bytes(206_141_652_992) - .mib(300)

  @Test("the newer library is asked where the older is not there: GPUs of all sockets, and no CPU")
  func newer() throws {
    let standIn = try StandIn("NO_NVML", "NO_CUDA", "AMD_SMI")
    defer { standIn.remove() }
    let devices = try standIn.look().devices
    #expect(devices.map(\.index) == [0, 1])
    #expect(devices.map(\.name) == ["AMD Instinct MI300X", "AMD Instinct MI300X"])
    #expect(devices.map(\.free) == [Self.free, Self.free])
    #expect(devices.map(\.uuid?.last) == ["0", "1"])
    // 1 << 16 | 0x1b << 8 | 2 << 3 | 1 is domain 1, bus 1b, device 2, function 1.
    #expect(devices[0].busID == "0001:1B:02.1")
  }

  @Test("the older library comes first, and is given up for the newer where it fails")
  func order() throws {
    let both = try StandIn("NO_NVML", "NO_CUDA", "ROCM", "AMD_SMI")
    defer { both.remove() }
    #expect(try both.look().devices.map(\.uuid) == ["GPU-1a2b3c4d5e6f7081"])
  }

  @Test("a device of AMD's that is gone does not hide the others")
  func lost() throws {
    let standIn = try StandIn("NO_NVML", "NO_CUDA", "AMD_SMI", "AMD_LOST")
    defer { standIn.remove() }
    let devices = try standIn.look().devices
    #expect(devices.map(\.failure) == [nil, "amdsmi_get_gpu_memory_total of AMD SMI gave 31"])
  }

  @Test(
    "where a library of AMD's is there, its failure is told and not that NVIDIA's is missing",
    arguments: [
      ("ROCM", 8, "rsmi_init of ROCm SMI gave 8: the driver amdgpu is not loaded"),
      ("ROCM", 4, "rsmi_init of ROCm SMI gave 4: this user may not ask"),
      ("AMD_SMI", 34, "amdsmi_init of AMD SMI gave 34: the driver amdgpu is not loaded"),
    ])
  func failure(library: String, code: Int, says: String) throws {
    let standIn = try StandIn("NO_NVML", "NO_CUDA", library, "AMD_CODE=\(code)")
    defer { standIn.remove() }
    let failure = #expect(throws: DriverFailure.self) { try standIn.look() }
    #expect(failure?.sentence.hasPrefix(says) == true)
  }
}
