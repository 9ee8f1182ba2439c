/// The coefficients by the release in which they changed; a release between two has those before it.
// swift-format-ignore: AlwaysUseLowerCamelCase
extension MeasuredTerms {
  /// 0.33: the V2 runner profiles its sampler with every parameter in use.
  public static let v0_33: MeasuredTerms = {
    var terms = v0_29
    terms.sampler.v2 = 12
    return terms
  }()

  /// 0.29: the V2 runner profiles encoders.
  public static let v0_29: MeasuredTerms = {
    var terms = v0_28
    terms.profilesEncoderV2 = true
    return terms
  }()

  /// 0.28: the V2 sampler leaves logits as they are where no request asks for more.
  public static let v0_28: MeasuredTerms = {
    var terms = v0_21
    terms.sampler.v2 = 0
    return terms
  }()

  /// 0.21: FlashInfer samples for the V1 runner unless told not to; a float32 copy and the probabilities are left.
  public static let v0_21: MeasuredTerms = {
    var terms = v0_17
    terms.sampler = SamplerTerms(v1: 8, v2: 4)
    return terms
  }()

  /// 0.17: a kernel masks in place of sorting: a float32 copy, the probabilities and as many random numbers.
  public static let v0_17: MeasuredTerms = {
    var terms = v0_13
    terms.sampler = SamplerTerms(v1: 12, keepsRows: true, v2: 4)
    terms.nonTorch.singleDataCentre = Spread(low: .mib(96), best: .mib(224), high: .mib(448), worst: .mib(640))
    terms.nonTorch.severalDataCentre = Spread(low: .mib(512), best: .mib(1664), high: .mib(2253), worst: .mib(2816))
    return terms
  }()

  /// 0.13: the workspace of routed experts stays allocated.
  public static let v0_13: MeasuredTerms = {
    var terms = v0_12
    terms.keepsExpertWorkspace = true
    return terms
  }()

  /// 0.12: Inductor times combined kernels when it compiles; FlashInfer no longer samples by itself.
  public static let v0_12: MeasuredTerms = {
    var terms = v0_8
    terms.compileFloor = .mib(1072)
    terms.sampler.v1Least = terms.sampler.v1
    return terms
  }()

  /// 0.8.5 to 0.11: the sampler sorts whole rows of logits, unless FlashInfer is installed and does it.
  public static let v0_8 = MeasuredTerms(
    sampler: SamplerTerms(v1: 36, v1Least: 8, v2: 4), keepsExpertWorkspace: false, profilesEncoderV2: false,
    compileFloor: .zero,
    nonTorch: NonTorchTerms(
      single: Spread(low: .mib(16), best: .mib(48), high: .mib(320), worst: .mib(512)),
      singleDataCentre: Spread(low: .mib(64), best: .mib(112), high: .mib(256), worst: .mib(448)),
      severalDataCentre: Spread(low: .mib(384), best: .mib(640), high: .mib(2253), worst: .mib(2560)),
      several: Spread(low: .mib(96), best: .mib(256), high: .mib(640), worst: .mib(2253))))
}
