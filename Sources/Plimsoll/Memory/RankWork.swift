/// What one rank of a pipeline stage runs, as the transient terms need it.
public struct RankWork: Hashable, Sendable {
  /// The pipeline stage, 0 first.
  public var stage: Int
  /// How the deployment is spread over GPUs.
  public var parallelism: Parallelism
  /// The layers of the stage.
  public var layers: [LayerGroup]
  /// Elements of a token's hidden state.
  public var hiddenSize: Int
  /// Rows of the vocabulary, unpadded.
  public var vocabSize: Int
  /// The type of activations.
  public var dtype: DType
  /// `--max-num-seqs`, as resolved.
  public var maxNumSeqs: Int
  /// `--max-num-batched-tokens`, as resolved.
  public var maxNumBatchedTokens: Int
  /// `--max-model-len`, as resolved.
  public var maxModelLen: Int
  /// Tokens of one block of the cache.
  public var blockSize: Int
  /// The model pools rather than generates.
  public var isPooling: Bool
  /// The V2 model runner is in use.
  public var usesV2ModelRunner: Bool
  /// The model is compiled, not run eagerly.
  public var isCompiled: Bool
  /// The weights are quantized.
  public var isQuantized: Bool
  /// How many batch sizes are captured as CUDA graphs in pieces, each with and without adapters where they are apart.
  public var numPieceGraphs: Int
  /// How many are captured whole.
  public var numFullGraphs: Int
  /// Tokens drafted for each sequence and step; 0 for none.
  public var numSpeculativeTokens: Int
  /// What drafting tokens keeps; nil without it.
  public var speculation: Speculation?
  /// Experts are moved between ranks to balance their load.
  public var balancer: ExpertBalancer?
  /// Parts that a batch is cut into, each with an expert workspace of its own.
  public var microBatches: Int
  /// The kernels that run the weights.
  public var kernels: WeightKernels
  /// What the attention backend asks of the workspace that it shares with routed experts.
  public var attentionWorkspace = Bytes.zero
  /// What the release's dummy run asks for where attention is sparse.
  public var profile = ProfileRule()
  /// The device is one for data centres.
  public var isDataCentre: Bool
  /// More than two such devices are joined by links of their own, so by switches: what libraries keep for channels over
  /// these is many times what they keep over PCI Express or a bridge.
  public var isSwitched = true
  /// The device shares the host's memory.
  public var isIntegrated = false
  /// Communicators are made after vLLM looks first, and so count as growth.
  public var countsCommunicators = false
  /// What cuBLAS keeps once used: 32 MiB from compute capability 9.0 on, else 8,320 KiB (PyTorch
  /// `aten/src/ATen/cuda/CublasHandlePool.cpp`); zero where it is made before vLLM looks first.
  public var matrixWorkspace = Bytes.zero
  /// What the profile runs of the encoder; nil without one.
  public var encoder: EncoderProfile?

  /// Logits are computed on the last stage only.
  var computesLogits: Bool { stage == parallelism.pipeline - 1 && !isPooling }
  /// Ranks meet over switches of a data centre's devices.
  var ranksShareSwitch: Bool { isDataCentre && isSwitched }
  var numLayers: Int { layers.reduce(0) { $0 + $1.count } }
  var usesExperts: Bool {
    layers.contains { if case .experts = $0.feedForward { true } else { false } }
  }
}
