extension AttentionBackend {
  /// Why this backend does not serve `request`, in vLLM's terms; nil where it does (`validate_configuration`).
  public func refusal(of request: Request) -> String? {
    let capability = request.capability
    if let size = request.blockSize, !accepts(blockSize: size, request) { return "block_size not supported" }
    if isLatent != request.isLatent { return request.isLatent ? "MLA not supported" : "non-MLA not supported" }
    if let sparse = request.sparse { return sparseRefusal(of: request, sparse) }
    // These layers name their backend and check nothing but what `constructionRefusal` says.
    if request.blockTopK != nil { return nil }
    if isSparse || isCompressed { return "non-sparse not supported" }
    // The model class hands its layers this backend, so that nothing else is asked.
    if request.isDiffKV { return nil }
    guard takes(request.kvCacheDType, on: capability, headSize: request.headSize) else {
      return "kv_cache_dtype not supported"
    }
    if request.isEncoderOnly, !readsBothWays { return "attention type ENCODER_ONLY not supported" }
    if request.readsEncoder, self != .flashAttn, self != .tritonAttn {
      return "attention type ENCODER_DECODER not supported"
    }
    if request.hasSinks, !supportsSinks(capability) { return "attention sinks not supported" }
    switch self {
    case .flashAttn:
      if capability < ComputeCapability(8, 0) { return "compute capability not supported" }
      if request.headSize % 8 != 0 || request.headSize > (capability.major == 9 || capability.major == 10 ? 512 : 256) {
        return "head_size not supported"
      }
      if request.bidirectionalImages, flashAttentionVersion(request) != 4 {
        return "mm_prefix requires FlashAttention 4"
      }
    case .flashInfer, .tritonFlashInfer:
      if capability < ComputeCapability(8, 0) || capability > ComputeCapability(12, 1) {
        return "compute capability not supported"
      }
      if self == .tritonFlashInfer {
        if capability.major != 10 { return "compute capability not supported" }
        if request.headSize != 256, request.headSize != 512 { return "head_size not supported" }
      } else {
        if ![64, 128, 256, 512].contains(request.headSize) { return "head_size not supported" }
        if request.bidirectionalImages { return "partial multimodal token full attention not supported" }
      }
    case .tritonFlashAttn:
      if capability.major != 9 { return "compute capability not supported" }
      if request.headSize != 256, request.headSize != 512 { return "head_size not supported" }
    case .tritonAttn:
      if request.headSize < 32 { return "head_size not supported" }
    case .turboQuant:
      if request.bidirectionalImages { return "partial multimodal token full attention not supported" }
    case .flashAttnMLA:
      if capability.major != 9 { return "compute capability not supported" }
    case .flashMLA:
      if capability.major != 9 { return "FlashMLA dense is only supported on Hopper" }
    case .flashInferMLA:
      if capability.major != 10 { return "compute capability not supported" }
      if ![64, 128, 192].contains(request.qkNopeHeadDim) {
        return "FlashInfer MLA needs a qk_nope_head_dim of 64, 128 or 192"
      }
    case .cutlassMLA:
      if capability.major != 10 { return "compute capability not supported" }
    case .flexAttention, .flashAttnDiffKV, .tritonAttnDiffKV, .tritonMLA, .flashAttnMLASparse, .flashAttnMLASparseFA4,
      .flashMLASparse, .flashInferMLASparse, .flashInferMLASparseSM90, .flashInferMLASparseSM120, .sparseIndexer,
      .minimaxM3Sparse, .minimaxM3Indexer, .flashMLASparseDSV4, .flashInferMLASparseDSV4, .compressedWindow,
      .compressedIndexer, .compressor:
      break
    }
    return nil
  }

  /// What stops this backend once it is chosen: 8-bit floats that the GPU cannot compute with
  /// (`triton_attn.py`, `triton_mla.py`: a ValueError from the constructor).
  public func constructionRefusal(of request: Request) -> String? {
    if self == .flashMLASparse, !request.kvCacheDType.isQuantized, request.sparse?.decodeContext ?? 1 > 1 {
      return "DCP for FlashMLA sparse requires an fp8_ds_mla kv-cache; the bf16 sparse path is not supported under DCP"
    }
    if let refusal = diffKVRefusal(of: request) { return refusal }
    if let topK = request.blockTopK { return blockSparseRefusal(of: request, topK: topK) }
    guard self == .tritonAttn || self == .tritonMLA || self == .tritonFlashAttn || self == .tritonAttnDiffKV else {
      return nil
    }
    guard request.kvCacheDType.rawValue.hasPrefix("fp8"), request.capability < ComputeCapability(8, 9) else {
      return nil
    }
    let name = self == .tritonMLA ? "Triton MLA backend" : "Triton attention backend"
    return "FP8 KV cache is not supported by the \(name) on compute capability \(request.capability.text); "
      + "native FP8 needs 8.9 or later"
  }

  var isLatent: Bool {
    switch self {
    case .flashAttnMLA, .flashMLA, .flashInferMLA, .cutlassMLA, .tritonMLA, .flashAttnMLASparse,
      .flashAttnMLASparseFA4, .flashMLASparse, .flashInferMLASparse, .flashInferMLASparseSM90,
      .flashInferMLASparseSM120, .sparseIndexer, .flashMLASparseDSV4, .flashInferMLASparseDSV4, .compressedWindow,
      .compressedIndexer, .compressor:
      true
    case .flashAttn, .flashInfer, .tritonAttn, .tritonFlashAttn, .tritonFlashInfer, .flexAttention, .turboQuant,
      .flashAttnDiffKV, .tritonAttnDiffKV, .minimaxM3Sparse, .minimaxM3Indexer:
      false
    }
  }

  /// The classes whose `supports_attn_type` takes ENCODER_ONLY.
  private var readsBothWays: Bool {
    switch self {
    case .flashAttn, .tritonAttn, .flexAttention, .tritonFlashAttn: true
    default: false
    }
  }

  private func supportsSinks(_ capability: ComputeCapability) -> Bool {
    switch self {
    case .flashAttn: capability.major == 9 || capability.major == 10
    case .flashInfer: capability.major == 10 || capability == ComputeCapability(9, 0) || capability.major == 12
    case .tritonAttn: true
    default: false
    }
  }

  /// FlashAttention 4 is built for Hopper, data-centre Blackwell and Thor (`flash_attn_interface.py`).
  static func hasFlashAttention4(on capability: ComputeCapability) -> Bool { 9...11 ~= capability.major }

  /// The version of FlashAttention that a request resolves to (`fa_utils.py get_flash_attn_version`).
  private func flashAttentionVersion(_ request: Request) -> Int {
    switch request.capability.major {
    case 9: request.headSize > 256 ? 4 : 3
    case 10: request.headSize <= 128 || request.headSize == 256 ? 4 : 2
    default: 2
    }
  }

  func takes(_ dtype: KVCacheDType, on capability: ComputeCapability, headSize: Int) -> Bool {
    switch (self, dtype) {
    case (.turboQuant, _): dtype.turboQuantBits != nil
    case (_, .auto), (_, .float16), (_, .bfloat16): true
    case (.flashAttn, .fp8), (.flashAttn, .fp8E4M3):
      // FlashAttention 3 on Hopper, 4 on data-centre Blackwell.
      capability.major == 9 || (capability.major == 10 && (headSize <= 128 || headSize == 256))
    case (.flashInfer, .fp8), (.flashInfer, .fp8E4M3), (.flashInfer, .fp8E5M2): true
    case (.flashInfer, .nvfp4): capability >= ComputeCapability(8, 0)
    case (.flashInfer, .nvfp4FourOverSix): capability.major == 10
    case (.tritonAttn, .fp8), (.tritonAttn, .fp8E4M3), (.tritonAttn, .fp8E5M2): true
    case (.tritonAttn, .int4PerTokenHead), (.tritonAttn, .int8PerTokenHead), (.tritonAttn, .fp8PerTokenHead): true
    case (.tritonFlashAttn, .fp8), (.tritonFlashAttn, .fp8E4M3): true
    case (.tritonFlashInfer, .fp8), (.tritonFlashInfer, .fp8E4M3), (.tritonFlashInfer, .fp8E5M2): true
    case (.flashMLA, .fp8), (.flashMLA, .fp8E4M3), (.flashInferMLA, .fp8), (.flashInferMLA, .fp8E4M3),
      (.cutlassMLA, .fp8), (.cutlassMLA, .fp8E4M3), (.tritonMLA, .fp8), (.tritonMLA, .fp8E4M3):
      true
    default: false
    }
  }
}
