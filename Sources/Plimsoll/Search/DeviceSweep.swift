/// One deployment on one device after another: the fewest of 1, 2, 4, 8 GPUs that start.
///
/// Of devices that are alike in all but their memory the terms are counted once, and of those on which the same kernels
/// run the weights.
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
  private var kinds: [Kind] = []
  /// Of each kind the flags as they come out on it, and what the layouts come to.
  private var kindFlags: [ResolvedFlags] = []
  private var outcomes: [[Outcome?]] = []
  private var counted: [Counted] = []
  private var evaluations: [Evaluation] = []
  /// Nil where the length is to be found for each device.
  private var terms: [CellTerms?] = []

  /// What of a device every term follows from, beside its memory and the flags on it.
  private struct Kind: Hashable {
    var kin: Kin
    var market: Market
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
    case counted(Int)
  }

  /// A layout that was counted, beside its evaluation.
  private struct Counted {
    var kernels: WeightKernels
    var layout: Int
    var kind: Int
    /// The weights of the stage with the most.
    var weights: Bytes
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
    let layouts = Deployment.layouts.prefix(4)
    let kin = Kin(
      capability: device.computeCapability, backend: device.backend, gfx: device.gfx, isIntegrated: device.isIntegrated)
    let kind = Kind(kin: kin, market: device.market)
    var number = 0
    while number < kinds.count, kinds[number] != kind || kindFlags[number] != resolved { number += 1 }
    if number == kinds.count {
      kinds.append(kind)
      kindFlags.append(resolved)
      outcomes.append(layouts.map { _ in nil })
    }
    var kernels = deployment.kernels
    // Only kernels of quantized weights keep locks for multiprocessors.
    if deployment.model.quantization == .none { kernels.multiprocessors = 0 }
    var code = "does-not-fit"
    for (layout, (tensor, pipeline)) in layouts.enumerated() {
      if let total = deployment.total {
        let isTooLarge = counted.contains { one in
          one.layout == layout && one.weights > total && kinds[one.kind].kin == kin
        }
        if isTooLarge { continue }
      }
      switch outcome(number, layout, tensor, pipeline, kernels) {
      case .unknown(let code): return Answer(verdict: .unknown, code: code)
      case .refused(let rule): code = rule
      case .counted(let number):
        if let answer = start(number) { return answer }
        code = "does-not-fit"
      }
    }
    return Answer(verdict: .doesNotFit, code: code)
  }

  private mutating func outcome(
    _ kind: Int, _ layout: Int, _ tensor: Int, _ pipeline: Int, _ kernels: WeightKernels
  ) -> Outcome {
    if let known = outcomes[kind][layout] { return known }
    deployment.flags.tensorParallelSize = tensor
    deployment.flags.pipelineParallelSize = pipeline
    let alike = counted.indices.filter { counted[$0].layout == layout && counted[$0].kernels == kernels }
    let kin = alike.first { kinds[counted[$0].kind].kin == kinds[kind].kin }
    let base = (kin ?? alike.first).map { evaluations[$0] }
    let evaluation = deployment.evaluate(
      reusing: base, context: context, checksRules: kin == nil, takesCaches: kin != nil)
    let outcome: Outcome
    if let unknown = deployment.unknown(evaluation) {
      outcome = .unknown(unknown.code)
    } else if let broken = evaluation.violations.first {
      outcome = .refused(broken.rule.rawValue)
    } else if evaluation.cacheProblem != nil {
      outcome = .refused("attention-backend")
    } else {
      outcome = .counted(counted.count)
      let weights = evaluation.stages.reduce(Bytes.zero) { max($0, $1.loaded.best) }
      counted.append(Counted(kernels: kernels, layout: layout, kind: kind, weights: weights))
      terms.append(evaluation.flags.fitsMaxModelLen ? nil : CellTerms(deployment, evaluation))
      evaluations.append(evaluation)
    }
    outcomes[kind][layout] = outcome
    return outcome
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
