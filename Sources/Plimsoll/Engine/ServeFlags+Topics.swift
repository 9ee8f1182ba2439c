/// Flags of the state-space layers' cache.
///
/// Source: `CacheConfig`, config/cache.py; `MambaConfig`, config/mamba.py.
public struct StateCacheFlags: Hashable, Sendable {
  public var mambaCacheDType: StateDType?
  public var mambaSSMCacheDType: StateDType?
  /// Tokens that one state page spans.
  public var mambaBlockSize: Int?
  /// Deprecated in 0.33.0, where it has no effect: the mode follows prefix caching.
  public var mambaCacheMode: String?
  public var useReplaySSM: Bool?
  public var replaySSMBufferLen: Int?
  public var enableMambaCacheStochasticRounding: Bool?
  public init() {}
}

/// Flags of the multimodal encoder.
///
/// Source: `MultiModalConfig`, config/multimodal.py.
public struct MultimodalFlags: Hashable, Sendable {
  /// Items of each modality that one prompt may hold.
  public var limitMMPerPrompt: [String: Int]?
  public var languageModelOnly: Bool?
  public var mmEncoderOnly: Bool?
  public var skipMMProfiling: Bool?
  public var mmEncoderTPMode: String?
  public var mmEncoderAttnDType: String?
  public var mmProcessorKwargs: [JSONSetting] = []
  public var mediaIOKwargs: [JSONSetting] = []
  public var videoPruningRate: Double?
  /// GiB taken off the KV cache for tensors handed between processes.
  public var mmIPCGPUMemoryGB: Double?
  public var enableMMEmbeds: Bool?
  public init() {}
}

/// Flags of LoRA adapters.
///
/// Source: `LoRAConfig`, config/lora.py.
public struct LoRAFlags: Hashable, Sendable {
  public var enableLoRA: Bool?
  public var maxLoRAs: Int?
  public var maxLoRARank: Int?
  public var maxCPULoRAs: Int?
  public var loraDType: String?
  public var fullyShardedLoRAs: Bool?
  public var loraTargetModules: [String] = []
  public var specializeActiveLoRA: Bool?
  public var enableMoESharedLoRAs: Bool?
  public var enableMixedMoELoRAFormat: Bool?
  public var enableTowerConnectorLoRA: Bool?
  public var maxLoRAClsLabels: Int?
  public init() {}
}

/// Flags of speculative decoding.
///
/// Source: `EngineArgs.create_speculative_config`, engine/arg_utils.py.
public struct SpeculativeFlags: Hashable, Sendable {
  public var config: [JSONSetting] = []
  public var specMethod: String?
  public var specModel: String?
  public var specTokens: Int?
  public init() {}
}

extension SpeculativeFlags {
  /// Whether any of the flags asks for speculative decoding.
  public var isEnabled: Bool { !config.isEmpty || specMethod != nil || specModel != nil || specTokens != nil }
  /// The method of speculation as vLLM takes it: stated, or told by the draft model's name; nil without either.
  ///
  /// Source: `SpeculativeConfig.__post_init__`, config/speculative.py.
  public var method: String? {
    let stated = specMethod ?? config.value(at: "method")?.string
    if let stated, ["eagle", "eagle3", "dflash", "dspark"].contains(stated) { return stated }
    if stated == nil, model == nil { return nil }
    if stated?.hasSuffix("ngram]") == true || (stated == nil && (model == "ngram" || model == "[ngram]")) {
      return "ngram"
    }
    let method = stated.map { $0.hasSuffix("_mtp") ? "mtp" : $0 } ?? "draft_model"
    guard method == "mtp" || method == "draft_model", let name = model?.lowercased() else { return method }
    for (part, told) in [("eagle-", "eagle"), ("eagle3", "eagle3"), ("dflash", "dflash"), ("dspark", "dspark")]
    where name.holds(part) {
      return told
    }
    return method
  }

  /// The method where the draft's config is known: a draft whose type is one of multi-token prediction is that.
  func resolvedMethod(_ draft: DraftTraits?) -> String {
    let method = method ?? "draft_model"
    return method == "draft_model" ? draft?.kind.rawValue ?? method : method
  }

  /// Whether a model drafts, rather than what requests themselves hold.
  public var usesDraftModel: Bool {
    isEnabled && !["ngram", "ngram_gpu", "suffix", "custom_class", "extract_hidden_states"].contains(method ?? "")
  }

  /// How many tokens suffix decoding drafts at most.
  var suffixDepth: Int { config.value(at: "suffix_decoding_max_tree_depth")?.int ?? 24 }

  /// The draft model, from the flag of its own or from the JSON.
  public var model: String? { specModel ?? config.value(at: "model")?.string }
  /// The draft tokens of a step, where the flags say so; else the draft's own configuration decides.
  public var numSpeculativeTokens: Int? { specTokens ?? config.value(at: "num_speculative_tokens")?.int }
}

/// Flags that keep weights in host memory.
///
/// Source: `OffloadConfig`, config/offload.py.
public struct OffloadFlags: Hashable, Sendable {
  /// GiB of weights that each GPU keeps in pinned host memory.
  public var cpuOffloadGB: Double?
  public var cpuOffloadParams: [String] = []
  public var offloadBackend: String?
  public var offloadGroupSize: Int?
  public var offloadNumInGroup: Int?
  public var offloadPrefetchStep: Int?
  public var offloadParams: [String] = []
  public init() {}
}

extension ServeFlags {
  /// Items of each modality that one prompt may have.
  public var limitMMPerPrompt: [String: Int]? {
    get { multimodal.limitMMPerPrompt }
    set { multimodal.limitMMPerPrompt = newValue }
  }
  /// Whether the encoders are left out.
  public var languageModelOnly: Bool? {
    get { multimodal.languageModelOnly }
    set { multimodal.languageModelOnly = newValue }
  }
  /// Weights moved to the host, in GiB a GPU.
  public var cpuOffloadGB: Double? {
    get { offload.cpuOffloadGB }
    set { offload.cpuOffloadGB = newValue }
  }
}

extension ServeFlags {
  /// `-cc.cudagraph_mode`, in any case.
  public var cudagraphMode: CUDAGraphMode? {
    compilationConfig.value(at: "cudagraph_mode")?.string.flatMap { CUDAGraphMode(rawValue: $0.uppercased()) }
  }

  /// `-cc.mode`, by number or name.
  public var compilationMode: CompilationMode? {
    compilationConfig.value(at: "mode").flatMap { CompilationMode(written: $0.string ?? $0.text) }
  }

  /// The capture sizes from either of the two flags that can give them.
  public var givenCaptureSizes: [Int]? {
    cudagraphCaptureSizes ?? compilationConfig.value(at: "cudagraph_capture_sizes")?.ints
  }

  /// The largest capture size from either of the two flags that can give it.
  public var givenMaxCaptureSize: Int? {
    maxCudagraphCaptureSize ?? compilationConfig.value(at: "max_cudagraph_capture_size")?.int
  }

  /// The attention backend from either of the two flags that can give it; `auto` is none.
  public var givenAttentionBackend: String? {
    let name = (attentionBackend ?? attentionConfig.value(at: "backend")?.string)?.uppercased()
    return name == "AUTO" ? nil : name
  }
}
