import Catalog
import ModelFiles
import Plimsoll
import Testing

@Suite("What a preset's total leaves open")
struct TotalSpreadTests {
  /// Every term measured, so that only the total has a width: an RTX 3090, of which 23.56, 23.68 and 23.69 GiB were seen.
  private static func deployment() throws -> Deployment {
    let shape = try ArchitectureTable.shape(of: try Catalog.model(named: "Qwen/Qwen3-0.6B").config)
    var flags = ServeFlags()
    flags.maxModelLen = .tokens(4096)
    var deployment = Deployment(model: shape, device: try Catalog.gpu(named: "rtx-3090"), flags: flags)
    deployment.measured.weights = .gib(2)
    deployment.measured.activation = .gib(1)
    deployment.measured.persistentBuffers = .zero
    deployment.measured.nonTorch = .zero
    deployment.measured.cudaGraphs = .zero
    return deployment
  }

  private static func asked(_ gib: Double) -> Bytes { Bytes(Int((gib * 1_073_741_824 * 0.92).rounded(.up))) }

  @Test("the cache is planned from the median total, its worst from the least seen and its high end from the most")
  func cache() throws {
    let stage = try #require(try Self.deployment().evaluate().stages.first)
    // 0.92 of 23.68, 23.56 and 23.69 GiB, less 3 GiB; a byte for what a figure in GiB rounds.
    for (found, gib) in [
      (stage.kvCache.best, 23.68), (stage.kvCache.low, 23.56), (stage.kvCache.worst, 23.56),
      (stage.kvCache.high, 23.69),
    ] {
      #expect((found - (Self.asked(gib) - .gib(3))).count.magnitude <= 1)
    }
    #expect((try #require(stage.requested) - Self.asked(23.68)).count.magnitude <= 1)
  }

  @Test("a total that is given has no width")
  func given() throws {
    var deployment = try Self.deployment()
    deployment.totalMemory = .gib(23)
    let stage = try #require(deployment.evaluate().stages.first)
    #expect(stage.kvCache.low == stage.kvCache.high && stage.kvCache.worst == stage.kvCache.best)
  }

  @Test(
    "with the free memory measured, a card of the most memory asks for the most",
    arguments: [(21.75, Evaluation.Checks.Outcome.fails), (21.79, .tight), (21.80, .passes)])
  func startup(free: Double, outcome: Evaluation.Checks.Outcome) throws {
    // 0.92 × 23.68 = 21.786 GiB are asked for, 0.92 × 23.69 = 21.795 on a card with the most.
    var deployment = try Self.deployment()
    deployment.freeMemory = Bytes(Int(free * 1_073_741_824))
    #expect(deployment.evaluate().checks.startup == outcome)
  }

  @Test("several ranks start with what is free for several, also where only a remedy has them")
  func severalRanks() throws {
    var deployment = try Self.deployment()
    (deployment.freeMemory, deployment.freeMemoryOfSeveral) = (.gib(22), .gib(21))
    #expect(deployment.evaluate().checks.startup == .passes)
    deployment.flags.tensorParallelSize = 2
    #expect(deployment.evaluate().checks.startup == .fails)
    deployment.freeMemoryOfSeveral = nil
    #expect(deployment.evaluate().checks.startup == .passes)
  }
}
