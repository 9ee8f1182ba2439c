import Plimsoll
import Testing

/// Section b.1 of the memory model: what one head keeps of one token, key and value together.
@Suite struct KVCacheDTypeTests {
  @Test(arguments: [
    (KVCacheDType.auto, 512),  // 2 × (128 + 128)
    (.bfloat16, 512), (.float16, 512),
    (.fp8, 256), (.fp8E4M3, 256), (.fp8E5M2, 256), (.fp8Inc, 256),
    (.int8PerTokenHead, 264), (.fp8PerTokenHead, 264),  // 256 + two float32 scales
    (.int4PerTokenHead, 136),  // 64 + 64 + 8
    (.nvfp4, 144), (.nvfp4FourOverSix, 144),  // 256 × 0.5625: 64 + 8 scales, twice
    (.turboquantK8V4, 196),  // 128 + (64 + 4)
    (.turboquant4BitNC, 134),  // (64 + 2) + (64 + 4)
    (.turboquantK3V4NC, 118),  // (48 + 2) + (64 + 4)
    (.turboquant3BitNC, 102),  // (48 + 2) + (48 + 4)
  ])
  func aHeadOf128TakesWhatItsTypePacks(dtype: KVCacheDType, bytes: Int) {
    #expect(dtype.stateBytes(headSize: 128, headSizeV: 128, modelDType: .bfloat16) == Bytes(bytes))
  }

  /// Key ⌈67·3/8⌉ + 2 = 28, value ⌈67·4/8⌉ + 4 = 38: 66 is even; with 3 bits 28 + 30 = 58; ⌈66·3/8⌉ = 25: 27 + 29 = 56.
  @Test(arguments: [
    (67, KVCacheDType.turboquantK3V4NC, 66), (67, .turboquant3BitNC, 58), (66, .turboquant3BitNC, 56),
    // 67 + ⌈67·4/8⌉ + 4 = 67 + 38 = 105, rounded up to even.
    (67, .turboquantK8V4, 106),
  ])
  func aTurboQuantSlotIsRoundedUpToEven(headSize: Int, dtype: KVCacheDType, bytes: Int) {
    #expect(dtype.stateBytes(headSize: headSize, headSizeV: headSize, modelDType: .bfloat16) == Bytes(bytes))
  }

  @Test func autoIsTheModelsType() {
    #expect(KVCacheDType.auto.stateBytes(headSize: 64, headSizeV: 64, modelDType: .float32) == Bytes(512))
    #expect(KVCacheDType.auto.stateBytes(headSize: 64, headSizeV: 64, modelDType: .float16) == Bytes(256))
  }

  /// DeepSeek's latent vector: 512 + 64 elements and no value.
  @Test(arguments: [(KVCacheDType.auto, 1_152), (.fp8, 576), (.fp8E4M3, 576)])
  func aLatentVectorHasNoValue(dtype: KVCacheDType, bytes: Int) {
    #expect(dtype.stateBytes(headSize: 576, headSizeV: 0, modelDType: .bfloat16) == Bytes(bytes))
  }

  @Test(arguments: [
    KVCacheDType.fp8DSMLA, .nvfp4DSMLA, .octaveK3V4, .octaveK3V3, .octaveK3V3Compact, .ultraquant4Bit,
  ])
  func anUnmodelledLayoutIsNilAndNotAGuess(dtype: KVCacheDType) {
    #expect(dtype.stateBytes(headSize: 128, headSizeV: 128, modelDType: .bfloat16) == nil)
  }

  @Test func turboQuantNeedsAValue() {
    #expect(KVCacheDType.turboquantK8V4.stateBytes(headSize: 576, headSizeV: 0, modelDType: .bfloat16) == nil)
  }

  @Test func namesAreVLLMsOwn() {
    #expect(KVCacheDType(rawValue: "nvfp4_4over6") == .nvfp4FourOverSix)
    #expect(KVCacheDType.allCases.count == 22)
    #expect(KVCacheDType.allCases.filter { !$0.isQuantized } == [.auto, .float16, .bfloat16])
    #expect(KVCacheDType.allCases.filter(\.isPlainFP8) == [.fp8, .fp8E4M3, .fp8E5M2, .fp8Inc])
  }
}
