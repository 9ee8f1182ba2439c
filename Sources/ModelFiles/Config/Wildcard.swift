/// An entry of ModelOpt's list of modules: what a shell pattern with `*` means, or part of a name.
///
/// A checkpoint has hundreds, and each module of a model is looked for among all: what differs between names of
/// modules is at their ends, so that texts are compared from there.
struct Wildcard: Sendable {
  let text: String
  private let bytes: [UInt8]
  /// Where the first star is.
  private let star: Int?

  init(_ text: String) {
    self.text = text
    bytes = Array(text.utf8)
    star = bytes.firstIndex(of: UInt8(ascii: "*"))
  }

  func covers(_ name: UnsafeBufferPointer<UInt8>) -> Bool {
    bytes.withUnsafeBufferPointer { pattern in
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
