import CommandLineKit
import Deployments
import ModelFiles
import Plimsoll

/// What a `fit` command line asks, read and looked up.
struct FitRequest {
  @Boxed var model: ModelInput
  @Boxed var draft: DraftModel?
  /// Why the model that drafts is not known.
  var draftProblem: String?
  @Boxed var accelerator: AcceleratorInput?
  @Boxed var release: EngineRelease
  /// No release was named.
  var isReleaseAssumed: Bool
  @Boxed var flags: ServeFlags
  var environment: EngineEnvironment
  /// The switches as written, for the line to run.
  var environmentPairs: [String]
  @Boxed var options: FitOptions
  /// What was said, and where, by the line, files and variables.
  var values: FitValues
  /// The requests that it is to serve; nil where they are not stated.
  var workload: Workload?
  /// How many accelerators there are, where something says so.
  var count: Int?
  /// The line after '--'.
  @Boxed var line: ServeLine?
  /// What starts of this site showed of the model.
  @Boxed var site: SiteRecords

  /// - Parameter hub: What reads the hub; nil where no network and no cache is to be looked at.
  init(_ values: FitValues, hub: Hub?) throws {
    let options = values.options
    self.options = options
    self.values = values
    site = SiteRecords()
    var flags = values.serve
    var pairs = options.environment
    var name = options.model
    let line = values.line
    self.line = line
    if let line {
      guard flags == ServeFlags() else {
        throw UsageError(code: "flags-before-line", message: "flags of vLLM belong after '--' when a line is given")
      }
      if name != nil, line.model != nil {
        throw UsageError(code: "two-models", message: "the model is named before '--' and after it")
      }
      flags = line.flags
      pairs += line.environment
      name = name ?? line.model
    }
    guard let name else { throw LineInput.missingModel(in: line) }
    let (row, isAssumed) = try Self.release(options.vllm, image: line?.image)
    (release, isReleaseAssumed) = (row, isAssumed)
    do throws(FlagError) {
      environment = try EngineEnvironment(pairs: pairs)
    } catch {
      let isOwn = (try? EngineEnvironment(pairs: options.environment)) == nil
      throw UsageError(
        code: "bad-environment", message: (isOwn ? "--env: " : "") + Secrets.masked(error.reason),
        suggestions: error.suggestions)
    }
    environmentPairs = Secrets.withoutSecrets(Self.lastOfEach(pairs))
    let named = try AcceleratorInput.named(options)
    let stated = named?.count
    if let stated, stated > 1, line == nil, flags.namesNoParallelism {
      flags.tensorParallelSize = stated
      self.values.infer("--tensor-parallel-size", String(stated), from: options.gpu == nil ? "--instance" : "--gpu")
    }
    count = stated ?? line?.visibleCount
    if options.checkpointBytes?.bytes == .zero {
      throw UsageError(code: "bad-value", message: "--checkpoint-bytes: a checkpoint of 0 bytes is none")
    }
    if let gpu = named, gpu.isThisMachine {
      guard let environment = values.environment else {
        throw UsageError(code: "no-probe", message: "--gpu probe: no machine is looked at here; name the GPU")
      }
      let visible = try VisibleAccelerators(try MachineInput(environment).look(), environment)
      let wanted = stated ?? flags.worldSize
      accelerator = try visible.input(wanted, ranks: flags.ranksOfModel, release: row)
      if visible.devices.count < wanted { count = visible.devices.count }
    } else if let gpu = named {
      accelerator = try AcceleratorInput.read(gpu.name)
    } else if let memory = options.gpuMemory {
      accelerator = .unnamed(memory.bytes)
    }
    workload = try options.workload.workload()
    try Self.checkRetired(flags, row)
    self.flags = flags
    let hub = hub.map { HubInput.adding(pairs, to: $0) }
    model = try ModelInput.read(
      name, overrides: flags.hfOverrides, quantizedAtLoad: flags.quantization, whatIf: options.whatIf?.quantization,
      checkpointBytes: options.checkpointBytes?.bytes, hub: hub, revision: values.revision)
    if flags.quantization == nil || options.whatIf != nil,
      let error = UnservedQuantization.problem(with: model.shape, in: row)
    {
      throw InputFailure(code: error.code, message: "\(model.id): \(error.message)")
    }
    (draft, draftProblem) = DraftInput.read(flags, for: model, hub: hub)
    site = try SiteRecords(self, values.environment)
  }

  /// The pairs of which a later one does not set the same variable.
  private static func lastOfEach(_ pairs: [String]) -> [String] {
    guard pairs.count > 1 else { return pairs }
    var names: Set<Substring> = []
    return pairs.reversed().filter { names.insert($0.prefix { $0 != "=" }).inserted }.reversed()
  }

  /// The row of the release that `--vllm` names, else the tag of the image that the line runs, else the newest.
  private static func release(_ stated: String?, image: ContainerImage?) throws -> (EngineRelease, Bool) {
    guard let name = stated ?? image?.release else { return (.newest, true) }
    let found = EngineRelease.named(name)
    switch found {
    case .found(let release): return (release, false)
    case .older, .notARelease:
      if stated == nil, let image { throw LineInput.unknownRelease(name, of: image) }
    }
    guard case .older(let oldest) = found else {
      throw UsageError(
        code: "unknown-release",
        message: "--vllm: '\(name)' is no release of vLLM; give a number such as " + EngineRelease.newest.name)
    }
    throw InputFailure(
      code: "release-not-modelled",
      message: "vLLM \(name) is not modelled: the oldest release that is, is \(oldest), with the V1 engine")
  }

  /// Flags that only older releases have.
  private static func checkRetired(_ flags: ServeFlags, _ release: EngineRelease) throws(UsageError) {
    for flag in flags.retired where !release.vocabulary.alsoAccepts.contains(flag) {
      let last = EngineRelease.last(with: flag).map { " (\($0) was the last release that had it)" } ?? ""
      let advice = RetiredFlags.advice(for: flag).map { ": " + $0 } ?? ""
      throw UsageError(code: "dropped-option", message: "vLLM \(release.name) has no flag '\(flag)'\(last)\(advice)")
    }
  }

  func deployment(on accelerator: AcceleratorInput) -> Deployment {
    var deployment = Deployment(model: model.shape, device: accelerator.device, flags: flags, release: release)
    deployment.totalMemory = options.gpuMemory?.bytes ?? accelerator.probed?.total
    deployment.freeMemory = options.gpuFree?.bytes ?? accelerator.probed?.free
    if options.gpuFree == nil { deployment.freeMemoryOfSeveral = accelerator.probed?.freeOfSeveral }
    (deployment.draft, deployment.draftProblem) = (draft, draftProblem)
    deployment.count = count
    deployment.nodes = options.nodes > 1 ? options.nodes : line?.nodes ?? 1
    deployment.environment = environment
    deployment.entryPoint = options.entryPoint
    deployment.checkpoint = model.checkpoint?.weights
    deployment.availableKVCacheMemory = options.available?.bytes
    deployment.compileCache = options.compileCache
    for figure in options.measured { figure.apply(to: &deployment.measured) }
    site.calibrate(&deployment)
    return deployment
  }
}

extension [Int] {
  /// The product of sizes, or the largest number where it is none.
  var product: Int {
    reduce(1) { product, size in
      let (next, overflow) = product.multipliedReportingOverflow(by: size)
      return overflow ? .max : next
    }
  }
}

extension ServeFlags {
  /// How many ranks the flags make.
  var worldSize: Int {
    let sizes = [tensorParallelSize, pipelineParallelSize, dataParallelSize, prefillContextParallelSize]
    return sizes.map { max(1, $0 ?? 1) }.product
  }

  /// How many ranks one copy of the model is spread over.
  var ranksOfModel: Int {
    max(1, tensorParallelSize ?? 1).multipliedReportingOverflow(by: max(1, pipelineParallelSize ?? 1)).partialValue
  }

  /// No flag sets how many ranks the model is spread over.
  var namesNoParallelism: Bool {
    tensorParallelSize == nil && pipelineParallelSize == nil && dataParallelSize == nil
      && prefillContextParallelSize == nil
  }
}
