/// The words for which embedded presets hold a letter each, from U+0080 on.
struct PresetWords {
  /// Those of this program, taken apart once.
  static let embedded = PresetWords(EmbeddedPresets.words)

  private let lines: StaticString
  /// Where each word starts.
  private let starts: [Int]

  /// - Parameter lines: A word a line.
  init(_ lines: StaticString) {
    self.lines = lines
    starts = lines.withUTF8Buffer { words in
      [0] + words.indices.filter { words[$0] == UInt8(ascii: "\n") }.map { $0 + 1 }
    }
  }

  /// A text with its words spelled out.
  func spelled(_ short: StaticString) -> [UInt8] {
    lines.withUTF8Buffer { words in
      short.withUTF8Buffer { text in
        var bytes: [UInt8] = []
        bytes.reserveCapacity(3 * text.count)
        var place = 0
        while place < text.count {
          let byte = text[place]
          place += 1
          guard byte >= 0x80, place < text.count else {
            bytes.append(byte)
            continue
          }
          // A letter of two bytes: 110xxxxx 10xxxxxx.
          let number = Int(byte & 0x1F) << 6 + Int(text[place] & 0x3F) - 0x80
          place += 1
          let start = starts[number]
          let end = number + 1 < starts.count ? starts[number + 1] - 1 : words.count
          bytes.append(contentsOf: words[start..<end])
        }
        return bytes
      }
    }
  }
}
