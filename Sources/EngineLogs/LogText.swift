/// Lines of a log as they were meant: without colours and prefixes, and with each run of blanks and line ends as one
/// blank, so that a sentence that was wrapped reads as one.
struct LogText {
  private(set) var bytes: [UInt8] = []
  private(set) var lines: [Line] = []

  struct Line {
    /// Where it begins in the text.
    var start: Int
    var role: String?
    var isMild: Bool
  }

  /// Where lines end in the text.
  var ends: [Int] { lines.dropFirst().map { $0.start - 1 } + [bytes.count] }

  init(_ raw: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) {
    bytes.reserveCapacity(range.count)
    var scratch: [UInt8] = []
    var start = range.lowerBound
    while start < range.upperBound {
      var end = start
      while end < range.upperBound, raw[end] != Ascii.newline { end += 1 }
      add(raw, start..<end, &scratch)
      start = end + 1
    }
  }

  private mutating func add(_ raw: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, _ line: inout [UInt8]) {
    Self.plain(raw, range, into: &line)
    let prefix = LogPrefix(line)
    guard let first = line[prefix.end...].firstIndex(where: { $0 != Ascii.space }) else { return }
    if !bytes.isEmpty { bytes.append(Ascii.space) }
    lines.append(Line(start: bytes.count, role: prefix.role, isMild: prefix.isMild))
    var isBlank = false
    for byte in line[first...] {
      if byte == Ascii.space {
        isBlank = true
        continue
      }
      if isBlank { bytes.append(Ascii.space) }
      isBlank = false
      bytes.append(byte)
    }
  }

  /// A line without escape sequences, and with a blank for each control character.
  static func plain(_ raw: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, into line: inout [UInt8]) {
    line.removeAll(keepingCapacity: true)
    let part = UnsafeBufferPointer(rebasing: raw[range])
    if !part.contains(where: { $0 < 0x20 || $0 == 0x7F }) {
      line.append(contentsOf: part)
      return
    }
    var place = range.lowerBound
    while place < range.upperBound {
      let byte = raw[place]
      place += 1
      if byte == 0x1B {
        // ESC [ parameters letter; any other escape is two bytes.
        guard place < range.upperBound, raw[place] == UInt8(ascii: "[") else { continue }
        place += 1
        while place < range.upperBound, !(0x40...0x7E).contains(raw[place]) { place += 1 }
        place += 1
        continue
      }
      line.append(byte < 0x20 || byte == 0x7F ? Ascii.space : byte)
    }
  }

  /// The line that a place of the text is in.
  func line(at place: Int) -> Int { max(0, (lines.firstIndex { $0.start > place } ?? lines.count) - 1) }

  /// The text of the lines that a range touches, no longer than a screen can show.
  func evidence(_ range: Range<Int>) -> String {
    guard !lines.isEmpty else { return "" }
    let first = lines[line(at: range.lowerBound)].start
    let last = line(at: max(range.lowerBound, range.upperBound - 1))
    let end = last + 1 < lines.count ? lines[last + 1].start - 1 : bytes.count
    // Of a line without an end, the part around the match.
    let start = range.lowerBound - first > 300 ? range.lowerBound : first
    return String(decoding: bytes[start..<max(start, min(end, start + 600))], as: UTF8.self)
  }

  /// Whether a match stands in a line of source that a traceback shows, rather than in what it says in the end.
  ///
  /// `raise ValueError("No available…` and the continued text of such a call are source; `ValueError("…` as an error is
  /// printed by its representation is none.
  func isSource(_ place: Int) -> Bool {
    guard !lines.isEmpty else { return false }
    var before = bytes[lines[line(at: place)].start..<place]
    while before.last == Ascii.space { before.removeLast() }
    if before.starts(with: "raise ".utf8) || before.starts(with: "logger.".utf8) || before.starts(with: "assert ".utf8)
    {
      return true
    }
    guard let quote = before.popLast(), quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else { return false }
    if before.last == UInt8(ascii: "f") { before.removeLast() }
    return before.isEmpty || before.last == UInt8(ascii: "(") && before.count == 1
  }
}
