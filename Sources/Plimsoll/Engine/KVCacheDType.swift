/// How keys and values are stored, by vLLM's own strings (0.33.0 `config/cache.py CacheDType`).
public enum KVCacheDType: String, Hashable, Sendable, CaseIterable {
  case auto, float16, bfloat16, fp8
  case fp8E4M3 = "fp8_e4m3"
  case fp8E5M2 = "fp8_e5m2"
  case fp8Inc = "fp8_inc"
  case fp8DSMLA = "fp8_ds_mla"
  case nvfp4DSMLA = "nvfp4_ds_mla"
  case turboquantK8V4 = "turboquant_k8v4"
  case turboquant4BitNC = "turboquant_4bit_nc"
  case turboquantK3V4NC = "turboquant_k3v4_nc"
  case turboquant3BitNC = "turboquant_3bit_nc"
  case octaveK3V4 = "octave_k3v4"
  case octaveK3V3 = "octave_k3v3"
  case octaveK3V3Compact = "octave_k3v3_compact"
  case ultraquant4Bit = "ultraquant_4bit"
  case int4PerTokenHead = "int4_per_token_head"
  case int8PerTokenHead = "int8_per_token_head"
  case fp8PerTokenHead = "fp8_per_token_head"
  case nvfp4
  case nvfp4FourOverSix = "nvfp4_4over6"
}

extension KVCacheDType {
  /// Whether the cache holds fewer bits than the model computes in.
  public var isQuantized: Bool {
    switch self {
    case .auto, .float16, .bfloat16: false
    default: true
    }
  }

  /// One byte an element, scales outside the cache.
  public var isPlainFP8: Bool {
    switch self {
    case .fp8, .fp8E4M3, .fp8E5M2, .fp8Inc: true
    default: false
    }
  }

  /// Key and value bits of a TurboQuant type, which packs both into one slot a head.
  public var turboQuantBits: (key: Int, value: Int)? {
    switch self {
    case .turboquantK8V4: (8, 4)
    case .turboquant4BitNC: (4, 4)
    case .turboquantK3V4NC: (3, 4)
    case .turboquant3BitNC: (3, 3)
    default: nil
    }
  }

  /// What one head keeps of one token, key and value together; nil where plimsoll does not know the layout.
  ///
  /// - `headSizeV` is 0 for a latent (MLA) cache, which keeps one vector.
  /// - Per-token-head types carry one float32 scale for the key and one for the value inline.
  /// - NVFP4 keeps a scale byte for each 16 elements.
  /// - DeepSeek's own packings have one size: 512 bytes with 4 float32 scales and 64 elements of 16 bits are 656, and
  ///   in 4 bits 352.
  /// - TurboQuant: key `headSize` bytes at 8 bits, else ⌈headSize·bits/8⌉ + 2; value ⌈headSize·bits/8⌉ + 4; the sum even.
  ///
  /// vLLM 0.33.0 `v1/kv_cache_interface.py`, `quantization/turboquant/config.py`.
  public func stateBytes(headSize: Int, headSizeV: Int, modelDType: DType) -> Bytes? {
    let elements = headSize + headSizeV
    switch self {
    case .auto: return modelDType.size * elements
    case .float16, .bfloat16: return Bytes(2 * elements)
    case .fp8, .fp8E4M3, .fp8E5M2, .fp8Inc: return Bytes(elements)
    case .int8PerTokenHead, .fp8PerTokenHead: return Bytes(elements + 8)
    case .int4PerTokenHead: return Bytes(headSize / 2 + headSizeV / 2 + 8)
    case .nvfp4, .nvfp4FourOverSix:
      return Bytes(headSize / 2 + headSize / 16 + headSizeV / 2 + headSizeV / 16)
    case .turboquantK8V4, .turboquant4BitNC, .turboquantK3V4NC, .turboquant3BitNC:
      guard let bits = turboQuantBits, headSizeV > 0 else { return nil }
      let key = bits.key == 8 ? headSize : (headSize * bits.key).dividedRoundingUp(by: 8) + 2
      let value = (headSizeV * bits.value).dividedRoundingUp(by: 8) + 4
      return Bytes((key + value).roundedUp(toMultipleOf: 2))
    case .fp8DSMLA: return headSizeV == 0 ? Bytes(656) : nil
    case .nvfp4DSMLA: return headSizeV == 0 ? Bytes(352) : nil
    case .octaveK3V4, .octaveK3V3, .octaveK3V3Compact, .ultraquant4Bit:
      return nil
    }
  }
}
