package import ModelFiles

/// The part of YAML that deployment files use: maps and lists by indentation, flow collections, quoted and plain words.
///
/// Anchors, aliases, tags, several documents and texts over several lines are refused by name and line. A key that is
/// written twice keeps its last value, as in PyYAML.
package struct YAMLBlock {
  private var lines: ArraySlice<YAMLLine>
  static let deepest = 32

  /// Reads a document; null for one without content.
  ///
  /// - Throws: ``YAMLError`` for what is no YAML, or not of the part that is read.
  package static func parse(_ bytes: [UInt8]) throws(YAMLError) -> JSON {
    var block = YAMLBlock(lines: try YAMLLine.lines(of: bytes)[...])
    guard let first = block.lines.first else { return .null }
    let value = try block.node(indent: first.indent, depth: 0)
    if let left = block.lines.first { throw YAMLError(line: left.number, reason: "its indentation fits nothing above") }
    return value
  }

  /// The value that begins at the first line, all of it at `indent`.
  private mutating func node(indent: Int, depth: Int) throws(YAMLError) -> JSON {
    guard let first = lines.first else { return .null }
    guard depth < Self.deepest else { throw YAMLError(line: first.number, reason: "it is nested too deeply") }
    if Self.isItem(first.text) { return try list(indent: indent, depth: depth) }
    if Self.colon(in: first.text) != nil { return try map(indent: indent, depth: depth) }
    lines.removeFirst()
    return try scalar(first.text, first, indent: indent)
  }

  private mutating func map(indent: Int, depth: Int) throws(YAMLError) -> JSON {
    var object = JSONObject()
    while let line = lines.first, line.indent == indent, !Self.isItem(line.text) {
      guard let colon = Self.colon(in: line.text) else {
        throw YAMLError(line: line.number, reason: "a key with ': ' is expected")
      }
      lines.removeFirst()
      let key = try YAMLFlow.key(Array(line.text[..<colon]), line: line.number)
      var rest = line.text[(colon + 1)...]
      while let byte = rest.first, byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") { rest.removeFirst() }
      let value = rest.isEmpty ? try below(indent, depth) : try scalar(Array(rest), line, indent: indent)
      object.add(try Self.text(of: key, line: line.number), value)
    }
    try checkNotDeeper(than: indent)
    return .object(object)
  }

  /// What belongs to a key with nothing behind its colon: deeper lines, a list at its own indentation, or null.
  private mutating func below(_ indent: Int, _ depth: Int) throws(YAMLError) -> JSON {
    guard let next = lines.first else { return .null }
    if next.indent > indent { return try node(indent: next.indent, depth: depth + 1) }
    if next.indent == indent, Self.isItem(next.text) { return try list(indent: indent, depth: depth + 1) }
    return .null
  }

  private mutating func list(indent: Int, depth: Int) throws(YAMLError) -> JSON {
    guard depth < Self.deepest else {
      throw YAMLError(line: lines.first?.number ?? 0, reason: "it is nested too deeply")
    }
    var items: [JSON] = []
    while let line = lines.first, line.indent == indent, Self.isItem(line.text) {
      lines.removeFirst()
      let rest = line.text.dropFirst().drop { $0 == UInt8(ascii: " ") }
      if rest.isEmpty {
        let isDeeper = lines.first.map { $0.indent > indent } ?? false
        items.append(isDeeper ? try node(indent: lines.first?.indent ?? 0, depth: depth + 1) : .null)
        continue
      }
      let text = Array(rest)
      guard Self.isItem(text) || Self.colon(in: text) != nil else {
        items.append(try scalar(text, line, indent: indent))
        continue
      }
      // `- a: 1` holds a map whose keys stand where `a` does.
      let inner = indent + line.text.count - text.count
      lines.insert(YAMLLine(number: line.number, indent: inner, text: text), at: lines.startIndex)
      items.append(try node(indent: inner, depth: depth + 1))
    }
    try checkNotDeeper(than: indent)
    return .array(items)
  }

  /// A value that begins on a line; brackets may take more lines.
  private mutating func scalar(_ text: [UInt8], _ line: YAMLLine, indent: Int) throws(YAMLError) -> JSON {
    var text = text
    if text.first == UInt8(ascii: "[") || text.first == UInt8(ascii: "{") {
      while !YAMLFlow.isClosed(text), let next = lines.popFirst() { text += [UInt8(ascii: " ")] + next.text }
    }
    let value = try YAMLFlow.value(text, line: line.number)
    if let next = lines.first, next.indent > indent {
      throw YAMLError(line: next.number, reason: "a value over several lines is not read; put it on one, in quotes")
    }
    return value
  }

  private func checkNotDeeper(than indent: Int) throws(YAMLError) {
    if let next = lines.first, next.indent > indent {
      throw YAMLError(line: next.number, reason: "its indentation fits nothing above")
    }
  }

  private static func isItem(_ text: [UInt8]) -> Bool {
    text.first == UInt8(ascii: "-") && (text.count == 1 || text[1] == UInt8(ascii: " "))
  }

  /// Where the colon stands that ends a key: before a blank or the end, outside of quotes and brackets.
  static func colon(in text: [UInt8]) -> Int? {
    var index = 0
    if let quote = text.first, quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"") {
      index = 1
      while index < text.count, text[index] != quote {
        index += quote == UInt8(ascii: "\"") && text[index] == UInt8(ascii: "\\") ? 2 : 1
      }
      index += 1
      while index < text.count, text[index] == UInt8(ascii: " ") { index += 1 }
      return index < text.count && text[index] == UInt8(ascii: ":") ? index : nil
    }
    if text.first == UInt8(ascii: "[") || text.first == UInt8(ascii: "{") { return nil }
    while index < text.count {
      if text[index] == UInt8(ascii: ":"), index + 1 == text.count || " \t".utf8.contains(text[index + 1]) {
        return index
      }
      index += 1
    }
    return nil
  }

  /// A key as JSON writes it: Python's json turns true, null and numbers into text.
  static func text(of key: JSON, line: Int) throws(YAMLError) -> String {
    switch key {
    case .string("<<"): throw YAMLError(line: line, reason: "merged maps (<<) are not read; write the keys out")
    case .string(let text): return text
    case .array, .object: throw YAMLError(line: line, reason: "a key is a list or a map")
    default: return key.serialized(pretty: false)
    }
  }
}
