import Catalog
import ModelFiles
import SeededRandom
import Testing

@testable import Plimsoll

/// A small space around a deployment that barely starts, so that its cells come out either way.
struct RandomSpace {
  var space: SearchSpace
  var about: String

  static let models: [String: ModelShape] = {
    var shapes: [String: ModelShape] = [:]
    for preset in (try? Catalog.models()) ?? [] {
      shapes[preset.id] = try? ArchitectureTable.shape(of: preset.config, quantization: preset.quantization)
    }
    return shapes
  }()
  static let devices = ((try? Catalog.gpus()) ?? []).filter {
    $0.backend.isModelled && $0.totalMemory.bytes != nil && $0.mig == nil
  }
  private static let ids = models.keys.sorted()
  private static let releases = [
    "0.33.0", "0.33.0", "0.29.0", "0.27.0", "0.24.0", "0.17.0", "0.13.0", "0.11.0", "0.9.0",
  ]

  init?(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let id = random.element(Self.ids)
    guard let model = Self.models[id], case .found(let release) = EngineRelease.named(random.element(Self.releases))
    else { return nil }
    var deployment = Deployment(model: model, device: random.element(Self.devices), release: release)
    if random.chance(10) { deployment.flags.speculative.specMethod = "ngram" }
    if deployment.flags.speculative.specMethod != nil { deployment.flags.speculative.specTokens = 3 }
    // Low enough that what comes beside the budget of a small device has room, and at times not.
    deployment.flags.gpuMemoryUtilization = random.element([0.5, 0.6, 0.6, 0.9])
    let seqs = random.element([1, 3, 7, 30, 100, 127, 250, 256, 500, 515, 700])
    let longest = max(64, deployment.resolved.maxModelLen)
    let length = min(longest, random.element([40, 500, 2_000, 8_000, 32_000, 130_000, 300_000]))
    var layout = Layout()
    layout.tensor = random.element([1, 1, 2, 4, 8])
    layout.pipeline = random.element([1, 1, 1, 2, 3])
    deployment.memory(for: layout, seqs: seqs, length: length, spread: random.below(41) - 20)
    var space = SearchSpace([SearchSpace.Start(deployment, count: 32)])
    space.tensor = random.chance(10) ? [layout.tensor, 2 * layout.tensor] : [layout.tensor]
    space.pipeline = [layout.pipeline]
    space.data = random.chance(10) ? [1, 2] : [1]
    space.expertParallel = [random.chance(30)]
    if random.chance(10) { space.kvCacheDTypes = [nil, .fp8] }
    if random.chance(15) { space.eager = random.chance(30) ? [nil, true] : [true] }
    if random.chance(30) { space.batchedTokens = random.chance(30) ? [2_048, 8_192] : [8_192] }
    space.utilizations = random.chance(80) ? [nil] : [0.5, 0.62]
    let width = random.element([2, 4, 8])
    let range = max(1, seqs - width)...(seqs + width / 2)
    let reach = max(1, length - width)...(length + width)
    let some = [seqs, range.lowerBound, range.upperBound, random.element([1, 8, 64, 600])]
    let lengths = [length, reach.lowerBound, min(longest, reach.upperBound), max(1, longest / 2), min(longest, 3_000)]
    switch random.below(4) {
    case 0: (space.sequences, space.lengths) = (.each(some), .each(lengths))
    case 1: (space.sequences, space.lengths) = (.most(range), .each(Array(lengths.prefix(2))))
    case 2: (space.sequences, space.lengths) = (.each(Array(some.prefix(2))), .most(reach))
    default:
      let few = max(1, seqs - 2)...(seqs + 1)
      (space.sequences, space.lengths) = (.most(few), .most(max(1, length - 3)...(length + 2)))
    }
    if random.chance(20) { space.gates.minConcurrency = random.element([1, 1.5, 4]) }
    if random.chance(15) { space.gates.minKVTokens = length + random.below(length) }
    if random.chance(15) { space.gates.minHeadroom = .mib(random.element([200, 3_000])) }
    if random.chance(25) { space.gates.admitsTight = true }
    if random.chance(10) { space.gates.guaranteesFullLength = true }
    self.space = space
    about = "seed \(seed): \(id) on \(deployment.device.id), vLLM \(release.name)"
  }
}

extension Deployment {
  /// Gives the device so much memory that the deployment barely starts, and `spread` MiB more.
  fileprivate mutating func memory(for layout: Layout, seqs: Int, length: Int, spread: Int) {
    var trial = self
    layout.apply(to: &trial.flags)
    trial.flags.maxNumSeqs = seqs
    trial.flags.maxModelLen = .tokens(length)
    trial.totalMemory = .gib(2_000)
    let evaluation = trial.evaluate(checksRules: false)
    guard let pool = evaluation.pool, let stage = evaluation.stages.last, let requested = stage.requested else {
      return
    }
    let needed = requested - stage.kvCache.worst + pool.need(length: length) + stage.blockBytes + .mib(spread)
    totalMemory = Bytes(Int(Double(needed.count) / evaluation.flags.gpuMemoryUtilization))
  }
}
