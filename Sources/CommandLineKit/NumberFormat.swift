extension FixedWidthInteger {
  /// The digits in groups of three: `32,768`.
  package var grouped: String {
    let digits = String(magnitude)
    var text = self < 0 ? "-" : ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.utf8.count - index) % 3 == 0 { text.append(",") }
      text.append(digit)
    }
    return text
  }
}

extension Double {
  /// The number with that many decimals (0 to 9), halves away from zero, from the exact binary value.
  ///
  /// A number of 2^63 and more, which has no decimals anyway, is written with an exponent.
  package func fixed(_ decimals: Int, grouped: Bool = false) -> String {
    guard isFinite else { return isNaN ? "nan" : self < 0 ? "-inf" : "inf" }
    let size = magnitude
    guard size < 9_223_372_036_854_775_808 else { return "\(self)" }
    let places = Swift.min(Swift.max(decimals, 0), 9)
    var scale: UInt64 = 1
    for _ in 0..<places { scale *= 10 }
    var whole = UInt64(size)
    // Exact: what is left of a Double after its whole part is a Double.
    var fraction = (size - Double(whole)).scaledRounding(by: scale)
    if fraction == scale {
      whole += 1
      fraction = 0
    }
    let sign = self < 0 && (whole > 0 || fraction > 0) ? "-" : ""
    let head = sign + (grouped ? whole.grouped : String(whole))
    guard places > 0 else { return head }
    let digits = String(fraction)
    return head + "." + String(repeating: "0", count: places - digits.utf8.count) + digits
  }

  /// `self * scale` to the nearest whole number, halves up, for 0 <= self < 1: the 53 bits of the significand times
  /// the scale in 128 bits, so that no product is rounded before the decision.
  private func scaledRounding(by scale: UInt64) -> UInt64 {
    guard self > 0, isNormal else { return 0 }
    let shift = 52 - Int(exponent)
    guard shift < 127 else { return 0 }
    let product = (significandBitPattern | 1 << 52).multipliedFullWidth(by: scale)
    let half: (high: UInt64, low: UInt64) = shift > 64 ? (1 << (shift - 65), 0) : (0, 1 << (shift - 1))
    let (low, carried) = product.low.addingReportingOverflow(half.low)
    let high = product.high + half.high + (carried ? 1 : 0)
    return shift >= 64 ? high >> (shift - 64) : high << (64 - shift) | low >> shift
  }
}
