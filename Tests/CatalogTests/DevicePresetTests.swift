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

  /// GiB as torch and vLLM print them, MiB / 1024 where torch printed whole MiB, and how many sites printed each.
  static let prints: [(id: String, seen: [(gib: Double, sites: Int)])] = [
    ("a10", [(21.98, 2), (21.99, 1)]),
    ("a100-40gb-pcie", [(39.38, 2), (39.39, 1), (39.49, 2), (39.50, 1), (39.56, 2)]),
    ("a100-40gb-sxm", [(39.38, 2), (39.39, 1), (39.49, 2), (39.50, 1), (39.56, 2)]),
    ("a100-80gb-pcie", [(79.14, 1), (79.15, 2), (79.18, 1), (79.25, 3), (79.32, 1)]),
    ("a100-80gb-sxm", [(79.14, 1), (79.15, 2), (79.18, 1), (79.25, 3), (79.32, 1)]),
    ("a10g", [(21.98, 2), (21.99, 1), (22.06, 1)]),
    ("a40", [(44.34, 1), (44.35, 1), (44.39, 2), (44.40, 2), (44.42, 1), (44.47, 1), (44.52, 1)]),
    ("b200", [(178.35, 5), (178.36, 2)]),
    ("gb10", [(121.63, 1), (121.69, 2)]),
    ("gb200", [(184.31, 6)]),
    ("gb300", [(276.50, 2)]),
    ("h100-80gb-pcie", [(79.10, 1), (79.11, 2), (79.18, 4), (79.19, 3), (79.21, 1)]),
    ("h100-80gb-sxm", [(79.10, 1), (79.11, 2), (79.18, 4), (79.19, 3), (79.21, 1)]),
    ("h100-nvl", [(93.00, 2), (93.02, 1), (93.09, 2), (93.10, 2)]),
    ("h20", [(95.00, 2), (97_285 / 1024, 1), (95.10, 1), (95.22, 1)]),
    ("h200-sxm", [(139.72, 1), (139.80, 5), (139.81, 3)]),
    ("l4", [(21.95, 1), (21.96, 1), (21.97, 1), (22.03, 1), (22.16, 1), (22.17, 1)]),
    ("l40s", [(44.34, 1), (44.35, 1), (44.39, 2), (44.40, 2), (44.42, 1), (44.47, 1), (44.52, 1)]),
    ("mi210", [(63.98, 1)]),
    ("mi300x", [(191.69, 2), (191.98, 3)]),
    ("mi325x", [(255.69, 1), (255.98, 1)]),
    ("mi350x", [(287.98, 3)]),
    ("mi355x", [(287.98, 3)]),
    ("r9700", [(31.86, 1), (31.98, 1)]),
    ("rtx-3060-12gb", [(11_931 / 1024, 1), (11.76, 1)]),
    ("rtx-3090", [(23.56, 1), (23.58, 1), (23.68, 2), (23.69, 2)]),
    ("rtx-3090ti", [(24_114 / 1024, 1)]),
    ("rtx-4070ti-super", [(15_934 / 1024, 1), (15.60, 1)]),
    ("rtx-4080", [(16_049 / 1024, 1)]),
    ("rtx-4090", [(23.51, 1), (23.52, 2), (23.53, 1), (23.55, 1), (23.56, 1), (23.63, 1)]),
    ("rtx-4090-48gb", [(47.37, 1)]),
    ("rtx-5090", [(31.33, 1), (31.36, 5), (31.37, 1), (31.40, 1), (31.47, 1), (31.84, 1)]),
    ("rtx-6000-ada", [(47.27, 1), (47.40, 1), (47.41, 1), (47.43, 1), (47.48, 1), (47.50, 1), (47.53, 1)]),
    ("rtx-a5000", [(24_114 / 1024, 1), (23.57, 1)]),
    ("rtx-a6000", [(47.40, 1), (47.41, 1), (47.43, 1), (47.50, 1), (47.53, 1)]),
    ("rtx-pro-6000-server", [(94.97, 3), (95.01, 2)]),
    ("rtx-pro-6000-ws", [(94.97, 3), (95.01, 2)]),
    ("rtx8000", [(48_601 / 1024, 1)]),
    ("rx-7900xtx", [(23.98, 1), (23.99, 1)]),
    ("t4", [(14.56, 3), (14.57, 1), (14.58, 1), (14.74, 5)]),
    ("v100-16gb", [(16_130 / 1024, 1), (15.78, 1)]),
    ("v100-32gb", [(31.73, 2), (31.74, 1)]),
    ("w7900", [(44.98, 1)]),
  ]

  @Test("the total of a card that was seen is the median of the prints, from the least to the most", arguments: prints)
  func total(id: String, seen: [(gib: Double, sites: Int)]) throws {
    let total = try Catalog.gpu(named: id).totalMemory
    let all = seen.flatMap { Array(repeating: $0.gib, count: $0.sites) }
    let median = (all[(all.count - 1) / 2] + all[all.count / 2]) / 2
    #expect(total.evidence == .seen)
    #expect(total.prints == all.count)
    #expect(total.bytes == Bytes(Int((median * 1_073_741_824).rounded())))
    // The range is kept with two decimals.
    let range = try #require(total.observed)
    #expect((range.low.gib * 100).rounded() == (all[0] * 100).rounded())
    #expect((range.high.gib * 100).rounded() == (all[all.count - 1] * 100).rounded())
  }

  /// GiB as a log prints them, to the nearest byte.
  private static func gib(_ number: Double) -> Bytes { Bytes(Int((number * 1_073_741_824).rounded())) }

  @Test("a card seen once or twice may be as far off as the widest of the cards seen more often")
  func margin() throws {
    // RTX 6000 Ada 47.43 − 47.27 = 0.16 GiB = 163.8 MiB; MI300X 191.98 − 191.69 = 0.29 GiB = 297.0 MiB.
    for (backend, mib) in [(Backend.cuda, 164), (.rocm, 297)] {
      let often = try Catalog.gpus().filter { $0.backend == backend && $0.totalMemory.prints >= 3 }
      let widest = often.compactMap { device in
        device.totalMemory.bytes.flatMap { bytes in device.totalMemory.observed.map { (bytes - $0.low).count } }
      }.max()
      #expect(((Double(widest ?? 0)) / 1_048_576).rounded(.up) == Double(mib))
      #expect(backend.totalMargin == .mib(mib))
    }
    let once = try #require(try Catalog.gpu(named: "rtx8000").totalMemory.estimate(on: .cuda))
    #expect(once.best - once.low == .mib(164) && once.high - once.best == .mib(164) && once.worst == once.low)
    #expect(once.basis == .fitted)
    let often = try #require(try Catalog.gpu(named: "rtx-3090").totalMemory.estimate(on: .cuda))
    #expect(often.low == Self.gib(23.56) && often.worst == often.low && often.high == Self.gib(23.69))
    #expect(often.basis == .measured)
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
