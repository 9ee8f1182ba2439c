import ModelFiles

/// What stands on a line of YAML, or runs over several between brackets: scalars, `[a, b]`, `{a: b}`.
struct YAMLFlow {
  private let bytes: [UInt8]
  private let line: Int
  private var position = 0

  private init(_ bytes: [UInt8], line: Int) {
    self.bytes = bytes
    self.line = line
  }

  /// The whole text as one value.
  static func value(_ bytes: [UInt8], line: Int) throws(YAMLError) -> JSON {
    var flow = YAMLFlow(bytes, line: line)
    let isBracket = flow.peek == UInt8(ascii: "[") || flow.peek == UInt8(ascii: "{")
    let isQuoted = flow.peek == UInt8(ascii: "'") || flow.peek == UInt8(ascii: "\"")
    guard isBracket || isQuoted else {
      try flow.checkStart()
      if YAMLBlock.colon(in: bytes) != nil { throw flow.error("a second ': ' stands in the value; quote it") }
      return YAMLScalar.value(String(decoding: bytes, as: UTF8.self))
    }
    let value = isBracket ? try flow.node(depth: 0) : .string(try flow.quoted())
    flow.skipBlanks()
    guard flow.position == bytes.count else { throw flow.error("something stands behind the value's end") }
    return value
  }

  /// The key at the start of a text, quoted or plain.
  static func key(_ bytes: [UInt8], line: Int) throws(YAMLError) -> JSON {
    try value(bytes, line: line)
  }

  /// Whether brackets and quotes are all closed.
  static func isClosed(_ bytes: [UInt8]) -> Bool {
    var depth = 0
    var quote: UInt8?
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      if let open = quote {
        if open == UInt8(ascii: "\""), byte == UInt8(ascii: "\\") { index += 1 } else if byte == open { quote = nil }
      } else if byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"") {
        quote = byte
      } else if byte == UInt8(ascii: "[") || byte == UInt8(ascii: "{") {
        depth += 1
      } else if byte == UInt8(ascii: "]") || byte == UInt8(ascii: "}") {
        depth -= 1
      }
      index += 1
    }
    return depth <= 0 && quote == nil
  }

  private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }
  private func error(_ reason: String) -> YAMLError { YAMLError(line: line, reason: reason) }

  private mutating func skipBlanks() {
    while let byte = peek, byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") { position += 1 }
  }

  private mutating func node(depth: Int) throws(YAMLError) -> JSON {
    guard depth < YAMLBlock.deepest else { throw error("it is nested too deeply") }
    skipBlanks()
    switch peek {
    case UInt8(ascii: "["): return try list(depth: depth)
    case UInt8(ascii: "{"): return try map(depth: depth)
    case UInt8(ascii: "'"), UInt8(ascii: "\""): return .string(try quoted())
    default: return YAMLScalar.value(try plain())
    }
  }

  private mutating func list(depth: Int) throws(YAMLError) -> JSON {
    position += 1
    var items: [JSON] = []
    while true {
      skipBlanks()
      if peek == UInt8(ascii: "]") { break }
      items.append(try node(depth: depth + 1))
      skipBlanks()
      if peek == UInt8(ascii: ":") { throw error("a map within [ ] needs braces") }
      guard peek == UInt8(ascii: ",") else { break }
      position += 1
    }
    guard peek == UInt8(ascii: "]") else { throw error("']' is missing") }
    position += 1
    return .array(items)
  }

  private mutating func map(depth: Int) throws(YAMLError) -> JSON {
    position += 1
    var object = JSONObject()
    while true {
      skipBlanks()
      if peek == UInt8(ascii: "}") { break }
      let key = try node(depth: depth + 1)
      skipBlanks()
      var value = JSON.null
      if peek == UInt8(ascii: ":") {
        position += 1
        skipBlanks()
        if peek != UInt8(ascii: ","), peek != UInt8(ascii: "}") { value = try node(depth: depth + 1) }
      }
      object.add(try YAMLBlock.text(of: key, line: line), value)
      skipBlanks()
      guard peek == UInt8(ascii: ",") else { break }
      position += 1
    }
    guard peek == UInt8(ascii: "}") else { throw error("'}' is missing") }
    position += 1
    return .object(object)
  }

  /// A plain word within brackets, up to a comma, a bracket or a colon.
  private mutating func plain() throws(YAMLError) -> String {
    try checkStart()
    let start = position
    while let byte = peek {
      if ",[]{}".utf8.contains(byte) { break }
      if byte == UInt8(ascii: ":") {
        let next = position + 1 < bytes.count ? bytes[position + 1] : UInt8(ascii: " ")
        if " \t,[]{}".utf8.contains(next) { break }
      }
      position += 1
    }
    var word = bytes[start..<position]
    while let last = word.last, " \t".utf8.contains(last) { word.removeLast() }
    guard !word.isEmpty else { throw error("a value is missing") }
    return String(decoding: word, as: UTF8.self)
  }

  /// Signs that begin something else than a word.
  private func checkStart() throws(YAMLError) {
    switch peek {
    case UInt8(ascii: "&"): throw error("anchors (&) are not read; write the value out")
    case UInt8(ascii: "*"): throw error("aliases (*) are not read; write the value out")
    case UInt8(ascii: "!"): throw error("tags (!) are not read; leave the tag out")
    case UInt8(ascii: "|"), UInt8(ascii: ">"):
      throw error("texts over several lines (| and >) are not read; quote them")
    case UInt8(ascii: "@"), UInt8(ascii: "`"), UInt8(ascii: "%"): throw error("YAML lets no word begin so; quote it")
    case UInt8(ascii: "]"), UInt8(ascii: "}"), UInt8(ascii: ","): throw error("a bracket or a comma stands alone")
    case UInt8(ascii: "?") where isAlone: throw error("keys marked with ? are not read")
    case UInt8(ascii: "-") where isAlone: throw error("a list begins on a line of its own")
    default: break
    }
  }

  /// Whether a blank or the end is behind the sign.
  private var isAlone: Bool { position + 1 == bytes.count || bytes[position + 1] == UInt8(ascii: " ") }

  private mutating func quoted() throws(YAMLError) -> String {
    let quote = bytes[position]
    position += 1
    var out: [UInt8] = []
    while let byte = peek {
      position += 1
      if byte == quote {
        guard quote == UInt8(ascii: "'"), peek == quote else { return String(decoding: out, as: UTF8.self) }
        position += 1
        out.append(quote)
      } else if quote == UInt8(ascii: "\""), byte == UInt8(ascii: "\\") {
        try escape(into: &out)
      } else {
        out.append(byte)
      }
    }
    throw error("a quote is not closed on its line")
  }

  private mutating func escape(into out: inout [UInt8]) throws(YAMLError) {
    guard let byte = peek else { throw error("a quote is not closed on its line") }
    position += 1
    let lengths: [UInt8: Int] = [UInt8(ascii: "x"): 2, UInt8(ascii: "u"): 4, UInt8(ascii: "U"): 8]
    if let length = lengths[byte] {
      let digits = String(decoding: bytes[position..<min(position + length, bytes.count)], as: UTF8.self)
      guard digits.utf8.count == length, let code = UInt32(digits, radix: 16), let scalar = Unicode.Scalar(code) else {
        throw error("an escape in quotes is no character")
      }
      position += length
      out += Array(String(Character(scalar)).utf8)
      return
    }
    switch byte {
    case UInt8(ascii: "n"): out.append(0x0A)
    case UInt8(ascii: "t"): out.append(0x09)
    case UInt8(ascii: "r"): out.append(0x0D)
    case UInt8(ascii: "b"): out.append(0x08)
    case UInt8(ascii: "f"): out.append(0x0C)
    case UInt8(ascii: "0"): out.append(0)
    case UInt8(ascii: "e"): out.append(0x1B)
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: " "): out.append(byte)
    default: throw error("\\\(String(decoding: [byte], as: UTF8.self)) is no escape that is read in quotes")
    }
  }
}
