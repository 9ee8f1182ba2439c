/// What one rank of a pipeline stage runs, as the transient terms need it.
public struct RankWork: Hashable, Sendable {
  public var stage: Int
  public var parallelism: Parallelism
  public var layers: [LayerGroup]
  public var hiddenSize: Int
  public var vocabSize: Int
  /// The type of activations.
  public var dtype: DType
  public var maxNumSeqs: Int
  public var maxNumBatchedTokens: Int
  public var maxModelLen: Int
  public var blockSize: Int
  public var isPooling: Bool
  public var usesV2ModelRunner: Bool
  public var isCompiled: Bool
  public var isQuantized: Bool
  public var numCaptureSizes: Int
  public var numSpeculativeTokens: Int
  public var isDataCentre: Bool

  /// Logits are computed on the last stage only.
  var computesLogits: Bool { stage == parallelism.pipeline - 1 && !isPooling }
  var numLayers: Int { layers.reduce(0) { $0 + $1.count } }
  var usesExperts: Bool {
    layers.contains { if case .experts = $0.feedForward { true } else { false } }
  }
}
