/// What must not be shown again: a line may carry tokens and passwords.
package enum Secrets {
  /// Whether the value of a variable may not be shown, by the variable's name: `HF_TOKEN`, `DB_PASSWORD`.
  ///
  /// The last part of the name decides, so that `TOKENIZERS_PARALLELISM` and `HF_TOKEN_PATH` are none.
  package static func isSecret(variable name: String) -> Bool {
    let parts = name.uppercased().split(separator: "_")
    if parts.contains(where: { ["SECRET", "PASSWORD", "PASSWD", "CREDENTIAL", "CREDENTIALS"].contains($0) }) {
      return true
    }
    guard let last = parts.last else { return false }
    return ["TOKEN", "KEY", "SECRET", "PASSWORD", "AUTH"].contains { last.hasSuffix($0) }
  }

  /// `NAME=VALUE` pairs without those whose value may not be shown.
  package static func withoutSecrets(_ pairs: [String]) -> [String] {
    pairs.filter { pair in !isSecret(variable: String(pair.prefix { $0 != "=" })) && tokenStart(in: pair) == nil }
  }

  /// A word as a message may show it: a token becomes its first letters, and a long word its start.
  package static func masked(_ word: String) -> String {
    if let equals = word.firstIndex(of: "="), isSecret(variable: String(word[..<equals])) {
      return word[...equals] + "…"
    }
    if let start = tokenStart(in: word) { return word[..<start] + "…" }
    return word.count > 120 ? word.prefix(120) + "…" : word
  }

  /// Where a token of a kind known by its first letters stands, after those letters.
  ///
  /// What follows them has to look made by chance, so that `/data/hf_home` is none.
  private static func tokenStart(in word: String) -> String.Index? {
    for kind in ["hf_", "sk-", "nvapi-", "ghp_", "eyJ"] {
      let letters = Array(kind.utf8)
      var place = word.utf8.startIndex
      var isInside = false
      while place < word.utf8.endIndex {
        let rest = word.utf8[place...]
        if !isInside, rest.starts(with: letters) {
          let body = rest.dropFirst(letters.count)
          let length = body.prefix { isLetterOrDigit($0) || kind == "sk-" && "-_".utf8.contains($0) }.count
          if length >= 16 { return body.startIndex }
        }
        isInside = isLetterOrDigit(word.utf8[place])
        place = word.utf8.index(after: place)
      }
    }
    return nil
  }

  private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: "A")...UInt8(ascii: "Z"):
      true
    default: false
    }
  }
}
