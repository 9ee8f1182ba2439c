import Testing

@testable import Plimsoll

/// Against the tables of Abramowitz and Stegun, Handbook of Mathematical Functions (4.2, 26.2), and constants known to
/// more digits.
@Suite struct ExponentialTests {
  @Test(arguments: [
    (0, 1), (1, 2.718_281_828_459_045), (-1, 0.367_879_441_171_442_33), (0.5, 1.648_721_270_700_128),
    (10, 22_026.465_794_806_718), (-10, 4.539_992_976_248_485e-5), (100, 2.688_117_141_816_135_6e43),
    (-100, 3.720_075_976_020_836e-44),
  ])
  func theExponentialIsAsPublished(x: Double, value: Double) {
    #expect((Exponential.exp(x) / value - 1).magnitude < 1e-13)
  }

  @Test(arguments: [
    (1, 0), (2, 0.693_147_180_559_945_3), (10, 2.302_585_092_994_045_7), (5, 1.609_437_912_434_100_3),
    (0.001, -6.907_755_278_982_137), (1e6, 13.815_510_557_964_274), (1.414_213_562_373_095, 0.346_573_590_279_972_64),
  ])
  func theLogarithmIsAsPublished(x: Double, value: Double) {
    #expect((Exponential.log(x) - value).magnitude < 1e-14 * max(1, value.magnitude))
  }

  @Test(arguments: [
    (0, 0.5), (0.5, 0.308_537_538_725_986_9), (1, 0.158_655_253_931_457_05), (2, 0.022_750_131_948_179_2),
    (3, 0.001_349_898_031_630_09), (4, 3.167_124_183_311_99e-5), (6, 9.865_876_450_376_98e-10),
    (-1, 0.841_344_746_068_543),
  ])
  func theTailOfTheNormalDistributionIsAsPublished(x: Double, share: Double) {
    #expect((Exponential.normalTail(above: x) / share - 1).magnitude < 1e-12)
  }

  @Test(arguments: [
    (0.5, 0), (0.95, 1.644_853_626_951_472_6), (0.99, 2.326_347_874_040_841), (0.999, 3.090_232_306_167_813_5),
    (0.05, -1.644_853_626_951_472_6), (0.75, 0.674_489_750_196_081_7),
  ])
  func theNormalQuantilesAreAsPublished(share: Double, point: Double) {
    #expect((Exponential.normalQuantile(share) - point).magnitude < 1e-10)
  }

  @Test func theLogarithmUndoesTheExponential() {
    for step in -400...400 {
      let x = Double(step) * 0.37
      #expect((Exponential.log(Exponential.exp(x)) - x).magnitude < 1e-13 * max(1, x.magnitude))
    }
  }
}
