/// A scanner that cuts a JSON object into its values without reading them.
///
/// It accepts what vLLM accepts on its command line: JSON, Python's NaN and Infinity, and numbers with a size suffix
/// outside of strings (`{"cpu_bytes_to_use": 80m}`), which it writes out.
///
/// Source: `_expand_json_human_readable_numbers`, engine/arg_utils.py.
struct JSONFragment {
  private let bytes: [UInt8]
  private(set) var position = 0
  private static let deepest = 64

  init(_ text: String) { bytes = Array(text.utf8) }

  /// The object's values under their paths; nil, with `position` at the fault, if the text is no JSON object.
  mutating func settings() -> [JSONSetting]? {
    skipBlanks()
    guard peek == UInt8(ascii: "{") else { return nil }
    var found = [JSONSetting]()
    guard object(path: [], into: &found, depth: 0) else { return nil }
    skipBlanks()
    return position == bytes.count ? found : nil
  }

  /// The elements of an array as raw text.
  mutating func elements() -> [String]? {
    skipBlanks()
    guard take(UInt8(ascii: "[")) else { return nil }
    var found = [String]()
    skipBlanks()
    if take(UInt8(ascii: "]")) { return atEnd ? found : nil }
    repeat {
      guard let text = value(depth: 1) else { return nil }
      found.append(text)
      skipBlanks()
    } while take(UInt8(ascii: ","))
    guard take(UInt8(ascii: "]")) else { return nil }
    return atEnd ? found : nil
  }

  /// The text as one JSON value in normal form; nil if it is none.
  static func normalized(_ text: String) -> String? {
    var scan = JSONFragment(text)
    guard let value = scan.value(depth: 0), scan.atEnd else { return nil }
    return value
  }

  private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

  private var atEnd: Bool {
    mutating get {
      skipBlanks()
      return position == bytes.count
    }
  }

  private mutating func skipBlanks() {
    while let byte = peek, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D { position += 1 }
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard peek == byte else { return false }
    position += 1
    return true
  }

  private mutating func object(path: [String], into found: inout [JSONSetting], depth: Int) -> Bool {
    guard depth < JSONFragment.deepest, take(UInt8(ascii: "{")) else { return false }
    skipBlanks()
    if take(UInt8(ascii: "}")) {
      if !path.isEmpty { found.append(JSONSetting(path: path, text: "{}")) }
      return true
    }
    repeat {
      skipBlanks()
      guard let quotedKey = string() else { return false }
      skipBlanks()
      guard take(UInt8(ascii: ":")) else { return false }
      skipBlanks()
      let key = JSONFragment.unquoted(Array(quotedKey.utf8.dropFirst().dropLast())[...])
      if peek == UInt8(ascii: "{") {
        guard object(path: path + [key], into: &found, depth: depth + 1) else { return false }
      } else {
        guard let text = value(depth: depth + 1) else { return false }
        found.append(JSONSetting(path: path + [key], text: text))
      }
      skipBlanks()
    } while take(UInt8(ascii: ","))
    return take(UInt8(ascii: "}"))
  }

  private mutating func value(depth: Int) -> String? {
    skipBlanks()
    switch peek {
    case UInt8(ascii: "\""):
      return string()
    case UInt8(ascii: "{"):
      var inner = [JSONSetting]()
      guard object(path: [], into: &inner, depth: depth) else { return nil }
      return inner.jsonObject
    case UInt8(ascii: "["):
      guard depth < JSONFragment.deepest else { return nil }
      position += 1
      var parts = [String]()
      skipBlanks()
      if take(UInt8(ascii: "]")) { return "[]" }
      repeat {
        guard let part = value(depth: depth + 1) else { return nil }
        parts.append(part)
        skipBlanks()
      } while take(UInt8(ascii: ","))
      return take(UInt8(ascii: "]")) ? "[" + parts.joined(separator: ", ") + "]" : nil
    default:
      return word()
    }
  }

  private mutating func string() -> String? {
    let start = position
    guard take(UInt8(ascii: "\"")) else { return nil }
    while let byte = peek {
      position += 1
      if byte == UInt8(ascii: "\\") {
        position = min(position + 1, bytes.count)
      } else if byte == UInt8(ascii: "\"") {
        return String(decoding: bytes[start..<position], as: UTF8.self)
      }
    }
    return nil
  }

  /// A number, a constant, or a number with a size suffix.
  private mutating func word() -> String? {
    let start = position
    while let byte = peek, !" \t\n\r,]}:".utf8.contains(byte) { position += 1 }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    switch text {
    case "true", "false", "null", "NaN", "Infinity", "-Infinity": return text
    default: break
    }
    let isNumber = text.utf8.allSatisfy { "0123456789+-.eE".utf8.contains($0) } && Double(text) != nil
    if isNumber, let first = text.utf8.first, first != UInt8(ascii: "+"), first != UInt8(ascii: ".") { return text }
    if let number = try? FlagNumber.readableInteger(text, flag: "") { return String(number) }
    position = start
    return nil
  }
}

extension JSONFragment {
  /// A JSON string's inside, its escapes undone; half of a surrogate pair becomes U+FFFD.
  static func unquoted(_ inside: ArraySlice<UInt8>) -> String {
    var out = [UInt8]()
    var rest = inside
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "\\"), let escape = rest.popFirst() else {
        out.append(byte)
        continue
      }
      switch escape {
      case UInt8(ascii: "b"): out.append(0x08)
      case UInt8(ascii: "f"): out.append(0x0C)
      case UInt8(ascii: "n"): out.append(0x0A)
      case UInt8(ascii: "t"): out.append(0x09)
      case UInt8(ascii: "r"): out.append(0x0D)
      case UInt8(ascii: "u"):
        var units = [codeUnit(&rest)]
        // The halves of one character stand side by side.
        while rest.starts(with: "\\u".utf8) {
          rest = rest.dropFirst(2)
          units.append(codeUnit(&rest))
        }
        out += String(decoding: units, as: UTF16.self).utf8
      default: out.append(escape)
      }
    }
    return String(decoding: out, as: UTF8.self)
  }

  /// The four digits of a `\u` escape.
  private static func codeUnit(_ rest: inout ArraySlice<UInt8>) -> UInt16 {
    let digits = String(decoding: rest.prefix(4), as: UTF8.self)
    rest = rest.dropFirst(4)
    return UInt16(digits, radix: 16) ?? 0xFFFD
  }

  /// The text as a JSON string.
  static func quoted(_ text: String) -> String {
    var out = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": out += "\\\""
      case "\\": out += "\\\\"
      case "\n": out += "\\n"
      case "\t": out += "\\t"
      case "\r": out += "\\r"
      default:
        guard scalar.value < 0x20 else {
          out.unicodeScalars.append(scalar)
          continue
        }
        out += scalar.value < 0x10 ? "\\u000" : "\\u00"
        out += String(scalar.value, radix: 16)
      }
    }
    return out + "\""
  }
}
