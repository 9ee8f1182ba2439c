/// One deployment on one device after another: the fewest of 1, 2, 4, 8 GPUs that start.
///
/// Of devices that are alike in all but their memory the terms are counted once, and of those whose kernels keep the
/// weights alike the weights. Where weights alone are more than a device has, rules and caches are all that is asked.
public struct DeviceSweep {
  /// What comes of a device.
  public struct Answer: Hashable, Sendable {
    public var verdict: Verdict
    public var accelerators = 0
    public var maxModelLen = 0
    public var tokens: Int?
    public var concurrency: Double?
    /// Why it does not start, by the name that findings have; nil where it does.
    public var code: String?
  }

  private var deployment: Deployment
  private let flags: ServeFlags
  private let context: FlagContext
  private var kins: [Kin] = []
  private var kinds: [Kind] = []
  /// Of each kind what the layouts come to.
  private var outcomes: [[Outcome?]] = []
  private var counted: [Counted] = []
  private var evaluations: [Evaluation] = []
  /// Nil where the length is to be found for each device.
  private var terms: [CellTerms?] = []
  private var loads: [Load] = []
  /// What tells kernels apart; empty before the first time.
  private var modules: [Module] = []
  private var weighed: [Weighed] = []

  /// What of a device every term follows from, beside its memory.
  private struct Kind: Hashable {
    /// By number.
    var kin: Int
    var market: Market
    var isSwitched: Bool
    /// The flags as they come out on it.
    var flags: ResolvedFlags
  }

  /// What of it rules and caches follow from.
  private struct Kin: Hashable {
    var capability: ComputeCapability?
    var backend: Backend
    var gfx: String?
    var isIntegrated: Bool
  }

  /// What a layout comes to on devices of a kind.
  private enum Outcome {
    case unknown(String)
    case refused(String)
    /// Rules and caches admit it; its memory was not asked for.
    case admitted
    case counted(Int)

    var isAdmitted: Bool {
      switch self {
      case .unknown, .refused: false
      case .admitted, .counted: true
      }
    }
  }

  /// A layout that was counted, beside its evaluation.
  private struct Counted {
    /// The weights, by number.
    var weighed: Int
    var layout: Int
    var kin: Int
  }

  /// The weights of a layout by what they follow from.
  private struct Load {
    var kernels: WeightKernels
    var dtype: DType
    var layout: Int
    /// The weights, by number: those of several kernels may be the same.
    var weighed: Int
  }

  /// The weights of a layout under kernels that keep every tensor alike.
  private struct Weighed {
    var layout: Int
    var dtype: DType
    /// The tensors' sizes; nil where more than the model's own modules are loaded.
    var sizes: [Bytes]?
    /// What the stage with the most takes at least, whatever attention keeps beside its weights.
    var least: Bytes
  }

  public init(_ deployment: Deployment) {
    self.deployment = deployment
    flags = deployment.flags
    context = deployment.flagContext
  }

  /// - Parameter traits: What flags depend on in the device, which many models ask of it.
  public mutating func answer(on device: Device, _ traits: DeviceTraits) -> Answer {
    deployment.device = device
    let resolved = flags.resolved(
      for: context, device: traits, release: deployment.release, entryPoint: deployment.entryPoint,
      environment: deployment.environment)
    let kin = Self.place(
      of: Kin(
        capability: device.computeCapability, backend: device.backend, gfx: device.gfx,
        isIntegrated: device.isIntegrated), in: &kins)
    let kind = Self.place(
      of: Kind(kin: kin, market: device.market, isSwitched: device.isSwitched, flags: resolved), in: &kinds)
    if kind == outcomes.count { outcomes.append(Self.layouts.map { _ in nil }) }
    var kernels = deployment.kernels
    // Only kernels of quantized weights keep locks for multiprocessors.
    if deployment.model.quantization == .none { kernels.multiprocessors = 0 }
    let total = deployment.total
    var code = "does-not-fit"
    for layout in Self.layouts.indices {
      let weights = load(layout, kernels, resolved.dtype)
      var isTooLarge = false
      if let total, let weights { isTooLarge = weighed[weights].least > total }
      switch outcome(kind, layout, kernels, weights, countsMemory: !isTooLarge) {
      case .unknown(let code): return Answer(verdict: .unknown, code: code)
      case .refused(let rule): code = rule
      case .admitted: code = "does-not-fit"
      case .counted(let number):
        if !isTooLarge, let answer = start(number) { return answer }
        code = "does-not-fit"
      }
    }
    return Answer(verdict: .doesNotFit, code: code)
  }

  private static let layouts = Deployment.layouts.prefix(4)

  /// The number of a value in a short list, which it is added to where it is not in it.
  private static func place<Value: Equatable>(of value: Value, in list: inout [Value]) -> Int {
    if let known = list.firstIndex(of: value) { return known }
    list.append(value)
    return list.count - 1
  }

  /// The weights of a layout, by number; nil before the layout was counted for the first time.
  private mutating func load(_ layout: Int, _ kernels: WeightKernels, _ dtype: DType) -> Int? {
    if let known = loads.first(where: { $0.layout == layout && $0.dtype == dtype && $0.kernels == kernels }) {
      return known.weighed
    }
    guard let one = counted.firstIndex(where: { $0.layout == layout }) else { return nil }
    var sizes: [Bytes]?
    if deployment.draft == nil, evaluations[one].flags.lora == nil, evaluations[one].flags.offload == nil {
      if modules.isEmpty { modules = deployment.model.distinctModules }
      sizes = deployment.model.tensorSizes(
        of: modules, parallelism: evaluations[one].parallelism, kernels: kernels)
    }
    let alike = weighed.firstIndex {
      $0.layout == layout && $0.dtype == dtype && $0.sizes != nil && $0.sizes == sizes
    }
    if alike == nil { weighed.append(Weighed(layout: layout, dtype: dtype, sizes: sizes, least: .zero)) }
    let number = alike ?? weighed.count - 1
    loads.append(Load(kernels: kernels, dtype: dtype, layout: layout, weighed: number))
    return number
  }

  private mutating func outcome(
    _ kind: Int, _ layout: Int, _ kernels: WeightKernels, _ weights: Int?, countsMemory: Bool
  ) -> Outcome {
    switch outcomes[kind][layout] {
    case .admitted? where countsMemory: break
    case let known?: return known
    case nil: break
    }
    let kin = kinds[kind].kin
    let isAdmitted = kinds.indices.contains { kinds[$0].kin == kin && outcomes[$0][layout]?.isAdmitted == true }
    if isAdmitted, !countsMemory { return .admitted }
    deployment.flags.tensorParallelSize = Self.layouts[layout].0
    deployment.flags.pipelineParallelSize = Self.layouts[layout].1
    let alike = counted.indices.filter { counted[$0].weighed == weights }
    let ofKin = alike.first { counted[$0].kin == kin }
    let base = (ofKin ?? alike.first).map { evaluations[$0] }
    let evaluation = deployment.evaluate(
      reusing: base, context: context, checksRules: ofKin == nil, takesCaches: ofKin != nil,
      countsMemory: countsMemory)
    let outcome: Outcome
    if let unknown = deployment.unknown(evaluation) {
      outcome = .unknown(unknown.code)
    } else if let broken = evaluation.violations.first {
      outcome = .refused(broken.rule.rawValue)
    } else if evaluation.cacheProblem != nil {
      outcome = .refused("attention-backend")
    } else if !countsMemory {
      outcome = .admitted
    } else {
      outcome = .counted(counted.count)
      let number = counted.count
      counted.append(Counted(weighed: -1, layout: layout, kin: kin))
      terms.append(evaluation.flags.fitsMaxModelLen ? nil : CellTerms(deployment, evaluation))
      evaluations.append(evaluation)
      if let weights = load(layout, kernels, kinds[kind].flags.dtype) {
        counted[number].weighed = weights
        weighed[weights].least = least(evaluation)
      }
    }
    outcomes[kind][layout] = outcome
    return outcome
  }

  /// What the stage with the most takes for tensors of the model: roundings and buffers of attention aside.
  private func least(_ evaluation: Evaluation) -> Bytes {
    let isOwn = deployment.measured.weights == nil && deployment.checkpoint == nil && deployment.draft == nil
    guard isOwn, deployment.availableKVCacheMemory == nil else { return .zero }
    return evaluation.stages.reduce(Bytes.zero) {
      max($0, $1.weights.tensors - ($1.weights.parts[.buffers] ?? .zero))
    }
  }

  /// What comes of a counted layout with this device's memory; nil where it does not start.
  private func start(_ number: Int) -> Answer? {
    let flags = evaluations[number].flags
    var answer = Answer(verdict: .fits, accelerators: evaluations[number].parallelism.worldSize)
    if let terms = terms[number]?.on(total: deployment.totalEstimate) {
      let length = CellLength(flags.maxModelLen, terms, nil)
      let budget = terms.budget(utilization: flags.gpuMemoryUtilization)
      let outcome = budget.outcome(length, terms)
      guard outcome < .fails else { return nil }
      if outcome == .tight { answer.verdict = .tight }
      answer.maxModelLen = flags.maxModelLen
      answer.concurrency = budget.concurrency(length)
      answer.tokens = budget.tokens(length, answer.concurrency)
      return answer
    }
    var trial = deployment
    trial.flags.tensorParallelSize = flags.tensorParallelSize
    trial.flags.pipelineParallelSize = flags.pipelineParallelSize
    let evaluation = trial.evaluate(reusing: evaluations[number], checksRules: false)
    guard evaluation.starts else { return nil }
    if !evaluation.startsSurely { answer.verdict = .tight }
    answer.maxModelLen = evaluation.maxModelLen
    (answer.concurrency, answer.tokens) = (evaluation.maxConcurrency, evaluation.tokens)
    return answer
  }
}
