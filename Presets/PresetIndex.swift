/// The names of one kind of preset, searched where they lie in the binary.
struct PresetIndex {
  let kind: PresetKind
  private let idLines: StaticString
  private let nameLines: StaticString

  init(kind: PresetKind) {
    self.init(kind: kind, ids: EmbeddedPresets.ids(kind.rawValue), names: EmbeddedPresets.names(kind.rawValue))
  }

  /// An index in the form that EmbedPresets writes.
  init(kind: PresetKind, ids: StaticString, names: StaticString) {
    self.kind = kind
    idLines = ids
    nameLines = names
  }

  /// What a name stands for.
  struct Entry: Hashable {
    /// The presets, by number.
    var numbers: [Int]
    /// Whether a preset lists the name; false where it only is the end of an id.
    var isListed: Bool
  }

  var ids: [String] { lines(of: idLines) }

  /// The ids of some numbers.
  func ids(of numbers: [Int]) -> [String] {
    let ids = self.ids
    return numbers.map { ids[$0] }
  }

  /// The file of a number, without its spaces.
  func json(_ number: Int) -> [UInt8] {
    PresetWords.embedded.spelled(EmbeddedPresets.json(kind.rawValue, number))
  }

  /// Every name with the presets it stands for, in the order of their bytes.
  var entries: [(key: String, entry: Entry)] {
    lines(of: nameLines).map { line in
      let parts = line.split(separator: "\t", maxSplits: 1)
      return (String(parts[0]), Self.entry(Substring(parts[1])))
    }
  }

  /// What exactly this name stands for; nil where no preset has it.
  func entry(_ name: PresetName) -> Entry? {
    nameLines.withUTF8Buffer { text in
      let key = Array(name.key.utf8)
      var low = 0
      var high = text.count
      while low < high {
        let line = Self.line(around: low + (high - low) / 2, in: text)
        let tab = text[line].firstIndex(of: UInt8(ascii: "\t")) ?? line.upperBound
        let found = text[line.lowerBound..<tab]
        if found.elementsEqual(key) {
          return Self.entry(Substring(decoding: text[(tab + 1)..<line.upperBound], as: UTF8.self))
        }
        if found.lexicographicallyPrecedes(key) { low = line.upperBound + 1 } else { high = line.lowerBound }
      }
      return nil
    }
  }
}

extension PresetIndex {
  /// A name in the form in which names are compared, where it lies in the binary.
  typealias Key = Slice<UnsafeBufferPointer<UInt8>>

  /// The presets with a name that fits. No name is copied: there are hundreds, and each start may come by here.
  func numbers(where fits: (Key) -> Bool) -> Set<Int> {
    nameLines.withUTF8Buffer { text in
      var numbers: Set<Int> = []
      var start = 0
      while start < text.count {
        let line = Self.line(around: start, in: text)
        let tab = text[line].firstIndex(of: UInt8(ascii: "\t")) ?? line.upperBound
        if fits(text[line.lowerBound..<tab]) {
          numbers.formUnion(Self.entry(Substring(decoding: text[(tab + 1)..<line.upperBound], as: UTF8.self)).numbers)
        }
        start = line.upperBound + 1
      }
      return numbers
    }
  }

  private func lines(of text: StaticString) -> [String] {
    text.withUTF8Buffer { bytes in
      bytes.split(separator: UInt8(ascii: "\n")).map { String(decoding: $0, as: UTF8.self) }
    }
  }

  /// The line that holds a place of the text, without the newline at its end.
  private static func line(around place: Int, in text: UnsafeBufferPointer<UInt8>) -> Range<Int> {
    let newline = UInt8(ascii: "\n")
    var start = place
    while start > 0, text[start - 1] != newline { start -= 1 }
    var end = place
    while end < text.count, text[end] != newline { end += 1 }
    return start..<end
  }

  private static func entry(_ text: Substring) -> Entry {
    Entry(
      numbers: text.dropFirst().split(separator: ",").compactMap { Int($0) },
      isListed: text.hasPrefix("=")
    )
  }
}
