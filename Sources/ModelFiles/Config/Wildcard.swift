/// An entry of ModelOpt's list of modules: what a shell pattern with `*` means, or part of a name.
///
/// A checkpoint has hundreds, and each module of a model is looked for among all. Most entries lack a pair of letters
/// that stand side by side, which a set of 64 bits tells at once; what else differs is at the ends of names, so that
/// texts are compared from there.
struct Wildcard: Sendable {
  let text: String
  private let bytes: [UInt8]
  /// Where the first star is.
  private let star: Int?
  /// The pairs of letters up to it, all of which a name that is covered has.
  private let pairs: UInt64

  init(_ text: String) {
    self.text = text
    bytes = Array(text.utf8)
    star = bytes.firstIndex(of: UInt8(ascii: "*"))
    let plain = star ?? bytes.count
    pairs = bytes.withUnsafeBufferPointer { Self.pairs(UnsafeBufferPointer(rebasing: $0[..<plain])) }
  }

  /// A bit for each pair of neighbouring letters of a text; several pairs share one.
  static func pairs(_ text: UnsafeBufferPointer<UInt8>) -> UInt64 {
    var pairs: UInt64 = 0
    var index = 1
    while index < text.count {
      pairs |= 1 << ((UInt64(text[index - 1]) &* 7 &+ UInt64(text[index])) & 63)
      index += 1
    }
    return pairs
  }

  /// Whether the entry is for the module of this name, whose own pairs of letters are `held`.
  func covers(_ name: UnsafeBufferPointer<UInt8>, holding held: UInt64) -> Bool {
    guard pairs & ~held == 0 else { return false }
    return bytes.withUnsafeBufferPointer { pattern in
      guard let star else {
        guard pattern.count <= name.count else { return false }
        return (0...(name.count - pattern.count)).contains { Self.equals(name, pattern, count: pattern.count, at: $0) }
      }
      guard star <= name.count, Self.equals(name, pattern, count: star, at: 0) else { return false }
      return star == pattern.count - 1 || NameMatch.fits(name, wildcard: pattern)
    }
  }

  /// Whether the first bytes of `wanted` lie at a place of `text`.
  private static func equals(
    _ text: UnsafeBufferPointer<UInt8>, _ wanted: UnsafeBufferPointer<UInt8>, count: Int, at place: Int
  ) -> Bool {
    var index = count
    while index > 0 {
      index -= 1
      if text[place + index] != wanted[index] { return false }
    }
    return true
  }
}
