/// One accelerator, as vLLM meets it.
///
/// Three totals go by the name of memory. The marketed one counts in powers of ten and rounds; NVML, which
/// nvidia-smi prints, holds what the board has; CUDA (`cudaMemGetInfo`, `total` of vLLM's `MemorySnapshot`,
/// vllm/utils/mem_utils.py, release 0.33.0) leaves out what the driver keeps. Plans start from the last.
public struct Device: Hashable, Sendable {
  /// The name of the preset, in lower case.
  public var id: String
  /// The name for people.
  public var name: String
  /// What else it is called: by nvidia-smi, by node labels, in short.
  public var aliases: [String] = []
  /// The company whose accelerator it is.
  public var vendor: Vendor
  /// The software that vLLM reaches it through.
  public var backend: Backend
  /// The vendor's name of the generation, `Hopper`.
  public var architecture: String
  /// Nil for all but NVIDIA's.
  public var computeCapability: ComputeCapability?
  /// The target that ROCm compiles for, `gfx942`; nil for all but AMD's.
  public var gfx: String?
  /// Where it is bought and found.
  public var market: Market = .dataCentre
  /// How its memory relates to that of the host.
  public var memoryKind: MemoryKind = .discrete

  /// The size on the box, in GB.
  public var marketedGB: Int
  /// Other sizes that the same device is sold under, in GB.
  public var alsoMarketedGB: [Int] = []
  /// What NVML reports; vLLM takes its default batch sizes from it (vllm/engine/arg_utils.py, release 0.33.0).
  public var nvmlTotal: Bytes?
  /// How the figure of NVML is known.
  public var nvmlEvidence: Evidence = .unverified
  /// What CUDA or ROCm reports. Its bytes are nil where it was never seen.
  public var totalMemory: MemoryFigure
  /// What is gone when vLLM looks first, on an idle device: the process's own context. Nil where never measured.
  public var startCost: MeasuredRange?
  /// What a device that shares the host's memory had free at start. Nil for devices with memory of their own.
  public var freeAtStart: MeasuredRange?

  /// The speed of its memory.
  public var bandwidth: Bandwidth?
  /// Its dense peak rates.
  public var peak = PeakRates()
  /// How it is joined to other devices and the host.
  public var interconnect = Interconnect()
  /// Where bandwidths and rates are from.
  public var specificationSource: String
  /// The key paths of figures that only general knowledge has, as the preset file names them.
  public var unverified: [String] = []
  /// The slice of a larger GPU that this device is; nil for a whole one.
  public var mig: MIGSlice?

  public init(
    id: String, name: String, vendor: Vendor, backend: Backend, architecture: String, marketedGB: Int,
    totalMemory: MemoryFigure, specificationSource: String
  ) {
    self.id = id
    self.name = name
    self.vendor = vendor
    self.backend = backend
    self.architecture = architecture
    self.marketedGB = marketedGB
    self.totalMemory = totalMemory
    self.specificationSource = specificationSource
  }
}

extension Device {
  /// Whether vLLM takes free memory from the host rather than from the driver.
  ///
  /// `is_integrated_gpu` (vllm/platforms/cuda.py, release 0.33.0) reads the driver's attribute and exists for
  /// CUDA alone. vLLM's comment counts GH200 among such devices; that the driver does was not seen, and its
  /// memory is its own, so Grace Hopper is ``MemoryKind/coherent`` here and not integrated.
  public var isIntegrated: Bool { memoryKind == .integrated }

  /// Whether CUDA's total is known, so that a plan needs no size from the user.
  public var hasKnownTotal: Bool { totalMemory.bytes != nil }

  /// More than two of them are joined by links of their own, so by switches.
  var isSwitched: Bool { (interconnect.scaleUpDomain ?? .max) > 2 }
}
