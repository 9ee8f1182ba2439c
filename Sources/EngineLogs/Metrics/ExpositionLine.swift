/// A line of Prometheus' text format, or of OpenMetrics': a name, labels and a value.
///
///     vllm:request_success_total{engine="0",finished_reason="stop"} 42.0
///
/// A time stamp, and an exemplar after `#`, are passed over.
struct ExpositionLine {
  var name: String
  var labels: [(name: String, value: String)]
  /// May be NaN or infinite, which both formats can write.
  var value: Double

  /// - Returns: nil for what is no such line.
  init?(_ line: [UInt8]) {
    var place = 0
    func skipBlanks() { while place < line.count, line[place] == Ascii.space || line[place] == 0x09 { place += 1 } }
    func word() -> String {
      let start = place
      while place < line.count, Self.isName(line[place], isFirst: place == start) { place += 1 }
      return String(decoding: line[start..<place], as: UTF8.self)
    }
    skipBlanks()
    name = word()
    guard !name.isEmpty else { return nil }
    labels = []
    skipBlanks()
    if place < line.count, line[place] == UInt8(ascii: "{") {
      place += 1
      while true {
        skipBlanks()
        guard place < line.count else { return nil }
        if line[place] == UInt8(ascii: "}") { break }
        if !labels.isEmpty {
          guard line[place] == UInt8(ascii: ",") else { return nil }
          place += 1
          skipBlanks()
          // A comma may stand behind the last.
          if place < line.count, line[place] == UInt8(ascii: "}") { break }
        }
        let label = word()
        skipBlanks()
        guard !label.isEmpty, place < line.count, line[place] == UInt8(ascii: "=") else { return nil }
        place += 1
        skipBlanks()
        guard let text = Self.quoted(line, &place) else { return nil }
        labels.append((label, text))
      }
      place += 1
    } else if place < line.count, line[place - 1] != Ascii.space, line[place - 1] != 0x09 {
      return nil
    }
    skipBlanks()
    let start = place
    while place < line.count, line[place] > Ascii.space { place += 1 }
    guard place > start, let number = Self.number(line[start..<place]) else { return nil }
    value = number
  }

  subscript(label: String) -> String? { labels.first { $0.name == label }?.value }

  private static func isName(_ byte: UInt8, isFirst: Bool) -> Bool {
    Ascii.isLetter(byte) || byte == UInt8(ascii: "_") || byte == UInt8(ascii: ":") || !isFirst && Ascii.isDigit(byte)
  }

  /// A text in quotes, with `\\`, `\"` and `\n` in it. Control characters, which a terminal would obey, become `?`.
  private static func quoted(_ line: [UInt8], _ place: inout Int) -> String? {
    guard place < line.count, line[place] == UInt8(ascii: "\"") else { return nil }
    place += 1
    var text: [UInt8] = []
    while place < line.count {
      let byte = line[place]
      place += 1
      switch byte {
      case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
      case UInt8(ascii: "\\"):
        guard place < line.count else { return nil }
        text.append(line[place] == UInt8(ascii: "n") || line[place] < Ascii.space ? UInt8(ascii: "?") : line[place])
        place += 1
      default: text.append(byte < Ascii.space || byte == 0x7F ? UInt8(ascii: "?") : byte)
      }
    }
    return nil
  }

  /// Swift reads `+Inf`, `-Inf`, `NaN` and what C writes; not `0x1p3`, which it would read too.
  private static func number(_ text: ArraySlice<UInt8>) -> Double? {
    guard text.allSatisfy({ $0 | 0x20 != UInt8(ascii: "x") }) else { return nil }
    return Double(String(decoding: text, as: UTF8.self))
  }
}
