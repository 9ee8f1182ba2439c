import SeededRandom

/// Damages a text the way that bad disks, bad merges and hostile uploads do.
///
/// The same seed and original give the same row of mutations:
///
///     var mutator = Mutator(seed: 1)
///     let damaged = mutator.mutation(of: original)
struct Mutator {
  var random: SplitMix64

  init(seed: UInt64) { random = SplitMix64(seed: seed) }

  /// The original after one to four edits.
  mutating func mutation(of original: [UInt8]) -> [UInt8] {
    var bytes = original
    for _ in 0...random.below(4) { edit(&bytes) }
    return bytes
  }

  private mutating func edit(_ bytes: inout [UInt8]) {
    guard !bytes.isEmpty else { return bytes.append(UInt8(random.below(256))) }
    switch random.below(10) {
    case 0: bytes[random.below(bytes.count)] ^= 1 << UInt8(random.below(8))
    case 1: bytes[random.below(bytes.count)] = UInt8(random.below(256))
    case 2: bytes.removeSubrange(span(of: bytes))
    case 3:
      let piece = Array(bytes[span(of: bytes)])
      bytes.insert(contentsOf: piece, at: random.below(bytes.count))
    case 4: bytes.insert(random.element(Self.structure), at: random.below(bytes.count))
    case 5: bytes.removeSubrange(random.below(bytes.count)...)
    case 6: bytes.insert(contentsOf: random.element(Self.words).utf8, at: random.below(bytes.count))
    default: replaceToken(&bytes)
    }
  }

  /// A short run of bytes, now and then a long one.
  private mutating func span(of bytes: [UInt8]) -> Range<Int> {
    let start = random.below(bytes.count)
    let length = 1 + random.below(random.below(8) == 0 ? bytes.count : 12)
    return start..<min(bytes.count, start + length)
  }

  /// Puts a number or a word in the place of a number: the text stays JSON and its meaning changes.
  private mutating func replaceToken(_ bytes: inout [UInt8]) {
    let start = random.below(bytes.count)
    guard let first = bytes[start...].firstIndex(where: Self.isNumber) else { return }
    let end = bytes[first...].firstIndex { !Self.isNumber($0) } ?? bytes.count
    bytes.replaceSubrange(first..<end, with: random.element(Self.replacements).utf8)
  }

  private static func isNumber(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, UInt8(ascii: "-"), UInt8(ascii: "."): true
    default: false
    }
  }

  static let structure = Array("{}[],:\"\\ \n-.eE+0u".utf8)
  static let words = [
    "null", "true", "NaN", "-Infinity", "\\u", "\\ud800", "\\udc00\\ud800", "\u{FEFF}", "\u{0}", "[[[[[[[[", "{\"a\":",
    String(repeating: "[", count: 150), String(repeating: "{\"k\":", count: 150), "1e", "0x1F", "//", "'",
  ]
  static let replacements = [
    "0", "-1", "-0", "1", "0.5", "4096.0", "1e400", "-1e400", "1e-400", "9223372036854775807", "9223372036854775808",
    "-9223372036854775808", "-9223372036854775809", "1099511627776", "1099511627777", "123456789012345678901234567890",
    "4.9e-324", "NaN", "Infinity", "null", "true", "\"32\"", "\"\"", "[]", "[32]", "{}", "[[1]]", "{\"a\":1}", "1e2",
    "2147483648", "4294967296", "3037000500",
  ]
}
