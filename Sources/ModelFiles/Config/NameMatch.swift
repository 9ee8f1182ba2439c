/// Names of modules against patterns, by their bytes.
enum NameMatch {
  /// Whether `text` is what a shell pattern with `*` means.
  static func fits(_ text: UnsafeBufferPointer<UInt8>, wildcard pattern: UnsafeBufferPointer<UInt8>) -> Bool {
    var (at, next) = (0, 0)
    // Where to go on when what follows the last star does not fit: the star takes one byte more.
    var star: (pattern: Int, text: Int)?
    while at < text.count {
      if next < pattern.count, pattern[next] == UInt8(ascii: "*") {
        star = (next, at)
        next += 1
      } else if next < pattern.count, pattern[next] == text[at] {
        next += 1
        at += 1
      } else if let last = star {
        star = (last.pattern, last.text + 1)
        (next, at) = (last.pattern + 1, last.text + 1)
      } else {
        return false
      }
    }
    return (next..<pattern.count).allSatisfy { pattern[$0] == UInt8(ascii: "*") }
  }
}
