import Plimsoll
import Testing

extension ComputeCapability {
  static let a100 = ComputeCapability(8, 0)
  static let l40s = ComputeCapability(8, 9)
  static let h100 = ComputeCapability(9, 0)
  static let b200 = ComputeCapability(10, 0)
}

/// Section k of the memory model, "Backend decides the block size".
@Suite struct AttentionBackendTests {
  /// What a kind of model asks of a backend.
  enum Model {
    case dense, latent, gptOss, gemma27B, gemma4B, miMo

    func request(_ capability: ComputeCapability, _ dtype: KVCacheDType) -> AttentionBackend.Request {
      switch self {
      case .dense: AttentionBackend.Request(capability: capability, headSize: 128, kvCacheDType: dtype)
      case .latent:
        AttentionBackend.Request(
          capability: capability, headSize: 576, kvCacheDType: dtype, isLatent: true, qkNopeHeadDim: 128)
      case .gptOss:
        AttentionBackend.Request(capability: capability, headSize: 64, kvCacheDType: dtype, hasSinks: true)
      case .gemma27B:
        AttentionBackend.Request(capability: capability, headSize: 128, kvCacheDType: dtype, bidirectionalImages: true)
      case .gemma4B:
        AttentionBackend.Request(capability: capability, headSize: 256, kvCacheDType: dtype, bidirectionalImages: true)
      case .miMo:
        AttentionBackend.Request(
          capability: capability, headSize: 192, kvCacheDType: dtype, hasSinks: true, headSizeV: 128)
      }
    }
  }

  struct Case: Sendable {
    var model: Model
    var capability: ComputeCapability
    var dtype: KVCacheDType
    var backend: AttentionBackend
    var blockSize: Int

    init(
      _ model: Model, _ capability: ComputeCapability, _ dtype: KVCacheDType, _ backend: AttentionBackend,
      _ blockSize: Int = 16
    ) {
      self.model = model
      self.capability = capability
      self.dtype = dtype
      self.backend = backend
      self.blockSize = blockSize
    }
  }

  static let cases = [
    Case(.dense, .h100, .auto, .flashAttn), Case(.dense, .h100, .fp8, .flashAttn),
    Case(.dense, .h100, .fp8E5M2, .flashInfer), Case(.dense, .h100, .int8PerTokenHead, .tritonAttn),
    Case(.dense, .h100, .fp8PerTokenHead, .tritonAttn), Case(.dense, .h100, .int4PerTokenHead, .tritonAttn),
    Case(.dense, .h100, .turboquantK8V4, .turboQuant),
    Case(.latent, .h100, .auto, .flashAttnMLA), Case(.latent, .h100, .fp8, .flashMLA, 64),
    Case(.gptOss, .h100, .auto, .flashAttn),
    Case(.gemma27B, .h100, .auto, .tritonAttn), Case(.gemma4B, .h100, .auto, .tritonFlashAttn),
    Case(.dense, .a100, .auto, .flashAttn), Case(.dense, .a100, .fp8, .flashInfer),
    Case(.latent, .a100, .auto, .tritonMLA), Case(.gptOss, .a100, .auto, .tritonAttn),
    Case(.gemma27B, .a100, .auto, .tritonAttn),
    Case(.dense, .l40s, .auto, .flashAttn), Case(.dense, .l40s, .fp8, .flashInfer),
    Case(.latent, .l40s, .auto, .tritonMLA), Case(.gptOss, .l40s, .auto, .tritonAttn),
    Case(.gemma27B, .l40s, .auto, .tritonAttn),
    Case(.dense, .b200, .auto, .flashInfer), Case(.dense, .b200, .fp8, .flashInfer),
    Case(.latent, .b200, .auto, .flashInferMLA, 32), Case(.latent, .b200, .fp8, .flashInferMLA, 32),
    Case(.gptOss, .b200, .auto, .flashInfer),
    // FlashAttention 3, 4 and 2 in `fa_utils.py get_flash_attn_version`.
    Case(.miMo, .h100, .auto, .flashAttnDiffKV), Case(.miMo, .b200, .auto, .flashAttnDiffKV),
    Case(.miMo, .a100, .auto, .tritonAttnDiffKV), Case(.miMo, .l40s, .fp8, .tritonAttnDiffKV),
  ]

  @Test(arguments: cases)
  func theBackendDecidesTheBlockSize(_ expected: Case) {
    let request = expected.model.request(expected.capability, expected.dtype)
    #expect(AttentionBackend.select(request) == .backend(expected.backend))
    #expect(expected.backend.preferredBlockSize(default: 16, request) == expected.blockSize)
  }

  /// The Triton backends raise from their constructors: vLLM's refusals name 8.0 and want 8.9 or later.
  @Test(arguments: [(Model.gptOss, AttentionBackend.tritonAttn), (.gemma27B, .tritonAttn), (.latent, .tritonMLA)])
  func tritonRefusesEightBitFloatsBelowAda(model: Model, backend: AttentionBackend) {
    let onA100 = model.request(.a100, .fp8)
    #expect(AttentionBackend.select(onA100) == .backend(backend))
    #expect(backend.constructionRefusal(of: onA100) != nil)
    #expect(backend.constructionRefusal(of: model.request(.l40s, .fp8)) == nil)
    #expect(backend.constructionRefusal(of: model.request(.a100, .auto)) == nil)
  }

  /// FlashAttention's constructor asks for keys of 192 as if values were as wide: version 3 on Hopper, 2 on Blackwell.
  @Test func keysWiderThanValuesRefuseSomeCaches() {
    func refusal(_ capability: ComputeCapability, _ dtype: KVCacheDType) -> String? {
      let request = Model.miMo.request(capability, dtype)
      return AttentionBackend.priorities(request).first?.constructionRefusal(of: request)
    }
    #expect(refusal(.h100, .fp8) == nil)
    #expect(refusal(.h100, .fp8E5M2) == "FlashAttention does not support fp8_e5m2 kv-cache on this device.")
    #expect(refusal(.b200, .fp8) == "FlashAttention does not support fp8 kv-cache on this device.")
    #expect(refusal(.l40s, .fp8) == nil)
    #expect(refusal(.l40s, .fp8E5M2)?.contains("fp8/fp8_e4m3") == true)
    #expect(refusal(.a100, .fp8)?.contains("8.9") == true)
  }

  @Test func whereNoBackendServesEachSaysWhy() {
    let request = Model.latent.request(.h100, .nvfp4)
    guard case .none(let refusals) = AttentionBackend.select(request) else {
      Issue.record("a latent cache in NVFP4 was served")
      return
    }
    #expect(refusals.map(\.backend) == AttentionBackend.priorities(request))
    #expect(Set(refusals.map(\.reason)) == ["kv_cache_dtype not supported"])
  }

  @Test(arguments: [
    // FlashMLA reads blocks of 64 only, so a block of 16 passes over it on Hopper.
    (Model.latent, ComputeCapability.h100, KVCacheDType.fp8, 16, AttentionBackend.tritonMLA),
    (.latent, .h100, .fp8, 128, .flashMLA),
  ])
  func aStatedBlockSizeNarrowsTheChoice(
    model: Model, capability: ComputeCapability, dtype: KVCacheDType, blockSize: Int, backend: AttentionBackend
  ) {
    var request = model.request(capability, dtype)
    request.blockSize = blockSize
    #expect(AttentionBackend.select(request) == .backend(backend))
  }

  @Test func noBackendReadsBlocksOfEight() {
    var request = Model.dense.request(.b200, .auto)
    request.blockSize = 8
    guard case .none(let refusals) = AttentionBackend.select(request) else {
      Issue.record("a block of 8 was served")
      return
    }
    #expect(Set(refusals.map(\.reason)) == ["block_size not supported"])
  }
}
