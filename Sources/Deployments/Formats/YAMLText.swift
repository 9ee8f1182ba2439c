import ModelFiles

/// Values as YAML, such that readers of YAML 1.1 and 1.2 get the same out of it.
enum YAMLText {
  /// A text: bare where it is a word that no reader takes for something else, in double quotes otherwise.
  static func scalar(_ text: String) -> String {
    isPlain(text) ? text : quoted(text)
  }

  static func scalar(_ value: JSON) -> String {
    switch value {
    case .string(let text): scalar(text)
    case .number(let number): decimal(number)
    case .array(let items): "[" + items.map(scalar).joined(separator: ", ") + "]"
    case .object(let object):
      "{" + object.members.map { quoted($0.key) + ": " + scalar($0.value) }.joined(separator: ", ") + "}"
    default: value.serialized(pretty: false)
    }
  }

  /// Always in double quotes: what must stay a text, as `"2"` among resources.
  static func quoted(_ text: String) -> String { quoted(text) { isPrintable($0) ? nil : escape($0.value) } }

  /// A text in double quotes, with the escapes that YAML and systemd have in common.
  ///
  /// - Parameter other: How a scalar is written that has none of those; nil for as it is.
  static func quoted(_ text: String, _ other: (Unicode.Scalar) -> String?) -> String {
    var out = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": out += "\\\""
      case "\\": out += "\\\\"
      case "\n": out += "\\n"
      case "\t": out += "\\t"
      case "\r": out += "\\r"
      default: if let text = other(scalar) { out += text } else { out.unicodeScalars.append(scalar) }
      }
    }
    return out + "\""
  }

  /// An item of a list, or the value of a key, in which a `$` would begin a variable of Kubernetes or of Compose: two
  /// stand for one.
  static func withoutVariables(_ text: String) -> String {
    guard text.utf8.contains(UInt8(ascii: "$")) else { return text }
    return text.split(separator: "$", omittingEmptySubsequences: false).joined(separator: "$$")
  }

  /// A number with a point, which YAML 1.1 needs to see one: `1.0e-05` and not `1e-05`.
  private static func decimal(_ number: Double) -> String {
    let text = number.description
    guard let exponent = text.firstIndex(of: "e"), !text.utf8.contains(UInt8(ascii: ".")) else { return text }
    return text[..<exponent] + ".0" + text[exponent...]
  }

  /// Letters first, or `/`, or `--` and a letter, then signs that mean nothing within a word; and no word that is a
  /// truth value, a null or a number to some reader.
  private static func isPlain(_ text: String) -> Bool {
    var rest = text.utf8[...]
    if rest.starts(with: "--".utf8) { rest = rest.dropFirst(2) }
    guard let first = rest.first, isLetter(first) || first == UInt8(ascii: "/") && rest.count == text.utf8.count,
      text.utf8.last != UInt8(ascii: ":")
    else { return false }
    let isWord = rest.allSatisfy { byte in
      isLetter(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || "-_./@+=:".utf8.contains(byte)
    }
    guard isWord else { return false }
    return !["null", "true", "false", "yes", "no", "on", "off", "y", "n", "nan", "inf", "infinity"].contains(
      text.lowercased())
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
  }

  /// What YAML lets stand between quotes as it is, line separators aside.
  private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x20...0x7E, 0xA0...0x2027, 0x202A...0xD7FF, 0xE000...0xFEFE, 0xFF00...0xFFFD, 0x1_0000...0x10_FFFF: true
    default: false
    }
  }

  private static func escape(_ code: UInt32) -> String {
    let digits = String(code, radix: 16, uppercase: true)
    return "\\u" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }
}
