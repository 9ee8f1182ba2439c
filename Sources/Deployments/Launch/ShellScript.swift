/// The script of `sh -c`: the one command in it that starts vLLM, and the variables set before it.
///
/// Words, quotes, `&&` and `;` are read. Nothing is replaced: what a shell would fill in stays as it is written, and is
/// refused where it decides something.
struct ShellScript {
  /// The command, its own variables in front.
  var words: [String] = []
  /// `export NAME=VALUE` and bare assignments of commands before it.
  var exports: [String] = []

  /// - Throws: ``LineError`` where no command starts vLLM, or a quote is not closed.
  static func command(of script: String) throws(LineError) -> ShellScript {
    var result = ShellScript()
    for command in try commands(of: Array(script.utf8)) {
      var words = command
      if words.first == "export" { words.removeFirst() }
      guard !words.allSatisfy(Launch.isAssignment) else {
        result.exports += words
        continue
      }
      let rest = words.drop(while: Launch.isAssignment)
      if Launch.isHead(rest) {
        result.words = words
        return result
      }
    }
    let first = try commands(of: Array(script.utf8)).first?.first { !Launch.isAssignment($0) }
    if let first, let error = Stranger.error(Launch.name(of: first)) { throw error }
    throw LineError("not-a-serve-line", "no command of the script starts vLLM; give the 'vllm serve' line of it")
  }

  /// The commands between `&&`, `||`, `;`, `|`, `&` and line ends, each as its words; redirections are left out.
  private static func commands(of bytes: [UInt8]) throws(LineError) -> [[String]] {
    var scan = ShellScanner(bytes: bytes)
    return try scan.commands()
  }
}

/// Cuts a script into words as a shell does, without replacing anything.
private struct ShellScanner {
  let bytes: [UInt8]
  var position = 0
  var found: [[String]] = []
  var words: [String] = []
  var word: [UInt8] = []
  var isInWord = false
  /// The next word is where output goes.
  var isTarget = false

  init(bytes: [UInt8]) { self.bytes = bytes }

  mutating func commands() throws(LineError) -> [[String]] {
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      switch byte {
      case UInt8(ascii: " "), UInt8(ascii: "\t"): endWord()
      case UInt8(ascii: "\n"), UInt8(ascii: ";"), UInt8(ascii: "|"): endCommand()
      case UInt8(ascii: "&"):
        if peek == UInt8(ascii: ">") { endWord() } else { endCommand() }
      case UInt8(ascii: ">"), UInt8(ascii: "<"): redirect()
      case UInt8(ascii: "#") where !isInWord:
        while let next = peek, next != UInt8(ascii: "\n") {
          _ = next
          position += 1
        }
      case UInt8(ascii: "\\"):
        guard let next = peek else { break }
        position += 1
        if next != UInt8(ascii: "\n") { append(next) }
      case UInt8(ascii: "'"), UInt8(ascii: "\""): try quoted(byte)
      default: append(byte)
      }
    }
    endCommand()
    return found
  }

  private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func append(_ byte: UInt8) {
    word.append(byte)
    isInWord = true
  }

  private mutating func quoted(_ quote: UInt8) throws(LineError) {
    isInWord = true
    while let byte = peek {
      position += 1
      if byte == quote { return }
      if quote == UInt8(ascii: "\""), byte == UInt8(ascii: "\\"), let next = peek {
        position += 1
        if next == UInt8(ascii: "\n") { continue }
        if !"\"\\$`".utf8.contains(next) { word.append(byte) }
        word.append(next)
      } else {
        word.append(byte)
      }
    }
    throw LineError("not-a-serve-line", "a quote in the script is not closed")
  }

  /// `> file`, `2>&1`: the number before it and the place behind it are no words of the command.
  private mutating func redirect() {
    if isInWord, word.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) {
      word = []
      isInWord = false
    }
    endWord()
    while let next = peek, "<>&".utf8.contains(next) {
      _ = next
      position += 1
    }
    isTarget = true
  }

  private mutating func endWord() {
    guard isInWord else { return }
    if !isTarget { words.append(String(decoding: word, as: UTF8.self)) }
    (word, isInWord, isTarget) = ([], false, false)
  }

  private mutating func endCommand() {
    endWord()
    isTarget = false
    if !words.isEmpty { found.append(words) }
    words = []
  }
}
