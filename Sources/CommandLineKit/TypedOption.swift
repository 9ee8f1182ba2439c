/// Whether a word is an option rather than a value: it begins with a dash, and is neither `-` nor a negative number.
func looksLikeOption(_ word: String) -> Bool {
  guard word.utf8.first == UInt8(ascii: "-") else { return false }
  let digits = word.utf8.dropFirst().drop { $0 == UInt8(ascii: ".") }
  guard let next = digits.first else { return word.utf8.count > 1 && word != "-." }
  return !(0x30...0x39).contains(next)
}

/// The parts of `--name.key=value`.
struct TypedOption {
  /// The part before `=`, as typed.
  var written: String
  /// The same with `_` read as `-` up to the first dot, in a long name.
  var name: String
  /// The part before the first dot, where there is one, and the part after it.
  var base: String?
  var suffix: String?
  var value: String?

  init(_ word: String) {
    let head = word.prefix { $0 != "=" }
    written = String(head)
    value = head.endIndex < word.endIndex ? String(word[word.index(after: head.endIndex)...]) : nil
    let stem = head.prefix { $0 != "." }
    let isLong = head.hasPrefix("--")
    let plain = String(isLong ? stem.map { $0 == "_" ? "-" : $0 } : Array(stem))
    name = plain + head[stem.endIndex...]
    if stem.endIndex < head.endIndex {
      base = plain
      suffix = String(head[head.index(after: stem.endIndex)...])
    }
  }
}

extension Signature {
  /// The declared spelling that `name` is, its `--no-` form included.
  func spelling(of name: String) -> String? {
    if names.contains(name) { return name }
    guard kind == .toggle, name.hasPrefix("--no-") else { return nil }
    let positive = "--" + name.dropFirst(5)
    return names.contains(positive) ? name : nil
  }
}
