import Catalog
import Plimsoll
import Testing

@Suite("MIG slices")
struct MIGSliceTests {
  @Test(
    "a slice goes by its node label and by its GPU's short name",
    arguments: [
      ("NVIDIA-H100-80GB-HBM3-MIG-1g.10gb", "h100-80gb-mig-1g.10gb"), ("h100-3g.40gb", "h100-80gb-mig-3g.40gb"),
      ("NVIDIA-A100-SXM4-80GB-MIG-1g.10gb", "a100-80gb-mig-1g.10gb"), ("a100-1g.5gb", "a100-40gb-mig-1g.5gb"),
      ("NVIDIA H200 MIG 7g.141gb", "h200-mig-7g.141gb"), ("1g.18gb", "h200-mig-1g.18gb"),
    ])
  func names(name: String, id: String) throws {
    #expect(try Catalog.gpu(named: name).id == id)
  }

  @Test("a slice is of the generation of its parent, and its parent is a whole GPU")
  func parents() throws {
    for device in try Catalog.gpus() {
      guard let slice = device.mig else { continue }
      let parent = try Catalog.gpu(named: slice.parent)
      #expect(parent.id == slice.parent && parent.mig == nil)
      #expect(parent.computeCapability == device.computeCapability)
      #expect(slice.instances * device.marketedGB <= parent.marketedGB + 16, "\(device.id)")
    }
  }

  @Test("the slices of an H100 share 7 compute slices and 132 multiprocessors")
  func h100() throws {
    // nvidia-smi mig -lgip: instances and multiprocessors of each profile.
    let listed = [("1g.10gb", 7, 16), ("1g.20gb", 4, 26), ("2g.20gb", 3, 32), ("3g.40gb", 2, 60), ("7g.80gb", 1, 132)]
    for (profile, instances, multiprocessors) in listed {
      let slice = try #require(try Catalog.gpu(named: "h100-80gb-mig-" + profile).mig)
      #expect(slice.instances == instances)
      #expect(slice.multiprocessors == multiprocessors)
    }
  }

  @Test("one slice's CUDA total was seen: 9.5 GiB in an A100's 1g.10gb")
  func seen() throws {
    let known = try Catalog.gpus().filter { $0.mig != nil && $0.hasKnownTotal }
    #expect(known.map(\.id) == ["a100-80gb-mig-1g.10gb"])
    #expect(known.first?.totalMemory.bytes == .mib(9728))
  }
}
