import Testing

@testable import Plimsoll

@Suite struct LengthDistributionTests {
  /// ln 5 / 1.6449 = 0.97847: the one lognormal distribution with half of its lengths below 1,200 and 95 % below 6,000.
  @Test func twoQuantilesFixALognormalDistribution() throws {
    let lengths = try #require(LengthDistribution(quantiles: [(0.95, 6000), (0.5, 1200)]))
    #expect((lengths.median - 1200).magnitude < 1e-6)
    #expect((lengths.spread - 0.978_470).magnitude < 1e-5)
    // 1200 · exp(0.97847² / 2) = 1200 · exp(0.478702) = 1200 · 1.613978 = 1,936.8
    #expect((lengths.moment(1, upTo: 1e9) - 1936.8).magnitude < 0.1)
    #expect((lengths.share(above: 6000) - 0.05).magnitude < 1e-9)
  }

  /// Normal quantiles 0, 1, 2 of shares 0.5, 0.8413 and 0.97725, logarithms of 100, 200 and 800 (in units of ln 2 above
  /// ln 100: 0, 1, 3): the line of least squares has slope ((−1)·0 + 0·1 + 1·3)/2 = 1.5 and meets 0 at 4/3 − 1.5.
  @Test func moreThanTwoAreFittedByLeastSquares() throws {
    let points: [(Double, Double)] = [(0.5, 100), (0.841_344_746_068_543, 200), (0.977_249_868_051_821, 800)]
    let lengths = try #require(LengthDistribution(quantiles: points.map { (share: $0.0, tokens: $0.1) }))
    let unit = 0.693_147_180_559_945_3
    #expect((lengths.spread - 1.5 * unit).magnitude < 1e-8)
    #expect((lengths.median - 100 * Exponential.exp(unit * (4.0 / 3 - 1.5))).magnitude < 1e-6)
  }

  @Test(arguments: [
    [(0.5, 1200.0)], [(0.5, 1200), (0.95, 600)], [(0.5, 100), (0.5, 100)], [(0, 10), (0.5, 20)], [(0.5, 10), (1, 20)],
    [],
  ])
  func whatIsNoDistributionIsRefused(points: [(Double, Double)]) {
    #expect(LengthDistribution(quantiles: points.map { (share: $0.0, tokens: $0.1) }) == nil)
  }

  @Test func equalQuantilesAreOneLength() throws {
    let lengths = try #require(LengthDistribution(quantiles: [(0.5, 700), (0.99, 700)]))
    #expect(lengths == LengthDistribution(always: 700))
    #expect(lengths.moment(2, upTo: 1000) == 490_000)
    #expect(lengths.moment(1, upTo: 699) == 0)
  }

  /// Cut off at its median, half of a lognormal distribution is left; the mean of that half is
  /// m · exp(s²/2) · Φ(−s) / 0.5, with s = 1: m · 1.648721 · 0.158655 · 2 = 0.523157 m.
  @Test func aLimitLeavesTheShorterOnes() throws {
    var lengths = LengthDistribution(always: 1000)
    lengths.spread = 1
    #expect((lengths.moment(1, upTo: 1000) - 523.157).magnitude < 0.01)
  }
}

@Suite struct WorkloadTests {
  /// Prompts of 1,000 and answers of 200 hold 1,000 to 1,200 tokens, evenly: mean 1,100, deviation 200/√12 = 57.735.
  @Test func aRunningRequestHoldsItsPromptAndHalfOfItsAnswer() throws {
    let lengths = Workload.Lengths.divided(
      prompt: LengthDistribution(always: 1000), answer: LengthDistribution(always: 200))
    let held = try #require(Workload(lengths).held(maxModelLen: 8192))
    #expect(held.mean == 1100)
    #expect((held.deviation - 57.735).magnitude < 0.001)
  }

  /// Lognormal lengths of coefficient of variation 1 have E[X²] = 2·mean², E[X³] = 8·mean³. With prompts of 512 and
  /// answers of 256: mean 512 + 256·2/2 = 768; second moment 2·512² + 512·512 + 8·256²/3 = 961,195, less 768² = 371,371,
  /// whose root is 609.4.
  @Test func longAnswersCountForAsLongAsTheyRun() throws {
    let held = try #require(Self.chat.held(maxModelLen: 1 << 30))
    #expect((held.mean - 768).magnitude < 0.01)
    #expect((held.deviation - 609.4).magnitude < 0.05)
  }

  /// cv 1: s² = ln 2, median = mean/√2.
  static let chat: Workload = {
    func lengths(_ mean: Double) -> LengthDistribution {
      var lengths = LengthDistribution(always: 1)
      lengths.median = mean / 2.0.squareRoot()
      lengths.spread = 0.693_147_180_559_945_3.squareRoot()
      return lengths
    }
    return Workload(.divided(prompt: lengths(512), answer: lengths(256)))
  }()

  /// One seat that takes one request of the workload after the other, token by token.
  @Test func aSimulatedSeatHoldsWhatTheFormulaSays() throws {
    var state: UInt64 = 7
    func uniform() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return (Double(state >> 11) + 0.5) / Double(1 << 53)
    }
    var (prompts, answers) = (LengthDistribution(always: 512), LengthDistribution(always: 256))
    (prompts.spread, answers.spread) = (0.5, 0.4)
    func draw(_ lengths: LengthDistribution) -> Double {
      lengths.median * Exponential.exp(lengths.spread * Exponential.normalQuantile(uniform()))
    }
    var (time, sum, squares) = (0.0, 0.0, 0.0)
    for _ in 0..<4000 {
      let (prompt, answer) = (draw(prompts), draw(answers).rounded(.up))
      for step in 0..<Int(answer) {
        let held = prompt + Double(step) + 0.5
        time += 1
        sum += held
        squares += held * held
      }
    }
    let workload = Workload(.divided(prompt: prompts, answer: answers))
    let held = try #require(workload.held(maxModelLen: 1 << 30))
    let mean = sum / time
    #expect((mean / held.mean - 1).magnitude < 0.03)
    #expect(((squares / time - mean * mean).squareRoot() / held.deviation - 1).magnitude < 0.1)
  }

  @Test func whatMaxModelLenRefusesIsNotCounted() throws {
    let workload = Workload(
      .divided(prompt: LengthDistribution(always: 9000), answer: LengthDistribution(always: 10)))
    #expect(workload.held(maxModelLen: 8192) == nil)
    #expect(workload.share(beyond: 8192) == 1)
    #expect(workload.share(beyond: 9010) == 0)
    let lengths = try #require(LengthDistribution(quantiles: [(0.5, 1200), (0.95, 6000)]))
    #expect((Workload(.whole(lengths)).share(beyond: 6000) - 0.05).magnitude < 1e-9)
    let held = try #require(Workload(.whole(lengths)).held(maxModelLen: 2048))
    #expect(held.mean < 1000)
  }
}
