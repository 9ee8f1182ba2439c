import Foundation
import ModelFiles
import Plimsoll

/// What the parser of vLLM 0.33.0 answered, as files beside the tests.
enum Fixture {
  static func read(_ name: String) throws -> JSON {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Fixtures")
    return try JSON.parse(Array(Data(contentsOf: folder.appendingPathComponent(name))))
  }

  /// The flags that vLLM's values stand for: each under its own name with its value, nothing else of its grammar.
  static func flags(_ values: JSON) throws -> ServeFlags {
    var flags = ServeFlags()
    guard case .object(let members) = values else { return flags }
    for descriptor in ServeFlags.descriptors {
      let name = descriptor.name.dropFirst(2).map { $0 == "-" ? "_" : $0 }
      guard let value = members[String(name)] else { continue }
      switch value {
      case .bool(let isOn): try flags.apply(name: isOn ? descriptor.name : "--no-" + descriptor.name.dropFirst(2))
      case .array(let items): try flags.apply(name: descriptor.name, values: items.map(text))
      default: try flags.apply(name: descriptor.name, value: text(value))
      }
    }
    return flags
  }

  private static func text(_ value: JSON) -> String {
    switch value {
    case .string(let text): text
    case .null: "None"
    default: value.serialized(pretty: false)
    }
  }
}

extension JSON {
  var items: [JSON] { if case .array(let items) = self { items } else { [] } }
  var text: String? { if case .string(let text) = self { text } else { nil } }
  var texts: [String] { items.compactMap(\.text) }
}

/// A folder of its own, gone with the value that made it.
final class Folder {
  let path: String

  init(_ files: [String: String] = [:]) throws {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("line-" + UUID().uuidString)
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    path = url.path
    for (name, text) in files { try Data(text.utf8).write(to: url.appendingPathComponent(name)) }
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }
}
