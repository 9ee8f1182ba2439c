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
    text = String(decoding: Self.withoutSpaces(bytes), as: UTF8.self)
  }
}

extension Preset {
  /// The same JSON without what only makes it readable, a quarter of the file.
  static func withoutSpaces(_ json: Data) -> [UInt8] {
    var text: [UInt8] = []
    text.reserveCapacity(json.count)
    var inString = false
    var isEscaped = false
    for byte in json {
      if inString {
        if byte == UInt8(ascii: "\""), !isEscaped { inString = false }
        isEscaped = byte == UInt8(ascii: "\\") && !isEscaped
      } else if byte == UInt8(ascii: "\"") {
        inString = true
      } else if [UInt8(ascii: " "), UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: "\t")].contains(byte) {
        continue
      }
      text.append(byte)
    }
    return text
  }
}

struct PresetError: Error, CustomStringConvertible {
  let message: String
  var description: String { message }
}
