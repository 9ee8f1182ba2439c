import Plimsoll
import Testing

@Suite struct KVCacheGroupsTests {
  typealias Layers = [(layer: Int, spec: KVCacheSpec)]

  static let full = KVCacheSpecTests.heads(.everything)
  static let windowed = KVCacheSpecTests.heads(.window(128))

  /// `count` layers, those full for which `isFull` holds.
  static func layers(_ count: Int, full: KVCacheSpec = full, local: KVCacheSpec = windowed, isFull: (Int) -> Bool)
    -> Layers
  {
    (0..<count).map { ($0, isFull($0) ? full : local) }
  }

  static func groups(_ layers: Layers, hybrid: Bool = true) throws(KVCacheGroupingError) -> [KVCacheGroup] {
    try KVCacheGroups(of: layers, hybridManager: hybrid, rule: .init(3, over: 2)).groups
  }

  @Test func gptOssHasTwoGroupsOfTwelve() throws {
    let groups = try Self.groups(Self.layers(24) { $0 % 2 == 1 })
    #expect(groups.map(\.layers.count) == [12, 12])
    #expect(groups[0].layers == Array(stride(from: 0, to: 24, by: 2)))
    #expect(groups[0].specs.allSatisfy { $0.retention == .window(128) })
    #expect(groups[1].specs.allSatisfy { $0.retention == .everything })
  }

  /// 62 layers, every sixth full: 52 and 10. 52 is not below 15, so groups have 10; layer i of 52 goes to group i mod 6.
  @Test func gemma27BHasSixWindowGroupsAndAFullOne() throws {
    let groups = try Self.groups(Self.layers(62) { ($0 + 1) % 6 == 0 })
    #expect(groups.map(\.layers.count) == [9, 9, 9, 9, 8, 8, 10])
    // The windowed layers are 0 1 2 3 4 6 7 8 9 10 12 …: the first, seventh, thirteenth of them are 0, 7, 14.
    #expect(Array(groups[0].layers.prefix(3)) == [0, 7, 14])
    #expect(groups.flatMap(\.layers).sorted() == Array(0..<62))
  }

  @Test(arguments: [
    // 13 is below 3/2 of 12, so the larger bucket sets the size (gpt-oss-20b with an EAGLE layer).
    (13, 12, [13, 12]),
    // 15 is not below 3/2 of 10: groups of 10, so two for 15 layers.
    (15, 10, [8, 7, 10]), (14, 10, [14, 10]), (12, 24, [12, 12, 12]), (1, 3, [1, 1, 1, 1]),
  ])
  func theLargerBucketSetsTheSizeOnlyWhereLittleIsLost(full: Int, windowed: Int, sizes: [Int]) throws {
    let groups = try Self.groups(Self.layers(full + windowed) { $0 < full })
    #expect(groups.map(\.layers.count) == sizes)
  }

  @Test func withoutTheHybridManagerLocalLayersKeepEverything() throws {
    let groups = try Self.groups(Self.layers(24) { $0 % 2 == 1 }, hybrid: false)
    #expect(groups.map(\.layers.count) == [24])
    #expect(groups[0].specs.allSatisfy { $0.retention == .everything })
    #expect(groups[0].blocks(length: 131_072, inFlight: 16_384, decodeContext: 1) == 8_192)
  }

  @Test func aModelThatIsWindowedThroughoutStaysSoWithoutTheHybridManager() throws {
    let groups = try Self.groups(Self.layers(32) { _ in false }, hybrid: false)
    #expect(groups.map(\.layers.count) == [32])
    #expect(groups[0].blocks(length: 131_072, inFlight: 16_384, decodeContext: 1) == 1_033)
  }

  @Test func twoWindowsWithoutAFullLayerAreNotOneType() {
    let layers = Self.layers(4, full: KVCacheSpecTests.heads(.window(256))) { $0 % 2 == 0 }
    #expect(throws: KVCacheGroupingError.notOneType) { try Self.groups(layers, hybrid: false) }
  }

  /// vLLM refuses a hybrid without the hybrid manager: "Failed to promote local KV cache specs to one unified type".
  @Test func statesBesideKeysAreNotOneType() {
    let state = KVCacheSpec(
      kind: .state, numHeads: 1, stateBytes: Bytes(65_536), blockSize: 16, retention: .pages(2),
      paddedPage: Bytes(65_536))
    let layers = Self.layers(4, local: state) { $0 % 2 == 0 }
    #expect(throws: KVCacheGroupingError.notOneType) { try Self.groups(layers, hybrid: false) }
  }

  @Test func oneTypeWithDifferentPagesIsOneGroup() throws {
    let layers = Self.layers(4, local: KVCacheSpecTests.heads(2, .everything)) { $0 % 2 == 0 }
    let groups = try Self.groups(layers)
    #expect(groups.map(\.layers.count) == [4])
    // 2 × 65,536 + 2 × 16,384
    #expect(groups[0].blockBytes(in: 0..<4) == Bytes(163_840))
    #expect(groups[0].blockBytes(in: 1..<3) == Bytes(81_920))
  }

  @Test func aSmallerPageGrowsByItsBlockWhereItDivides() throws {
    let layers = Self.layers(4, full: KVCacheSpecTests.heads(4, .everything)) { $0 % 2 == 1 }
    let groups = try Self.groups(layers)
    let grown = try #require(groups.first { $0.layers == [1, 3] }).specs[0]
    #expect(grown.blockSize == 32)
    #expect(grown.pageSize == Bytes(65_536))
    #expect(grown.paddedPage == nil)
  }

  @Test func aSmallerPageIsPaddedWhereItDoesNotDivide() throws {
    let layers = Self.layers(4, full: KVCacheSpecTests.heads(3, .everything)) { $0 % 2 == 1 }
    let groups = try Self.groups(layers)
    let padded = try #require(groups.first { $0.layers == [1, 3] }).specs[0]
    #expect(padded.blockSize == 16)
    #expect(padded.paddedPage == Bytes(65_536))
  }

  /// 16 tokens of 1,152 B are 18,432 B, which does not divide 65,536.
  @Test func aLatentPageCannotBePadded() {
    let latent = KVCacheSpec(
      kind: .latent, numHeads: 1, stateBytes: Bytes(1_152), blockSize: 16, retention: .everything)
    let layers = Self.layers(4, full: latent) { $0 % 2 == 1 }
    #expect(throws: KVCacheGroupingError.pageNotUnifiable(page: Bytes(18_432), largest: Bytes(65_536))) {
      try Self.groups(layers)
    }
  }

  @Test func noLayersNoGroups() throws { #expect(try Self.groups([]).isEmpty) }
}

extension KVCacheSpecTests {
  static func heads(_ count: Int, _ retention: KVCacheSpec.Retention) -> KVCacheSpec {
    heads(count, state: 512, block: 16, retention)
  }
}
