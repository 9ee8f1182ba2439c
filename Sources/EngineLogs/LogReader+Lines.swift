extension LogReader {
  /// Takes what a known line says, if one stands around a place of the bytes.
  mutating func take(
    _ line: KnownLine, _ number: Int, at place: Int, in bytes: UnsafeBufferPointer<UInt8>,
    _ cached: inout (line: Int, text: LogText)?
  ) {
    guard line.mayStand(at: place, in: bytes) else { return }
    switch line.kind {
    case .failure(let signature) where matched.contains(signature) && !signatures[signature].isStatistic: return
    case .state(let state) where state <= report.state: return
    case .error where report.error != nil: return
    default: break
    }
    let start = Self.lineStart(place, bytes)
    switch line.kind {
    case .failure(let signature):
      if !failure(signature, line.pattern, number, at: place, from: start, in: bytes, &cached) { misses[number] += 1 }
      return
    case .arguments:
      // Only here a line may be as long as what is kept of it.
      takeArguments(line.pattern, LogText(bytes, start..<Self.lineEnd(place, bytes, within: Self.after)))
      return
    default: break
    }
    let text: LogText
    if let kept = cached, kept.line == start {
      text = kept.text
    } else {
      text = LogText(bytes, start..<Self.lineEnd(place, bytes, within: 2048))
      cached = (start, text)
    }
    guard let match = line.pattern.match(in: text.bytes) else { return }
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
        if let figure = LogFigure(rawValue: capture.name), let value = capture.number { report.note(figure, value) }
      }
    case .state(let state): if state > report.state { report.state = state }
    case .compiled(let isFresh): report.compiled = isFresh || report.compiled == true
    case .release:
      // An engine without a server begins with its own line.
      if partsStarts, report.state >= .budgeted { begin() }
      if let release = match.captures.first?.text { report.release = release }
    case .banner: begin()
    case .error: if report.error == nil { noteError(text, match, place) }
    case .failure, .arguments: break
    }
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
  /// Notes a failure if its wording stands around a place; false where it does not.
  private mutating func failure(
    _ number: Int, _ pattern: LinePattern, _ line: Int, at place: Int, from start: Int,
    in bytes: UnsafeBufferPointer<UInt8>, _ cached: inout (line: Int, text: LogText)?
  ) -> Bool {
    let end = Self.lineEnd(place, bytes, within: 2048)
    if signatures[number].isStatistic, let known = report.matches.first(where: { $0.signature == number }),
      known.stress >= stress(number, pattern, LogText(bytes, place..<end))
    {
      return true
    }
    var text = LogText(bytes, start..<end)
    var match = Self.final(pattern, in: text)
    // A word that is met often and was never part of the failure is no longer followed over the ends of its line.
    if match == nil || !signatures[number].more.isEmpty, !signatures[number].isStatistic, misses[line] < 2000 {
      text = LogText(bytes, Self.surroundings(start, place, bytes))
      match = Self.final(pattern, in: text)
    }
    guard var match else { return false }
    for extra in signatures[number].more {
      if let found = extra.match(in: text.bytes, from: match.range.lowerBound) { match.captures += found.captures }
    }
    let at = text.lines[text.line(at: match.range.lowerBound)]
    if let bound = signatures[number].below {
      guard let value = match.captures.first(where: { $0.name == bound.capture })?.number, value < bound.value else {
        return false
      }
    }
    note(number, match, text, at, lineNumber(place))
    return true
  }

  /// How much a line of statistics tells, from its anchor on.
  private func stress(_ number: Int, _ pattern: LinePattern, _ text: LogText) -> Double {
    guard let match = pattern.match(in: text.bytes) else { return 0 }
    let more = signatures[number].more.flatMap { $0.match(in: text.bytes)?.captures ?? [] }
    return LogMatch.stress(of: match.captures + more)
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
    _ number: Int, _ match: PatternMatch, _ text: LogText, _ at: LogText.Line, _ line: Int
  ) {
    let signature = signatures[number]
    let kind = signature.isOutOfMemory ? stage(of: at.role ?? "") ?? number : number
    var severity = signatures[kind].severity
    if severity == .failure, at.isMild { severity = .warning }
    let found = LogMatch(
      signature: kind, severity: severity, line: line, role: at.role, text: text.evidence(match.range),
      captures: match.captures, order: signature.below == nil ? 1 : 0)
    if signature.isStatistic {
      if let old = report.matches.firstIndex(where: { $0.signature == number }) {
        if found.stress >= report.matches[old].stress { report.matches[old] = found }
      } else {
        report.matches.append(found)
      }
      return
    }
    matched.insert(number)
    guard !report.matches.contains(where: { $0.signature == kind }) else { return }
    report.matches.append(found)
  }

  /// The failure that an error of memory is: by the function that its traceback begins with, else by how far the start
  /// had come; nil where neither is known.
  private func stage(of role: String) -> Int? {
    if let frame = frames[role] ?? lastFrame { return frame }
    guard report.state > .nothing else { return nil }
    return signatures.firstIndex { $0.follows == report.state }
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

extension LogMatch {
  var stress: Double { Self.stress(of: captures) }

  /// How much a line of statistics tells: preemptions, a full cache before a queue, a queue before an empty cache.
  static func stress(of captures: [Capture]) -> Double {
    func number(_ name: String) -> Double { captures.first { $0.name == name }?.number ?? 0 }
    let (preempted, waiting, use) = (number("pre"), number("wait"), number("kv"))
    if preempted > 0 { return 4000 + min(preempted, 999) }
    if use > 95, waiting > 0 { return 3000 + use }
    if use < 60, waiting > 0 { return 2000 + min(waiting, 999) }
    return use
  }
}
