/// Module names against what lists of names hold, by their bytes: a checkpoint names hundreds of modules, and each
/// module of a model is looked for among all of them.
enum NameMatch {
  /// Whether `name` is what a shell pattern with `*` means.
  static func fits(_ name: String, wildcard: String) -> Bool {
    bytes(of: name, wildcard) { text, pattern in
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

  private static func bytes(
    of first: String, _ second: String, _ body: (UnsafeBufferPointer<UInt8>, UnsafeBufferPointer<UInt8>) -> Bool
  ) -> Bool {
    var (first, second) = (first, second)
    return first.withUTF8 { one in second.withUTF8 { body(one, $0) } }
  }
}
