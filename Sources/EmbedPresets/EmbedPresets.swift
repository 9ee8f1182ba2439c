import Foundation

/// `EmbedPresets presets FOLDER OUTPUT` writes every `FOLDER/KIND/NAME.json` as a literal of OUTPUT, and an index of
/// names. `EmbedPresets coefficients FILE OUTPUT` writes the coefficients of FILE as values.
///
/// Nothing is built when the program starts: a file is a case of a switch, and each index is one literal that is
/// searched where it lies.
@main
struct EmbedPresets {
  static func main() throws {
    let input = URL(fileURLWithPath: CommandLine.arguments[2])
    let source =
      switch CommandLine.arguments[1] {
      case "coefficients": try Coefficients(file: input).source()
      default: try presets(in: input)
      }
    try source.write(toFile: CommandLine.arguments[3], atomically: true, encoding: .utf8)
  }

  /// The presets of every kind.
  static func presets(in folder: URL) throws -> String {
    var json = ""
    var ids = ""
    var names = ""
    var kinds: [(kind: String, presets: [Preset])] = []
    for folder in try children(of: folder) where folder.hasDirectoryPath && folder.lastPathComponent != "engines" {
      let kind = folder.lastPathComponent
      let presets = try children(of: folder).filter { $0.pathExtension == "json" }.map(Preset.init(file:))
        .sorted { $0.id.utf8.lexicographicallyPrecedes($1.id.utf8) }
      if !presets.isEmpty { kinds.append((kind, presets)) }
    }
    let shorthand = Shorthand(kinds.flatMap(\.presets).map(\.text))
    for (kind, presets) in kinds {
      let index = try NameIndex(presets)
      ids += caseOf(kind, returning: presets.map(\.id).joined(separator: "\n"))
      names += caseOf(kind, returning: index.lines.joined(separator: "\n"))
      json += "    case \"\(kind)\":\n      switch number {\n"
      for (number, preset) in presets.enumerated() {
        json += "      case \(number): return \(literal(try shorthand.shortened(preset.text)))\n"
      }
      json += "      default: return \"\"\n      }\n"
    }
    return """
      /// The files under `Presets/`, in the read-only data of the binary. A preset has a number within its kind.
      enum EmbeddedPresets {
        /// The ids, a line each, in the order of the numbers, which is that of their bytes.
        static func ids(_ kind: String) -> StaticString {
          switch kind {
      \(ids)    default: return ""
          }
        }

        /// The names, a line each, sorted by their bytes: name, tab, `=` or `~` where the name only follows from
        /// an id, and the numbers it stands for, with commas.
        static func names(_ kind: String) -> StaticString {
          switch kind {
      \(names)    default: return ""
          }
        }

        /// What U+0080 and the letters after it stand for in the files, a line each.
        static var words: StaticString {
          \(literal(shorthand.words.joined(separator: "\n")))
        }

        /// The file of that number, with a letter for each word.
        static func json(_ kind: String, _ number: Int) -> StaticString {
          switch kind {
      \(json)    default: return ""
          }
        }
      }

      """
  }

  /// Folders and files by name; the order of bytes, which no locale changes.
  static func children(of folder: URL) throws -> [URL] {
    try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: [.isDirectoryKey])
      .sorted { $0.lastPathComponent.utf8.lexicographicallyPrecedes($1.lastPathComponent.utf8) }
  }

  static func caseOf(_ kind: String, returning text: String) -> String {
    "    case \"\(kind)\": return \(literal(text))\n"
  }

  static func literal(_ text: String) -> String { "##\"\"\"\n" + text + "\n\"\"\"##" }
}
