import Deployments
import Foundation
import ModelFiles

/// What the consumers of a format make of it, restated from their own descriptions.
enum ReadBack {
  /// The documents of a YAML file.
  static func documents(_ text: String) throws -> [JSON] {
    try text.components(separatedBy: "\n---\n").map { try YAMLBlock.parse(Array($0.utf8)) }
  }

  static func document(_ text: String, kind: String) throws -> JSON? {
    try documents(text).first { $0["kind"]?.text == kind }
  }

  /// `$(NAME)` replaced where the variable is there, `$$` made a dollar.
  ///
  /// Source: third_party/forked/golang/expansion of Kubernetes.
  static func kubernetes(_ text: String, _ variables: [String: String] = [:]) -> String {
    var out = ""
    var rest = Substring(text)
    while let character = rest.popFirst() {
      guard character == "$", let next = rest.first else {
        out.append(character)
        continue
      }
      if next == "$" {
        rest.removeFirst()
        out += "$"
      } else if next == "(", let end = rest.firstIndex(of: ")") {
        let name = String(rest[rest.index(after: rest.startIndex)..<end])
        out += variables[name] ?? "$(" + name + ")"
        rest = rest[rest.index(after: end)...]
      } else {
        out += "$"
      }
    }
    return out
  }

  /// `$$` made a dollar; a single one would be a variable.
  ///
  /// Source: 12-interpolation.md of the Compose specification.
  static func compose(_ text: String) -> String? {
    let parts = text.components(separatedBy: "$$")
    return parts.contains { $0.contains("$") } ? nil : parts.joined(separator: "$")
  }

  /// The assignments of a unit, lines joined where one ends in a backslash, comments left out.
  ///
  /// Source: systemd.syntax(7).
  static func unit(_ text: String) -> [(key: String, value: String)] {
    var found: [(String, String)] = []
    var held = ""
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      let isComment = line.hasPrefix("#") || line.hasPrefix(";")
      if isComment || (held.isEmpty && (line.isEmpty || line.hasPrefix("["))) { continue }
      if line.hasSuffix("\\") {
        held += line.dropLast() + " "
        continue
      }
      let whole = held + line
      held = ""
      guard let equals = whole.firstIndex(of: "=") else { continue }
      found.append((String(whole[..<equals]), String(whole[whole.index(after: equals)...])))
    }
    return found
  }

  /// The words of a value: quotes and C escapes undone, specifiers expanded, and `$$` made a dollar in commands; nil
  /// where a specifier or a variable would be replaced.
  ///
  /// Source: `extract_first_word` with EXTRACT_UNQUOTE and EXTRACT_CUNESCAPE, systemd.unit(5), systemd.service(5).
  static func systemd(_ value: String, isCommand: Bool) -> [String]? {
    var words: [String] = []
    var word: String?
    var quote: Character?
    var rest = Array(value)[...]
    while let character = rest.popFirst() {
      if character == "\\" {
        guard let next = rest.popFirst() else { return nil }
        let escapes: [Character: String] = [
          "n": "\n", "t": "\t", "r": "\r", "\\": "\\", "\"": "\"", "'": "'", "s": " ",
        ]
        if next == "x" {
          guard let code = UInt8(String(rest.prefix(2)), radix: 16) else { return nil }
          rest = rest.dropFirst(2)
          word = (word ?? "") + String(UnicodeScalar(code))
        } else if let plain = escapes[next] {
          word = (word ?? "") + plain
        } else {
          return nil
        }
      } else if let open = quote {
        if character == open { quote = nil } else { word = (word ?? "") + String(character) }
      } else if character == "\"" || character == "'" {
        quote = character
        word = word ?? ""
      } else if character == " " || character == "\t" {
        if let done = word { words.append(done) }
        word = nil
      } else {
        word = (word ?? "") + String(character)
      }
    }
    if let done = word { words.append(done) }
    let specified = words.map { undoubled($0, "%") }
    let finished = isCommand ? specified.map { $0.flatMap { undoubled($0, "$") } } : specified
    return finished.contains { $0 == nil } ? nil : finished.compactMap { $0 }
  }

  private static func undoubled(_ text: String, _ sign: String) -> String? {
    let parts = text.components(separatedBy: sign + sign)
    return parts.contains { $0.contains(sign) } ? nil : parts.joined(separator: sign)
  }
}

/// A folder of programs that say how they were called.
///
/// Another program copies them into place: a file that this process has open for writing is also open in each child
/// that another test starts at that moment, and the system runs no such file ("Text file busy").
struct Stubs {
  private let folder: Folder

  init() throws {
    let say = "#!/bin/sh\nprintf '%s\\0' \"${VLLM_NOTE-unset}\" \"$@\"\n"
    folder = try Folder([
      "vllm.sh": say, "docker.sh": say, "scontrol.sh": "#!/bin/sh\necho first\necho second\n",
      "srun.sh": "#!/bin/sh\nwhile case \"$1\" in --*) true;; *) false;; esac; do shift; done\nexec \"$@\"\n",
    ])
    _ = try run("for file in *.sh; do cp \"$file\" \"${file%.sh}\" && chmod 755 \"${file%.sh}\"; done")
  }

  /// Runs a script and gives VLLM_NOTE and the words that its program was called with.
  func run(_ script: String, shell: String = "/bin/sh", _ variables: [String: String] = [:]) throws -> [String] {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: shell)
    process.arguments = ["-s"]
    process.currentDirectoryURL = URL(fileURLWithPath: folder.path)
    process.environment = variables.merging(["PATH": folder.path + ":/usr/bin:/bin", "HOME": "/home/user"]) { $1 }
    let (input, output) = (Pipe(), Pipe())
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    try input.fileHandleForWriting.write(contentsOf: Data(script.utf8))
    try input.fileHandleForWriting.close()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return String(decoding: data, as: UTF8.self).components(separatedBy: "\0").dropLast()
  }
}
