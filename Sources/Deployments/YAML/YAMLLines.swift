/// A YAML text as its lines, without comments and empty ones.
struct YAMLLine {
  /// Counted from 1.
  var number: Int
  /// How many blanks stand before the text.
  var indent: Int
  /// The text without blanks around it and without a comment.
  var text: [UInt8]
}

extension YAMLLine {
  /// - Throws: ``YAMLError`` for what is no single document of plain lines.
  static func lines(of bytes: [UInt8]) throws(YAMLError) -> [YAMLLine] {
    var lines: [YAMLLine] = []
    var number = 0
    var isEnded = false
    for raw in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      number += 1
      var body = raw[...]
      if number == 1, body.starts(with: [0xEF, 0xBB, 0xBF]) { body = body.dropFirst(3) }
      if body.last == UInt8(ascii: "\r") { body.removeLast() }
      let indent = body.prefix { $0 == UInt8(ascii: " ") }.count
      let text = withoutComment(Array(body.dropFirst(indent)))
      if text.isEmpty { continue }
      if text.first == UInt8(ascii: "\t") {
        throw YAMLError(line: number, reason: "a tab stands before the text; YAML indents with blanks")
      }
      if isEnded { throw YAMLError(line: number, reason: "the file holds several documents; vLLM reads one") }
      if indent == 0, text == Array("---".utf8) {
        guard lines.isEmpty else {
          throw YAMLError(line: number, reason: "the file holds several documents; vLLM reads one")
        }
        continue
      }
      if indent == 0, text == Array("...".utf8) {
        isEnded = true
        continue
      }
      if indent == 0, text.first == UInt8(ascii: "%") {
        throw YAMLError(line: number, reason: "YAML directives (%) are not read")
      }
      lines.append(YAMLLine(number: number, indent: indent, text: text))
    }
    return lines
  }

  /// A `#` begins a comment at the start or after a blank, outside of quotes.
  private static func withoutComment(_ text: [UInt8]) -> [UInt8] {
    var quote: UInt8?
    var end = text.count
    var index = 0
    scan: while index < text.count {
      let byte = text[index]
      let afterBreak = index == 0 || " \t[{,:-".utf8.contains(text[index - 1])
      switch (quote, byte) {
      case (nil, UInt8(ascii: "#")) where index == 0 || " \t".utf8.contains(text[index - 1]):
        end = index
        break scan
      case (nil, UInt8(ascii: "'")) where afterBreak, (nil, UInt8(ascii: "\"")) where afterBreak: quote = byte
      case (UInt8(ascii: "\"")?, UInt8(ascii: "\\")): index += 1
      case (let open?, _) where byte == open: quote = nil
      default: break
      }
      index += 1
    }
    var kept = text[..<end]
    while let last = kept.last, " \t".utf8.contains(last) { kept.removeLast() }
    return Array(kept)
  }
}
