extension LogReader {
  /// Takes what a known line says, if one stands around a place of the bytes.
  mutating func take(
    _ line: KnownLine, _ number: Int, at place: Int, in bytes: UnsafeBufferPointer<UInt8>,
    _ cached: inout (line: Int, text: LogText)?
  ) {
    guard line.mayStand(at: place, in: bytes) else { return }
    switch line.kind {
    case .engine(let number):
      if report.otherEngine == nil { report.otherEngine = InfoLine.engines[number].1 }
      return
    case .error where !Self.beginsMessage(place, bytes): return
    case .statistic:
      guard let figures = StatisticFigures(bytes, at: place), statistic?.take(figures) ?? true else { return }
      if statistic == nil { statistic = TellingStatistic(figures) }
    default: break
    }
    let start = Self.lineStart(place, bytes)
    switch line.kind {
    case .failure(let signature), .hint(let signature), .statistic(let signature):
      failure(signature, line, number, at: place, from: start, in: bytes)
      return
    case .arguments:
      // Only here a line may be as long as what is kept of it.
      readings[number] += 1
      takeArguments(line.pattern, LogText(bytes, start..<Self.lineEnd(place, bytes, within: Self.after)))
      return
    case .command:
      readings[number] += 1
      return takeCommand(at: place, from: start, in: bytes)
    default: break
    }
    readings[number] += 1
    let text: LogText
    if let kept = cached, kept.line == start {
      text = kept.text
    } else {
      text = LogText(bytes, start..<Self.lineEnd(place, bytes, within: 2048))
      cached = (start, text)
    }
    guard let match = line.pattern.match(in: text.bytes, ends: text.ends) else { return }
    let role = text.lines.first?.role ?? ""
    if !role.isEmpty, report.roles.count < 64 { report.roles.insert(role) }
    switch line.kind {
    case .traceback:
      frames[role] = nil
      lastFrame = nil
    case .frame(let signature):
      if frames[role] == nil, frames.count < 256 { frames[role] = signature }
      lastFrame = lastFrame ?? signature
    case .figure:
      for capture in match.captures {
        let isBytes = capture.name.hasSuffix("_bytes")
        let name = isBytes ? String(capture.name.dropLast(6)) : capture.name
        guard let figure = LogFigure(rawValue: name), let value = capture.number else { continue }
        report.note(figure, isBytes ? value / 1_073_741_824 : value)
      }
    case .state(let state): reach(state)
    case .device: if let name = match.captures.first?.text { takeDevice(name) }
    case .compiled(let isFresh): report.compiled = isFresh || report.compiled == true
    case .release:
      // An engine without a server begins with its own line.
      if partsStarts, report.state >= .budgeted { begin() }
      if let release = match.captures.first?.text { report.release = release }
    case .banner: begin()
    case .error: if report.error == nil { noteError(text, match, place) }
    case .failure, .hint, .statistic, .arguments, .command, .engine: break
    }
  }

  private mutating func reach(_ state: StartState) {
    guard state > report.state else { return }
    report.state = state
    guard state == .serving else { return }
    // What a server that came up had warned of before kept it from nothing.
    for index in report.matches.indices where report.matches[index].isHint { report.matches[index].severity = .note }
    for index in report.matches.indices where report.matches[index].severity == .warning {
      let own = signatures[report.matches[index].signature]
      if own.severity == .failure { report.matches[index].severity = .note }
    }
  }

  /// `NVIDIA_L40S,dtype=fp8_w8a8` is of a file of tuned kernels.
  private mutating func takeDevice(_ text: String) {
    var name = text.prefix { $0 != "," }.map { $0 == "_" ? " " : $0 }
    while name.last == " " { name.removeLast() }
    if !name.isEmpty, name.count <= 60, !report.gpus.contains(String(name)) { report.gpus.append(String(name)) }
  }

  /// A line that starts a server, with the lines that it goes on in after a `\`.
  private mutating func takeCommand(at place: Int, from start: Int, in bytes: UnsafeBufferPointer<UInt8>) {
    let backslash = UInt8(ascii: "\\")
    func goesOn(_ end: Int) -> Bool {
      var last = end - 1
      while last > 0, bytes[last] <= Ascii.space, bytes[last] != Ascii.newline { last -= 1 }
      return last > 0 && bytes[last] == backslash
    }
    // The name of an image stands on a line of its own, after that of its `docker run`.
    var first = start
    while first > 0, place - first < Self.before / 2, goesOn(first - 1) { first = Self.lineStart(first - 1, bytes) }
    var end = Self.lineEnd(place, bytes, within: 8192)
    while end < bytes.count, end - place < 8192, goesOn(end) { end = Self.lineEnd(end + 1, bytes, within: 2048) }
    let text = LogText(bytes, first..<end)
    var line = text.bytes
    for end in text.ends {
      var last = min(end, line.count - 1)
      while last > 0, line[last] == Ascii.space { last -= 1 }
      if last >= 0, line[last] == backslash { line[last] = Ascii.space }
    }
    let heads = ["docker run ", "podman run ", "nerdctl run ", "python3 -m vllm", "python -m vllm", "vllm serve "]
    let found = heads.compactMap { LinePattern.find(Array($0.utf8), in: line, from: 0, limit: line.count) }.min()
    guard let found else { return }
    let command = String(decoding: line[found...], as: UTF8.self)
    if !report.commands.contains(command) { report.commands.append(command) }
  }

  private static func lineStart(_ place: Int, _ bytes: UnsafeBufferPointer<UInt8>) -> Int {
    var start = place
    let least = max(0, place - before / 2)
    while start > least, bytes[start - 1] != Ascii.newline { start -= 1 }
    return start
  }

  private static func lineEnd(_ place: Int, _ bytes: UnsafeBufferPointer<UInt8>, within limit: Int) -> Int {
    var end = place
    let most = min(bytes.count, place + limit)
    while end < most, bytes[end] != Ascii.newline { end += 1 }
    return end
  }

  /// The range of a line with up to three before and six after it, over which a sentence may be wrapped.
  private static func surroundings(_ start: Int, _ place: Int, _ bytes: UnsafeBufferPointer<UInt8>) -> Range<Int> {
    var first = start
    for _ in 0..<3 where first > 0 && place - first < 1024 { first = lineStart(first - 1, bytes) }
    var end = lineEnd(place, bytes, within: 2048)
    for _ in 0..<6 where end < bytes.count && end - place < 2048 { end = lineEnd(end + 1, bytes, within: 2048) }
    return max(first, place - before / 2)..<end
  }
}

extension LogReader {
  /// Notes a failure if its wording stands around a place.
  private mutating func failure(
    _ number: Int, _ known: KnownLine, _ line: Int, at place: Int, from start: Int,
    in bytes: UnsafeBufferPointer<UInt8>
  ) {
    let pattern = known.pattern
    let end = Self.lineEnd(place, bytes, within: 2048)
    // What does not stand in a line does not at another of its words.
    guard lastMiss[line] != start..<end else { return }
    if isKnownAsMild(number), Self.isMild(start..<place, bytes) { return }
    var text = LogText(bytes, start..<end)
    var match = Self.final(pattern, in: text)
    // A word that is met often and was never part of the failure is no longer followed over the ends of its line.
    if match == nil || !signatures[number].more.isEmpty, !signatures[number].isStatistic, misses[line] < 2000 {
      text = LogText(bytes, Self.surroundings(start, place, bytes))
      match = Self.final(pattern, in: text)
    }
    let isBelow = signatures[number].below.map { bound in
      match?.captures.first { $0.name == bound.capture }?.number.map { $0 < bound.value } ?? false
    }
    guard var match, isBelow ?? true else {
      misses[line] += 1
      lastMiss[line] = start..<end
      return
    }
    for extra in signatures[number].more {
      if let found = extra.match(in: text.bytes, from: match.range.lowerBound) { match.captures += found.captures }
    }
    let at = text.lines[text.line(at: match.range.lowerBound)]
    if case .hint = known.kind {
      note(number, match, text, at, lineNumber(place), isHint: true)
    } else {
      note(number, match, text, at, lineNumber(place))
    }
  }

  /// Whether a failure was noted that the engine only warned of, so that no further warning tells more.
  private func isKnownAsMild(_ number: Int) -> Bool {
    !signatures[number].isStatistic && report.matches.contains { $0.signature == number && $0.severity == .warning }
  }

  /// Whether vLLM's prefix in the first bytes of a line gives a level that tells of no failure.
  private static func isMild(_ range: Range<Int>, _ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    var line: [UInt8] = []
    LogText.plain(bytes, range.prefix(300), into: &line)
    return LogPrefix(line).isMild
  }

  /// Whether what stands before the name of an error can be the end of a prefix, and not a word of a sentence.
  private static func beginsMessage(_ place: Int, _ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    var start = place
    let least = max(0, place - 200)
    while start > least, Ascii.isLetter(bytes[start - 1]) || "._".utf8.contains(bytes[start - 1]) { start -= 1 }
    guard start > 0, bytes[start - 1] == Ascii.space else { return start == 0 || start > least }
    while start > least, bytes[start - 1] == Ascii.space { start -= 1 }
    // `]`, `)`, `|`, `:`, a figure of a time and its zone; `stderr F`.
    return start == 0 || !Ascii.isLetter(bytes[start - 1]) || "ZFP".utf8.contains(bytes[start - 1])
  }

  /// The first match that is what an error says, not the source that a traceback shows.
  private static func final(_ pattern: LinePattern, in text: LogText) -> PatternMatch? {
    var start = 0
    while let match = pattern.match(in: text.bytes, from: start, ends: text.ends) {
      if !text.isSource(match.range.lowerBound) { return match }
      start = match.range.lowerBound + 1
    }
    return nil
  }

  private mutating func note(
    _ number: Int, _ match: PatternMatch, _ text: LogText, _ at: LogText.Line, _ line: Int, isHint: Bool = false
  ) {
    let signature = signatures[number]
    let kind = signature.isOutOfMemory ? stage(of: at.role ?? "") ?? number : number
    var severity = signatures[kind].severity
    if severity == .failure, at.isMild { severity = .warning }
    let found = LogMatch(
      signature: kind, severity: severity, line: line, role: at.role, text: text.evidence(match.range),
      captures: match.captures, isHint: isHint, order: signature.below == nil ? 1 : 0)
    if signature.isStatistic { report.matches.removeAll { $0.signature == number } }
    // An error may follow a mild line of the same failure.
    if severity == signatures[kind].severity, !signature.isStatistic, !isHint { matched.insert(number) }
    if let old = report.matches.firstIndex(where: { $0.signature == kind }) {
      let known = report.matches[old]
      if found.severity < known.severity || known.isHint && !isHint && found.severity == known.severity {
        report.matches[old] = found
      }
    } else {
      report.matches.append(found)
    }
  }

  /// The failure that an error of memory is: by the function that its traceback begins with, else by how far the start
  /// had come; nil where neither is known.
  private func stage(of role: String) -> Int? {
    if let frame = frames[role] ?? lastFrame { return frame }
    guard report.state > .nothing else { return nil }
    let state = report.state == .ready ? StartState.serving : report.state
    return signatures.firstIndex { $0.follows == state }
  }

  /// Notes a line that begins with the name of an error, as `torch.OutOfMemoryError:`; the first is the root.
  private mutating func noteError(_ text: LogText, _ match: PatternMatch, _ place: Int) {
    guard let line = text.lines.first,
      text.bytes[line.start..<match.range.lowerBound].allSatisfy({ Ascii.isLetter($0) || $0 == 0x2E || $0 == 0x5F })
    else { return }
    report.error = LogMatch(
      signature: -1, severity: .failure, line: lineNumber(place), role: line.role, text: text.evidence(match.range),
      captures: [], order: 2)
  }

  private mutating func takeArguments(_ pattern: LinePattern, _ text: LogText) {
    guard let match = pattern.match(in: text.bytes) else { return }
    let isConfig = text.bytes[match.range.upperBound - 1] == UInt8(ascii: "=")
    let isDictionary = text.bytes[match.range.upperBound - 1] == UInt8(ascii: "{")
    if !isConfig { report.hasGivenArguments = true }
    let name = isConfig ? match.range.upperBound - "model=".utf8.count : match.range.upperBound
    let members = LogArguments.read(text.bytes[name...], separator: UInt8(ascii: isDictionary ? ":" : "="))
    for member in members where isConfig || member.value != "None" {
      if isConfig {
        // What the engine came to, under names that are those of flags.
        let known = [
          "model", "dtype", "tensor_parallel_size", "pipeline_parallel_size", "data_parallel_size", "kv_cache_dtype",
          "enforce_eager", "max_seq_len",
        ]
        guard known.contains(member.name), member.value != "None" else { continue }
      }
      var member = member
      if member.name == "max_seq_len" { member.name = "max_model_len" }
      if report[argument: member.name] == nil { report.arguments.append(member) }
    }
  }
}
