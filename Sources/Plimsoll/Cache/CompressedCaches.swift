/// What layers with compressed attention cache: a window, compressed vectors, the index to them, and the states of the
/// compressors that have not filled a vector yet.
///
/// vLLM 0.33.0 `models/deepseek_v4/attention.py`, `compressor.py`, `v1/attention/backends/mla/sparse_swa.py`.
extension CompressedAttention {
  /// Tokens of a window's block.
  private static let windowBlock = 64

  /// The layer's caches in the order in which vLLM registers them: the index and its compressor's state, the window,
  /// the compressed vectors and their compressor's state.
  ///
  /// - In the packed layout a vector takes 584 B (448 in 8 bits, 64 in 16, 8 scale bytes) and pages are whole multiples
  ///   of 576 B; else it takes its elements and pages are multiples of 512 B.
  /// - An index key takes a byte an element and a float32 scale for 128.
  /// - A compressor keeps float32 pairs of key and score, `2 · overlap · width` a token, of `overlap · ratio` tokens.
  func cacheSpecs(blockSize: Int, layout: Layout) -> [KVCacheSpec] {
    let alignment = layout.isPacked ? 576 : 512
    func latent(_ bytes: Int, block: Int, ratio: Int = 1, _ retention: KVCacheSpec.Retention) -> KVCacheSpec {
      KVCacheSpec(
        kind: .latent, numHeads: 1, stateBytes: Bytes(bytes), blockSize: block, retention: retention,
        tokensPerState: ratio, pageMultiple: alignment)
    }
    func compressor(_ width: Int) -> KVCacheSpec {
      latent(4 * 2 * overlap * width, block: ratio == 4 ? 4 : 8, .window(overlap * ratio))
    }
    let vector = layout.isPacked ? 584 : headSize * layout.elementBytes
    let window = latent(vector, block: Self.windowBlock, .window(window))
    guard ratio > 1 else { return [window] }
    var specs: [KVCacheSpec] = []
    if let width = indexHeadDim {
      specs = [latent(width + width / 128 * 4, block: blockSize, ratio: ratio, .everything), compressor(width)]
    }
    return specs + [window, latent(vector, block: blockSize, ratio: ratio, .everything), compressor(headSize)]
  }

  /// How vectors lie in a page.
  struct Layout: Hashable, Sendable {
    /// DeepSeek's packing of 8-bit floats (`fp8_ds_mla`).
    var isPacked: Bool
    /// Bytes an element where it is not.
    var elementBytes: Int
  }
}

/// Backends of compressed attention; its layers pick theirs themselves.
///
/// vLLM 0.33.0 `models/deepseek_v4/nvidia/model.py _select_dsv4_attn_cls`.
extension AttentionBackend {
  /// Serves compressed attention and nothing else.
  var isCompressed: Bool {
    switch self {
    case .flashMLASparseDSV4, .flashInferMLASparseDSV4, .compressedWindow, .compressedIndexer, .compressor: true
    default: false
    }
  }

  /// The layers' own backend on a GPU, forced or not.
  static func compressed(
    _ forced: AttentionBackend?, on capability: ComputeCapability
  ) throws(CacheRefusal) -> AttentionBackend {
    switch forced {
    case .flashInferMLASparse?, .flashInferMLASparseSM120?:
      throw .construction(
        "\(forced?.rawValue ?? "") is not a DeepSeek V4 attention backend. Use FLASHINFER_MLA_SPARSE_DSV4 instead.")
    case .flashInferMLASparseDSV4?: break
    case .flashMLASparse?, .flashMLASparseDSV4?: return try compressedFlashMLA(capability)
    default: if capability.major != 12 { return try compressedFlashMLA(capability) }
    }
    guard capability.major == 10 || capability.major == 12 else {
      throw .construction("FLASHINFER_MLA_SPARSE_DSV4 requires SM10x or SM12x")
    }
    return .flashInferMLASparseDSV4
  }

  private static func compressedFlashMLA(_ capability: ComputeCapability) throws(CacheRefusal) -> AttentionBackend {
    guard capability.major == 9 || capability.major == 10 else {
      throw .construction(
        "FLASHMLA_SPARSE_DSV4 and the DeepGEMM kernels of DeepSeek V4 need compute capability 9.0 or 10.x; this GPU has "
          + capability.text)
    }
    return .flashMLASparseDSV4
  }

  /// How this backend keeps vectors when asked for `dtype` (`_resolve_dsv4_kv_cache_dtype`).
  func compressedLayout(
    _ dtype: KVCacheDType, on capability: ComputeCapability
  ) throws(CacheRefusal) -> CompressedAttention.Layout {
    let isEightBit = dtype.isPlainFP8 || dtype == .fp8DSMLA || dtype == .fp8PerTokenHead
    if self == .flashInferMLASparseDSV4, capability.major == 10 {
      switch dtype {
      case .auto, .bfloat16: return CompressedAttention.Layout(isPacked: false, elementBytes: 2)
      case .fp8, .fp8E4M3: return CompressedAttention.Layout(isPacked: false, elementBytes: 1)
      default: throw .unmodelledDType(dtype)
      }
    }
    guard dtype == .auto || isEightBit else {
      throw .construction(
        "DeepseekV4 fp8_ds_mla layout only supports fp8 kv-cache, got \(dtype.rawValue). Please set "
          + "`--kv-cache-dtype fp8` or select a backend that supports bfloat16 KV cache.")
    }
    return CompressedAttention.Layout(isPacked: true, elementBytes: 1)
  }
}

extension ModelShape {
  /// The caches of a model whose layers attend to compressed tokens: all of them do.
  ///
  /// Blocks count tokens, also where one vector stands for several, and kernels read 256 of them.
  func compressedPlacement(_ settings: CachePlacement.Settings) throws(CacheRefusal) -> CachePlacement {
    let own = try AttentionBackend.compressed(settings.backend, on: settings.capability)
    let layout = try own.compressedLayout(settings.kvCacheDType, on: settings.capability)
    let block = settings.blockSize ?? 256
    var backends = [AttentionBackend.compressedWindow, own]
    var specs: [CachePlacement.LayerSpec] = []
    var layer = 0
    for group in layers {
      guard case .compressed(let attention) = group.mixer else { throw .unmodelled("layers of several kinds") }
      guard attention.outputGroups % settings.tensorParallel == 0 else {
        throw .construction(
          "o_groups (\(attention.outputGroups)) do not divide over \(settings.tensorParallel) ranks")
      }
      if attention.ratio > 1, !backends.contains(.compressor) { backends.append(.compressor) }
      if attention.indexHeadDim != nil, !backends.contains(.compressedIndexer) { backends.append(.compressedIndexer) }
      let caches = attention.cacheSpecs(blockSize: block, layout: layout)
      for _ in 0..<group.count {
        for spec in caches { specs.append(CachePlacement.LayerSpec(layer: layer, spec: spec)) }
        layer += 1
      }
    }
    if block % 256 != 0 { throw .blockSize(block, own) }
    return CachePlacement(
      backends: backends, blockSize: block, specs: specs, packsPages: backends.contains(.compressedIndexer))
  }
}
