import Plimsoll

/// What must not be shown again: a line may carry tokens and passwords.
package enum Secrets {
  /// Whether the value of a variable may be shown: no name of a token, a key, a password.
  package static func isSecret(variable name: String) -> Bool {
    let upper = name.uppercased()
    return ["TOKEN", "KEY", "SECRET", "PASSWORD", "PASSWD", "CREDENTIAL", "_AUTH"].contains { upper.holds($0) }
      && !upper.hasSuffix("_PATH")
  }

  /// `NAME=VALUE` pairs without those whose value may not be shown.
  package static func withoutSecrets(_ pairs: [String]) -> [String] {
    pairs.filter { pair in !isSecret(variable: String(pair.prefix { $0 != "=" })) && masked(pair) == pair }
  }

  /// A word as a message may show it: what looks like a token becomes its first letters.
  package static func masked(_ word: String) -> String {
    if let equals = word.firstIndex(of: "="), isSecret(variable: String(word[..<equals])) {
      return word[...equals] + "…"
    }
    for start in ["hf_", "sk-", "nvapi-", "ghp_", "eyJ"] {
      guard word.holds(start) else { continue }
      var text = word[...]
      while !text.isEmpty, !text.hasPrefix(start) { text = text.dropFirst() }
      let before = word.count - text.count
      if text.count >= start.count + 8 { return word.prefix(before) + start + "…" }
    }
    return word
  }
}
