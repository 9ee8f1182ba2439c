/// A mixer that keeps a state of one size for a request, however long it is (vLLM's `MambaBase` layers).
///
/// vLLM 0.33.0 `model_executor/layers/mamba/mamba_utils.py MambaStateShapeCalculator`.
public struct StateMixer: Hashable, Sendable {
  /// Which kernel family it is; it decides what prefix caching adds.
  public var kind: Kind
  /// The window of a short convolution before the recurrence, where there is one.
  public var convolution: Convolution?
  /// The recurrent state, where there is one.
  public var recurrence: Recurrence?
  /// The class has a kernel that leaves checkpoints while it prefills, where the GPU has it too.
  public var mayExportCheckpoints: Bool
  /// Tokens that the kernel takes in one go, which older releases aligned blocks to (`get_mamba_chunk_size`).
  public var chunk = 2_048

  public init(kind: Kind, convolution: Convolution? = nil, recurrence: Recurrence? = nil) {
    self.kind = kind
    self.convolution = convolution
    self.recurrence = recurrence
    // Kimi-Linear's class has none, Kimi K3's has one for a bounded gate.
    mayExportCheckpoints = kind != .kimiDeltaAttention
  }

  /// A family of kernels.
  public enum Kind: String, Hashable, Sendable {
    case mamba1, mamba2
    /// Gated delta net (Qwen3-Next and its heirs).
    case gatedDeltaNet = "gdn"
    /// Kimi delta attention.
    case kimiDeltaAttention = "kda"
    case linearAttention = "linear_attention"
    case shortConvolution = "short_conv"
  }

  /// The last inputs of a convolution: [kernel − 1 (+ drafted tokens), channels / tp].
  public struct Convolution: Hashable, Sendable {
    /// Channels that tensor parallelism cuts.
    public var channels: Int
    /// Groups beside them (Mamba 2's B and C); a rank has one at least.
    public var groups: Int
    /// Channels of one group.
    public var groupChannels: Int
    /// Inputs kept: kernel − 1.
    public var rows: Int
    /// Tokens drafted at once lengthen the window (all kinds but Mamba 1).
    public var growsWithDrafts: Bool

    public init(channels: Int, groups: Int = 0, groupChannels: Int = 0, kernel: Int, growsWithDrafts: Bool = true) {
      self.channels = channels
      self.groups = groups
      self.groupChannels = groupChannels
      rows = kernel - 1
      self.growsWithDrafts = growsWithDrafts
    }
  }

  /// A matrix for each head: [heads / tp, headSize, stateSize].
  public struct Recurrence: Hashable, Sendable {
    /// Heads of the whole layer; for Mamba 1 its channels.
    public var heads: Int
    /// Elements of a head's output; 1 for Mamba 1.
    public var headSize: Int
    /// What each of them keeps: Mamba's state size, the width of a key in linear attention.
    public var stateSize: Int
    /// The type where `--mamba-ssm-cache-dtype` is `auto`; nil for the convolution's.
    public var dtype: DType?

    public init(heads: Int, headSize: Int, stateSize: Int, dtype: DType? = nil) {
      self.heads = heads
      self.headSize = headSize
      self.stateSize = stateSize
      self.dtype = dtype
    }
  }
}

extension StateMixer {
  /// The width of what the layer's input is projected to, on all ranks together.
  var projectedWidth: Int {
    let convolved = convolution.map { $0.channels + $0.groups * $0.groupChannels } ?? 0
    return convolved + (recurrence.map { $0.heads * $0.headSize } ?? 0)
  }

  /// The state of one request in one layer on one rank, before padding.
  ///
  /// - convolution: (kernel − 1 + k) × (channels + groups' × group channels) / tp, with groups' = groups where tp divides
  ///   them, else tp
  /// - recurrence: heads / tp × head size × state size
  ///
  /// - Parameters:
  ///   - dtype: The type of the convolution's window: `--mamba-cache-dtype`, else the model's.
  ///   - recurrenceDType: `--mamba-ssm-cache-dtype`, where it is not `auto`.
  public func stateBytes(
    tensorParallel tp: Int, dtype: DType, recurrenceDType: DType?, numSpeculativeTokens k: Int
  ) -> Bytes {
    var sum = Bytes.zero
    if let convolution {
      let groups = convolution.groups % tp == 0 ? convolution.groups : tp
      let channels = (convolution.channels + groups * convolution.groupChannels) / tp
      sum += dtype.size * (channels * (convolution.rows + (convolution.growsWithDrafts ? k : 0)))
    }
    if let recurrence {
      let type = recurrenceDType ?? recurrence.dtype ?? dtype
      sum += type.size * (recurrence.heads / tp * recurrence.headSize * recurrence.stateSize)
    }
    return sum
  }

  /// Whether the class could keep its state at the end of every block, in releases up to 0.31
  /// (`SupportsMambaPrefixCaching`).
  var maySaveEveryBlock: Bool { kind == .mamba1 || kind == .mamba2 }

  /// How prefills of this mixer leave checkpoints on a GPU, in align mode: a multiple of so many tokens; nil for none.
  ///
  /// Mamba 2 can stop at any token. The FlashInfer kernel of the gated delta net can at multiples of 64, on Hopper and,
  /// with key heads of 128, on Blackwell. FlashKDA can at multiples of 16, with heads of 128 and a bounded gate.
  /// vLLM 0.33.0 `mamba_mixer2.py`, `gdn/qwen_gdn_linear_attn.py _resolve_gdn_prefill_backend`,
  /// `models/kimi_k3/nvidia/kda.py resolve_kda_prefill_backend`.
  public func checkpointAlignment(on capability: ComputeCapability) -> Int? {
    guard mayExportCheckpoints else { return nil }
    return switch kind {
    case .mamba2: 1
    case .gatedDeltaNet:
      switch capability.major {
      case 9: 64
      case 10, 12: recurrence?.stateSize == 128 ? 64 : nil
      default: nil
      }
    case .kimiDeltaAttention:
      recurrence?.headSize == 128 && [9, 10, 12].contains(capability.major) ? 16 : nil
    case .mamba1, .linearAttention, .shortConvolution: nil
    }
  }
}
