/// A release's number, such as `0.17.1` or `v0.8.5.post1`, in the order in which releases came out.
public struct ReleaseNumber: Hashable, Sendable, Comparable {
  /// The numbers between the points, without zeros at the end.
  private var parts: [Int]
  /// Whether nothing follows the digits, such as `.post1` or `rc0`.
  var isPlain: Bool

  /// Reads a number with or without `v` before it; what follows the digits (`.post1`, `rc0`, `+cu129`) orders nothing.
  ///
  /// Nil for what is no number of a release: at least a major and a minor one are needed.
  public init?(_ text: String) {
    var digits = Substring(text)
    if digits.first == "v" { digits = digits.dropFirst() }
    var parts: [Int] = []
    var isPlain = true
    for part in digits.split(separator: ".", omittingEmptySubsequences: false) {
      let number = part.prefix { $0.isASCII && $0.isNumber }
      guard !number.isEmpty else {
        isPlain = false
        break
      }
      guard let value = Int(number), value < 1_000_000 else { return nil }
      parts.append(value)
      if number.endIndex != part.endIndex {
        isPlain = false
        break
      }
    }
    guard parts.count >= 2 else { return nil }
    while parts.last == 0 { parts.removeLast() }
    self.parts = parts
    self.isPlain = isPlain
  }

  public static func == (lhs: Self, rhs: Self) -> Bool { lhs.parts == rhs.parts }

  /// By the numbers alone, as `==` compares.
  public func hash(into hasher: inout Hasher) { hasher.combine(parts) }

  public static func < (lhs: Self, rhs: Self) -> Bool { lhs.parts.lexicographicallyPrecedes(rhs.parts) }

  /// How many numbers from the first on are the same in both; zeros at the end are numbers too.
  func sharedParts(with other: Self) -> Int {
    var shared = 0
    while shared < max(parts.count, other.parts.count), part(shared) == other.part(shared) { shared += 1 }
    return shared
  }

  private func part(_ index: Int) -> Int { index < parts.count ? parts[index] : 0 }
}
