import Foundation

/// Which presets a name stands for.
///
/// An id or an alias that a file lists wins over the part of an id after its slash, which any publisher may share.
struct NameIndex {
  let lines: [String]

  init(_ presets: [Preset]) throws {
    var listed: [String: [Int]] = [:]
    var derived: [String: [Int]] = [:]
    for (number, preset) in presets.enumerated() {
      for name in Set(([preset.id] + preset.aliases).map(Self.key)) { listed[name, default: []].append(number) }
      if let slash = preset.id.lastIndex(of: "/") {
        derived[Self.key(String(preset.id[preset.id.index(after: slash)...])), default: []].append(number)
      }
    }
    for name in listed.keys where name.isEmpty || name.contains(where: \.isNewline) || name.contains("\t") {
      throw PresetError(message: "'\(name)' cannot be a name")
    }
    lines = Set(listed.keys).union(derived.keys)
      .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
      .map { name in
        let numbers = listed[name] ?? derived[name] ?? []
        return name + "\t" + (listed[name] == nil ? "~" : "=") + numbers.map(String.init).joined(separator: ",")
      }
  }

  /// The form in which names are compared. `PresetName` of the Catalog target has the same rule.
  static func key(_ name: String) -> String {
    let bytes = name.utf8.map { byte -> UInt8 in
      switch byte {
      case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte + 32
      case UInt8(ascii: " "), UInt8(ascii: "_"): UInt8(ascii: "-")
      default: byte
      }
    }
    let key = String(decoding: bytes, as: UTF8.self)
    return key.hasPrefix("nvidia-") ? String(key.dropFirst("nvidia-".count)) : key
  }
}
