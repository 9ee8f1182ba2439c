/// The wording of a line: literal text, with numbers and words taken out of it.
///
/// `{name}` is a number such as `196608`, `279,360` or `-0.89`; `{name:word}` is text without a blank; `{_}` is such a
/// text that is not kept; `{~}` is up to 200 characters of anything, `{name:text}` the same kept, and `{$}` the end of a
/// line. All else stands for itself, and a blank for any run of blanks and line ends. It begins with literal text.
package struct LinePattern: Hashable, Sendable {
  enum Piece: Hashable, Sendable {
    case literal([UInt8])
    case number(String)
    case word(String?)
    case gap(String?)
    case end
  }

  let pieces: [Piece]

  package init(_ text: String) {
    var pieces: [Piece] = []
    var literal: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      // Braces of JSON within a wording are none of ours.
      let name = rest.prefix { $0 != UInt8(ascii: "}") }
      guard byte == UInt8(ascii: "{"), name.endIndex < rest.endIndex, Self.isName(name) else {
        literal.append(byte)
        continue
      }
      if !literal.isEmpty { pieces.append(.literal(literal)) }
      literal = []
      rest = rest[(name.endIndex + 1)...]
      pieces.append(Self.piece(String(decoding: name, as: UTF8.self)))
    }
    if !literal.isEmpty { pieces.append(.literal(literal)) }
    self.pieces = pieces
  }

  private static func isName(_ name: ArraySlice<UInt8>) -> Bool {
    !name.isEmpty && name.allSatisfy { Ascii.isLetter($0) || "_~$:".utf8.contains($0) }
  }

  private static func piece(_ name: String) -> Piece {
    switch name {
    case "_": .word(nil)
    case "~": .gap(nil)
    case "$": .end
    case _ where name.hasSuffix(":word"): .word(String(name.dropLast(5)))
    case _ where name.hasSuffix(":text"): .gap(String(name.dropLast(5)))
    default: .number(name)
    }
  }

  /// Words that stand in most lines that a server prints of its requests.
  private static func isCommon(_ word: ArraySlice<UInt8>) -> Bool {
    ["request", "process", "prompt", "available", "tokens", "EngineCore"].contains { word.elementsEqual($0.utf8) }
  }

  /// The text by which lines that may match are found, and what stands before and after it in its literal: the longest
  /// run without blanks, which no line end parts; of what stands on one line the longest run of any kind, which is
  /// rarer (`tokens` is in every other line, `KV cache size:` in one).
  func anchor(onOneLine: Bool) -> (before: [UInt8], text: [UInt8], after: [UInt8]) {
    var best: (literal: [UInt8], range: Range<Int>) = ([], 0..<0)
    for case .literal(let literal) in pieces {
      for word in literal.split(separator: Ascii.space) where word.count > best.range.count && !Self.isCommon(word) {
        best = (literal, word.startIndex..<word.endIndex)
      }
    }
    // Short words only: as many as are found by, with a blank each between them.
    if !onOneLine, best.range.count < AnchorScanner.shortest {
      for case .literal(let literal) in pieces
      where best.range.count < AnchorScanner.shortest && literal.count > best.range.count {
        let words = literal.split(separator: Ascii.space)
        let start = words.first?.startIndex ?? 0
        let end = words.first { $0.endIndex - start >= AnchorScanner.shortest }?.endIndex ?? literal.count
        best = (literal, start..<end)
      }
    }
    if onOneLine {
      for case .literal(let literal) in pieces where literal.count > best.range.count {
        best = (literal, 0..<literal.count)
      }
    }
    let literal = best.literal
    var range = best.range
    // A blank at an end of what is found by itself stands for any run of them.
    while onOneLine, let last = range.last, literal[last] == Ascii.space { range.removeLast() }
    while onOneLine, let first = range.first, literal[first] == Ascii.space { range.removeFirst() }
    return (Array(literal[..<range.lowerBound]), Array(literal[range]), Array(literal[range.upperBound...]))
  }
}

/// What a pattern found in a text.
package struct PatternMatch: Hashable, Sendable {
  package var range: Range<Int>
  package var captures: [Capture] = []
}

/// A number or a word of a line, under the name that its pattern has for it.
package struct Capture: Hashable, Sendable {
  package var name: String
  package var text: String

  /// The number that it is.
  package var number: Double? { Double(text) }
}

extension LinePattern {
  /// The first match from a place on.
  ///
  /// - Parameter ends: Where lines of the text end.
  func match(in text: [UInt8], from start: Int = 0, ends: [Int] = []) -> PatternMatch? {
    guard case .literal(let first)? = pieces.first else { return nil }
    var place = start
    while let found = Self.find(first, in: text, from: place, limit: text.count) {
      var captures: [Capture] = []
      if let end = follow(1, found + first.count, text, ends, &captures) {
        return PatternMatch(range: found..<end, captures: captures)
      }
      place = found + 1
    }
    return nil
  }

  private static let gapLimit = 200

  /// Where the pieces from `index` on end, if they stand at a place.
  private func follow(
    _ index: Int, _ place: Int, _ text: [UInt8], _ ends: [Int], _ captures: inout [Capture]
  ) -> Int? {
    guard index < pieces.count else { return place }
    switch pieces[index] {
    case .literal(let literal):
      guard Self.stands(literal, in: text, at: place) else { return nil }
      return follow(index + 1, place + literal.count, text, ends, &captures)
    case .end:
      guard place == text.count || ends.contains(place) else { return nil }
      return follow(index + 1, place, text, ends, &captures)
    case .number(let name):
      let end = Ascii.numberEnd(text, from: place)
      guard end > place else { return nil }
      let digits = text[place..<end].filter { $0 != UInt8(ascii: ",") }
      captures.append(Capture(name: name, text: String(decoding: digits, as: UTF8.self)))
      if let end = follow(index + 1, end, text, ends, &captures) { return end }
      captures.removeLast()
      return nil
    case .word(let name):
      var end = place
      while end < text.count, text[end] != Ascii.space, end - place < Self.gapLimit {
        end += 1
        // The last word of a pattern goes on to its end.
        if index + 1 == pieces.count, end < text.count, text[end] != Ascii.space { continue }
        let kept = captures.count
        if let name { captures.append(Capture(name: name, text: String(decoding: text[place..<end], as: UTF8.self))) }
        if let end = follow(index + 1, end, text, ends, &captures) { return end }
        captures.removeLast(captures.count - kept)
      }
      return nil
    case .gap(let name):
      for start in place...min(place + Self.gapLimit, text.count) {
        let kept = captures.count
        if let name { captures.append(Capture(name: name, text: String(decoding: text[place..<start], as: UTF8.self))) }
        if let end = follow(index + 1, start, text, ends, &captures) { return end }
        captures.removeLast(captures.count - kept)
      }
      return nil
    }
  }

  private static func stands(_ literal: [UInt8], in text: [UInt8], at place: Int) -> Bool {
    guard place + literal.count <= text.count else { return false }
    for index in literal.indices where text[place + index] != literal[index] { return false }
    return true
  }

  static func find(_ literal: [UInt8], in text: [UInt8], from start: Int, limit: Int) -> Int? {
    guard let first = literal.first, start + literal.count <= limit else { return nil }
    var place = start
    while place + literal.count <= limit {
      if text[place] == first, stands(literal, in: text, at: place) { return place }
      place += 1
    }
    return nil
  }
}
