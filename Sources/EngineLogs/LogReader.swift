/// Reads a log part by part in constant memory, and keeps what tells how a start went.
///
/// A pass looks for the few words that known lines hold; only the lines around them are taken apart. A line may be of
/// any length, and bytes of any kind.
package struct LogReader {
  /// Bytes before a place that may belong to its line.
  static let before = 4096
  /// Bytes after it: a line of arguments is a few thousand long.
  static let after = 16_384

  package let signatures: [FailureSignature]
  /// Every start is kept by itself, not only those that failed.
  package var partsStarts = false
  /// The starts before the one at hand that failed.
  package private(set) var earlier: [LogReport] = []
  package var report = LogReport()
  package private(set) var byteCount = 0

  let lines: [KnownLine]
  private let kinds: [KnownLine.Kind]
  /// The number of the error of memory.
  private let memory: Int?
  private let scanner: AnchorScanner
  private var buffer: [UInt8] = []
  /// From where on the buffer is to be searched.
  private var next = 0
  private(set) var utf16: UTF16Text?
  /// How it begins.
  private(set) var start: [UInt8] = []
  /// Lines before the place up to which they are counted.
  private var lineCount = 0
  private var counted = 0

  /// The functions at the top of the traceback that a role is printing.
  var frames: [String: Int] = [:]
  var lastFrame: Int?
  /// Signatures that have matched, which are not tried again.
  var matched: Set<Int> = []
  /// How often a known line was tried in vain, and where last.
  var misses: [Int]
  var lastMiss: [Range<Int>]
  /// How often a known line was read that tells the same again and again.
  var readings: [Int]
  /// The line of statistics that tells most.
  var statistic: TellingStatistic?
  /// Known lines that tell nothing more of this start.
  private var isSpent: [Bool]

  package init(_ signatures: [FailureSignature]) {
    self.signatures = signatures
    lines = KnownLine.all(signatures)
    memory = signatures.firstIndex { $0.isOutOfMemory }
    kinds = lines.map(\.kind)
    scanner = AnchorScanner(lines.map(\.anchor))
    misses = [Int](repeating: 0, count: lines.count)
    (readings, lastMiss) = (misses, [Range<Int>](repeating: 0..<0, count: lines.count))
    isSpent = [Bool](repeating: false, count: lines.count)
  }

  /// Takes the next bytes of the log.
  package mutating func feed(_ part: UnsafeRawBufferPointer) {
    if byteCount == 0 {
      utf16 = UTF16Text(part)
      start = Array(part.prefix(512))
    }
    byteCount += part.count
    if utf16 == nil {
      buffer.append(contentsOf: part.bindMemory(to: UInt8.self))
    } else {
      utf16?.append(part, to: &buffer)
    }
    search(to: buffer.count - Self.after)
    // What may still belong to a line ahead stays.
    let kept = max(0, next - Self.before)
    if kept > 0 {
      count(to: kept)
      buffer.removeSubrange(..<kept)
      next -= kept
      counted -= kept
      for line in lastMiss.indices { lastMiss[line] = 0..<0 }
    }
  }

  /// Takes what is left when the log has ended.
  package mutating func finish() {
    search(to: buffer.count)
    if partsStarts { return }
    // A start that was cut off before it failed again says less than the one before.
    if report.matches.isEmpty, report.error == nil, report.state < .serving, let last = earlier.popLast() {
      report = last
    }
  }

  private mutating func search(to end: Int) {
    guard end > next else { return }
    var hits: [(line: Int, place: Int)] = []
    buffer.withUnsafeBufferPointer { bytes in
      scanner.scan(bytes, next..<end, isSpent: isSpent) { hits.append(($0, $1)) }
    }
    let from = next
    next = end
    guard !hits.isEmpty else { return }
    // The buffer is lent out, so that the lines can be noted while it is read.
    let bytes = buffer
    bytes.withUnsafeBufferPointer { bytes in
      var text: (line: Int, text: LogText)?
      for hit in hits where hit.place >= from && !isSpent[hit.line] {
        if tellsNothing(kinds[hit.line], hit.line) {
          isSpent[hit.line] = true
          continue
        }
        take(lines[hit.line], hit.line, at: hit.place, in: bytes, &text)
      }
    }
  }

  /// Whether a known line can tell nothing more of this start, which stays so until another begins.
  ///
  /// What is read ten thousand times over, or looked for so often in vain, is not read again: no log of any size
  /// takes long.
  private func tellsNothing(_ kind: KnownLine.Kind, _ line: Int) -> Bool {
    switch kind {
    case .failure(let signature): matched.contains(signature) || misses[line] >= 10_000
    case .hint(let signature): isNoted(signature) || misses[line] >= 10_000
    // An error of memory that is known has its stage.
    case .frame, .traceback: memory.map(matched.contains) ?? false || readings[line] >= 10_000
    case .state(let state): state <= report.state
    case .error: report.error != nil
    case .engine: report.otherEngine != nil
    case .device: report.gpus.count == 8
    case .command: report.commands.count == 8 || readings[line] >= 10_000
    case .figure, .arguments, .compiled: readings[line] >= 10_000
    case .release, .banner, .statistic: false
    }
  }

  private func isNoted(_ signature: Int) -> Bool { report.matches.contains { $0.signature == signature } }

  /// The number of the line that a place is in, from 1.
  mutating func lineNumber(_ place: Int) -> Int {
    count(to: place)
    return lineCount + 1
  }

  private mutating func count(to place: Int) {
    guard place > counted else { return }
    let from = counted
    lineCount += buffer.withUnsafeBufferPointer { bytes in
      var newlines = 0
      for index in from..<place { newlines &+= bytes[index] == Ascii.newline ? 1 : 0 }
      return newlines
    }
    counted = place
  }

  /// A server has begun: what failed before it was another start.
  mutating func begin() {
    guard partsStarts ? report.hasFigures : report.matches.contains(where: { $0.severity < .note }) else { return }
    if earlier.count == (partsStarts ? 256 : 8) { earlier.removeFirst() }
    earlier.append(report)
    report = LogReport()
    matched = []
    statistic = nil
    for line in lines.indices { (misses[line], readings[line], isSpent[line]) = (0, 0, false) }
    frames = [:]
    lastFrame = nil
  }
}
