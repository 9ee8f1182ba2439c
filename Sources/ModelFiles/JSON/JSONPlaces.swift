/// Where the members of an object are written, for messages about a file that a person writes by hand.
package struct JSONPlaces: Sendable {
  /// One member: the keys from the top, and where the last of them begins, both counted from 1.
  package struct Place: Hashable, Sendable {
    package var keys: [String]
    package var line: Int
    package var column: Int
  }

  /// In the order they are written.
  package private(set) var all: [Place] = []
  private var last: [[String]: Int] = [:]
  private var line = 1
  private var column = 1
  private var counted = 0

  /// The places in a text that `JSON.parse` has read, down to `depth` objects within each other.
  package init(_ text: [UInt8], depth: Int) {
    text.withUnsafeBufferPointer { bytes in
      var reader = JSONReader(bytes)
      reader.skipMark()
      counted = reader.position
      // What was read before cannot fail now.
      try? visit(&reader, [], depth)
    }
  }

  /// Where the member under these keys begins; the last one where it is written twice.
  package func place(of keys: [String]) -> Place? { last[keys].map { all[$0] } }

  private mutating func visit(_ reader: inout JSONReader, _ keys: [String], _ depth: Int) throws(JSONError) {
    reader.skipSpace()
    guard depth > 0, reader.skip(Ascii.openBrace) else {
      _ = try reader.value(depth: keys.count)
      return
    }
    reader.skipSpace()
    if reader.skip(Ascii.closeBrace) { return }
    repeat {
      reader.skipSpace()
      count(to: reader)
      var place = Place(keys: keys, line: line, column: column)
      place.keys.append(try reader.string())
      last[place.keys] = all.count
      all.append(place)
      reader.skipSpace()
      guard reader.skip(Ascii.colon) else { return }
      try visit(&reader, place.keys, depth - 1)
      reader.skipSpace()
    } while reader.skip(Ascii.comma)
    _ = reader.skip(Ascii.closeBrace)
  }

  /// Counts on from the last place, so that a long text is gone through once.
  private mutating func count(to reader: JSONReader) {
    while counted < reader.position {
      let byte = reader.bytes[counted]
      if byte == Ascii.newline {
        line += 1
        column = 1
      } else if byte & 0xC0 != 0x80 {
        column += 1
      }
      counted += 1
    }
  }
}
