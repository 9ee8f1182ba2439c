/// The fitted part of a release's memory terms: a few coefficients, none of them a model's own.
///
/// Fitted on real starts (the page of each term in docs/ says on how many); structure is the engine's, in `Memory/`.
public struct MeasuredTerms: Hashable, Sendable {
  /// Live copies of the hidden state beside the widest product of a layer.
  public var hiddenCopies: Int
  /// Bytes that the sampler holds for each logit beside the logit itself, by runner.
  public var samplerBytesV1: Int
  public var samplerBytesV2: Int
  /// What a cold `torch.compile` shows as the peak of the profile, whatever the model.
  public var compileFloor: Bytes
  /// Memory outside PyTorch on one GPU, and on several with and without a data-centre interconnect.
  public var nonTorchSingle: Spread
  public var nonTorchDataCentre: Spread
  public var nonTorchOther: Spread
  /// The process's own context before vLLM looks first, on one GPU and on several (communicators are made before).
  public var startCostSingle: Spread
  public var startCostSeveral: Spread
  /// The pool of CUDA graphs: a base, and so much for each captured graph and layer.
  public var graphBase: Bytes
  public var graphPerLayer: Bytes
  public var graphPerLayerQuantized: Bytes
  public var graphPerLayerQuantizedExperts: Bytes

  /// A fitted amount with its 90 % interval and its 99 % end.
  public struct Spread: Hashable, Sendable {
    public var low: Bytes
    public var best: Bytes
    public var high: Bytes
    public var worst: Bytes

    public init(low: Bytes, best: Bytes, high: Bytes, worst: Bytes) {
      self.low = low
      self.best = best
      self.high = high
      self.worst = worst
    }

    var estimate: Estimate { Estimate(low: low, best: best, high: high, worst: worst, basis: .fitted) }
  }

  /// 0.29 to 0.33: 21 figures of starts (17 single, 4 summed over ranks) for the start cost,
  /// 14 for one GPU's non-torch, 55 pool sizes for graphs.
  // swift-format-ignore: AlwaysUseLowerCamelCase
  public static let v0_33 = MeasuredTerms(
    hiddenCopies: 3, samplerBytesV1: 12, samplerBytesV2: 12, compileFloor: .gib(1),
    nonTorchSingle: Spread(low: .mib(32), best: .mib(160), high: .mib(448), worst: .mib(640)),
    nonTorchDataCentre: Spread(low: .mib(256), best: .mib(640), high: .mib(1536), worst: .mib(2253)),
    nonTorchOther: Spread(low: .mib(32), best: .mib(256), high: .mib(1024), worst: .mib(2253)),
    startCostSingle: Spread(low: .mib(224), best: .mib(544), high: .mib(704), worst: .mib(1536)),
    startCostSeveral: Spread(low: .mib(448), best: .mib(1024), high: .mib(1536), worst: .mib(2560)),
    graphBase: .mib(64), graphPerLayer: .kib(288), graphPerLayerQuantized: .kib(576),
    graphPerLayerQuantizedExperts: .kib(896))
}
