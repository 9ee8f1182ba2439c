/// What stands before the message of a line: who wrote it, how grave it is, and what others put in front.
///
/// Others are containers (`vllm-1  | `), Kubernetes (`[pod/name/container] `, a time), CRI (`stdout F `), a journal
/// (`Oct 25 13:08:43 host unit[123]: `), Docker's file (`{"log":"`), torch (`[rank0]:`) and a time in brackets. vLLM's
/// own is `(EngineCore_DP0 pid=1) ERROR 10-25 13:08:43 [core.py:708] `, or JSON with `asctime` and `message`.
struct LogPrefix {
  /// `EngineCore_DP0`, `Worker_TP1`, `VllmWorker rank=3`: the innermost, where there are several.
  var role: String?
  /// The level is one of those that tell of no failure.
  var isMild = false
  /// Where the message begins.
  var end = 0

  init(_ line: [UInt8]) {
    var rounds = 0
    while rounds < 10, step(line) { rounds += 1 }
  }

  /// Goes over one part; false where none stands.
  private mutating func step(_ line: [UInt8]) -> Bool {
    while end < line.count, line[end] == Ascii.space { end += 1 }
    guard end < line.count else { return false }
    switch line[end] {
    case UInt8(ascii: "("): return takeRole(line)
    case UInt8(ascii: "["): return takeBracket(line)
    case UInt8(ascii: "|"):
      end += 1
      return true
    case UInt8(ascii: "{"):
      if has("{\"asctime\": \"", line) { return takeJSON(line) }
      guard has("{\"log\":\"", line) else { return false }
      end += 8
      return true
    default: return takeTime(line) || takeLevel(line) || takeStream(line) || takeJournal(line) || takeContainer(line)
    }
  }

  private func has(_ text: StaticString, _ line: [UInt8]) -> Bool {
    text.withUTF8Buffer { line[end...].starts(with: $0) }
  }

  private mutating func skip(past byte: UInt8, _ line: [UInt8], within limit: Int) -> Bool {
    guard let place = line[end..<min(line.count, end + limit)].firstIndex(of: byte) else { return false }
    end = place + 1
    return true
  }

  /// `[pod/name/container]`, `[rank0]:` and `[2026-03-10T15:07:20Z]`.
  private mutating func takeBracket(_ line: [UInt8]) -> Bool {
    let start = end + 1
    if has("[rank", line), skip(past: UInt8(ascii: "]"), line, within: 12) {
      role = String(decoding: line[start..<(end - 1)], as: UTF8.self)
      if end < line.count, line[end] == UInt8(ascii: ":") { end += 1 }
      return true
    }
    guard has("[pod/", line) || hasForm("0000-00-00", line, at: start) else { return false }
    return skip(past: UInt8(ascii: "]"), line, within: 200)
  }

  /// `{"asctime": "…", "levelname": "ERROR", …, "message": "`, as `python-json-logger` writes it.
  private mutating func takeJSON(_ line: [UInt8]) -> Bool {
    let limit = min(line.count, end + 400)
    let message = Array("\"message\": \"".utf8)
    guard let place = LinePattern.find(message, in: line, from: end, limit: limit) else { return false }
    isMild = ["\"INFO\"", "\"WARNING\"", "\"DEBUG\""].contains {
      LinePattern.find(Array($0.utf8), in: line, from: end, limit: place) != nil
    }
    end = place + message.count
    return true
  }

  private mutating func takeRole(_ line: [UInt8]) -> Bool {
    guard let close = line[end..<min(line.count, end + 80)].firstIndex(of: UInt8(ascii: ")")) else { return false }
    let words = line[(end + 1)..<close].split(separator: Ascii.space).map { String(decoding: $0, as: UTF8.self) }
    let isKnown = ["EngineCore", "Worker", "raylet", "autoscaler"].contains { words.first?.hasPrefix($0) == true }
    guard isKnown || words.count > 1 && words.contains(where: { $0.hasPrefix("pid=") || $0.hasPrefix("rank=") }) else {
      return false
    }
    role = words.filter { !$0.hasPrefix("pid=") && !$0.hasPrefix("ip=") }
      .map { $0.hasSuffix(",") ? String($0.dropLast()) : $0 }.joined(separator: " ")
    end = close + 1
    return true
  }

  /// Whether the line goes on with a form in which `0` stands for a digit and all else for itself.
  private func hasForm(_ form: StaticString, _ line: [UInt8], at place: Int) -> Bool {
    form.withUTF8Buffer { form in
      guard place + form.count <= line.count else { return false }
      for (index, byte) in form.enumerated() {
        let own = line[place + index]
        if byte == UInt8(ascii: "0") ? !Ascii.isDigit(own) : own != byte { return false }
      }
      return true
    }
  }

  private mutating func takeTime(_ line: [UInt8]) -> Bool {
    guard hasForm("0000-00-00", line, at: end) || hasForm("00:00:00", line, at: end) else { return false }
    while end < line.count, line[end] != Ascii.space { end += 1 }
    return true
  }

  private mutating func takeLevel(_ line: [UInt8]) -> Bool {
    let word = line[end...].prefix { $0 != Ascii.space && $0 != UInt8(ascii: ":") }
    guard (4...8).contains(word.count) else { return false }
    let level = String(decoding: word, as: UTF8.self)
    guard ["INFO", "WARNING", "ERROR", "DEBUG", "CRITICAL"].contains(level) else { return false }
    let date = word.endIndex + 1
    guard hasForm("00-00 00:00:00", line, at: date) else { return false }
    isMild = level != "ERROR" && level != "CRITICAL"
    end = date + 14
    while end < line.count, line[end] != Ascii.space { end += 1 }
    // `[core.py:708] `, and `engine.py:366] ` of older releases.
    if let close = line[end..<min(line.count, end + 80)].firstIndex(of: UInt8(ascii: "]")), close > 0,
      Ascii.isDigit(line[close - 1])
    {
      end = close + 1
    }
    return true
  }

  private mutating func takeStream(_ line: [UInt8]) -> Bool {
    guard has("stdout F ", line) || has("stderr F ", line) || has("stdout P ", line) || has("stderr P ", line) else {
      return false
    }
    end += 9
    return true
  }

  private mutating func takeJournal(_ line: [UInt8]) -> Bool {
    guard end + 16 < line.count, (0..<3).allSatisfy({ Ascii.isLetter(line[end + $0]) }), line[end + 3] == Ascii.space,
      hasForm("00:00:00 ", line, at: end + 7)
    else { return false }
    var rest = line[(end + 16)...]
    let host = rest.prefix { $0 != Ascii.space }
    rest = rest[min(host.endIndex + 1, rest.endIndex)...]
    let unit = rest.prefix { $0 != Ascii.space }
    guard unit.last == UInt8(ascii: ":") else { return false }
    end = unit.endIndex
    return true
  }

  private mutating func takeContainer(_ line: [UInt8]) -> Bool {
    let name = line[end...].prefix(64).prefix { Ascii.isLetter($0) || Ascii.isDigit($0) || "-_./".utf8.contains($0) }
    guard !name.isEmpty else { return false }
    var place = name.endIndex
    while place < line.count, line[place] == Ascii.space { place += 1 }
    guard place < line.count, place > name.endIndex, line[place] == UInt8(ascii: "|") else { return false }
    end = place + 1
    return true
  }
}
