import Plimsoll
import Testing

/// Section i of the memory model: 40 GiB for the cache.
@Suite struct KVCachePoolTests {
  /// A model's cache, and what vLLM makes of 40 GiB.
  struct Vector: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var specs: [KVCacheSpec]
    var length: Int
    var inFlight = 16_384
    var blockBytes: Int
    var numBlocks: Int
    var blocksPerRequest: Int
    var tokens: Int
    /// The printed concurrency in hundredths.
    var concurrency: Int

    func pool() throws -> KVCachePool {
      let layers = specs.enumerated().map { (layer: $0.offset, spec: $0.element) }
      let groups = try KVCacheGroups(of: layers, hybridManager: true, rule: .init(3, over: 2)).groups
      return KVCachePool(
        groups: groups, stages: [0..<specs.count], inFlight: inFlight, decodeContext: 1, reservesNullBlock: true)
    }
  }

  static func latent(_ state: Int, block: Int) -> [KVCacheSpec] {
    let spec = KVCacheSpec(
      kind: .latent, numHeads: 1, stateBytes: Bytes(state), blockSize: block, retention: .everything)
    return Array(repeating: spec, count: 61)
  }

  static let llama = Array(repeating: KVCacheSpecTests.heads(8, .everything), count: 32)
  static let gptOss = (0..<24).map { KVCacheSpecTests.heads(8, state: 256, $0 % 2 == 0 ? .window(128) : .everything) }
  static let gemma = (0..<62).map { KVCacheSpecTests.heads(16, ($0 + 1) % 6 == 0 ? .everything : .window(1_024)) }

  static let vectors = [
    Vector(
      testDescription: "Llama-3.1-8B", specs: llama, length: 131_072, blockBytes: 2_097_152, numBlocks: 20_480,
      blocksPerRequest: 8_192, tokens: 327_680, concurrency: 250),
    Vector(
      testDescription: "Llama-3.1-8B, fp8",
      specs: Array(repeating: KVCacheSpecTests.heads(8, state: 256), count: 32), length: 131_072,
      blockBytes: 1_048_576, numBlocks: 40_960, blocksPerRequest: 8_192, tokens: 655_360, concurrency: 500),
    Vector(
      testDescription: "Llama-3.1-8B, a length that the block does not divide", specs: llama, length: 8_191,
      blockBytes: 2_097_152, numBlocks: 20_480, blocksPerRequest: 512, tokens: 327_640, concurrency: 4_000),
    Vector(
      testDescription: "Llama-3.1-70B at TP 8",
      specs: Array(repeating: KVCacheSpecTests.heads(1, .everything), count: 80),
      length: 131_072, blockBytes: 655_360, numBlocks: 65_536, blocksPerRequest: 8_192, tokens: 1_048_576,
      concurrency: 800),
    Vector(
      testDescription: "gpt-oss-20b", specs: gptOss, length: 131_072, blockBytes: 393_216, numBlocks: 109_226,
      blocksPerRequest: 8_192 + 1_033, tokens: 1_551_920, concurrency: 1_184),
    Vector(
      testDescription: "gpt-oss-20b, one batch in flight", specs: gptOss, length: 131_072, inFlight: 8_192,
      blockBytes: 393_216, numBlocks: 109_226, blocksPerRequest: 8_192 + 521, tokens: 1_643_116, concurrency: 1_254),
    Vector(
      testDescription: "Gemma-3-27B", specs: gemma, length: 131_072, blockBytes: 1_310_720, numBlocks: 32_768,
      blocksPerRequest: 8_192 + 6 * 1_089, tokens: 291_658, concurrency: 223),
    Vector(
      testDescription: "DeepSeek-V3 on B200", specs: latent(1_152, block: 32), length: 163_840, blockBytes: 2_248_704,
      numBlocks: 19_099, blocksPerRequest: 5_120, tokens: 611_168, concurrency: 373),
    Vector(
      testDescription: "DeepSeek-V3 on B200, fp8", specs: latent(576, block: 32), length: 163_840,
      blockBytes: 1_124_352, numBlocks: 38_199, blocksPerRequest: 5_120, tokens: 1_222_368, concurrency: 746),
    Vector(
      testDescription: "DeepSeek-V3 on H100, fp8", specs: latent(576, block: 64), length: 163_840,
      blockBytes: 2_248_704, numBlocks: 19_099, blocksPerRequest: 2_560, tokens: 1_222_336, concurrency: 746),
  ]

  @Test(arguments: vectors)
  func fortyGiBHoldWhatVLLMPrints(_ vector: Vector) throws {
    let pool = try vector.pool()
    let available = [Bytes.gib(40)]
    #expect(pool.blockBytes == [Bytes(vector.blockBytes)])
    #expect(pool.largestBlock == Bytes(vector.blockBytes))
    #expect(pool.blocksPerRequest(length: vector.length) == vector.blocksPerRequest)
    #expect(pool.need(length: vector.length) == Bytes(vector.blockBytes * vector.blocksPerRequest))
    let blocks = pool.numBlocks(available: available)
    #expect(blocks == vector.numBlocks)
    // A double division, then a truncated double product, as vLLM prints them.
    let concurrency = Double(blocks) / Double(vector.blocksPerRequest)
    #expect(Int(concurrency * Double(vector.length)) == vector.tokens)
    #expect(Int((concurrency * 100).rounded()) == vector.concurrency)
    #expect(pool.holds(length: vector.length, available: available))
  }

  /// One layer of 65,536 B a block, 9 blocks a request of 144 tokens.
  static func small(reserves: Bool = true, _ retention: KVCacheSpec.Retention = .everything) throws -> KVCachePool {
    let groups = try KVCacheGroups(
      of: [(0, KVCacheSpecTests.heads(8, retention))], hybridManager: true, rule: .init(3, over: 2))
    return KVCachePool(
      groups: groups.groups, stages: [0..<1], inFlight: 16, decodeContext: 1, reservesNullBlock: reserves)
  }

  @Test func theFitCheckPlansWithoutTheNullBlock() throws {
    let nine = [Bytes(9 * 65_536)]
    let ten = [Bytes(10 * 65_536)]
    #expect(try !Self.small().holds(length: 144, available: nine))
    #expect(try Self.small().holds(length: 144, available: ten))
    #expect(try !Self.small().holds(length: 145, available: ten))
    #expect(try Self.small(reserves: false).holds(length: 144, available: nine))
    // The null block is held back in the check alone: the pool still counts it.
    #expect(try Self.small().numBlocks(available: ten) == 10)
  }

  @Test func nothingAvailableHoldsNothing() throws {
    for room in [Bytes.zero, Bytes(-1), Bytes(65_535)] {
      #expect(try !Self.small().holds(length: 1, available: [room]))
      #expect(try Self.small().numBlocks(available: [room]) == 0)
    }
  }

  @Test(arguments: [
    // Blocks available, the longest request: one block is the null block, 16 tokens in each other.
    (1, 0), (2, 16), (3, 32), (10, 144), (257, 4_096), (256, 4_080), (8_193, 131_072),
  ])
  func theLongestRequestFillsThePool(blocks: Int, longest: Int) throws {
    let pool = try Self.small()
    let room = [Bytes(blocks * 65_536)]
    #expect(pool.longestRequest(available: room) == longest)
  }

  /// A window of 128 with 16 in flight: never above ⌈143 / 16⌉ + 1 = 10 blocks, 11 with the null block.
  @Test func aWindowedModelHasNoLongestRequestOnceTheWindowFits() throws {
    let pool = try Self.small(.window(128))
    #expect(pool.longestRequest(available: [Bytes(11 * 65_536)]) == nil)
    // 9 blocks for the request: ⌈L / 16⌉ + 1 ≤ 9, so 128 tokens.
    #expect(pool.longestRequest(available: [Bytes(10 * 65_536)]) == 128)
    // ⌈1 / 16⌉ + 1 + 1 = 3 blocks for the first token.
    #expect(pool.longestRequest(available: [Bytes(2 * 65_536)]) == 0)
  }

  /// 61 latent layers on two stages: 31 × 18,432 and 30 × 18,432 B a block.
  @Test func theFewestBlocksOfTheStagesCount() throws {
    let specs = Self.latent(1_152, block: 16)
    let layers = specs.enumerated().map { (layer: $0.offset, spec: $0.element) }
    let groups = try KVCacheGroups(of: layers, hybridManager: true, rule: .init(3, over: 2)).groups
    let pool = KVCachePool(
      groups: groups, stages: Parallelism(pipeline: 2).stages(of: 61), inFlight: 1, decodeContext: 1,
      reservesNullBlock: true)
    #expect(pool.blockBytes == [Bytes(571_392), Bytes(552_960)])
    #expect(pool.numBlocks(available: [Bytes(5_713_920), Bytes(5_529_600)]) == 10)
    #expect(pool.numBlocks(available: [Bytes(5_713_919), Bytes(5_529_600)]) == 9)
    #expect(pool.numBlocks(available: [Bytes(5_713_920), Bytes(5_529_599)]) == 9)
    #expect(pool.bytesPerToken(in: 0..<61) == Bytes(70_272))
    #expect(pool.bytesPerToken(in: 31..<61) == Bytes(34_560))
  }

  @Test func aModelWithoutACacheHasOneBlockAndNoBound() {
    let pool = KVCachePool(groups: [], stages: [0..<28], inFlight: 1, decodeContext: 1, reservesNullBlock: true)
    #expect(pool.isEmpty)
    #expect(pool.numBlocks(available: [.zero]) == 1)
    #expect(pool.holds(length: 1 << 30, available: [.zero]))
    #expect(pool.longestRequest(available: [.zero]) == nil)
  }
}
