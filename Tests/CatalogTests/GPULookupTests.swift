import Catalog
import Testing

@Suite("GPU names")
struct GPULookupTests {
  @Test(
    "a name leads to its card",
    arguments: [
      // What nvidia-smi prints.
      ("NVIDIA A100-SXM4-80GB", "a100-80gb-sxm"), ("NVIDIA A100 80GB PCIe", "a100-80gb-pcie"),
      ("NVIDIA A100-PCIE-40GB", "a100-40gb-pcie"), ("NVIDIA H100 80GB HBM3", "h100-80gb-sxm"),
      ("NVIDIA H100 PCIe", "h100-80gb-pcie"), ("NVIDIA H100 NVL", "h100-nvl"), ("NVIDIA H200", "h200-sxm"),
      ("NVIDIA H200 NVL", "h200-nvl"), ("NVIDIA H20", "h20"), ("NVIDIA H800", "h800-80gb"), ("NVIDIA L4", "l4"),
      ("NVIDIA L40S", "l40s"), ("NVIDIA L40", "l40"), ("Tesla T4", "t4"), ("NVIDIA GB10", "gb10"),
      ("Tesla V100-SXM2-32GB", "v100-32gb"), ("NVIDIA GeForce RTX 4090", "rtx-4090"),
      ("NVIDIA RTX A6000", "rtx-a6000"),
      ("NVIDIA GeForce RTX 3090 Ti", "rtx-3090ti"), ("NVIDIA B300 SXM6 AC", "b300"),
      ("NVIDIA GH200 480GB", "gh200-96gb"), ("NVIDIA RTX 6000 Ada Generation", "rtx-6000-ada"),
      ("NVIDIA RTX PRO 6000 Blackwell Server Edition", "rtx-pro-6000-server"),
      ("NVIDIA RTX PRO 6000 Blackwell Max-Q Workstation Edition", "rtx-pro-6000-ws"),
      // Labels of a node.
      ("NVIDIA-H100-80GB-HBM3", "h100-80gb-sxm"), ("NVIDIA-A100-SXM4-80GB", "a100-80gb-sxm"),
      ("NVIDIA-A100-80GB-PCIe", "a100-80gb-pcie"), ("Tesla-T4", "t4"), ("NVIDIA-L4-SHARED", "l4"),
      ("NVIDIA-GeForce-RTX-5090", "rtx-5090"), ("NVIDIA-B300-SXM6-AC", "b300"), ("nvidia-h100-80gb", "h100-80gb-sxm"),
      // Short.
      ("h100", "h100-80gb-sxm"), ("H100", "h100-80gb-sxm"), ("a100-80gb", "a100-80gb-sxm"),
      ("A100_80GB", "a100-80gb-sxm"), ("l4", "l4"), ("4090", "rtx-4090"), ("h200", "h200-sxm"), ("mi300x", "mi300x"),
      ("dgx-spark", "gb10"),
      ("pro 6000", "rtx-pro-6000-server"), ("rtx-pro-6000", "rtx-pro-6000-server"), ("a800", "a800-80gb"),
    ])
  func names(name: String, id: String) throws {
    #expect(try Catalog.gpu(named: name).id == id)
  }

  @Test("an alias that could mean another card is read with a note")
  func notes() throws {
    let h100 = try Catalog.gpuMatch(named: "h100")
    #expect(h100.others == ["h100-80gb-pcie", "h100-nvl"])
    #expect(h100.note == "read as h100-80gb-sxm (H100 80GB HBM3 (SXM5)), not h100-80gb-pcie, h100-nvl")
    #expect(try Catalog.gpuMatch(named: "pro-6000").others == ["rtx-pro-6000-ws"])
    #expect(try Catalog.gpuMatch(named: "h100-80gb-sxm").note == nil)
    #expect(try Catalog.gpuMatch(named: "NVIDIA H100 80GB HBM3").note == nil)
  }

  @Test(
    "a short name whose cards differ in memory or compute capability is ambiguous",
    arguments: [
      // 40 and 80 GB; 16 and 32 GB; 96 and 144 GB, both never seen; 47.4 and 95 GiB; one profile of two generations.
      ("a100", ["a100-40gb-pcie", "a100-40gb-sxm", "a100-80gb-pcie", "a100-80gb-sxm"]),
      ("a100-pcie", ["a100-40gb-pcie", "a100-80gb-pcie"]), ("v100", ["v100-16gb", "v100-32gb"]),
      ("gh200", ["gh200-144gb", "gh200-96gb"]), ("6000", ["rtx-6000-ada", "rtx-pro-6000-server", "rtx-pro-6000-ws"]),
      ("1g.10gb", ["a100-80gb-mig-1g.10gb", "h100-80gb-mig-1g.10gb"]),
    ])
  func ambiguous(name: String, candidates: [String]) {
    #expect(throws: LookupError.ambiguous(kind: .gpus, name: name, candidates: candidates)) {
      try Catalog.gpu(named: name)
    }
  }

  @Test(
    "a misspelt name is answered with the nearest ids",
    arguments: [
      ("h10", "h100-80gb-sxm"), ("a100-80bg-sxm", "a100-80gb-sxm"), ("mi30x", "mi300x"), ("rtx-409", "rtx-4090"),
    ])
  func misspelt(name: String, nearest: String) throws {
    let error = try #require(throws: LookupError.self) { try Catalog.gpu(named: name) }
    #expect(error.suggestions.contains(nearest))
    #expect(error.message.hasPrefix("no GPU preset is called '" + name + "'; did you mean "))
  }

  @Test("a word that is no name has no answer", arguments: ["voodoo", "pcie", "server", "", "-"])
  func unknown(name: String) throws {
    let error = try #require(throws: LookupError.self) { try Catalog.gpu(named: name) }
    guard case .unknown = error else {
      Issue.record("\(error)")
      return
    }
  }
}
