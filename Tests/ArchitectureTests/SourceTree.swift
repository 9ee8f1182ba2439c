import Foundation

/// The project's own Swift files, read from disk.
struct SourceFile: Sendable {
  /// From the root of the package: `Sources/Plimsoll/Units/Bytes.swift`.
  let path: String
  let text: String

  var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }

  /// The number of lines as an editor counts them.
  var lineCount: Int { text.hasSuffix("\n") ? lines.count - 1 : lines.count }

  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  static let all: [SourceFile] = {
    let folders = ["Presets", "Sources", "Tests"]
    return folders.flatMap { folder -> [SourceFile] in
      let start = root.appendingPathComponent(folder)
      guard let paths = FileManager.default.enumerator(atPath: start.path) else { return [] }
      return paths.compactMap { $0 as? String }.filter { $0.hasSuffix(".swift") }.sorted().compactMap { path in
        guard let text = try? String(contentsOf: start.appendingPathComponent(path), encoding: .utf8) else {
          return nil
        }
        return SourceFile(path: folder + "/" + path, text: text)
      }
    }
  }()

  /// Files below `folder`.
  static func under(_ folders: String...) -> [SourceFile] {
    all.filter { file in folders.contains { file.path.hasPrefix($0 + "/") } }
  }

  /// The modules that the file imports.
  var imports: [String] {
    lines.compactMap { line in
      let words = line.split(separator: " ")
      guard let at = words.firstIndex(of: "import"), at <= 2, at + 1 < words.count,
        words[..<at].allSatisfy({ ["public", "package", "internal", "private", "@testable"].contains($0) })
      else { return nil }
      return words.last.map { String($0.prefix { $0 != "." }) }
    }
  }

  /// The lines without comments and without what stands in string literals.
  var code: [String] {
    var isInLongString = false
    return lines.map { line in
      let quotes = line.components(separatedBy: "\"\"\"").count - 1
      defer { if quotes % 2 == 1 { isInLongString.toggle() } }
      if isInLongString || quotes > 0 { return "" }
      return Self.withoutStringsAndComments(line)
    }
  }

  static func withoutStringsAndComments(_ line: Substring) -> String {
    var result = ""
    var isInString = false
    var depth = 0
    var before: Character = " "
    for character in line {
      if isInString {
        if before == "\\", character == "(" { depth += 1 } else if depth > 0, character == ")" { depth -= 1 }
        if character == "\"", before != "\\", depth == 0 {
          isInString = false
          result.append("\"")
        }
        before = before == "\\" && character == "\\" ? " " : character
        continue
      }
      if before == "/", character == "/" { return String(result.dropLast()) }
      if character == "\"" { isInString = true }
      result.append(character)
      before = character
    }
    return result
  }
}
