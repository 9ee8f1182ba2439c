import Plimsoll
import Testing

/// Attention to blocks that an index chooses keeps keys, values and the index (MiniMax M3).
@Suite struct BlockSparseAttentionTests {
  static let index = Attention.BlockIndex(topK: 16, numHeads: 4, headDim: 128)

  /// MiniMax M3: 3 layers without an index, 57 with one.
  static func model() -> ModelShape {
    func mixer(_ index: Attention.BlockIndex?) -> Mixer {
      .attention(Attention(numHeads: 64, numKVHeads: 4, headSize: 128, blockIndex: index))
    }
    var shape = ModelShape.only(Module("unused", .norms, .tensor(shape: [1], cut: nil)), mixer: mixer(nil))
    var sparse = shape.layers[0]
    shape.layers[0].count = 3
    sparse.count = 57
    sparse.mixer = mixer(index)
    shape.layers.append(sparse)
    return shape
  }

  @Test(arguments: [
    // 60 · 2 · 4 · 128 · 2 B + 57 · 128 · 2 B; the index stays in 16 bits; heads are cut by TP, the index is not.
    (KVCacheDType.auto, 1, 137_472), (.fp8, 1, 76_032), (.auto, 2, 76_032), (.auto, 4, 45_312), (.auto, 8, 45_312),
  ])
  func aTokenTakesKeysValuesAndIndex(dtype: KVCacheDType, tensorParallel: Int, bytes: Int) throws {
    let settings = CachePlacementTests.settings(.h100, dtype, tensorParallel: tensorParallel)
    let placement = try Self.model().cachePlacement(settings)
    #expect(placement.blockSize == 128)
    #expect(placement.backends == [.flashAttn, .minimaxM3Indexer, .minimaxM3Sparse])
    #expect(try SparseAttentionTests.tokenBytes(Self.model(), settings) == bytes)
  }

  @Test func keysIn4BitsNeedBlackwell() throws {
    #expect(throws: CacheRefusal.self) {
      try Self.model().cachePlacement(CachePlacementTests.settings(.h100, .nvfp4))
    }
    _ = try Self.model().cachePlacement(CachePlacementTests.settings(.b200, .nvfp4))
  }

  /// A block of another size than 128 tokens is none of these layers'.
  @Test func aBlockIsWhatIsChosen() throws {
    var settings = CachePlacementTests.settings(.h100, .auto)
    settings.blockSize = 16
    #expect(throws: CacheRefusal.self) { try Self.model().cachePlacement(settings) }
    settings.blockSize = 256
    #expect(try Self.model().cachePlacement(settings).blockSize == 256)
  }

  /// vLLM's answers: 2,097,152 B of chosen blocks at TP 1, 524,288 B from TP 4 on, for 8,192 tokens.
  @Test(arguments: [(1, 2_097_152), (2, 1_048_576), (4, 524_288), (8, 524_288)])
  func aStepsChoiceHasABuffer(tensorParallel: Int, bytes: Int) {
    let buffers = AttentionBuffers(
      backends: [.flashAttn], numHeads: 64, hasSinks: false, maxNumBatchedTokens: 8192,
      parallelism: Parallelism(tensor: tensorParallel), blockIndex: Self.index)
    #expect(buffers.shared.count == bytes)
  }
}
