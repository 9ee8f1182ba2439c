package import ModelFiles
import Plimsoll

/// Plain words of YAML 1.1 as PyYAML's safe loader reads them: `yes` is true, `010` is 8, `1e3` is text.
///
/// Source: the implicit resolvers of PyYAML 6, which are those of yaml.org/type.
package enum YAMLScalar {
  package static func value(_ text: String) -> JSON {
    switch text {
    case "", "~", "null", "Null", "NULL": return .null
    case "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON": return .bool(true)
    case "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF": return .bool(false)
    case ".nan", ".NaN", ".NAN": return .number(.nan)
    default: break
    }
    guard let first = text.utf8.first, isDigit(first) || "+-.".utf8.contains(first) else { return .string(text) }
    let isNegative = first == UInt8(ascii: "-")
    let body = isNegative || first == UInt8(ascii: "+") ? text.utf8.dropFirst() : text.utf8[...]
    if let whole = integer(body) {
      let (number, overflow) = isNegative ? (0).subtractingReportingOverflow(whole) : (whole, false)
      return overflow ? .string(text) : .integer(number)
    }
    let isSigned = body.count < text.utf8.count
    if isFloat(body, isSigned: isSigned) { return .number((isNegative ? -1 : 1) * float(body)) }
    return .string(text)
  }

  /// `0b101`, `017`, `0x1F`, `1_000`, and `1:30`, which counts in sixties.
  private static func integer(_ body: Substring.UTF8View) -> Int? {
    guard let first = body.first, isDigit(first) else { return nil }
    let parts = body.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
    if parts.count > 1 {
      guard first != UInt8(ascii: "0"), let lead = digits(parts[0], radix: 10) else { return nil }
      var total = lead
      for part in parts.dropFirst() {
        guard let next = sixtieth(part), total < Int.max / 60 - 60 else { return nil }
        total = total * 60 + next
      }
      return total
    }
    guard first == UInt8(ascii: "0"), body.count > 1 else { return digits(body, radix: 10) }
    let second = body[body.index(after: body.startIndex)]
    if second == UInt8(ascii: "b") { return digits(body.dropFirst(2), radix: 2) }
    if second == UInt8(ascii: "x") { return digits(body.dropFirst(2), radix: 16) }
    return digits(body.dropFirst(), radix: 8)
  }

  /// Digits with `_` anywhere after the first.
  private static func digits(_ part: Substring.UTF8View, radix: Int) -> Int? {
    let plain = part.filter { $0 != UInt8(ascii: "_") }
    guard !plain.isEmpty, plain.first != UInt8(ascii: "+"), plain.first != UInt8(ascii: "-") else { return nil }
    return Int(String(decoding: plain, as: UTF8.self), radix: radix)
  }

  /// `[0-5]?[0-9]`.
  private static func sixtieth(_ part: Substring.UTF8View) -> Int? {
    guard (1...2).contains(part.count), part.allSatisfy(isDigit), let number = Int(String(part) ?? ""), number < 60
    else {
      return nil
    }
    return number
  }

  /// A point is needed, before it a digit where there is a sign, and an exponent has to have one.
  private static func isFloat(_ body: Substring.UTF8View, isSigned: Bool) -> Bool {
    let word = String(body) ?? ""
    if [".inf", ".Inf", ".INF"].contains(word) { return true }
    guard let point = body.firstIndex(of: UInt8(ascii: ".")) else { return false }
    let whole = body[..<point]
    var rest = body[body.index(after: point)...]
    guard whole.isEmpty || whole.first.map(isDigit) == true, whole.allSatisfy(isDigitOrBlank) else { return false }
    if whole.isEmpty, isSigned || rest.first.map(isDigit) != true { return false }
    if let mark = rest.firstIndex(where: { $0 == UInt8(ascii: "e") || $0 == UInt8(ascii: "E") }) {
      let exponent = rest[rest.index(after: mark)...]
      guard let sign = exponent.first, "+-".utf8.contains(sign), exponent.count > 1,
        exponent.dropFirst().allSatisfy(isDigit)
      else { return false }
      rest = rest[..<mark]
    }
    return rest.allSatisfy(isDigitOrBlank)
  }

  private static func float(_ body: Substring.UTF8View) -> Double {
    let word = String(decoding: body.filter { $0 != UInt8(ascii: "_") }, as: UTF8.self)
    if word.lowercased() == ".inf" { return .infinity }
    // `1.` and `.5` lack a digit that Swift wants.
    let parts = word.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 2 else { return .nan }
    let whole = parts[0].isEmpty ? "0" : parts[0]
    let fraction = parts[1].isEmpty || !(parts[1].utf8.first.map(isDigit) ?? false) ? "0" + parts[1] : parts[1]
    return Double(whole + "." + fraction) ?? .nan
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
  private static func isDigitOrBlank(_ byte: UInt8) -> Bool { isDigit(byte) || byte == UInt8(ascii: "_") }
}
