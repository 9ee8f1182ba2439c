import Testing

@testable import Plimsoll

@Suite struct ConditionedTests {
  @Test("A sum that was seen moves its amounts by the squares of their deviations")
  func sum() {
    // Variances 4 and 1; their sum is seen to be 1 too large without error: 4/5 and 1/5 of it.
    var amounts = Conditioned(deviations: [2, 1])
    amounts.see(1, of: [true, true], deviation: 0)
    #expect(abs(amounts.shifts[0] - 0.8) < 1e-12)
    #expect(abs(amounts.shifts[1] - 0.2) < 1e-12)
    // Each is still open, 4 − 16/5 = 0.8, and what they add up to is known.
    #expect(abs(amounts.variance(of: [1, 0]) - 0.8) < 1e-12)
    #expect(amounts.variance(of: [1, 1]) < 1e-12)
  }

  @Test("What is left of a sum goes to the amount that was not seen by itself")
  func parts() {
    var amounts = Conditioned(deviations: [1, 1, 1])
    amounts.see(0.5, of: [true, false, false], deviation: 0)
    amounts.see(0.7, of: [true, true, false], deviation: 0)
    #expect(abs(amounts.shifts[0] - 0.5) < 1e-12)
    #expect(abs(amounts.shifts[1] - 0.2) < 1e-12)
    #expect(amounts.shifts[2] == 0)
    #expect(abs(amounts.variance(of: [0, 0, 1]) - 1) < 1e-12)
  }

  @Test("An amount that is seen as unsurely as it was known moves half the way")
  func doubt() {
    var amounts = Conditioned(deviations: [0.1])
    amounts.see(1, of: [true], deviation: 0.1)
    #expect(abs(amounts.shifts[0] - 0.5) < 1e-12)
    #expect(abs(amounts.variance(of: [1]) - 0.005) < 1e-12)
  }

  @Test("What is exact stays, and nothing is divided by nothing")
  func exact() {
    var amounts = Conditioned(deviations: [0, 1])
    amounts.see(1, of: [true, true], deviation: 0)
    #expect(amounts.shifts == [0, 1])
    var fixed = Conditioned(deviations: [0])
    fixed.see(1, of: [true], deviation: 0)
    #expect(fixed.shifts == [0])
  }
}
