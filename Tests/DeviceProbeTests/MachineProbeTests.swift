import Foundation
import Plimsoll
import Testing

@testable import DeviceProbe

@Suite("What a machine has")
struct MachineProbeTests {
  /// The stand-in: NVML's 85,520,809,984 bytes, of which the driver keeps 491,651,072; CUDA's 85,029,158,912.
  static let total = Bytes(85_520_809_984)
  static let cudaTotal = Bytes(85_029_158_912)

  @Test("NVML's total without what the driver keeps is CUDA's, so that no context is needed")
  func plain() throws {
    let standIn = try StandIn()
    defer { standIn.remove() }
    let machine = try standIn.look()
    #expect(machine.driver == "575.57.08")
    #expect(machine.cuda == "12.9")
    #expect(machine.devices.count == 2)
    let device = machine.devices[0]
    #expect(device.name == "NVIDIA H100 80GB HBM3")
    #expect(device.nvml?.total == Self.total)
    #expect(device.total == Self.cudaTotal)
    #expect(device.cudaTotal == nil)
    #expect(device.capability == ComputeCapability(9, 0))
    #expect(device.busID == "00000000:1B:00.0")
    #expect(device.hasECC == true && device.isPersistent == true && device.drivesDisplay == true)
    #expect(machine.devices[1].drivesDisplay == false)
    #expect(device.linkCount == 12)
    #expect(device.linkedTo == [1])
    #expect(device.isMIG == nil)
    // The second holds a GiB.
    #expect(machine.devices[1].free == Self.cudaTotal - .gib(1))
  }

  @Test("who holds memory is asked for again until all of them are told")
  func processes() throws {
    let standIn = try StandIn()
    defer { standIn.remove() }
    let machine = try standIn.look()
    let own = try #require(machine.devices[0].processes?.first)
    #expect(own.pid == Int(ProcessInfo.processInfo.processIdentifier))
    // Its memory is the value that stands for none; its name is this process's own.
    #expect(own.memory == nil)
    #expect(own.name != nil)
    #expect(machine.devices[1].processes?.count == 80)
    #expect(machine.devices[1].processes?.last?.memory == .mib(8))
  }

  @Test("processes that may not be seen are not said to be none")
  func hidden() throws {
    let standIn = try StandIn("HIDES_PROCESSES")
    defer { standIn.remove() }
    #expect(try standIn.look().devices[0].processes == nil)
  }

  @Test("an old driver tells no reserve: its plain total is not planned with")
  func old() throws {
    let standIn = try StandIn("OLD")
    defer { standIn.remove() }
    let device = try standIn.look().devices[0]
    #expect(device.nvml == NVMLMemory(total: Self.total, reserved: nil, free: Self.total - .gib(1)))
    #expect(device.total == nil)
    #expect(try standIn.look(asksCUDA: true).devices[0].total == Self.cudaTotal)
  }

  @Test("CUDA's order is not the bus's: devices are joined by their identity")
  func order() throws {
    let standIn = try StandIn()
    defer { standIn.remove() }
    let devices = try standIn.look(asksCUDA: true).devices
    #expect(devices.map(\.index) == [0, 1])
    // The stand-in shows CUDA the last device first.
    #expect(devices.map(\.cudaOrdinal) == [1, 0])
    #expect(devices.map(\.cudaTotal) == [Self.cudaTotal, Self.cudaTotal])
    // Each has a GiB less free than the one before, asked for in a context of its own that was given back.
    #expect(devices.map(\.free) == [Self.cudaTotal - .gib(1), Self.cudaTotal - .gib(2)])
  }

  @Test("a device without room for a context keeps NVML's figures and says why")
  func full() throws {
    let standIn = try StandIn("FULL")
    defer { standIn.remove() }
    let device = try standIn.look(asksCUDA: true).devices[0]
    #expect(device.cudaFree == nil)
    #expect(device.total == Self.cudaTotal)
    #expect(device.failure == "cuDevicePrimaryCtxRetain of CUDA gave 2: the device has no memory left for a context")
  }

  @Test("a GPU in MIG mode is its slices")
  func slices() throws {
    let standIn = try StandIn("MIG=2")
    defer { standIn.remove() }
    let devices = try standIn.look().devices
    #expect(devices.map(\.slice) == [0, 1, nil])
    #expect(devices[0].name == "NVIDIA H100 80GB HBM3 MIG 3g.40gb")
    #expect(devices[0].nvml?.total == Bytes(Self.total.count / 2))
    #expect(devices[0].capability == ComputeCapability(9, 0))
  }

  @Test("MIG mode without slices is told: CUDA shows nothing of that GPU")
  func noSlices() throws {
    let standIn = try StandIn("MIG=0")
    defer { standIn.remove() }
    let machine = try standIn.look()
    #expect(machine.devices.count == 2)
    #expect(machine.notes.contains("GPU 0 is in MIG mode and has no slices: CUDA shows nothing of it"))
  }

  @Test("a GPU off the bus does not hide the others")
  func lost() throws {
    let standIn = try StandIn("LOST=0")
    defer { standIn.remove() }
    let devices = try standIn.look().devices
    #expect(devices.count == 2)
    #expect(devices[0].failure?.contains("gave 15: the GPU has fallen off the bus") == true)
    #expect(devices[1].total == Self.cudaTotal)
  }

  @Test("a device that shares the host's memory has free what the host can give")
  func integrated() throws {
    let standIn = try StandIn("MEMORY_CODE=3", "INTEGRATED", "DEVICES=1")
    defer { standIn.remove() }
    let machine = try standIn.look(asksCUDA: true)
    let device = try #require(machine.devices.first)
    #expect(device.isIntegrated)
    #expect(device.failure == nil)
    #expect(device.free == machine.hostAvailable)
    #expect(device.total == Self.cudaTotal)
  }

  @Test(
    "NVML's codes are told with what they mean",
    arguments: [
      (3, "does not support"), (4, "may not ask"), (9, "not loaded"), (12, "not found"), (15, "fallen off the bus"),
      (18, "different versions"), (999, "no name for"),
    ])
  func codes(code: Int, says: String) throws {
    let standIn = try StandIn("INIT_CODE=\(code)", "NO_CUDA")
    defer { standIn.remove() }
    let failure = #expect(throws: DriverFailure.self) { try standIn.look() }
    #expect(failure == .call(interface: .nvml, function: "nvmlInit_v2", code: Int32(code)))
    #expect(failure?.sentence.contains(says) == true)
  }

  @Test("no devices, no driver and a driver without the needed functions are failures of their own")
  func nothing() throws {
    let none = try StandIn("DEVICES=0")
    defer { none.remove() }
    #expect(throws: DriverFailure.noDevices(interface: .nvml)) { try none.look() }
    #expect(throws: DriverFailure.noFunction(library: "libm.so.6", name: "nvmlInit_v2")) {
      try MachineProbe(paths: .init(nvml: "libm.so.6", cuda: "libm.so.6", rocm: "libm.so.6")).look()
    }
    let missing = #expect(throws: DriverFailure.self) {
      try MachineProbe(paths: .init(nvml: "/nowhere/a.so", cuda: "/nowhere/b.so", rocm: "/nowhere/c.so")).look()
    }
    #expect(missing?.sentence.hasPrefix("/nowhere/a.so cannot be opened") == true)
  }

  @Test("without NVML CUDA alone is asked, as on a Jetson")
  func onlyCUDA() throws {
    let standIn = try StandIn("NO_NVML", "DEVICES=1")
    defer { standIn.remove() }
    let machine = try standIn.look()
    #expect(machine.devices.map(\.total) == [Self.cudaTotal])
    #expect(machine.notes.count == 1)
  }

  @Test("AMD's library is asked where NVIDIA's are not there")
  func amd() throws {
    let standIn = try StandIn("NO_NVML", "NO_CUDA", "ROCM")
    defer { standIn.remove() }
    let device = try #require(try standIn.look().devices.first)
    #expect(device.vendor == .amd)
    #expect(device.name == "AMD Instinct MI300X")
    #expect(device.total == Bytes(206_141_652_992))
    #expect(device.free == Bytes(206_141_652_992) - .mib(300))
  }

  @Test(
    "an address on the bus is the same in NVML's eight digits and in CUDA's four",
    arguments: [
      ("0000:1B:00.0", "00000000:1B:00.0", true), ("0001:1B:00.0", "00000001:1b:00.0", true),
      ("0001:1B:00.0", "00000000:1B:00.0", false),
    ])
  func bus(one: String, other: String, isSame: Bool) {
    #expect(MachineProbe.isSame(bus: one, other) == isSame)
  }

  @Test("the host's memory is read in kibibytes, and a line that is none is nothing")
  func meminfo() {
    let text = "MemTotal:       131072000 kB\nMemFree:  1 kB\nMemAvailable:   52342384 kB\n"
    #expect(HostFiles.field("MemAvailable:", of: text) == .kib(52_342_384))
    #expect(HostFiles.field("MemTotal:", of: text) == .kib(131_072_000))
    #expect(HostFiles.field("MemAvailable:", of: "MemAvailable: much kB") == nil)
    #expect(HostFiles.field("Swap:", of: text) == nil)
  }
}
