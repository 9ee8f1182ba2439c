/// The exponential, the logarithm and the normal distribution, which the standard library leaves to the system's.
///
/// Each is its textbook series on a reduced argument, good to 1e-14 of its value where lengths and shares lie.
enum Exponential {
  static let naturalLogOfTwo = 0.693_147_180_559_945_309
  private static let rootOfTwoPi = 2.506_628_274_631_000_502

  /// e to the power of `x`: x = k·ln 2 + r with |r| ≤ ln 2 / 2, and Taylor's series of e^r.
  static func exp(_ x: Double) -> Double {
    guard x < 709 else { return .infinity }
    guard x > -708 else { return 0 }
    let power = (x / naturalLogOfTwo).rounded()
    let rest = x - power * naturalLogOfTwo
    var (sum, term) = (1.0, 1.0)
    for index in 1...16 {
      term *= rest / Double(index)
      sum += term
    }
    return Double(sign: .plus, exponent: Int(power), significand: sum)
  }

  /// The natural logarithm of a positive number: of its significand m by 2·artanh((m − 1)/(m + 1)).
  static func log(_ x: Double) -> Double {
    var (exponent, significand) = (Double(x.exponent), x.significand)
    if significand > 1.414_213_562_373_095 {
      significand /= 2
      exponent += 1
    }
    let ratio = (significand - 1) / (significand + 1)
    let square = ratio * ratio
    var (sum, power) = (0.0, ratio)
    for index in 0...12 {
      sum += power / Double(2 * index + 1)
      power *= square
    }
    return exponent * naturalLogOfTwo + 2 * sum
  }

  /// The share of a standard normal distribution that lies above `x`.
  ///
  /// Near the middle the series φ(x)·(x + x³/3 + x⁵/15 + …) of the part between 0 and x; in the tails the continued
  /// fraction φ(x)/(x + 1/(x + 2/(x + …))), which keeps its digits where the share is small.
  static func normalTail(above x: Double) -> Double {
    if x < 0 { return 1 - normalTail(above: -x) }
    let density = exp(-x * x / 2) / rootOfTwoPi
    if x < 3 {
      var (sum, term, index) = (0.0, x, 1.0)
      while term > 1e-17 {
        sum += term
        index += 2
        term *= x * x / index
      }
      return 0.5 - density * sum
    }
    var fraction = x
    for index in stride(from: 80, through: 1, by: -1) { fraction = x + Double(index) / fraction }
    return density / fraction
  }

  /// The point below which `share` of a standard normal distribution lies, for a share between 0 and 1.
  static func normalQuantile(_ share: Double) -> Double {
    var (low, high) = (-38.0, 38.0)
    for _ in 0..<64 {
      let middle = (low + high) / 2
      if normalTail(above: -middle) < share { low = middle } else { high = middle }
    }
    return (low + high) / 2
  }
}
