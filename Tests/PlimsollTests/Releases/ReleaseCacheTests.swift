import Plimsoll
import Testing

/// What a request needs and what is printed of a pool, as releases count it.
@Suite struct ReleaseCacheTests {
  /// 12 windows of 128 tokens and 12 full layers, 1 KV head of 64 in 16 bits: 16 × 2 × 64 × 2 = 4,096 bytes a page.
  private static let mixed: [CachePlacement.LayerSpec] = (0..<24).map { layer in
    CachePlacement.LayerSpec(
      layer: layer,
      spec: KVCacheSpec(
        kind: .heads, numHeads: 1, stateBytes: Bytes(256), blockSize: 16,
        retention: layer % 2 == 0 ? .window(128) : .everything))
  }

  private static func pool(_ release: String, inFlight: Int) throws -> KVCachePool {
    let row = try EngineRelease.row(release)
    let groups = try KVCacheGroups(
      of: mixed.map { ($0.layer, $0.spec) }, hybridManager: row.cache.hasHybridManager,
      rule: row.cache.groupSize ?? .init(0, over: 1))
    var pool = KVCachePool(
      groups: groups.groups, stages: [0..<24], inFlight: inFlight, decodeContext: 1,
      reservesNullBlock: row.cache.reservesNullBlock)
    pool.counting.needed = row.cache.needed
    pool.counting.printedTokens = row.cache.printedTokens
    if row.cache.needed == .sumOfLayers { pool.counting.layers = mixed }
    return pool
  }

  /// A window holds ⌈(127 + 2,048) / 16⌉ + 1 = 137 blocks, a full layer of 8,192 tokens 512; a page is 4,096 bytes.
  @Test(
    "the need of a request is counted by layers, by the first group, by all groups",
    arguments: [
      // 12 × 137 + 12 × 512 pages.
      ("0.13.0", 7_788 * 4_096), ("0.9.2", 7_788 * 4_096), ("0.8.5", 7_788 * 4_096),
      // 12 pages a block, and the blocks of the windows, which come first.
      ("0.14.0", 12 * 137 * 4_096), ("0.18.0", 12 * 137 * 4_096),
      // 12 pages a block, 137 + 512 blocks.
      ("0.19.1", 12 * 649 * 4_096), ("0.33.0", 12 * 649 * 4_096),
    ])
  func need(_ release: String, _ bytes: Int) throws {
    #expect(try Self.pool(release, inFlight: 2_048).need(length: 8_192) == Bytes(bytes))
  }

  /// Exactly the need: through 0.28 it starts, since 0.29 one block more is needed.
  @Test("a block is kept back since 0.29", arguments: [("0.28.0", true), ("0.29.0", false), ("0.19.1", true)])
  func nullBlock(_ release: String, _ starts: Bool) throws {
    let pool = try Self.pool(release, inFlight: 2_048)
    let need = pool.need(length: 8_192)
    #expect(pool.holds(length: 8_192, available: [need]) == starts)
    #expect(pool.holds(length: 8_192, available: [need + pool.largestBlock]))
  }

  /// Before 0.9.1 windows beside full layers are allocated in full: one group of 24 pages.
  @Test("windows beside full layers share the pool since 0.9.1", arguments: [("0.9.0.1", 1, 24), ("0.9.1", 2, 12)])
  func groups(_ release: String, _ groups: Int, _ pages: Int) throws {
    let pool = try Self.pool(release, inFlight: 2_048)
    #expect(pool.groups.count == groups)
    #expect(pool.largestBlock == Bytes(pages * 4_096))
  }

  /// 13 full layers and 12 windows: 13 < 1.25 × 12 and 13 < 1.5 × 12; 17 and 12: only 17 < 1.5 × 12.
  @Test(
    "the largest bucket sets the group size below 1.25 times the smallest since 0.12, below 1.5 since 0.18",
    arguments: [
      ("0.11.2", 13, 12), ("0.12.0", 13, 13), ("0.17.1", 17, 12), ("0.18.0", 17, 17), ("0.33.0", 18, 12),
    ])
  func groupSize(_ release: String, _ full: Int, _ pages: Int) throws {
    let row = try EngineRelease.row(release)
    let specs = (0..<full + 12).map { layer in
      (
        layer: layer,
        spec: KVCacheSpec(
          kind: .heads, numHeads: 1, stateBytes: Bytes(256), blockSize: 16,
          retention: layer < full ? .everything : .window(128))
      )
    }
    let groups = try KVCacheGroups(of: specs, hybridManager: true, rule: row.cache.groupSize ?? .init(0, over: 1))
    #expect(groups.groups.map(\.layers.count).max() == pages)
  }

  /// Pages of 4,096 and of 2,048 or 3,072 bytes.
  @Test(
    "unequal pages are refused before 0.12, and those that do not divide before 0.24",
    arguments: [("0.11.2", 128, false), ("0.12.0", 128, true), ("0.23.0", 192, false), ("0.24.0", 192, true)])
  func uneven(_ release: String, _ state: Int, _ groups: Bool) throws {
    let row = try EngineRelease.row(release)
    let specs = (0..<4).map { layer in
      (
        layer: layer,
        spec: KVCacheSpec(
          kind: .heads, numHeads: 1, stateBytes: Bytes(layer % 2 == 0 ? 256 : state), blockSize: 16,
          retention: layer % 2 == 0 ? .everything : .window(128))
      )
    }
    func group() throws -> KVCacheGroups {
      try KVCacheGroups(
        of: specs, hybridManager: true, rule: .init(3, over: 2),
        uneven: !row.cache.unifiesPageSizes ? .refused : row.cache.padsUnevenPages ? .padded : .lengthened)
    }
    if groups {
      #expect(try group().groups.count == 2)
    } else {
      #expect(throws: KVCacheGroupingError.self) { try group() }
    }
  }

  /// What prefix caching keeps of a layer's states, by kind.
  @Test(
    "the mode of states follows the release",
    arguments: [
      ("0.11.0", true, nil, StateCacheRule.Mode.none), ("0.11.2", true, nil, .all), ("0.14.0", false, nil, .none),
      ("0.15.1", false, nil, .align), ("0.15.1", true, nil, .all), ("0.27.1", true, "align", .align),
      ("0.28.0", true, nil, .align), ("0.31.0", true, "all", .all), ("0.32.0", true, "all", .align),
    ] as [(String, Bool, String?, StateCacheRule.Mode)])
  func states(_ release: String, _ isMamba: Bool, _ asked: String?, _ mode: StateCacheRule.Mode) throws {
    let rule = try EngineRelease.row(release).cache.states
    #expect(rule.mode(cachesPrefixes: true, asked: asked, maySaveEveryBlock: isMamba) == mode)
    #expect(rule.mode(cachesPrefixes: false, asked: asked, maySaveEveryBlock: isMamba) == .none)
  }

  /// Latent attention without an index: FlashMLA's 64 on Hopper, CUTLASS's 128 on Blackwell since 0.10, FlashInfer's 64
  /// since 0.16, each forced; since 0.18 what the first backend takes.
  @Test(
    "blocks of latent attention are forced through 0.17",
    arguments: [
      ("0.8.5", 9, 64), ("0.9.2", 10, 16), ("0.10.0", 10, 128), ("0.15.1", 10, 128), ("0.16.0", 10, 64),
      ("0.17.1", 8, 16),
    ])
  func latent(_ release: String, _ major: Int, _ block: Int) throws {
    let rule = try #require(try EngineRelease.row(release).cache.latentBlocks)
    let request = AttentionBackend.Request(
      capability: ComputeCapability(major, 0), headSize: 576, kvCacheDType: .auto, isLatent: true, qkNopeHeadDim: 128)
    #expect(rule.block(for: request) ?? 16 == block)
    #expect(try EngineRelease.row("0.18.0").cache.latentBlocks == nil)
  }
}
