extension JSON {
  /// Writes this value as JSON text, the same for the same value: members in order, two spaces a level.
  ///
  /// A `Double` gets the fewest digits that read back as itself. NaN and the infinities, which JSON cannot
  /// write, become `null`.
  package func serialized(pretty: Bool) -> String {
    String(decoding: serializedBytes(pretty: pretty), as: UTF8.self)
  }

  package func serializedBytes(pretty: Bool) -> [UInt8] {
    var writer = JSONWriter(pretty: pretty)
    writer.write(self, depth: 0)
    return writer.output
  }
}

struct JSONWriter {
  let pretty: Bool
  var output: [UInt8] = []

  init(pretty: Bool) { self.pretty = pretty }

  mutating func write(_ value: JSON, depth: Int) {
    switch value {
    case .null: write("null")
    case .bool(let flag): write(flag ? "true" : "false")
    case .integer(let number): output.append(contentsOf: String(number).utf8)
    case .bigInteger(let digits): write(bigInteger: digits)
    case .number(let number) where number.isFinite: output.append(contentsOf: number.description.utf8)
    case .number: write("null")
    case .string(let text): write(string: text)
    case .array(let elements):
      output.append(Ascii.openBracket)
      for (place, element) in elements.enumerated() {
        startElement(place, depth: depth + 1)
        write(element, depth: depth + 1)
      }
      end(Ascii.closeBracket, isEmpty: elements.isEmpty, depth: depth)
    case .object(let object):
      output.append(Ascii.openBrace)
      for (place, member) in object.members.enumerated() {
        startElement(place, depth: depth + 1)
        write(string: member.key)
        output.append(Ascii.colon)
        if pretty { output.append(Ascii.space) }
        write(member.value, depth: depth + 1)
      }
      end(Ascii.closeBrace, isEmpty: object.isEmpty, depth: depth)
    }
  }

  private mutating func write(_ word: StaticString) {
    output.append(contentsOf: UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount))
  }

  /// Writes digits only if they are an integer's, since the case can be made from any text.
  private mutating func write(bigInteger text: String) {
    let digits = text.hasPrefix("-") ? text.utf8.dropFirst() : Substring(text).utf8
    let isInteger =
      digits.allSatisfy { Ascii.zero...Ascii.nine ~= $0 } && (digits.first != Ascii.zero || digits.count == 1)
    if digits.isEmpty || !isInteger { write("null") } else { output.append(contentsOf: text.utf8) }
  }

  private mutating func write(string text: String) {
    output.append(Ascii.quote)
    for byte in text.utf8 {
      switch byte {
      case Ascii.quote: write("\\\"")
      case Ascii.backslash: write("\\\\")
      case Ascii.newline: write("\\n")
      case Ascii.carriageReturn: write("\\r")
      case Ascii.tab: write("\\t")
      case 0x08: write("\\b")
      case 0x0C: write("\\f")
      case 0x00..<0x20:
        write(byte < 0x10 ? "\\u000" : "\\u001")
        let digit = byte & 0xF
        output.append(digit < 10 ? Ascii.zero + digit : 0x61 + digit - 10)
      default: output.append(byte)
      }
    }
    output.append(Ascii.quote)
  }

  private mutating func startElement(_ place: Int, depth: Int) {
    if place > 0 { output.append(Ascii.comma) }
    if pretty { newline(depth: depth) }
  }

  private mutating func end(_ byte: UInt8, isEmpty: Bool, depth: Int) {
    if pretty && !isEmpty { newline(depth: depth) }
    output.append(byte)
  }

  private mutating func newline(depth: Int) {
    output.append(Ascii.newline)
    output.append(contentsOf: repeatElement(Ascii.space, count: 2 * depth))
  }
}
