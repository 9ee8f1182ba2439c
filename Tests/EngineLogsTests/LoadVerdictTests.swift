import Plimsoll
import Testing

@testable import EngineLogs

@Suite struct LoadVerdictTests {
  static func sample(
    running: Double, waiting: Double, use: Double, preemptions: Double = 0, tokens: Double = 0,
    steps: [(most: Double, count: Double)] = []
  ) -> EngineSample {
    var sample = EngineSample()
    sample[.running] = running
    sample[.waiting] = waiting
    sample[.cacheUse] = use
    sample[.preemptions] = preemptions
    sample[.generationTokens] = tokens
    sample.steps = steps
    return sample
  }

  struct Look: CustomTestStringConvertible, Sendable {
    var running: Double
    var waiting: Double
    var use: Double
    var seats: Double? = 256
    var verdict: LoadVerdict
    var testDescription: String { "\(running) \(waiting) \(use) \(seats ?? 0) \(verdict.rawValue)" }
  }

  /// The scheduler admits a request unless seats, cache or the step's tokens are spent.
  @Test(arguments: [
    // Lines of user stories: "Running: 256 reqs, Waiting: 80 reqs, GPU KV cache usage: 41.0%", and one of a full cache.
    Look(running: 256, waiting: 80, use: 0.41, verdict: .seatBound),
    Look(running: 256, waiting: 80, use: 0.41, seats: nil, verdict: .seatBound),
    Look(running: 40, waiting: 25, use: 0.993, verdict: .kvBound),
    // A full cache and full seats: more seats would not help.
    Look(running: 256, waiting: 80, use: 0.97, verdict: .kvBound),
    // Seats and cache are free, so steps are what is spent.
    Look(running: 30, waiting: 40, use: 0.2, verdict: .prefillBound),
    // A few may have come since the last step.
    Look(running: 30, waiting: 2, use: 0.5, verdict: .healthy),
    // Full and nobody waits.
    Look(running: 200, waiting: 0, use: 0.97, verdict: .healthy),
    Look(running: 0, waiting: 0, use: 0, verdict: .noLoad),
    Look(running: 3, waiting: 0, use: 0.05, verdict: .oversized),
  ])
  func oneLookTellsWhatBinds(look: Look) {
    let load = EngineLoad(Self.sample(running: look.running, waiting: look.waiting, use: look.use))
    #expect(LoadLimits(seats: look.seats, stepTokens: 2048).verdict(load, busiest: look.use) == look.verdict)
  }

  @Test("requests that are put off for other reasons do not wait for room")
  func deferred() {
    var sample = Self.sample(running: 256, waiting: 80, use: 0.41)
    sample.deferred = 80
    #expect(LoadLimits(seats: 256).verdict(EngineLoad(sample), busiest: nil) == .healthy)
  }

  @Test("what does not tell its requests or its cache has no verdict")
  func silent() {
    var sample = EngineSample()
    sample[.running] = 4
    #expect(LoadLimits().verdict(EngineLoad(sample), busiest: 0) == .unknown)
  }

  @Test("a prompt longer than what is free waits for cache, though a tenth is free")
  func longPrompts() {
    var sample = Self.sample(running: 30, waiting: 9, use: 0.9)
    sample[.promptLength] = 30_000
    sample.addCount(.promptLength, 2)
    // 15,000 tokens in the mean, and 0.1 x 100,000 free.
    #expect(LoadLimits(seats: 256, cacheTokens: 100_000).verdict(EngineLoad(sample), busiest: nil) == .kvBound)
    #expect(LoadLimits(seats: 256, cacheTokens: 200_000).verdict(EngineLoad(sample), busiest: nil) == .prefillBound)
  }

  @Test("rates are of the time between two looks")
  func rates() {
    let before = Self.sample(running: 4, waiting: 0, use: 0.5, preemptions: 10, tokens: 1000)
    let now = Self.sample(running: 4, waiting: 0, use: 0.5, preemptions: 13, tokens: 4000)
    let load = EngineLoad(now, since: before, seconds: 6)
    // 3 in 6 s, 3,000 in 6 s.
    #expect(load.preemptionsPerMinute == 30)
    #expect(load.generationTokensPerSecond == 500)
    #expect(LoadLimits().verdict(load, busiest: nil) == .kvBound)
    let alone = EngineLoad(now)
    #expect(alone.preemptionsPerMinute == nil)
    #expect(LoadLimits().verdict(alone, busiest: nil) == .healthy)
  }

  @Test("a counter that fell began again at 0, and the engine with it")
  func restart() {
    let before = Self.sample(running: 4, waiting: 0, use: 0.5, preemptions: 10, tokens: 9000)
    let load = EngineLoad(Self.sample(running: 1, waiting: 0, use: 0.1, tokens: 600), since: before, seconds: 6)
    #expect(load.restarted)
    #expect(load.generationTokensPerSecond == 100)
    #expect(load.preemptionsPerMinute == 0)
  }

  @Test("the median step is of the steps between the looks")
  func medianStep() throws {
    let before: [(most: Double, count: Double)] = [(64, 1000), (1024, 1000), (2048, 1000), (.infinity, 1000)]
    let after: [(most: Double, count: Double)] = [(64, 1010), (1024, 1012), (2048, 1100), (.infinity, 1100)]
    // Of 100 steps 10 took up to 64, 2 up to 1,024, and 88 more than that.
    let load = EngineLoad(
      Self.sample(running: 30, waiting: 0, use: 0.3, steps: after),
      since: Self.sample(running: 30, waiting: 0, use: 0.3, steps: before), seconds: 5)
    let step = try #require(load.medianStep)
    #expect((step.above, step.most) == (1024, 2048))
    #expect(LoadLimits(seats: 256, stepTokens: 2048).verdict(load, busiest: nil) == .prefillBound)
    // Of 8,192 tokens a step that takes 2,048 at most is not full.
    #expect(LoadLimits(seats: 256, stepTokens: 8192).verdict(load, busiest: nil) == .healthy)
  }

  @Test("a line of statistics covers ten seconds")
  func statistics() throws {
    let text = "Running: 40 reqs, Waiting: 25 reqs, Preemptions: 12, GPU KV cache usage: 80.0%"
    let load = EngineLoad(try #require(EngineSample(statistics: Array(text.utf8))))
    // 12 in 10 s.
    #expect(load.preemptionsPerMinute == 72)
    #expect(load.preemptions == nil)
    #expect(LoadLimits().verdict(load, busiest: nil) == .kvBound)
  }

  /// v1/metrics/loggers.py `AggregatedLoggingStatLogger`: requests are summed, the use of the cache is the mean.
  @Test("a line that tells of several engines together is held against the seats of all")
  func aggregated() throws {
    func load(_ running: Int) throws -> EngineLoad {
      let text =
        "INFO 4 Engines Aggregated: Avg prompt throughput: 1.0 tokens/s, Avg generation throughput: 2.0 tokens/s, "
        + "Running: \(running) reqs, Waiting: 8 reqs, GPU KV cache usage: 50.0%"
      return EngineLoad(try #require(EngineSample(statistics: Array(text.utf8))))
    }
    // 252 of 4 x 64 seats, and two that wait at each.
    #expect(LoadLimits(seats: 64).verdict(try load(252), busiest: nil) == .healthy)
    #expect(LoadLimits(seats: 64).verdict(try load(256), busiest: nil) == .seatBound)
  }

  @Test("steps of one token for each of many requests are no prompts that wait")
  func decodeSteps() {
    let steps: [(most: Double, count: Double)] = [(1024, 0), (2048, 100), (.infinity, 100)]
    let limits = LoadLimits(seats: 2000, stepTokens: 2048)
    #expect(
      limits.verdict(EngineLoad(Self.sample(running: 1200, waiting: 1, use: 0.6, steps: steps)), busiest: nil)
        == .healthy)
    #expect(
      limits.verdict(EngineLoad(Self.sample(running: 200, waiting: 1, use: 0.6, steps: steps)), busiest: nil)
        == .prefillBound)
  }
}
