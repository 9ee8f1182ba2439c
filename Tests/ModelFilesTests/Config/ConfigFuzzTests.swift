import Foundation
import ModelFiles
import Plimsoll
import Testing

/// A damaged config is refused with an error or leads to sizes: nothing traps, whatever the numbers.
///
/// A small run at every test, PLIMSOLL_FUZZ=100000 for more.
@Suite struct ConfigFuzzTests {
  static let mutations = ProcessInfo.processInfo.environment["PLIMSOLL_FUZZ"].flatMap { Int($0) } ?? 6_000

  /// The fixtures, and one config of every architecture in vLLM's answers.
  static let configs: [[UInt8]] = {
    var seen: Set<String> = []
    let answered = VLLMAnswer.file.configs.members.compactMap { member -> [UInt8]? in
      guard case .array(let names)? = member.value["architectures"], case .string(let name)? = names.first,
        seen.insert(name).inserted
      else { return nil }
      return member.value.serializedBytes(pretty: true)
    }
    return Fixture.all.map(\.bytes) + answered
  }()

  struct Tally {
    var shapes = 0
    var refusals = 0
  }

  @Test func aDamagedConfigNeverTraps() {
    var mutator = Mutator(seed: 20_260_202)
    var tally = Tally()
    for round in 0..<Self.mutations {
      let damaged = mutator.mutation(of: Self.configs[round % Self.configs.count])
      guard let json = try? JSON.parse(damaged) else { continue }
      Self.measure(json, round: round, &tally)
    }
    // Both ways must have been taken, else the mutations prove nothing.
    #expect(tally.shapes > Self.mutations / 20)
    #expect(tally.refusals > Self.mutations / 20)
  }

  /// A long run also takes more numbers and every config.
  static let isThorough = mutations >= 50_000
  static let extremes = isThorough ? [0, 1, -1, 3, 1 << 14, 1 << 20, 1 << 26, 1 << 40, .max] : [0, 1 << 20, .max]

  /// Every number of a config in turn at the ends of what is read and beyond, then all at once.
  @Test(arguments: isThorough ? configs : Array(configs.suffix(12)))
  func extremeNumbersNeverTrap(_ bytes: [UInt8]) throws {
    guard case .object(let top) = try JSON.parse(bytes) else { return }
    var tally = Tally()
    Self.vary(top, &tally) { .object($0) }
    if case .object(let text)? = top["text_config"] {
      Self.vary(text, &tally) { inner in
        var outer = top
        outer["text_config"] = .object(inner)
        return .object(outer)
      }
    }
    #expect(tally.refusals > 0)
  }

  private static func vary(_ members: JSONObject, _ tally: inout Tally, _ whole: (JSONObject) -> JSON) {
    let numbers = members.members.filter { if case .integer = $0.value { true } else { false } }.map(\.key)
    for key in numbers {
      for extreme in extremes {
        var changed = members
        changed[key] = .integer(extreme)
        measure(whole(changed), round: extreme & 7, &tally)
      }
    }
    for power in stride(from: 0, through: 40, by: isThorough ? 2 : 10) {
      var changed = members
      for key in numbers { changed[key] = .integer(1 << power) }
      changed["num_hidden_layers"] = .integer(isThorough ? 4_096 : 128)
      measure(whole(changed), round: power, &tally)
    }
  }

  /// All that is computed of a config.
  private static func measure(_ json: JSON, round: Int, _ tally: inout Tally) {
    let shape: ModelShape
    do throws(ModelConfigError) {
      shape = try ArchitectureTable.shape(of: json)
    } catch {
      tally.refusals += 1
      if error.message.isEmpty { Issue.record("an error without words") }
      return
    }
    tally.shapes += 1
    let capability = [ComputeCapability(9, 0), ComputeCapability(10, 0), ComputeCapability(8, 0)][abs(round) % 3]
    let parallelism = Parallelism(
      tensor: [1, 2, 8][abs(round) % 3], pipeline: [1, 4][abs(round) % 2], expertParallel: round % 5 == 0)
    let dtype: KVCacheDType = [.auto, .fp8, .turboquantK8V4, .nvfp4][abs(round) % 4]
    let stages = parallelism.stages(of: shape.numLayers)
    for stage in stages.indices {
      let weights = shape.weights(stage: stage, parallelism: parallelism, kernels: WeightKernels(for: capability))
      if weights.tensors < .zero || weights.allocated < weights.tensors { Issue.record("weights below nothing") }
    }
    if shape.parameters < 0 { Issue.record("a negative number of parameters") }
    let placement = try? shape.cachePlacement(
      CachePlacement.Settings(
        capability: capability, kvCacheDType: dtype, modelDType: shape.dtype, tensorParallel: parallelism.tensor))
    guard let placement else { return }
    for hybrid in [true, false] {
      let groups = try? KVCacheGroups(
        of: placement.specs.map { ($0.layer, $0.spec) }, hybridManager: hybrid, rule: .init(3, over: 2))
      guard let groups else { continue }
      let pool = KVCachePool(
        groups: groups.groups, stages: stages, inFlight: 16_384, decodeContext: 1, reservesNullBlock: true)
      let available = Array(repeating: Bytes.gib(40), count: stages.count)
      let length = shape.context.stated
      if pool.holds(length: length, available: available), let longest = pool.longestRequest(available: available),
        longest < length
      {
        Issue.record("holds \(length) and at most \(longest)")
      }
      if pool.need(length: length) < .zero { Issue.record("a negative need") }
    }
  }
}
