/// What a flag's default and its validity depend on in the model.
public struct FlagContext: Hashable, Sendable {
  public var architecture: String
  /// The checkpoint's element type.
  public var dtype: DType
  public var numAttentionHeads: Int
  public var totalKVHeads: Int
  public var numLayers: Int
  public var vocabSize: Int
  public var context: ContextLength
  /// The attention window of the config, where it has one.
  public var slidingWindow: Int?
  public var usesMLA = false
  public var isMoE = false
  /// Attention and state-space layers stand side by side.
  public var isHybrid = false
  public var isAttentionFree = false
  public var isEncoderDecoder = false
  /// Attention runs in both directions and no cache is kept: BERT and its kin.
  public var isEncoderOnly = false
  /// The architecture is served for pooling unless `--runner` says otherwise.
  public var isPooling = false
  /// Pooling needs the whole prompt in one step: MEAN, CLS and STEP pooling.
  public var poolsWholePrompt = false
  public var isMultimodal = false
  /// What its encoder takes: `image`, `video`, `audio`.
  public var modalities: [String] = []
  /// Image tokens attend to each other in both directions.
  public var isMultimodalPrefixLM = false
  /// Tokens of the largest item that such a model takes, where its processor states it.
  public var largestItemTokens: Int?
  /// Heads of the encoder, where it is sharded over tensor-parallel ranks.
  public var encoderAttentionHeads: Int?
  /// The model class may keep the encoder whole on every tensor-parallel rank.
  public var encoderMayBeWhole = false
  /// Routed experts of a layer, the most where layers differ.
  public var numExperts = 0
  /// Widths of routed experts that occur.
  public var expertWidths: [Int] = []
  /// Layers attend by chunks of this length (Llama 4).
  public var attentionChunkSize: Int?
  /// The model's class sets a largest capture size (gpt-oss: 1,024).
  public var cudagraphCaptureSize: Int?
  /// The model's class captures graphs without compiling, piece by piece.
  public var usesBreakableCUDAGraph = false
  public var supportsPipelineParallel = true
  public var supportsLoRA = true
  /// LoRA adapters may change lm_head.
  public var loraWrapsHead = false
  /// The checkpoint is quantized.
  public var isQuantized = false
  /// The checkpoint's method.
  public var quantization = QuantizationMethod.none
  /// Linears whose input is shared out over ranks and scaled in groups, which a cut must not split.
  public var groupedInputs: [GroupedInput] = []
  /// vLLM's model type does not run in float16 (Gemma 2 and 3, GLM-4).
  public var excludesFloat16 = false
  /// The model that drafts, where there is one.
  public var draft: DraftTraits?

  public init(
    architecture: String, dtype: DType, numAttentionHeads: Int, totalKVHeads: Int, numLayers: Int, vocabSize: Int,
    context: ContextLength
  ) {
    self.architecture = architecture
    self.dtype = dtype
    self.numAttentionHeads = numAttentionHeads
    self.totalKVHeads = totalKVHeads
    self.numLayers = numLayers
    self.vocabSize = vocabSize
    self.context = context
  }
}

/// What flags depend on in a model that drafts.
public struct DraftTraits: Hashable, Sendable {
  public var kind: DraftModel.Kind
  public var vocabSize: Int
  public var numAttentionHeads: Int
  /// Tokens that it predicts at once, where its config says so.
  public var predictedTokens: Int?
  /// Its own limit of a request's length.
  public var maxModelLen: Int?

  public init(_ draft: DraftModel) {
    kind = draft.kind
    vocabSize = draft.shape.vocabSize
    numAttentionHeads = draft.shape.numAttentionHeads
    predictedTokens = draft.predictedTokens
    maxModelLen = draft.maxModelLen
  }
}

extension ServeFlags {
  /// Whether anything but text is served, so that the encoder is loaded: each modality is until its limit is 0.
  ///
  /// Source: `_mark_tower_model`, model_executor/models/interfaces.py; `MultiModalConfig.get_limit_per_prompt`.
  func serves(_ modalities: [String]) -> Bool {
    languageModelOnly != true && modalities.contains { limitMMPerPrompt?[$0] != 0 }
  }
}

/// A linear, or experts, whose weights have one scale for so many inputs, which have to be whole groups on a rank.
public struct GroupedInput: Hashable, Sendable {
  /// Its name within a layer.
  public var name: String
  /// Inputs on all ranks together.
  public var input: Int
  /// Inputs that share a scale.
  public var group: Int
  /// How the weights are stored.
  public var scheme: WeightScheme
  /// It is the width of experts that routing chooses among.
  public var isOfExperts: Bool
  /// Ranks share the inputs out; else each has all.
  public var isCut = true
  /// It belongs to the encoder before the language model.
  public var isOfEncoder: Bool

  /// Nil where a cut may split a group: GPTQ's linears go to Humming then, its experts and AWQ's to other kernels.
  init?(_ module: Module) {
    (name, scheme, isOfEncoder) = (module.name, module.scheme, module.part == .encoder)
    switch module.kind {
    case .row(let input, _, _): (self.input, isOfExperts) = (input, false)
    case .replicated(let input, _, _), .column(let input, _, _), .partlyCut(let input, _, _),
      .grouped(let input, _, _, _, _):
      (self.input, isOfExperts, isCut) = (input, false, false)
    case .qkv(let qkv): (input, isOfExperts, isCut) = (qkv.input, false, false)
    case .experts(let experts):
      switch module.scheme {
      case .integerGroups(let groups) where groups.format == .compressedTensors: break
      case .fp8Block: break
      default: return nil
      }
      (input, isOfExperts) = (experts.intermediateSize, true)
    default: return nil
    }
    switch module.scheme {
    case .fp8Block(_, let columns) where isCut: group = columns
    case .integerGroups(let scheme) where scheme.format != .gptq && scheme.groupSize > 0 && scheme.groupSize < input:
      group = scheme.groupSize
      if !isCut, input % group == 0 { return nil }
    default: return nil
    }
  }
}

extension FlagContext {
  /// What a model's shape says of it; encoder and pooling traits are the caller's to add.
  public init(_ shape: ModelShape) {
    self.init(
      architecture: shape.architecture, dtype: shape.dtype, numAttentionHeads: shape.numAttentionHeads,
      totalKVHeads: shape.numKVHeads, numLayers: shape.numLayers / shape.traits.halvesPerLayer,
      vocabSize: shape.vocabSize, context: shape.context)
    isMultimodal = shape.traits.isMultimodal
    modalities = shape.traits.modalities
    isEncoderDecoder = shape.traits.isEncoderDecoder
    largestItemTokens = shape.traits.largestItemTokens
    encoderMayBeWhole = shape.traits.encoderMayBeWhole
    supportsLoRA = shape.traits.lora != .none
    if case .layout(let layout) = shape.traits.lora { loraWrapsHead = layout.wrapsHead }
    isMultimodalPrefixLM = shape.traits.bidirectionalImages
    isEncoderOnly = shape.traits.isEncoderOnly && shape.traits.isPooling
    isPooling = shape.traits.isPooling
    poolsWholePrompt = shape.traits.poolsWholePrompt
    supportsPipelineParallel = shape.traits.supportsPipelineParallel
    cudagraphCaptureSize = shape.traits.cudagraphCaptureSize
    isQuantized = shape.quantization != .none
    quantization = shape.quantization
    excludesFloat16 = shape.traits.excludesFloat16
    if isQuantized {
      for placed in shape.outer where placed.module.part == .encoder {
        if let row = GroupedInput(placed.module), !groupedInputs.contains(row) { groupedInputs.append(row) }
      }
    }
    if !shape.traits.encoderIsWholeIfUneven { encoderAttentionHeads = shape.encoderHeads }
    var attends = false
    for group in shape.layers {
      if case .experts(let routed) = group.feedForward {
        isMoE = true
        numExperts = max(numExperts, routed.numExperts)
        if !expertWidths.contains(routed.intermediateSize) { expertWidths.append(routed.intermediateSize) }
      }
      if isQuantized {
        for case let row? in group.modules.map(GroupedInput.init) where !groupedInputs.contains(row) {
          groupedInputs.append(row)
        }
      }
      if group.mixer.keptState != nil { isHybrid = true }
      switch group.mixer {
      case .latentAttention:
        usesMLA = true
        attends = true
      case .compressed(let compressed):
        usesMLA = true
        attends = true
        slidingWindow = compressed.window
      case .state, .none: break
      case .attention(let attention), .parallel(let attention, _):
        attends = true
        switch attention.span {
        case .full: break
        case .slidingWindow(let window): slidingWindow = window
        case .chunkedLocal(let chunk): attentionChunkSize = chunk
        }
      }
    }
    isAttentionFree = isHybrid && !attends
    isHybrid = isHybrid && attends
  }
}

/// What a flag's default depends on in the device.
public struct DeviceTraits: Hashable, Sendable {
  /// The total that NVML and nvidia-smi report, which decides the default batch; CUDA's is a little less.
  public var nvmlTotal: Bytes
  /// Whether the driver's name of the device holds `a100`, in any case.
  public var nameContainsA100: Bool
  /// Nil for all but NVIDIA's.
  public var computeCapability: ComputeCapability?
  /// Whether it can capture graphs: CUDA and ROCm.
  public var isCUDA: Bool

  public init(nvmlTotal: Bytes, nameContainsA100: Bool, computeCapability: ComputeCapability?, isCUDA: Bool = true) {
    self.nvmlTotal = nvmlTotal
    self.nameContainsA100 = nameContainsA100
    self.computeCapability = computeCapability
    self.isCUDA = isCUDA
  }
}

extension DeviceTraits {
  /// What a device's record says of it; where NVML's total was never seen, CUDA's or the marketed one stands in.
  ///
  /// Of memory that is the host's NVML knows no total, and vLLM then goes by none (`get_batch_defaults`).
  ///
  /// vLLM looks for `a100` in the driver's name, in lower case (`get_batch_defaults`, engine/arg_utils.py).
  public init(_ device: Device) {
    let marketed = Bytes(device.marketedGB * 1_000_000_000)
    let isA100 =
      Self.hasWordOfA100(device.id) || Self.hasWordOfA100(device.name)
      || device.aliases.contains(where: Self.hasWordOfA100)
    self.init(
      nvmlTotal: device.nvmlTotal
        ?? (device.isIntegrated ? .zero : device.totalMemory.bytes ?? marketed), nameContainsA100: isA100,
      computeCapability: device.computeCapability, isCUDA: device.backend == .cuda || device.backend == .rocm)
  }

  /// Whether a word of the name begins with `a100`; byte by byte, as every evaluation asks.
  private static func hasWordOfA100(_ name: String) -> Bool {
    // The last bytes, in lower case: four for the word, and the one before it.
    var last: UInt64 = 0
    for byte in name.utf8 {
      last = last << 8 | UInt64(byte | 0x20)
      let before = UInt8(truncatingIfNeeded: last >> 32)
      if last & 0xFFFF_FFFF == 0x6131_3030, !isInWord(before) { return true }
    }
    return false
  }

  private static func isInWord(_ byte: UInt8) -> Bool {
    UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
  }
}
