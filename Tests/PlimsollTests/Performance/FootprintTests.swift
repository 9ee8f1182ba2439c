import Testing

@testable import Plimsoll

@Suite struct FootprintTests {
  /// A scheduler simulated with Llama-3.1-8B's step times on a pool of 60,000 tokens, requests of which a running one
  /// holds 745 ± 525 tokens: the caps it was run with, by their margin.
  ///
  /// By hand for z = 2: √B = (−1,050 + √(1,050² + 4·745·60,000))/(2·745) = (−1,050 + 13,413.4)/1,490 = 8.298, B = 68.8.
  @Test(arguments: [(4.0, 58), (3, 63), (2, 68), (1, 74), (0, 80)])
  func theClosedFormGivesTheCapsOfTheSimulation(margin: Double, requests: Int) {
    #expect(Footprint(mean: 745, deviation: 525).sustained(by: 60_000, margin: margin) == requests)
  }

  /// At the cap of margin z the pool is full with probability 1 − Φ(z); one request below or above brackets it.
  @Test(arguments: [(1.0, 0.158_655), (2, 0.022_750), (3, 0.001_350)])
  func aMarginIsAProbability(margin: Double, share: Double) {
    let footprint = Footprint(mean: 745, deviation: 525)
    let cap = footprint.sustained(by: 60_000, margin: margin)
    #expect(footprint.overflow(of: 60_000, at: cap) < share + 1e-6)
    #expect(footprint.overflow(of: 60_000, at: cap + 1) > share)
  }

  @Test(arguments: [(100, 10), (109, 10), (110, 11), (9, 0), (0, 0)])
  func requestsAllAlikeDivideThePool(blocks: Int, requests: Int) {
    let footprint = Footprint(mean: 10, deviation: 0)
    #expect(footprint.sustained(by: blocks, margin: 3) == requests)
    #expect(footprint.overflow(of: blocks, at: requests) == 0)
    #expect(footprint.overflow(of: blocks, at: requests + 1) == 1)
  }

  /// 110 blocks, 50 of them the prefix: 60 are left, 10 a request.
  @Test func aSharedPrefixIsHeldOnce() {
    #expect(Footprint(mean: 10, deviation: 0, shared: 50).sustained(by: 110, margin: 2) == 6)
    #expect(Footprint(mean: 10, deviation: 0, shared: 120).sustained(by: 110, margin: 2) == 0)
  }

  private static func pool(_ specs: [KVCacheSpec], inFlight: Int = 2048) -> KVCachePool {
    let groups = specs.enumerated().map { KVCacheGroup(layers: [$0.offset], specs: [$0.element]) }
    return KVCachePool(
      groups: groups, stages: [0..<specs.count], inFlight: inFlight, decodeContext: 1, reservesNullBlock: true)
  }

  private static func spec(_ retention: KVCacheSpec.Retention) -> KVCacheSpec {
    KVCacheSpec(kind: .heads, numHeads: 8, stateBytes: Bytes(512), blockSize: 16, retention: retention)
  }

  private static func workload(_ prompt: Int, _ answer: Int, shared: Int = 0) -> Workload {
    Workload(
      .divided(prompt: LengthDistribution(always: prompt), answer: LengthDistribution(always: answer)),
      sharedPrefix: shared)
  }

  /// 1,100 tokens are 68.75 blocks of 16; the last block is half full on average: 69.25.
  @Test func blocksAreTheMeanTokensAndHalfABlock() throws {
    let footprint = try #require(
      Self.pool([Self.spec(.everything)]).footprint(
        of: Self.workload(1000, 200), maxModelLen: 8192, cachesPrefixes: true))
    #expect((footprint.mean - 69.25).magnitude < 0.35)
    // 57.735 tokens are 3.6 blocks.
    #expect((footprint.deviation - 3.6).magnitude < 0.3)
  }

  /// A window of 128 and 512 tokens in flight: ⌈(127 + 512)/16⌉ + 1 = 41 blocks whatever the length beyond.
  @Test func aWindowCountsAsThePoolCountsIt() throws {
    let footprint = try #require(
      Self.pool([Self.spec(.window(128))], inFlight: 512).footprint(
        of: Self.workload(4000, 100), maxModelLen: 8192, cachesPrefixes: true))
    #expect((footprint.mean - 41).magnitude < 1e-9)
    #expect(footprint.deviation < 1e-9)
  }

  /// Three pages of state, and ⌈tokens/16⌉ blocks beside.
  @Test func statesAddTheirPages() throws {
    let (plain, hybrid) = (
      Self.pool([Self.spec(.everything)]), Self.pool([Self.spec(.everything), Self.spec(.pages(3))])
    )
    let workload = Self.workload(900, 90)
    let without = try #require(plain.footprint(of: workload, maxModelLen: 4096, cachesPrefixes: true))
    let with = try #require(hybrid.footprint(of: workload, maxModelLen: 4096, cachesPrefixes: true))
    #expect((with.mean - without.mean - 3).magnitude < 1e-9)
  }

  /// 500 tokens of prefix are 31 whole blocks, which each request no longer holds itself; without prefix caching each
  /// holds its own.
  @Test func aPrefixIsSharedInWholeBlocksWherePrefixesAreCached() throws {
    let pool = Self.pool([Self.spec(.everything)])
    let alone = try #require(
      pool.footprint(of: Self.workload(1000, 200), maxModelLen: 8192, cachesPrefixes: true))
    let sharing = Self.workload(1000, 200, shared: 500)
    let shared = try #require(pool.footprint(of: sharing, maxModelLen: 8192, cachesPrefixes: true))
    #expect(shared.shared == 31)
    #expect((alone.mean - shared.mean - 31).magnitude < 1e-9)
    #expect(pool.footprint(of: sharing, maxModelLen: 8192, cachesPrefixes: false) == alone)
  }

  @Test func nothingIsKeptWithoutACacheOrBeyondTheLength() {
    #expect(Self.pool([]).footprint(of: Self.workload(10, 10), maxModelLen: 99, cachesPrefixes: true) == nil)
    let pool = Self.pool([Self.spec(.everything)])
    #expect(pool.footprint(of: Self.workload(100, 10), maxModelLen: 99, cachesPrefixes: true) == nil)
  }
}
