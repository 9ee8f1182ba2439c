/// The kernels that run quantized weights on a GPU generation: they decide padding, scale layout and bias type.
///
/// One value for each GPU generation and release; what differs is here and not in the formulas.
public struct WeightKernels: Hashable, Sendable {
  /// TRT-LLM's kernels are at hand, as on compute capability 10.x alone.
  var isDataCentreBlackwell: Bool { mxfp4Experts == .trtllm }
  /// A kernel decodes Kimi delta attention in one, and keeps weights of its own for it (Hopper and Blackwell;
  /// `models/kimi_k3/nvidia/kda.py is_fused_kda_decode_supported`).
  var fusesKimiDeltaDecode: Bool { nvfp4 != .marlin }
  /// How MXFP4 experts are kept.
  public var mxfp4Experts: MXFP4Experts
  /// How the scales of block-scaled linears are kept.
  public var blockScaledLinear: BlockScaled
  /// How the scales of block-scaled experts are kept.
  public var blockScaledExperts: BlockScaled
  /// What runs 8-bit experts whose inputs have a static scale.
  public var staticExperts: StaticExperts
  /// What the width of unquantized experts is rounded to on a rank.
  public var unquantizedExpertsMultiple: Int
  /// 8-bit floats are multiplied as such; else Marlin unpacks them with a scale a row.
  public var hasFP8: Bool
  /// Integer weights go to Machete, which keeps zero points unpacked (Hopper); else to Marlin.
  public var usesMachete: Bool
  /// What runs 4-bit floats, and how it wants their scales padded.
  public var nvfp4: NVFP4
  /// Experts in 16 or 8 bits keep their scratch to themselves (TRT-LLM).
  public var expertsKeepScratch: Bool
  /// Routers have kernels that accumulate in float32, so that their weights stay in the model's type.
  public var routersAccumulateInFloat32: Bool
  /// What bitsandbytes scales once more stays so (``EngineRelease/keepsDoubleQuantization``).
  public var keepsDoubleQuantization = false
  /// Multiprocessors, for which Marlin and Humming keep locks.
  public var multiprocessors: Int

  public init(
    mxfp4Experts: MXFP4Experts, blockScaledLinear: BlockScaled, blockScaledExperts: BlockScaled,
    staticExperts: StaticExperts = .plain, unquantizedExpertsMultiple: Int = 1, hasFP8: Bool = true,
    usesMachete: Bool = false, nvfp4: NVFP4 = .marlin,
    expertsKeepScratch: Bool = false, routersAccumulateInFloat32: Bool = false, multiprocessors: Int = 132
  ) {
    self.staticExperts = staticExperts
    self.unquantizedExpertsMultiple = unquantizedExpertsMultiple
    self.hasFP8 = hasFP8
    self.usesMachete = usesMachete
    self.nvfp4 = nvfp4
    self.expertsKeepScratch = expertsKeepScratch
    self.routersAccumulateInFloat32 = routersAccumulateInFloat32
    self.multiprocessors = multiprocessors
    self.mxfp4Experts = mxfp4Experts
    self.blockScaledLinear = blockScaledLinear
    self.blockScaledExperts = blockScaledExperts
  }

  /// The kernels of a device; AMD's are taken as those of a generation without 8-bit floats.
  public init(for device: Device) {
    self.init(
      for: device.backend == .rocm ? ComputeCapability(8, 0) : device.computeCapability ?? ComputeCapability(0, 0))
  }

  /// The kernels that 0.33.0 picks on a GPU generation.
  public init(for capability: ComputeCapability) {
    switch capability.major {
    case 10:
      self.init(
        mxfp4Experts: .trtllm, blockScaledLinear: .packedExponents, blockScaledExperts: .float32Blocks,
        staticExperts: .trtllm, unquantizedExpertsMultiple: 128, nvfp4: .native, expertsKeepScratch: true,
        routersAccumulateInFloat32: true, multiprocessors: 148)
    case 9:
      self.init(
        mxfp4Experts: .triton, blockScaledLinear: .float32Blocks, blockScaledExperts: .float32Blocks,
        staticExperts: .cutlass, usesMachete: true, nvfp4: .humming, routersAccumulateInFloat32: true)
    case 12:
      self.init(
        mxfp4Experts: .marlin, blockScaledLinear: .float32Blocks, blockScaledExperts: .float32Blocks,
        staticExperts: .cutlass, nvfp4: .native, multiprocessors: 188)
    default:
      // 8-bit floats have tensor cores from 8.9 on; the block-scaled linear kernel needs 9.0.
      self.init(
        mxfp4Experts: .marlin, blockScaledLinear: .marlin,
        blockScaledExperts: capability < ComputeCapability(8, 9) ? .marlin : .float32Blocks,
        hasFP8: capability >= ComputeCapability(8, 9),
        multiprocessors: capability == ComputeCapability(8, 0) ? 108 : 142)
    }
  }

  /// How a kernel of MXFP4 experts pads and stores them (vLLM `fused_moe/oracle/mxfp4.py`, 0.33.0).
  public enum MXFP4Experts: String, Hashable, Sendable { case triton, marlin, trtllm }

  /// How 4-bit floats with scales of 16 are run: by tensor cores, or unpacked by Humming (Hopper) or Marlin.
  public enum NVFP4: String, Hashable, Sendable { case native, humming, marlin }

  /// Who runs experts in 8 bits with static scales: FlashInfer's kernels, by CUTLASS or TRT-LLM, or any other.
  public enum StaticExperts: String, Hashable, Sendable { case plain, cutlass, trtllm }

  /// How a kernel keeps the scales of block-scaled 8-bit weights.
  public enum BlockScaled: String, Hashable, Sendable {
    /// One float32 a block, as in the checkpoint.
    case float32Blocks
    /// A power of two in one byte for each row and block column, four to a word (DeepGEMM on Blackwell).
    case packedExponents
    /// One bfloat16 for each row and block column, weights repacked (GPUs without the kernel).
    case marlin
  }

  /// The routed experts of a layer as one rank holds them.
  public struct ExpertsOnRank: Hashable, Sendable {
    /// Experts on the rank.
    public var count: Int
    /// The width of the hidden state.
    public var hiddenSize: Int
    /// The width of an expert on the rank.
    public var intermediateSize: Int
    /// 2 where a gate and an up projection are fused, else 1.
    public var projections: Int
    /// Both projections have a bias.
    public var bias: Bool
    /// TRT-LLM's kernels have the activation; else Triton runs 16-bit experts and rounds nothing.
    public var hasCommonActivation: Bool
    /// TRT-LLM's 4-bit kernels keep slope, shift and bound of the activation for each expert.
    public var hasClampedActivation = false
    /// They keep the bound, where the activation has nothing else.
    public var hasBoundedActivation = false
    /// They keep a slope for gate and for up, as for SiTU.
    public var hasSlopes = false
  }
}
