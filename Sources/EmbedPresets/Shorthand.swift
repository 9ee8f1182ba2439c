import Foundation

/// Words that presets have in common, for each of which their texts hold one letter: number N is U+0080 + N.
///
/// A word is a key or a text in its quotes, with the comma before it and a number or so after it. What is left is two
/// fifths of the JSON.
struct Shorthand {
  /// Letters of two bytes.
  private static let letters = 0x80...0x7FF
  let words: [String]
  private let numbers: [String: Int]

  init(_ texts: [String]) {
    var counts: [String: Int] = [:]
    for text in texts { Self.eachWord(of: text) { counts[String(text[$0]), default: 0] += 1 } }
    // A word that is spared wherever it occurs but its letter, and costs its line.
    let spared = counts.map { word, count in (word: word, bytes: count * (word.utf8.count - 2) - word.utf8.count - 1) }
    words = spared.filter { $0.bytes > 0 }
      .sorted { ($1.bytes, $0.word) < ($0.bytes, $1.word) }
      .prefix(Self.letters.count).map(\.word)
    numbers = Dictionary(uniqueKeysWithValues: words.enumerated().map { ($1, $0) })
  }

  func shortened(_ text: String) throws -> String {
    guard text.utf8.allSatisfy({ $0 < 0x80 }) else { throw PresetError(message: "not ASCII: \(text.prefix(80))") }
    var result = ""
    var end = text.startIndex
    Self.eachWord(of: text) { range in
      guard let number = numbers[String(text[range])], let letter = Unicode.Scalar(Self.letters.lowerBound + number)
      else { return }
      result += text[end..<range.lowerBound]
      result.unicodeScalars.append(letter)
      end = range.upperBound
    }
    return result + text[end...]
  }

  private static func eachWord(of text: String, _ body: (Range<String.Index>) -> Void) {
    guard let pattern = try? NSRegularExpression(pattern: Self.word) else { return }
    for match in pattern.matches(in: text, range: NSRange(text.startIndex..., in: text)) {
      if let range = Range(match.range, in: text) { body(range) }
    }
  }

  private static let word = #"[,{]?"(?:[^"\\]|\\.)*":?(?:true|false|null|\d{1,6}(?=[,}]))?"#
}
