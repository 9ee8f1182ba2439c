import Catalog
import Plimsoll
import Testing

@Suite("Names of shares of a GPU")
struct SliceNameTests {
  @Test(
    "a MIG profile is told from a count, in the forms of nvidia-smi and of Kubernetes",
    arguments: [
      ("1g.10gb", "1g.10gb"), ("3G.40GB", "3g.40gb"), ("mig-7g.141gb", "7g.141gb"), ("2", nil), ("80gb", nil),
      ("1g.10", nil), ("g.10gb", nil), ("1g.gb", nil), ("", nil),
    ] as [(Substring, String?)])
  func profile(word: Substring, profile: String?) {
    #expect(MIGSlice.profile(in: word) == profile)
  }

  @Test("a profile of vGPU ends in gigabytes and the letter of a series; no name of a preset does")
  func virtualGPU() throws {
    for name in ["A100D-40C", "NVIDIA A10-24Q", "GRID T4-16Q", "L40S-48A", "GRID V100D-8B"] {
      #expect(VirtualGPU.names(name), "\(name)")
    }
    for device in try Catalog.gpus() {
      for name in [device.id, device.name] + device.aliases { #expect(!VirtualGPU.names(name), "\(name)") }
    }
    for name in ["", "-24Q", "Q", "24Q", "voodoo-8Q", "A10-Q"] { #expect(!VirtualGPU.names(name), "\(name)") }
  }

  @Test("a resource of Kubernetes leads to the slice where one GPU alone has it, and to all where several have")
  func resource() throws {
    #expect(try Catalog.gpu(named: "nvidia.com/mig-1g.18gb").id == "h200-mig-1g.18gb")
    let several = LookupError.ambiguous(
      kind: .gpus, name: "nvidia.com/mig-3g.40gb", candidates: ["a100-80gb-mig-3g.40gb", "h100-80gb-mig-3g.40gb"])
    #expect(throws: several) { try Catalog.gpu(named: "nvidia.com/mig-3g.40gb") }
  }
}
