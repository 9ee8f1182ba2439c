/// Attention whose keys are wider than its values: the model class picks the backend itself.
///
/// vLLM 0.33.0 `models/mimo_v2.py MiMoV2Attention`, `v1/attention/backends/flash_attn_diffkv.py`,
/// `triton_attn_diffkv.py`.
extension AttentionBackend {
  /// The two that such layers may have; no other flag moves them.
  public var isDiffKV: Bool { self == .flashAttnDiffKV || self == .tritonAttnDiffKV }

  /// FlashAttention 3 or 4 where the GPU has it: on data-centre Blackwell for narrow heads and for 192 over 128 alone
  /// (`fa_utils.py get_flash_attn_version`).
  static func diffKV(_ request: Request) -> AttentionBackend {
    switch request.capability.major {
    case 9: .flashAttnDiffKV
    case 10 where request.headSize <= 128 || (request.headSize == 192 && request.headSizeV == 128): .flashAttnDiffKV
    default: .tritonAttnDiffKV
    }
  }

  /// Why a layer of these cannot be built with its cache's type; FlashAttention asks as if values were as wide as keys.
  func diffKVRefusal(of request: Request) -> String? {
    guard isDiffKV, request.kvCacheDType.isQuantized else { return nil }
    let name = request.kvCacheDType.rawValue
    if self == .flashAttnDiffKV {
      let isTaken = AttentionBackend.flashAttn.takes(
        request.kvCacheDType, on: request.capability, headSize: request.headSize)
      return isTaken ? nil : "FlashAttention does not support \(name) kv-cache on this device."
    }
    if request.kvCacheDType == .fp8 || request.kvCacheDType == .fp8E4M3 { return nil }
    return "TritonAttentionDiffKVBackend supports only fp8/fp8_e4m3 quantized KV cache (got kv_cache_dtype='\(name)')."
  }
}

extension AttentionBackend.Request {
  /// Keys and values differ in width.
  var isDiffKV: Bool { !isLatent && headSizeV != headSize }
}
