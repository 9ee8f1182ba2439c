import Plimsoll
import Testing

/// Compressed attention keeps a window, compressed vectors, an index and compressors' states, with pages of several
/// sizes side by side in a block (DeepSeek V4; memory model, sections b.2 and c.4).
@Suite struct CompressedCachesTests {
  static func mixer(ratio: Int, groups: Int = 8) -> Mixer {
    .compressed(
      CompressedAttention(
        numHeads: 64, headSize: 512, window: 128, ratio: ratio, indexHeadDim: ratio == 4 ? 128 : nil, topK: 512,
        outputGroups: groups))
  }

  /// Layers of the given ratios, as DeepSeek V4 Flash has them: two windows, then 4 and 128 in turn, 4 last.
  static func model(_ ratios: [Int], groups: Int = 8) -> ModelShape {
    var shape = ModelShape.only(
      Module("unused", .norms, .tensor(shape: [1], cut: nil)), mixer: mixer(ratio: 1, groups: groups))
    let layer = shape.layers[0]
    shape.layers = ratios.map { ratio in
      var copy = layer
      copy.count = 1
      copy.mixer = mixer(ratio: ratio, groups: groups)
      return copy
    }
    return shape
  }

  static let flash = [1, 1] + (0..<41).map { $0 % 2 == 0 ? 4 : 128 }

  static func groups(_ shape: ModelShape, _ settings: CachePlacement.Settings, hybrid: Bool = true) throws
    -> [KVCacheGroup]
  {
    let placement = try shape.cachePlacement(settings)
    return try KVCacheGroups(
      of: placement.specs.map { ($0.layer, $0.spec) }, hybridManager: hybrid, rule: .init(3, over: 2),
      packsPages: placement.packsPages
    ).groups
  }

  /// Of 584 B a vector: 64 tokens are 37,376 B, 65 · 576 up; 64 vectors of 4 tokens the same; 2 of 128 tokens 1,168 B,
  /// 3 · 576 up. 64 keys of 132 B are 8,448 B, 15 · 576 up. States: 4 tokens of 2 · 2 · 512 float32, 8 of 2 · 512, both
  /// 32,768 B, 57 · 576 up; of the index 4 of 2 · 2 · 128, 8,192 B, 15 · 576 up.
  @Test func pagesAreWholeMultiplesOf576Bytes() throws {
    let placement = try Self.model([1, 4, 128]).cachePlacement(CachePlacementTests.settings(.h100))
    #expect(placement.blockSize == 256)
    #expect(placement.packsPages)
    #expect(
      Set(placement.backends) == [.flashMLASparseDSV4, .compressedWindow, .compressedIndexer, .compressor])
    #expect(placement.specs.map(\.layer) == [0, 1, 1, 1, 1, 1, 2, 2, 2])
    #expect(
      placement.specs.map(\.spec.pageSize.count)
        == [37_440, 8_640, 8_640, 37_440, 37_440, 32_832, 37_440, 1_728, 32_832])
    #expect(placement.specs.map(\.spec.blockSize) == [64, 256, 4, 64, 256, 4, 64, 256, 8])
    let kept: [KVCacheSpec.Retention] = [
      .window(128), .everything, .window(8), .window(128), .everything, .window(8), .window(128), .everything,
      .window(128),
    ]
    #expect(placement.specs.map(\.spec.retention) == kept)
  }

  /// 21 layers at 4, 20 at 128, 43 windows. The states at 4 repeat a pattern of two pages 21 times, the states at 128
  /// and the windows have one page; 22 repeats a group pad 43, 21 and 20 least (by 1, 1 and 2), so that windows make two
  /// groups. The vectors come in unequal numbers and stay whole: 21 · (37,440 + 8,640) + 20 · 1,728 a block.
  @Test func groupsRepeatThePatternThatPadsLeast() throws {
    let groups = try Self.groups(Self.model(Self.flash), CachePlacementTests.settings(.h100))
    #expect(groups.map(\.layers.count) == [22, 21, 62, 42, 20])
    let blocks = groups.map { $0.blockBytes(in: 0..<43).count }
    #expect(blocks == [22 * 37_440, 21 * 37_440, 1_002_240, 21 * (32_832 + 8_640), 20 * 32_832])
    let pool = KVCachePool(
      groups: groups, stages: [0..<43], inFlight: 16_384, decodeContext: 1, reservesNullBlock: true)
    #expect(pool.largestBlock == Bytes(1_002_240))
    // ⌈16,511 / 64⌉ + 1 twice, 65,536 / 256, ⌈16,391 / 4⌉ + 1, ⌈16,511 / 8⌉ + 1
    #expect(pool.blocksPerRequest(length: 65_536) == 2 * 259 + 256 + 4_099 + 2_065)
  }

  /// With one page size a block holds it as ever; without the hybrid manager all keep everything in blocks of 256:
  /// windows 4 · 37,376 B = 149,504 B, 260 · 576 up.
  @Test func withoutTheHybridManagerWindowsKeepEverything() throws {
    let groups = try Self.groups(Self.model([1, 4]), CachePlacementTests.settings(.h100), hybrid: false)
    #expect(groups.count == 1)
    #expect(groups[0].specs.allSatisfy { $0.retention == .everything && $0.blockSize == 256 })
    #expect(groups[0].specs[0].pageSize == Bytes(149_760))
  }

  /// On Blackwell for PCs FlashInfer takes the packed layout too; on data-centre Blackwell, where it is asked for, plain
  /// rows of 512 elements in pages of whole 512 B.
  @Test(arguments: [
    (
      ComputeCapability(12, 0), KVCacheDType.auto, AttentionBackend?.none, AttentionBackend.flashInferMLASparseDSV4,
      37_440
    ),
    (.b200, .auto, nil, .flashMLASparseDSV4, 37_440), (.b200, .fp8E5M2, .flashMLASparse, .flashMLASparseDSV4, 37_440),
    (.b200, .auto, .flashInferMLASparseDSV4, .flashInferMLASparseDSV4, 65_536),
    (.b200, .fp8, .flashInferMLASparseDSV4, .flashInferMLASparseDSV4, 32_768),
  ])
  func theLayoutFollowsTheBackend(
    capability: ComputeCapability, dtype: KVCacheDType, asked: AttentionBackend?, backend: AttentionBackend, page: Int
  ) throws {
    let placement = try Self.model([1]).cachePlacement(
      CachePlacementTests.settings(capability, dtype, backend: asked))
    #expect(placement.backends.contains(backend))
    #expect(placement.specs.map(\.spec.pageSize.count) == [page])
  }

  @Test(arguments: [
    (ComputeCapability.h100, KVCacheDType.bfloat16, AttentionBackend?.none, 1, "only supports fp8 kv-cache"),
    (.a100, .auto, nil, 1, "need compute capability 9.0 or 10.x"),
    (.h100, .auto, .flashInferMLASparseDSV4, 1, "requires SM10x or SM12x"),
    (.h100, .auto, .flashInferMLASparse, 1, "is not a DeepSeek V4 attention backend"),
    (.h100, .auto, nil, 16, "o_groups (8) do not divide over 16 ranks"),
  ])
  func whatTheLayersRefuse(
    capability: ComputeCapability, dtype: KVCacheDType, asked: AttentionBackend?, tensorParallel: Int, reason: String
  ) throws {
    let error = try #require(throws: CacheRefusal.self) {
      try Self.model([1, 4]).cachePlacement(
        CachePlacementTests.settings(capability, dtype, tensorParallel: tensorParallel, backend: asked))
    }
    guard case .construction(let text) = error else {
      Issue.record("refused otherwise: \(error)")
      return
    }
    #expect(text.contains(reason))
  }

  @Test func aBlockIsAMultipleOfWhatKernelsRead() throws {
    #expect(throws: CacheRefusal.blockSize(64, .flashMLASparseDSV4)) {
      try Self.model([1, 4]).cachePlacement(CachePlacementTests.settings(.h100, block: 64))
    }
    let placement = try Self.model([4]).cachePlacement(CachePlacementTests.settings(.h100, block: 512))
    // 128 vectors of 584 B, 130 · 576.
    #expect(placement.specs[3].spec.pageSize == Bytes(74_880))
  }
}
