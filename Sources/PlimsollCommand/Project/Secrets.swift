import CommandLineKit

/// Names of what no file may hold and no output may show.
enum Secrets {
  private static let endings = ["token", "api-key", "secret", "password", "access-key"]

  /// Whether a flag, a variable or a `NAME=VALUE` pair is one that holds a secret, by its name.
  static func holds(_ word: String) -> Bool {
    let name = String(word.prefix { $0 != "=" }.drop { $0 == "-" }).asciiLowercased
    let dashed = String(name.map { $0 == "_" ? "-" : $0 })
    return endings.contains { dashed == $0 || dashed.hasSuffix("-" + $0) }
  }
}
