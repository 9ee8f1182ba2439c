import Foundation

/// `EmbedPresets FOLDER OUTPUT` writes every `FOLDER/KIND/NAME.json` as a literal of OUTPUT, sorted by kind and name.
@main
struct EmbedPresets {
  static func main() throws {
    let folder = URL(fileURLWithPath: CommandLine.arguments[1])
    var source = """
      /// One embedded file: its bytes lie in the binary's read-only data.
      struct EmbeddedPreset {
        let kind: StaticString
        let name: StaticString
        let json: StaticString
      }

      let embeddedPresets: [EmbeddedPreset] = [

      """
    for kind in try children(of: folder) where kind.hasDirectoryPath {
      for file in try children(of: kind) where file.pathExtension == "json" {
        let name = file.deletingPathExtension().lastPathComponent
        let json = try String(contentsOf: file, encoding: .utf8)
        source += "  EmbeddedPreset(kind: \"\(kind.lastPathComponent)\", name: \"\(name)\", json: ##\"\"\"\n"
        source += json + "\n\"\"\"##),\n"
      }
    }
    try (source + "]\n").write(toFile: CommandLine.arguments[2], atomically: true, encoding: .utf8)
  }

  static func children(of folder: URL) throws -> [URL] {
    try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: [.isDirectoryKey])
      .sorted { $0.lastPathComponent < $1.lastPathComponent }
  }
}
