extension String {
  /// Whether `part` occurs in the text, by their bytes.
  ///
  /// The library's own `contains` of a text in a text brings in the engine of regular expressions, which is an eighth
  /// of the stripped binary.
  package func holds(_ part: String) -> Bool {
    var (whole, part) = (self, part)
    return whole.withUTF8 { text in
      part.withUTF8 { wanted in
        guard let first = wanted.first else { return true }
        guard wanted.count <= text.count else { return false }
        for start in 0...(text.count - wanted.count) where text[start] == first {
          if (1..<wanted.count).allSatisfy({ text[start + $0] == wanted[$0] }) { return true }
        }
        return false
      }
    }
  }
}
