import CommandLineKit
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
  var count: Int?

  init(options: FitOptions, serve: ServeFlags, rest: [String]) throws {
    self.options = options
    var flags = serve
    var pairs = options.environment
    var name = options.model
    if !rest.isEmpty {
      let line = try ServeLine.read(rest)
      guard serve == ServeFlags() else {
        throw UsageError(code: "flags-before-line", message: "flags of vLLM belong after '--' when a line is given")
      }
      if name != nil, line.model != nil {
        throw UsageError(code: "two-models", message: "the model is named before '--' and after it")
      }
      flags = line.flags
      pairs += line.environment
      name = name ?? line.model
    }
    guard let name else { throw UsageError(code: "missing-argument", message: "missing argument MODEL") }
    let (row, isAssumed) = try Self.release(options.vllm)
    (release, isReleaseAssumed) = (row, isAssumed)
    do throws(FlagError) {
      environment = try EngineEnvironment(pairs: pairs)
    } catch {
      throw UsageError(
        code: "bad-environment", message: "--env: \(error.reason)", suggestions: error.suggestions)
    }
    environmentPairs = pairs
    count = options.gpu?.count
    if let count, count > 1, rest.isEmpty, flags.namesNoParallelism { flags.tensorParallelSize = count }
    guard options.nodes >= 1 else { throw UsageError(code: "bad-value", message: "--nodes: at least 1 is needed") }
    if let gpu = options.gpu {
      accelerator = try AcceleratorInput.read(gpu.name)
    } else if let memory = options.gpuMemory {
      accelerator = .unnamed(memory.bytes)
    }
    try Self.checkRetired(flags, row)
    self.flags = flags
    model = try ModelInput.read(
      name, overrides: flags.hfOverrides, quantizedAtLoad: flags.quantization, whatIf: options.whatIf?.quantization)
    (draft, draftProblem) = DraftInput.read(flags, for: model)
  }

  private static func release(_ name: String?) throws -> (EngineRelease, Bool) {
    guard let name else { return (.newest, true) }
    switch EngineRelease.named(name) {
    case .found(let release): return (release, false)
    case .older(let oldest):
      throw InputFailure(
        code: "release-not-modelled",
        message: "vLLM \(name) is not modelled: the oldest release that is, is \(oldest), with the V1 engine")
    case .notARelease:
      throw UsageError(
        code: "unknown-release",
        message: "--vllm: '\(name)' is no release of vLLM; give a number such as "
          + EngineRelease.newest.name)
    }
  }

  /// Flags that only older releases have.
  private static func checkRetired(_ flags: ServeFlags, _ release: EngineRelease) throws(UsageError) {
    for flag in flags.retired where !release.vocabulary.alsoAccepts.contains(flag) {
      let last = EngineRelease.last(with: flag).map { "; \($0) was the last release that had it" } ?? ""
      throw UsageError(code: "unknown-option", message: "vLLM \(release.name) has no \(flag)\(last)")
    }
  }

  func deployment(on accelerator: AcceleratorInput) -> Deployment {
    var deployment = Deployment(model: model.shape, device: accelerator.device, flags: flags, release: release)
    deployment.totalMemory = options.gpuMemory?.bytes
    deployment.freeMemory = options.gpuFree?.bytes
    (deployment.draft, deployment.draftProblem) = (draft, draftProblem)
    deployment.count = count
    deployment.nodes = options.nodes
    deployment.environment = environment
    deployment.entryPoint = options.entryPoint
    deployment.availableKVCacheMemory = options.available?.bytes
    for figure in options.measured { figure.apply(to: &deployment.measured) }
    return deployment
  }
}

extension ServeFlags {
  fileprivate var namesNoParallelism: Bool {
    tensorParallelSize == nil && pipelineParallelSize == nil && dataParallelSize == nil
      && prefillContextParallelSize == nil
  }
}
