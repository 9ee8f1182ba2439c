import Foundation

/// A preset file and what it is called.
struct Preset {
  let id: String
  let aliases: [String]
  let text: String

  /// The two keys that every kind of preset may have; a file without them goes by its own name.
  private struct Header: Decodable {
    let id: String?
    let aliases: [String]?
  }

  init(file: URL) throws {
    let decoder = JSONDecoder()
    // Real config.json files hold Infinity and NaN.
    decoder.allowsJSON5 = true
    let bytes = try Data(contentsOf: file)
    let header: Header
    do {
      header = try decoder.decode(Header.self, from: bytes)
    } catch {
      throw PresetError(message: "\(file.path): not a preset: \(error)")
    }
    id = header.id ?? file.deletingPathExtension().lastPathComponent
    aliases = header.aliases ?? []
    text = String(decoding: bytes, as: UTF8.self)
  }
}

struct PresetError: Error, CustomStringConvertible {
  let message: String
  var description: String { message }
}
