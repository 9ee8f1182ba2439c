/// One module of the engine's model that owns tensors: a fused linear, an embedding, the experts of a layer, a buffer.
///
/// Modules are what vLLM's model classes build, not what a checkpoint stores: `q_proj`, `k_proj` and `v_proj` are one
/// ``Kind/qkv``. How many bytes a rank holds of a module follows from its kind, its ``scheme`` and the ``RankPlacement``.
public struct Module: Hashable, Sendable {
  /// The path inside its layer (or inside the model), with vLLM's fused names: `self_attn.qkv_proj`.
  public var name: String
  /// The part of the model that the account puts it under.
  public var part: WeightPart
  /// What the module computes, with its shape.
  public var kind: Kind
  /// How the weight of a linear or of experts is stored once loaded.
  public var scheme: WeightScheme
  /// The type of unquantized weights, biases and plain tensors.
  public var dtype: DType

  /// A table that no checkpoint holds, such as positions, under whatever part it stands.
  public var isBuffer: Bool
  /// TP cuts it also where the encoder that it belongs to is whole on every rank.
  public var isAlwaysCut = false
  /// Whole on every rank where TP does not divide so many heads; 0 where it is cut whatever the ranks.
  public var headsToDivide = 0
  /// Kept in float32 on GPUs without a kernel that accumulates in it (vLLM `GateLinear`, `force_fp32_compute`).
  public var isWidenedWithoutKernel = false
  /// Stored by compressed-tensors, whose classes choose some kernels and roundings of their own.
  public var isOfCompressedTensors = false
  /// A copy for a kernel that decodes Kimi delta attention in one, kept where a rank's heads out of so many are those it
  /// is built for.
  public var fusedDecodeHeads: Int?
  /// A checkpoint has the keys' rows alone, which serve as those of the values too (Gemma 4's `attention_k_eq_v`).
  public var storesKeysForValues = false
  /// A rank's share of what TP cuts is whole blocks of so many, rounded up.
  public var rankMultiple = 1
  /// How many times the rows the table has in releases that widen every table of image positions.
  public var rowFactorInOlderReleases = 1

  public init(
    _ name: String, _ part: WeightPart, _ kind: Kind, scheme: WeightScheme = .unquantized, dtype: DType = .bfloat16,
    isBuffer: Bool = false
  ) {
    self.isBuffer = isBuffer || part == .buffers
    self.name = name
    self.part = part
    self.kind = kind
    self.scheme = scheme
    self.dtype = dtype
  }

  /// Part of the experts that every token passes: `mlp.shared_experts.down_proj`, not the gate before them.
  public var isSharedExpert: Bool {
    name.utf8.split(separator: UInt8(ascii: ".")).contains {
      Substring($0) == "shared_expert" || Substring($0) == "shared_experts"
    }
  }

  /// What the module computes, which decides how tensor parallelism cuts it.
  public enum Kind: Hashable, Sendable {
    /// `[outputs, input]` on every rank (vLLM `ReplicatedLinear`).
    case replicated(input: Int, outputs: [Int], bias: Bool)
    /// Outputs cut by TP, each fused part on its own (vLLM `ColumnParallelLinear`, `MergedColumnParallelLinear`).
    case column(input: Int, outputs: [Int], bias: Bool)
    /// Outputs cut by TP, each part on its own, beside `whole` rows that every rank has (Kimi delta attention).
    case partlyCut(input: Int, cut: [Int], whole: Int)
    /// The input cut by TP; the bias whole on every rank (vLLM `RowParallelLinear`).
    case row(input: Int, output: Int, bias: Bool)
    /// Outputs cut by TP, and beside them groups of which every rank has one at least (vLLM `MambaMixer2`).
    case grouped(input: Int, outputs: [Int], groups: Int, groupOutputs: Int, bias: Bool)
    /// Query, key and value in one; KV heads replicated where TP exceeds them (vLLM `QKVParallelLinear`).
    case qkv(QKV)
    /// A table of `rows` padded to 64 and cut by TP (vLLM `VocabParallelEmbedding`, `ParallelLMHead`).
    case vocabulary(rows: Int, width: Int, bias: Bool)
    /// The routed experts of a layer (vLLM `FusedMoE`).
    case experts(Experts)
    /// A float32 for each head of a rank, their number rounded up to 64 or 128 (DeepSeek V4's kernels).
    case paddedHeads(Int)
    /// A tensor of its own, dimension `cut` (if any) divided by TP.
    case tensor(shape: [Int], cut: Int?)
  }

  /// The shape of a fused query, key and value projection.
  public struct QKV: Hashable, Sendable {
    /// Elements of the hidden state that it reads.
    public var input: Int
    /// Query heads on all ranks together.
    public var numHeads: Int
    /// Key and value heads on all ranks together.
    public var numKVHeads: Int
    /// Elements of a query or key head.
    public var headSize: Int
    /// Elements of a value head.
    public var headSizeV: Int
    /// Every row has a bias.
    public var bias: Bool
    /// Query rows are twice the heads, half of them an output gate (Qwen3-Next and its heirs).
    public var gated: Bool
    /// For how many ranks the checkpoint lays out the fused rows, each share with blocks of scales of its own; 0 where
    /// it does not.
    public var checkpointChunks: Int
    /// Elements of an index's head; its queries are as many as KV heads, its key is one on every rank; 0 without one.
    public var indexHeadSize: Int

    public init(
      input: Int, numHeads: Int, numKVHeads: Int, headSize: Int, headSizeV: Int? = nil, bias: Bool = false,
      gated: Bool = false, checkpointChunks: Int = 0, indexHeadSize: Int = 0
    ) {
      self.checkpointChunks = checkpointChunks
      self.indexHeadSize = indexHeadSize
      self.input = input
      self.numHeads = numHeads
      self.numKVHeads = numKVHeads
      self.headSize = headSize
      self.headSizeV = headSizeV ?? headSize
      self.bias = bias
      self.gated = gated
    }
  }

  /// The shape of a layer's routed experts.
  public struct Experts: Hashable, Sendable {
    /// Experts of the layer, on all ranks together.
    public var count: Int
    /// The width of the hidden state.
    public var hiddenSize: Int
    /// The width of an expert.
    public var intermediateSize: Int
    /// A gate and an up projection fused (`w13`), or an up projection alone.
    public var gated: Bool
    /// Both projections have a bias.
    public var bias: Bool
    /// The least width on a rank where TP cuts experts; narrower shares are padded to it (Kimi-Linear).
    public var leastRankWidth: Int
    /// The activation is SiLU, or the square of ReLU where nothing is gated: those that TRT-LLM's kernels have.
    public var hasCommonActivation: Bool
    /// The activation has a slope, a shift and a bound, which TRT-LLM's kernels keep for each expert.
    public var hasClampedActivation: Bool
    /// The activation has a bound alone (`swiglu_limit`).
    public var hasBoundedActivation: Bool
    /// The activation has a slope for gate and for up (SiTU).
    public var hasSlopes: Bool

    public init(
      count: Int, hiddenSize: Int, intermediateSize: Int, gated: Bool = true, bias: Bool = false,
      leastRankWidth: Int = 1, hasCommonActivation: Bool = true, hasClampedActivation: Bool = false,
      hasBoundedActivation: Bool = false, hasSlopes: Bool = false
    ) {
      self.hasSlopes = hasSlopes
      self.hasBoundedActivation = hasBoundedActivation
      self.hasClampedActivation = hasClampedActivation
      self.hasCommonActivation = hasCommonActivation
      self.leastRankWidth = leastRankWidth
      self.count = count
      self.hiddenSize = hiddenSize
      self.intermediateSize = intermediateSize
      self.gated = gated
      self.bias = bias
    }
  }
}
