/// A model on accelerators with flags: everything that a plan is a function of.
public struct Deployment: Hashable, Sendable {
  @Boxed public var model: ModelShape
  /// The model that drafts tokens for it, where speculative decoding has one.
  @Boxed public var draft: DraftModel?
  /// Why that model is not known, where it is asked for.
  public var draftProblem: String?
  @Boxed public var device: Device
  /// The total that CUDA reports, in place of the preset's.
  public var totalMemory: Bytes?
  /// What is free now, where it was measured.
  public var freeMemory: Bytes?
  /// The same for several ranks of a model, which make communicators before vLLM looks; nil: no other than for one.
  public var freeMemoryOfSeveral: Bytes?
  /// Accelerators that the user has; nil: as many as the flags need.
  public var count: Int?
  public var nodes: Int
  @Boxed public var flags: ServeFlags
  public var environment: EngineEnvironment
  @Boxed public var release: EngineRelease
  public var entryPoint: EntryPoint
  /// The KV memory of each rank, in place of the estimate: the block arithmetic stands alone.
  public var availableKVCacheMemory: Bytes?
  public var measured: MeasuredOverrides
  /// Whether the start finds its kernels compiled; nil where nothing tells.
  public var compileCache: CompileCache?
  /// What the checkpoint holds, where its headers were read or its size is known.
  @Boxed public var checkpoint: CheckpointWeights?
  /// What starts of this site showed, each of ranks of another kind.
  public var calibrations: [Calibration] = []

  public init(model: ModelShape, device: Device, flags: ServeFlags = ServeFlags(), release: EngineRelease = .v0_33_0) {
    _model = Boxed(wrappedValue: model)
    _draft = Boxed(wrappedValue: nil)
    _device = Boxed(wrappedValue: device)
    _flags = Boxed(wrappedValue: flags)
    _checkpoint = Boxed(wrappedValue: nil)
    _release = Boxed(wrappedValue: release)
    nodes = 1
    environment = EngineEnvironment()
    entryPoint = .serve
    measured = MeasuredOverrides()
  }

  /// The memory of one accelerator as CUDA reports it, where it is known.
  public var total: Bytes? { measured.total ?? totalMemory ?? device.totalMemory.bytes }

  /// The same with what is not known of it: a given total is exact, a preset's is what cards were seen to have.
  var totalEstimate: Estimate? {
    if let given = measured.total ?? totalMemory { return .exact(given, basis: .measured) }
    return device.totalMemory.estimate(on: device.backend)
  }
}

/// Figures that a user measured, each in place of an estimate.
public struct MeasuredOverrides: Hashable, Sendable {
  public var weights: Bytes?
  public var activation: Bytes?
  public var persistentBuffers: Bytes?
  public var nonTorch: Bytes?
  public var cudaGraphs: Bytes?
  public var total: Bytes?
  public var free: Bytes?

  public init() {}
}

extension Deployment {
  /// What flag defaults depend on in the device.
  public var deviceTraits: DeviceTraits {
    var traits = DeviceTraits(device)
    if device.nvmlTotal == nil, !device.isIntegrated, let total { traits.nvmlTotal = total }
    return traits
  }

  /// The GPU generation that kernels are chosen for. Devices of ROCm have none and take the Triton kernels.
  var capability: ComputeCapability { device.computeCapability ?? ComputeCapability(0, 0) }

  /// What flags depend on in the model, and in the draft where there is one.
  var flagContext: FlagContext {
    var context = FlagContext(model)
    context.draft = draft.map(DraftTraits.init)
    return context
  }

  /// The flags with defaults filled in for this model and device.
  public var resolved: ResolvedFlags { resolved(for: flagContext) }

  /// The same for what flags depend on in the model, which goes over all layers: a search asks many times.
  func resolved(for context: FlagContext) -> ResolvedFlags { resolved(for: context, deviceTraits) }

  /// The same on a device with such traits.
  func resolved(for context: FlagContext, _ traits: DeviceTraits) -> ResolvedFlags {
    flags.resolved(for: context, device: traits, release: release, entryPoint: entryPoint, environment: environment)
  }

  /// The kernels that run the weights.
  var kernels: WeightKernels {
    var kernels = WeightKernels(for: device)
    kernels.keepsDoubleQuantization = release.keepsDoubleQuantization
    return flags.lora.enableLoRA == true ? kernels.servingLoRA() : kernels
  }

  /// Images are served, so that their encoder is loaded and profiled.
  var servesImages: Bool { flags.serves(model.traits.modalities) }

  /// The type that the model computes in: `--dtype`, else the config's, in half precision where the GPU lacks bfloat16.
  var modelDType: DType {
    switch flags.dtype {
    case .float16?, .half?: .float16
    case .bfloat16?: .bfloat16
    case .float?, .float32?: .float32
    case .auto?, nil:
      model.dtype == .bfloat16 && device.backend == .cuda && capability < ComputeCapability(8, 0)
        ? model.traits.excludesFloat16 ? .float32 : .float16 : model.dtype
    }
  }
}
