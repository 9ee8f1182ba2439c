import Catalog
import Plimsoll
import Testing

@Suite("Accelerator presets")
struct DevicePresetTests {
  @Test("every file is read, and there is one for each accelerator and slice")
  func everyFile() throws {
    let devices = try Catalog.gpus()
    // 78 accelerators and 40 slices.
    #expect(devices.count == 118)
    #expect(devices.map(\.id) == Catalog.gpuIDs)
    #expect(devices.filter { $0.mig != nil }.count == 40)
  }

  @Test("an id is unique, small and free of spaces")
  func ids() {
    let ids = Catalog.gpuIDs
    #expect(Set(ids).count == ids.count)
    #expect(ids.allSatisfy { id in id.allSatisfy { $0.isLowercase || $0.isNumber || $0 == "-" || $0 == "." } })
  }

  @Test("every id and every alias leads to the preset that lists it, in any capitals")
  func aliases() throws {
    for device in try Catalog.gpus() {
      for name in [device.id] + device.aliases {
        #expect(try Catalog.gpu(named: name).id == device.id, "\(name)")
        #expect(try Catalog.gpu(named: name.uppercased()).id == device.id, "\(name)")
      }
    }
  }

  /// GiB as torch and vLLM print them, the lowest seen; MiB / 1024 where torch printed whole MiB.
  static let totals: [(id: String, gib: Double)] = [
    ("v100-16gb", 16_130 / 1024), ("v100-32gb", 31.73), ("t4", 14.56), ("a10", 21.98), ("a10g", 21.98), ("a40", 44.35),
    ("a100-40gb-sxm", 39.38), ("a100-40gb-pcie", 39.38), ("a100-80gb-sxm", 79.14), ("a100-80gb-pcie", 79.14),
    ("h100-80gb-sxm", 79.10), ("h100-80gb-pcie", 79.10), ("h100-nvl", 93.00), ("h20", 97_285 / 1024),
    ("h200-sxm", 139.72), ("b200", 178.35), ("gb200", 184.31), ("gb300", 276.50), ("gb10", 121.63), ("l4", 21.95),
    ("l40s", 44.34), ("rtx-6000-ada", 47.40), ("rtx-a6000", 47.40), ("rtx-a5000", 24_114 / 1024),
    ("rtx-pro-6000-server", 94.97), ("rtx-pro-6000-ws", 94.97), ("rtx-3090", 23.56), ("rtx-4090", 23.51),
    ("rtx-4090-48gb", 47.37), ("rtx-5090", 31.33), ("mi210", 63.98), ("mi300x", 191.69), ("mi325x", 255.69),
    ("mi355x", 287.98), ("rx-7900xtx", 23.98), ("w7900", 44.98), ("r9700", 31.86),
  ]

  @Test("the total of a card that was seen is the lowest print", arguments: totals)
  func total(id: String, gib: Double) throws {
    let device = try Catalog.gpu(named: id)
    #expect(device.totalMemory.evidence == .seen)
    #expect(device.totalMemory.bytes == Bytes(Int((gib * 1_073_741_824).rounded())))
  }

  @Test(
    "the total of a card with the memory of another is the other's, and says so",
    arguments: [
      ("a800-80gb", "a100-80gb-sxm"), ("h800-80gb", "h100-80gb-sxm"), ("h200-nvl", "h200-sxm"), ("h20-3e", "h200-sxm"),
      ("l40", "l40s"), ("mi250x", "mi210"),
    ])
  func inferred(id: String, from other: String) throws {
    let figure = try Catalog.gpu(named: id).totalMemory
    #expect(figure.evidence == .inferred)
    #expect(figure.bytes == (try Catalog.gpu(named: other).totalMemory.bytes))
    #expect(figure.source.contains(other))
  }

  @Test(
    "a total that was never seen is not given",
    arguments: [
      "a2", "a16", "a30", "l20", "b300", "gh200-96gb", "gh200-144gb", "mi300a", "rtx-2080ti", "rtx-4070",
      "rtx-5880-ada", "rtx-pro-5000-48gb", "gaudi3", "tpu-v6e", "h200-mig-1g.18gb",
    ])
  func unknownTotal(id: String) throws {
    let device = try Catalog.gpu(named: id)
    #expect(!device.hasKnownTotal)
    #expect(device.totalMemory.evidence == .unverified)
  }

  @Test("a total is within what was seen, below NVML's and below the size on the box counted in GiB")
  func bounds() throws {
    for device in try Catalog.gpus() {
      guard let total = device.totalMemory.bytes else { continue }
      #expect(device.totalMemory.evidence != .unverified)
      #expect(total < .gib(device.marketedGB), "\(device.id)")
      if let nvml = device.nvmlTotal { #expect(total < nvml, "\(device.id)") }
      // The range is of prints with two decimals, the total may be of a finer one.
      let half = Bytes(1_073_741_824 / 200)
      if let seen = device.totalMemory.observed {
        #expect(seen.low - half <= total && total <= seen.high + half, "\(device.id)")
      }
    }
  }

  @Test("the start cost is what start-up lines show: total less free")
  func startCost() throws {
    // 79.18 - 78.57 GiB twice and 0.53 once on H100; never measured on T4.
    let h100 = try #require(try Catalog.gpu(named: "h100").startCost)
    #expect(h100.range.low == Bytes(Int((0.53 * 1_073_741_824).rounded())))
    #expect(h100.range.high == Bytes(Int((0.61 * 1_073_741_824).rounded())))
    #expect(!h100.source.isEmpty)
    #expect(try Catalog.gpu(named: "t4").startCost == nil)
  }

  @Test("only GB10 is integrated, and its free memory is the host's")
  func integrated() throws {
    let devices = try Catalog.gpus()
    #expect(devices.filter(\.isIntegrated).map(\.id) == ["gb10"])
    #expect(devices.filter { $0.freeAtStart != nil }.map(\.id) == ["gb10"])
    #expect(devices.filter { $0.memoryKind == .coherent }.map(\.id) == ["gb200", "gb300", "gh200-144gb", "gh200-96gb"])
  }

  @Test(
    "compute capabilities are NVIDIA's, B300 is 10.3 and not 10.0",
    arguments: [
      ("v100-32gb", 7, 0), ("t4", 7, 5), ("a100-80gb", 8, 0), ("a10g", 8, 6), ("l4", 8, 9), ("h100", 9, 0),
      ("b200", 10, 0), ("b300", 10, 3), ("gb300", 10, 3), ("rtx-5090", 12, 0), ("gb10", 12, 1),
    ])
  func computeCapability(name: String, major: Int, minor: Int) throws {
    #expect(try Catalog.gpu(named: name).computeCapability == ComputeCapability(major, minor))
  }

  @Test(
    "accelerators that vLLM reaches otherwise than by CUDA or ROCm are listed and not modelled",
    arguments: [
      ("tpu-v6e", Backend.tpu), ("inferentia2", .neuron), ("trainium2", .neuron), ("ascend-910b", .ascend),
      ("gaudi3", .gaudi), ("arc-pro-b60", .xpu), ("max1550", .xpu),
    ])
  func notModelled(id: String, backend: Backend) throws {
    let device = try Catalog.gpu(named: id)
    #expect(device.backend == backend)
    #expect(!device.backend.isModelled)
    #expect(device.computeCapability == nil)
  }

  @Test("AMD GPUs are modelled and carry the target ROCm compiles for")
  func amd() throws {
    for device in try Catalog.gpus() where device.vendor == .amd {
      #expect(device.backend == .rocm && device.backend.isModelled)
      #expect(device.gfx?.hasPrefix("gfx") == true)
    }
    #expect(try Catalog.gpu(named: "AMD Instinct MI300X").gfx == "gfx942")
  }
}
