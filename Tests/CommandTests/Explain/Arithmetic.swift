/// Evaluates the arithmetic that `explain` prints: + − · /, max and min, ⌈ ⌉, ⌊ ⌋, parentheses, and one ≤.
struct Arithmetic {
  private var rest: Substring

  /// The value; 1 and 0 for a comparison that holds and one that does not; nil for what is no arithmetic.
  static func value(_ text: String) -> Double? {
    var parser = Arithmetic(rest: text.filter { $0 != " " }[...])
    guard let left = parser.sum() else { return nil }
    guard parser.take("≤") else { return parser.rest.isEmpty ? left : nil }
    guard let right = parser.sum(), parser.rest.isEmpty else { return nil }
    return left <= right ? 1 : 0
  }

  private mutating func take(_ word: String) -> Bool {
    guard rest.hasPrefix(word) else { return false }
    rest.removeFirst(word.count)
    return true
  }

  private mutating func sum() -> Double? {
    guard var value = product() else { return nil }
    while true {
      if take("+") {
        guard let next = product() else { return nil }
        value += next
      } else if take("−") {
        guard let next = product() else { return nil }
        value -= next
      } else {
        return value
      }
    }
  }

  private mutating func product() -> Double? {
    guard var value = factor() else { return nil }
    while true {
      if take("·") {
        guard let next = factor() else { return nil }
        value *= next
      } else if take("/") {
        guard let next = factor() else { return nil }
        value /= next
      } else {
        return value
      }
    }
  }

  private mutating func factor() -> Double? {
    if take("⌈") { return closed("⌉")?.rounded(.up) }
    if take("⌊") { return closed("⌋")?.rounded(.down) }
    if take("max(") { return list().flatMap { $0.max() } }
    if take("min(") { return list().flatMap { $0.min() } }
    if take("(") { return closed(")") }
    if take("-") { return factor().map { -$0 } }
    let digits = rest.prefix { $0.isNumber || $0 == "." }
    rest = rest.dropFirst(digits.count)
    return Double(digits)
  }

  private mutating func closed(_ end: String) -> Double? {
    guard let value = sum(), take(end) else { return nil }
    return value
  }

  private mutating func list() -> [Double]? {
    var values: [Double] = []
    repeat {
      guard let value = sum() else { return nil }
      values.append(value)
    } while take(",")
    return take(")") ? values : nil
  }
}
