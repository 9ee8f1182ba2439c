/// An argument of a server as its log prints it.
package struct LogArgument: Hashable, Sendable {
  /// With underscores, as in `max_model_len`.
  package var name: String
  /// As Python writes the value, without the quotes of a text: `True`, `0.9`, `{'image': 1}`.
  package var value: String

  package init(name: String, value: String) {
    self.name = name
    self.value = value
  }
}

/// Reads what Python prints of a dictionary, a namespace or a call.
enum LogArguments {
  /// The members up to the bracket that ends them, or to the end of the text.
  ///
  /// - Parameter separator: What stands between a name and its value: `:` in a dictionary, `=` elsewhere.
  static func read(_ text: ArraySlice<UInt8>, separator: UInt8) -> [LogArgument] {
    var arguments: [LogArgument] = []
    var rest = text
    while let member = nextMember(&rest) {
      guard let place = member.firstIndex(of: separator) else { continue }
      let name = unquoted(member[..<place])
      let value = unquoted(member[(place + 1)...])
      guard !name.isEmpty, name.utf8.allSatisfy({ Ascii.isLetter($0) || Ascii.isDigit($0) || $0 == 0x5F }) else {
        continue
      }
      arguments.append(LogArgument(name: name, value: value))
    }
    return arguments
  }

  /// The text up to the next comma outside of quotes and brackets; nil after the last.
  private static func nextMember(_ rest: inout ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    var depth = 0
    var quote: UInt8?
    var place = rest.startIndex
    while place < rest.endIndex {
      let byte = rest[place]
      if let open = quote {
        if byte == UInt8(ascii: "\\") { place += 1 } else if byte == open { quote = nil }
      } else {
        switch byte {
        case UInt8(ascii: "'"), UInt8(ascii: "\""): quote = byte
        case UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: "("): depth += 1
        case UInt8(ascii: "}"), UInt8(ascii: "]"), UInt8(ascii: ")"):
          if depth == 0 {
            defer { rest = [] }
            return place > rest.startIndex ? rest[..<place] : nil
          }
          depth -= 1
        case UInt8(ascii: ",") where depth == 0:
          defer { rest = rest[(place + 1)...] }
          return rest[..<place]
        default: break
        }
      }
      place += 1
    }
    // Cut short within a member: it may not be whole.
    rest = []
    return nil
  }

  private static func unquoted(_ text: ArraySlice<UInt8>) -> String {
    var text = text
    while text.first == Ascii.space { text.removeFirst() }
    while text.last == Ascii.space { text.removeLast() }
    if let first = text.first, first == text.last, text.count >= 2, first == UInt8(ascii: "'") || first == 0x22 {
      text = text.dropFirst().dropLast()
    }
    return String(decoding: text, as: UTF8.self)
  }
}
