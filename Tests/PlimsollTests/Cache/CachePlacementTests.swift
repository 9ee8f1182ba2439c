import Plimsoll
import Testing

@Suite struct CachePlacementTests {
  static func settings(
    _ capability: ComputeCapability, _ dtype: KVCacheDType = .auto, block: Int? = nil, tensorParallel: Int = 1,
    backend: AttentionBackend? = nil
  ) -> CachePlacement.Settings {
    CachePlacement.Settings(
      capability: capability, kvCacheDType: dtype, modelDType: .bfloat16, blockSize: block,
      tensorParallel: tensorParallel, backend: backend)
  }

  static let latent = ModelShape.only(
    Module("unused", .norms, .tensor(shape: [1], cut: nil)),
    mixer: .latentAttention(
      LatentAttention(numHeads: 128, kvLoRARank: 512, qkNopeHeadDim: 128, qkRopeHeadDim: 64, vHeadDim: 128)))

  @Test(arguments: [(1, 8), (4, 2), (8, 1), (16, 1)])
  func beyondTheKVHeadsEveryRankKeepsOne(tensorParallel: Int, heads: Int) throws {
    let placement = try ModelShape.qwq32B.cachePlacement(Self.settings(.h100, tensorParallel: tensorParallel))
    #expect(placement.backends == [.flashAttn])
    #expect(placement.blockSize == 16)
    #expect(placement.specs.count == 64)
    #expect(placement.specs[63].layer == 63)
    #expect(placement.specs[63].spec.pageSize == Bytes(heads * 16 * 512))
  }

  /// The page of a 16-bit boundary layer is 65,536 B, of one byte an element 32,768 B, so 32 tokens a block; the first
  /// and the last two layers keep the model's type (memory model, section k).
  @Test func turboQuantKeepsTheBoundaryLayersInTheModelsType() throws {
    let placement = try ModelShape.qwq32B.cachePlacement(Self.settings(.h100, .turboquantK8V4))
    #expect(placement.blockSize == 32)
    let pages = placement.specs.map(\.spec.pageSize.count)
    #expect(pages[0...1] == [131_072, 131_072])
    #expect(pages[62...63] == [131_072, 131_072])
    #expect(Set(pages[2...61]) == [8 * 32 * 196])
  }

  @Test func aLatentCacheIsTheSameOnEveryRank() throws {
    for tensorParallel in [1, 8] {
      let placement = try Self.latent.cachePlacement(Self.settings(.b200, tensorParallel: tensorParallel))
      #expect(placement.backends == [.flashInferMLA])
      #expect(placement.specs.map(\.spec.pageSize) == [Bytes(32 * 1_152)])
    }
  }

  @Test func tritonOnA100RefusesEightBitFloats() throws {
    let error = try #require(throws: CacheRefusal.self) {
      try Self.latent.cachePlacement(Self.settings(.a100, .fp8))
    }
    guard case .construction(let reason) = error else {
      Issue.record("refused otherwise")
      return
    }
    #expect(reason.hasPrefix("FP8 KV cache is not supported by the Triton MLA backend"))
  }

  @Test func aForcedBackendThatDoesNotServeIsRefusedAlone() throws {
    let error = try #require(throws: CacheRefusal.self) {
      try ModelShape.qwq32B.cachePlacement(Self.settings(.h100, backend: .flashMLA))
    }
    guard case .noBackend(let refusals, .auto) = error else {
      Issue.record("refused otherwise")
      return
    }
    #expect(refusals.map(\.backend) == [.flashMLA])
    #expect(refusals.map(\.reason) == ["non-MLA not supported"])
  }

  @Test func anEncoderCachesNothing() throws {
    var shape = ModelShape.qwq32B
    shape.traits.isEncoderOnly = true
    #expect(try shape.cachePlacement(Self.settings(.h100)).specs.isEmpty)
  }
}
