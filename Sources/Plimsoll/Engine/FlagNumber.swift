/// Numbers as vLLM's command line reads them.
enum FlagNumber {
  /// Python's `int(text)`: surrounding blanks, a sign, and `_` between digits are allowed.
  static func integer(_ text: some StringProtocol) -> Int? {
    var digits = [UInt8]()
    var lastWasUnderscore = true
    let trimmed = trim(text)
    var rest = trimmed.utf8[...]
    var isNegative = false
    if let sign = rest.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
      isNegative = sign == UInt8(ascii: "-")
      rest = rest.dropFirst()
    }
    for byte in rest {
      if byte == UInt8(ascii: "_") {
        guard !lastWasUnderscore else { return nil }
        lastWasUnderscore = true
      } else if (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) {
        digits.append(byte)
        lastWasUnderscore = false
      } else {
        return nil
      }
    }
    guard !lastWasUnderscore, let magnitude = Int(String(decoding: digits, as: UTF8.self)) else { return nil }
    return isNegative ? -magnitude : magnitude
  }

  /// vLLM's `human_readable_int`: `32k` is 32,000, `32K` is 32,768; a decimal only before a decimal suffix.
  ///
  /// Source: utils/argparse_utils.py.
  static func readableInteger(_ text: some StringProtocol, flag: String) throws(FlagError) -> Int {
    let written = trim(text)
    guard let last = written.last, let power = powers.first(where: { $0.suffix == last }) else {
      guard let number = integer(written) else { throw .notAnInteger(flag: flag, value: written) }
      return number
    }
    let number = written.dropLast()
    guard let parts = decimal(number) else { throw .notAnInteger(flag: flag, value: written) }
    guard power.isBinary else {
      // As vLLM computes it: a double product, truncated.
      guard let value = Double(String(number)), value * Double(power.factor) < 9e18 else {
        throw .notAnInteger(flag: flag, value: written)
      }
      return Int(value * Double(power.factor))
    }
    guard parts.fraction == nil else {
      throw .decimalWithBinarySuffix(flag: flag, value: written, suggestion: written.lowercased())
    }
    let (product, overflow) = parts.whole.multipliedReportingOverflow(by: power.factor)
    guard !overflow else { throw .notAnInteger(flag: flag, value: written) }
    return product
  }

  /// Python's `float(text)`, for finite numbers and NaN and infinities alike: the rules refuse what is out of range.
  static func number(_ text: String, flag: String) throws(FlagError) -> Double {
    guard let value = Double(trim(text)) else { throw .notANumber(flag: flag, value: text) }
    return value
  }

  /// The digits around a point, `digits[.digits]`; nil if it is anything else.
  static func decimal(_ text: some StringProtocol) -> (whole: Int, fraction: Substring?)? {
    let parts = Substring(text).split(separator: ".", omittingEmptySubsequences: false)
    guard let first = parts.first, parts.count <= 2, isDigits(first), let whole = Int(first) else { return nil }
    guard parts.count == 2 else { return (whole, nil) }
    guard isDigits(parts[1]) else { return nil }
    return (whole, parts[1])
  }

  static func isDigits(_ text: Substring) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
  }

  static func trim(_ text: some StringProtocol) -> String {
    var part = Substring(text)
    while let first = part.first, first.isWhitespace { part.removeFirst() }
    while let last = part.last, last.isWhitespace { part.removeLast() }
    return String(part)
  }

  private static let powers: [(suffix: Character, isBinary: Bool, factor: Int)] = [
    ("k", false, 1_000), ("m", false, 1_000_000), ("g", false, 1_000_000_000), ("t", false, 1_000_000_000_000),
    ("K", true, 1 << 10), ("M", true, 1 << 20), ("G", true, 1 << 30), ("T", true, 1 << 40),
  ]
}
