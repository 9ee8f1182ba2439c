import Testing

@testable import Plimsoll

@Suite("The space of a search")
struct SearchSpaceTests {
  private func space(_ count: Int, nodes: Int = 1, on total: Bytes = .gib(80)) -> SearchSpace {
    let device = Device(
      id: "test", name: "Test", vendor: .nvidia, backend: .cuda, architecture: "Hopper", marketedGB: 80,
      totalMemory: MemoryFigure(bytes: total, evidence: .unverified, source: "test"), specificationSource: "")
    var deployment = Deployment(model: .qwq32B, device: device)
    deployment.nodes = nodes
    return SearchSpace([SearchSpace.Start(deployment, count: count)])
  }

  @Test("Four GPUs make 13 layouts of a model without experts, the fewest GPUs first")
  func layouts() {
    let space = space(4)
    let layouts = space.layouts(of: space.starts[0])
    // Ways to write 1 to 4 as TP × PP × DP: 1 + 3 + 3 + 6.
    #expect(layouts.count == 13)
    #expect(layouts.map(\.accelerators) == [1, 2, 2, 2, 3, 3, 3, 4, 4, 4, 4, 4, 4])
    #expect(!layouts.contains { $0.expertParallel })
  }

  @Test("A tensor parallel size beyond a node fills whole nodes")
  func nodes() {
    var space = space(24, nodes: 3)
    (space.pipeline, space.data) = ([1], [1])
    #expect(space.layouts(of: space.starts[0]).map(\.tensor) == Array(1...8) + [16, 24])
  }

  @Test("255 sequences capture a graph more than 256, which are one of the grid's sizes")
  func captureSizes() {
    let release = EngineRelease.v0_33_0
    func count(_ seqs: Int) -> Int {
      release.captureSizes.sizes(for: .init(maxNumSeqs: seqs, maxNumBatchedTokens: 8_192, major: 9)).count
    }
    #expect(count(255) == count(256) + 1)
  }

  @Test(
    "The grid that is searched is that of the sizes which vLLM captures", arguments: [(1, 600), (5, 40), (250, 300)])
  func grid(_ least: Int, _ greatest: Int) {
    let rule = EngineRelease.v0_33_0.captureSizes
    // 1, 2, 4, then each 8th to 256, then each 16th.
    let sizes = [1, 2, 4] + stride(from: 8, to: 256, by: 8) + stride(from: 256, through: 1_024, by: 16)
    for number in least...greatest {
      #expect(rule.gridSize(from: number) == sizes.first { $0 >= number })
      #expect(rule.gridSize(upTo: number) == sizes.last { $0 <= number })
    }
  }

  @Test("Of three configurations the one that another beats in everything is not on the front")
  func front() {
    func candidate(_ accelerators: Int, _ length: Int, _ requests: Int) -> Candidate {
      var one = Candidate(start: 0, layout: Layout(), maxModelLen: length, maxNumSeqs: 1)
      (one.figures.accelerators, one.figures.requests) = (accelerators, requests)
      return one
    }
    let (cheap, long, beaten) = (candidate(1, 8_000, 9), candidate(2, 32_000, 50), candidate(2, 16_000, 50))
    for order in [[cheap, long, beaten], [beaten, cheap, long], [long, beaten, cheap]] {
      var front = ParetoFront()
      for one in order { front.insert(one) }
      #expect(Set(front.candidates) == [cheap, long])
      #expect(front.marks(cheap) && !front.marks(beaten))
    }
  }

  @Test("A space that nothing of fits says of each layout why, and one whose model is unknown to it says that")
  func exclusions() {
    let small = Solver(space(2, on: .gib(24))).solve(for: .context)
    #expect(small.valid == 0)
    #expect(Set(small.exclusions.map(\.code)).isSubset(of: ["kv-cache-too-small", "startup-check"]))
    #expect(small.exclusions.flatMap(\.layouts).count == 4)
  }

  @Test("The same space gives the same answer, ties in the order of trying")
  func ties() {
    let space = space(8)
    let first = Solver(space).solve(for: .headroom, top: 20)
    #expect(first == Solver(space).solve(for: .headroom, top: 20))
    #expect(first.best.count == min(20, first.valid))
  }
}
