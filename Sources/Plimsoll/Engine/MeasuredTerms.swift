/// The fitted part of a release's memory terms: a few coefficients, none of them a model's own.
///
/// Structure is the engine's, in `Memory/`. The sampler that sorts, ``hiddenCopies``, ``compileFloor`` and
/// ``graphPerLayer`` are worked out again from starts by `Tests/CalibrationTests`; spreads were set by hand so that those
/// starts fall into them.
public struct MeasuredTerms: Hashable, Sendable {
  /// Live copies of the hidden state beside the widest product of a layer.
  public var hiddenCopies = 3
  /// What the sampler holds in the profile.
  public var sampler: SamplerTerms
  /// Whether the workspace of routed experts stays allocated once used, as since 0.13 (`v1/worker/workspace.py`);
  /// before, each layer gave its scratch back.
  public var keepsExpertWorkspace = true
  /// Whether the V2 runner runs the encoder in its profile, as since 0.29 (`v1/worker/gpu/model_runner.py profile_run`).
  public var profilesEncoderV2 = true
  /// Whether what the encoder made is spread over all tokens that an item may become, the ones between frames too, and
  /// kept so beside the rest: 0.11 and 0.12 (`profile_run` of v1/worker/gpu_model_runner.py).
  public var spreadsEncoderOutput = false
  /// What a cold `torch.compile` shows as the peak of the profile, whatever the model, since vLLM has Inductor time
  /// combined kernels (0.12, `config/compilation.py benchmark_combo_kernel`); zero before.
  public var compileFloor: Bytes
  /// What the profile takes outside PyTorch.
  public var nonTorch: NonTorchTerms
  /// The process's own context before vLLM looks first, on one GPU and on several (communicators are made before).
  public var startCostSingle = Spread(low: .mib(224), best: .mib(544), high: .mib(704), worst: .mib(1536))
  public var startCostSeveral = Spread(low: .mib(448), best: .mib(1024), high: .mib(1536), worst: .mib(2560))
  /// The pool of CUDA graphs: a base, and so much for each captured graph and layer.
  public var graphBase = Bytes.mib(64)
  public var graphPerLayer = Bytes.kib(288)
  public var graphPerLayerQuantized = Bytes.kib(576)
  public var graphPerLayerQuantizedExperts = Bytes.kib(896)

  /// What the sampler holds for each logit beside the logit itself, in bytes, at the peak of its dummy run.
  public struct SamplerTerms: Hashable, Sendable {
    /// V1 runner, `_dummy_sampler_run` of v1/worker/gpu_model_runner.py with top-k and top-p on.
    public var v1: Int
    /// The same where another sampler may be installed that needs less; nil where there is none.
    public var v1Least: Int?
    /// Whether rows for the programs of the top-k kernel are kept (`v1/sample/ops/topk_topp_triton.py`).
    public var keepsRows: Bool
    /// V2 runner, v1/worker/gpu/sample/sampler.py.
    public var v2: Int

    public init(v1: Int, v1Least: Int? = nil, keepsRows: Bool = false, v2: Int) {
      self.v1 = v1
      self.v1Least = v1Least
      self.keepsRows = keepsRows
      self.v2 = v2
    }
  }

  /// Memory outside PyTorch by machine: kernels, handles, channels that are made when first used.
  public struct NonTorchTerms: Hashable, Sendable {
    /// One rank in TP, by whether the device is of a data centre and of compute capability 9.0 or later.
    public var single: Spread
    public var singleDataCentre: Spread
    /// TP, on such devices and on others.
    public var severalDataCentre: Spread
    public var several: Spread
    /// For each doubling of TP where communicators are made after vLLM looks first, before 0.11.
    public var communicatorDataCentre = Bytes.mib(480)
    public var communicator = Bytes.mib(16)
    /// Beside it on devices that share the host's memory: what the process and the host take of it meanwhile.
    public var integrated = Spread(low: .mib(1024), best: .mib(2304), high: .mib(5120), worst: .mib(7168))
  }

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

  /// 0.33. Older releases undo what came after them, each where it came (`EngineRelease.steps`).
  // swift-format-ignore: AlwaysUseLowerCamelCase
  public static let v0_33 = MeasuredTerms(
    sampler: SamplerTerms(v1: 12, keepsRows: true, v2: 12), compileFloor: .mib(1040),
    nonTorch: NonTorchTerms(
      single: Spread(low: .mib(16), best: .mib(96), high: .mib(352), worst: .mib(512)),
      singleDataCentre: Spread(low: .mib(96), best: .mib(224), high: .mib(448), worst: .mib(640)),
      severalDataCentre: Spread(low: .mib(512), best: .mib(1664), high: .mib(2253), worst: .mib(2816)),
      several: Spread(low: .mib(96), best: .mib(256), high: .mib(640), worst: .mib(2253))))
}
