import Catalog
import Testing

@Suite("Instances of clouds")
struct InstanceTests {
  @Test("Each type names a built-in accelerator, 1 to 16 of it, and where that is from")
  func types() throws {
    let all = try Catalog.instances()
    #expect(all.count >= 60)
    #expect(Set(all.map { $0.name.lowercased() }).count == all.count)
    for instance in all {
      #expect(throws: Never.self) { try Catalog.gpu(named: instance.gpu) }
      #expect((1...16).contains(instance.count) && !instance.source.isEmpty)
    }
  }

  @Test(
    "A type is found whatever its capitals",
    arguments: [
      ("p5.48xlarge", "h100-80gb-sxm", 8), ("A2-MEGAGPU-16G", "a100-40gb-sxm", 16),
      ("standard_nc40ads_h100_v5", "h100-nvl", 1), ("g6e.12xlarge", "l40s", 4),
    ])
  func lookup(_ name: String, _ gpu: String, _ count: Int) throws {
    let instance = try Catalog.instance(named: name)
    #expect(instance.gpu == gpu && instance.count == count)
  }

  @Test("A misspelt type is answered with those near it")
  func suggestions() {
    #expect { try Catalog.instance(named: "p5.48xlrge") } throws: { error in
      (error as? LookupError)?.suggestions.contains("p5.48xlarge") == true
    }
  }
}
