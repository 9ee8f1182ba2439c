import Plimsoll
import Testing

/// Sparse latent attention keeps an index beside its vectors (memory model, section b.2).
@Suite struct SparseAttentionTests {
  /// A layer of DeepSeek V3.2, with an indexer of its own or not.
  static func mixer(hasIndexer: Bool) -> Mixer {
    .latentAttention(
      LatentAttention(
        numHeads: 128, kvLoRARank: 512, qkNopeHeadDim: 128, qkRopeHeadDim: 64, vHeadDim: 128,
        sparse: LatentAttention.Sparse(topK: 2048, indexHeadDim: hasIndexer ? 128 : nil)))
  }

  static func model(leaders: Int, followers: Int = 0) -> ModelShape {
    var shape = ModelShape.only(Module("unused", .norms, .tensor(shape: [1], cut: nil)), mixer: mixer(hasIndexer: true))
    shape.layers[0].count = leaders
    if followers > 0 {
      var follower = shape.layers[0]
      follower.count = followers
      follower.mixer = mixer(hasIndexer: false)
      shape.layers.append(follower)
    }
    return shape
  }

  static func tokenBytes(_ shape: ModelShape, _ settings: CachePlacement.Settings) throws -> Int {
    let placement = try shape.cachePlacement(settings)
    let groups = try KVCacheGroups(
      of: placement.specs.map { ($0.layer, $0.spec) }, hybridManager: true, rule: .init(3, over: 2))
    #expect(groups.groups.count == 1)
    return groups.groups[0].blockBytes(in: 0..<shape.numLayers).count / placement.blockSize
  }

  @Test(arguments: [
    // 61 · (656 + 132), 61 · (576 · 2 + 132), 61 · (576 + 132)
    (KVCacheDType.fp8, 48_068), (.fp8DSMLA, 48_068), (.auto, 78_324), (.fp8E4M3, 43_188),
  ])
  func aTokenTakesItsVectorAndItsIndex(dtype: KVCacheDType, bytes: Int) throws {
    for tensorParallel in [1, 8] {
      let settings = CachePlacementTests.settings(.h100, dtype, tensorParallel: tensorParallel)
      #expect(try Self.tokenBytes(Self.model(leaders: 61), settings) == bytes)
    }
  }

  /// GLM-5.2: 21 layers choose, 57 take the choice over: 78 · 576 + 21 · 132.
  @Test func aLayerThatTakesAChoiceOverKeepsNoIndex() throws {
    let settings = CachePlacementTests.settings(.h100, .fp8E4M3)
    #expect(try Self.tokenBytes(Self.model(leaders: 21, followers: 57), settings) == 47_700)
  }

  @Test(arguments: [
    (ComputeCapability.h100, KVCacheDType.auto, 8, AttentionBackend.flashAttnMLASparse),
    (.h100, .fp8, 8, .flashMLASparse), (.h100, .fp8E4M3, 8, .flashInferMLASparseSM90),
    (.b200, .auto, 8, .flashAttnMLASparseFA4), (.b200, .auto, 1, .flashMLASparse),
    (.b200, .fp8, 8, .flashInferMLASparse),
  ])
  func theBackendFollowsTheGPUTheTypeAndTheHeads(
    capability: ComputeCapability, dtype: KVCacheDType, tensorParallel: Int, backend: AttentionBackend
  ) throws {
    let settings = CachePlacementTests.settings(capability, dtype, tensorParallel: tensorParallel)
    let placement = try Self.model(leaders: 1).cachePlacement(settings)
    #expect(placement.backends == [backend, .sparseIndexer])
    #expect(placement.blockSize == 64)
  }

  @Test func noBackendServesItOnAmpere() throws {
    let error = try #require(throws: CacheRefusal.self) {
      try Self.model(leaders: 1).cachePlacement(CachePlacementTests.settings(.a100))
    }
    guard case .noBackend(let refusals, .auto) = error else {
      Issue.record("refused otherwise")
      return
    }
    #expect(refusals.allSatisfy { $0.reason == "compute capability not supported" })
  }

  @Test func aBackendForAllTokensIsRefusedWhereTheyAreChosen() throws {
    let error = try #require(throws: CacheRefusal.self) {
      try Self.model(leaders: 1).cachePlacement(CachePlacementTests.settings(.h100, backend: .flashAttnMLA))
    }
    guard case .noBackend(let refusals, .auto) = error else {
      Issue.record("refused otherwise")
      return
    }
    #expect(refusals.map(\.reason) == ["sparse not supported"])
  }

  /// GLM-5's class takes `auto` for 8 bits on data-centre Blackwell: 576 + 132 B a token.
  @Test func theModelClassMaySayWhatAutoIsOnBlackwell() throws {
    var shape = Self.model(leaders: 1)
    shape.traits.kvCacheDTypeOnSM10x = .fp8E4M3
    #expect(try Self.tokenBytes(shape, CachePlacementTests.settings(.b200)) == 708)
    #expect(try Self.tokenBytes(shape, CachePlacementTests.settings(.h100)) == 1_284)
  }

  /// T = 8,192, S = 1,024, 16 heads on a rank, 163,840 tokens: 2 · (8,192 · (16 + 64) · (576 + 512) + 5 · 163,840 · 576),
  /// which is what vLLM's code allocates outside of modules for DeepSeek V3.2 at TP 8.
  @Test func bufferSizesAreVLLMs() throws {
    let sparse = try #require(
      AttentionBuffers.Sparse(
        Self.model(leaders: 1), maxNumSeqs: 1024, isCacheQuantized: true, maxModelLen: 163_840))
    let buffers = AttentionBuffers(
      backends: [.flashMLASparse], numHeads: 128, hasSinks: false, maxNumBatchedTokens: 8192,
      parallelism: Parallelism(tensor: 8), sparse: sparse)
    #expect(buffers.workspace == Bytes(2_369_781_760))
    #expect(buffers.shared == Bytes(4 * 8192 * 2048))
    #expect(buffers.perIndexer == Bytes(4 * 1025 * 2049))
    #expect(buffers.perLayer == .zero)
  }

  /// 128 bytes and a float32 scale for each key that the indexer gathers; 40 for each token of the longest request, and
  /// beyond 256 Ki tokens 16 since 0.32 (`get_max_prefill_buffer_size`, v1/attention/backends/mla/indexer.py); and 1 MiB
  /// (`RADIX_TOPK_WORKSPACE_SIZE`). Before 0.13 none was kept.
  @Test(arguments: [
    ("0.33.0", 163_840, 40 * 163_840 * 132 + 1_048_576), ("0.33.0", 819_200, 16 * 819_200 * 132 + 1_048_576),
    ("0.31.0", 819_200, 40 * 819_200 * 132 + 1_048_576), ("0.26.0", 819_200, 4_326_424_576), ("0.12.0", 163_840, 0),
  ])
  func theIndexerGathersKeysInTheWorkspace(_ name: String, _ length: Int, _ bytes: Int) throws {
    guard case .found(let release) = EngineRelease.named(name) else {
      Issue.record("no row \(name)")
      return
    }
    let sparse = try #require(
      AttentionBuffers.Sparse(Self.model(leaders: 1), maxNumSeqs: 1024, maxModelLen: length))
    let buffers = AttentionBuffers(
      backends: [.flashInferMLASparse], numHeads: 64, hasSinks: false, maxNumBatchedTokens: 8192,
      parallelism: Parallelism(tensor: 4), sparse: sparse, profile: release.profile)
    #expect(buffers.workspace == Bytes(bytes))
  }
}
