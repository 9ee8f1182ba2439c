import Plimsoll
import Testing

@Suite struct BytesTests {
  @Test func unitsArePowersOfTwo() {
    #expect(Bytes.kib(3).count == 3_072)
    #expect(Bytes.mib(1).count == 1_048_576)
    #expect(Bytes.gib(40).count == 42_949_672_960)
    #expect(Bytes(3 << 29).gib == 1.5)
  }

  @Test func aRatioIsAWholeNumberAndDropsTheRest() {
    #expect(Bytes.gib(31) / Bytes.kib(64) == 507_904)
    #expect(Bytes(131) / Bytes(65) == 2)
    #expect(Bytes(64) / Bytes(65) == 0)
  }

  @Test(arguments: [(0, 0), (1, 512), (512, 512), (513, 1_024), (1_023, 1_024)])
  func roundingUpNeverGoesBelow(amount: Int, rounded: Int) {
    #expect(Bytes(amount).roundedUp(toMultipleOf: Bytes(512)) == Bytes(rounded))
  }

  @Test func amountsAddCompareAndMultiplyButKeepTheirUnit() {
    #expect(Bytes(5) + Bytes(7) - Bytes(2) == Bytes(10))
    #expect(Bytes(5) * 3 == Bytes(15))
    #expect(Bytes(-1) < .zero)
    #expect([Bytes(2), Bytes(9), Bytes(4)].max() == Bytes(9))
  }

  @Test(arguments: [(0, 16, 0), (1, 16, 1), (16, 16, 1), (17, 16, 2), (131_072, 16, 8_192), (8_191, 16, 512)])
  func divisionRoundsUp(number: Int, divisor: Int, quotient: Int) {
    #expect(number.dividedRoundingUp(by: divisor) == quotient)
    #expect(number.roundedUp(toMultipleOf: divisor) == quotient * divisor)
  }

  @Test(arguments: [
    (DType.float32, 4), (.float16, 2), (.bfloat16, 2), (.float8, 1), (.int64, 8), (.int32, 4), (.int8, 1), (.uint8, 1),
  ])
  func elementsTakeTheirWidth(dtype: DType, bytes: Int) {
    #expect(dtype.size == Bytes(bytes))
  }
}
