/// Why a line cannot be planned: a sentence for a person and a code for a program.
package struct LineError: Error, Hashable, Sendable {
  package var code: String
  package var message: String
  /// What may have been meant.
  package var suggestions: [String]
  /// Whether the line is right and what it names cannot be had or is not modelled, rather than the line being wrong.
  package var isInput: Bool

  package init(_ code: String, _ message: String, suggestions: [String] = [], isInput: Bool = false) {
    self.code = code
    self.message = message
    self.suggestions = suggestions
    self.isInput = isInput
  }
}

extension LineError {
  /// A word that nothing takes.
  static func extra(_ word: String) -> LineError {
    if Unexpanded.isIn(word) { return .unexpanded("the line", word) }
    if word.hasPrefix("-"), let blank = word.firstIndex(of: " ") {
      let flag = word[..<blank]
      return LineError(
        "extra-argument",
        "'\(Secrets.masked(word))' is one word to vLLM, which finds no flag in it; write \(flag) and its value apart")
    }
    return LineError("extra-argument", "unexpected argument '\(Secrets.masked(word))'")
  }

  /// What a shell would have replaced before vLLM saw it.
  static func unexpanded(_ place: String, _ word: String) -> LineError {
    LineError(
      "unexpanded",
      "\(place): '\(Secrets.masked(word))' is for a shell to fill in, which has not happened; write the value")
  }
}

/// Variables and commands that only a shell can replace.
enum Unexpanded {
  /// Whether `$NAME`, `${…}`, `$(…)` or a backtick is in the word.
  static func isIn(_ word: String) -> Bool {
    var afterDollar = false
    for byte in word.utf8 {
      if byte == UInt8(ascii: "`") { return true }
      if afterDollar, isNameStart(byte) || byte == UInt8(ascii: "{") || byte == UInt8(ascii: "(") { return true }
      afterDollar = byte == UInt8(ascii: "$")
    }
    return false
  }

  private static func isNameStart(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"): true
    default: false
    }
  }
}
