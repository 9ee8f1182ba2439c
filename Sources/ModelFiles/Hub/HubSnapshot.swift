/// One commit of a model as far as it is read: small files whole, and of safetensors files the header.
struct HubSnapshot: Sendable {
  /// `ORG/NAME`.
  var name: String
  var commit: String
  /// All files of the repository.
  var files: [String]
  var entries: [Entry] = []

  struct Entry: Hashable, Sendable {
    var name: String
    /// Whether `bytes` are the header of a safetensors file, without the 8 bytes before it.
    var isHeader: Bool
    /// How long the file is, where that is known.
    var size: Int?
    var bytes: ArraySlice<UInt8>
  }

  func file(_ name: String) -> [UInt8]? { entries.first { !$0.isHeader && $0.name == name }.map { Array($0.bytes) } }
}

/// The form of a snapshot on disk: a line, two numbers, a table in JSON, and the bytes one after another.
///
/// The first number is the length of the table, the second the checksum of the table and all bytes. Both have 8 bytes,
/// the lowest first.
extension HubSnapshot {
  private static let magic = Array("plimsoll hub snapshot 1\n".utf8)

  /// The parts of the file, to be written one after another.
  var packed: [ArraySlice<UInt8>] {
    let table: JSON = [
      "model": .string(name), "commit": .string(commit), "files": .array(files.map { .string($0) }),
      "entries": .array(
        entries.map { entry in
          [
            "name": .string(entry.name), "header": .bool(entry.isHeader),
            "size": entry.size.map { .integer($0) } ?? .null,
            "bytes": .integer(entry.bytes.count),
          ]
        }),
    ]
    let head = table.serializedBytes(pretty: false)
    let sum = Self.sum([head[...]] + entries.map(\.bytes))
    return [(Self.magic + Self.word(UInt64(head.count)) + Self.word(sum) + head)[...]] + entries.map(\.bytes)
  }

  /// - Returns: nil for bytes that are not as they were written.
  init?(packed bytes: [UInt8]) {
    let start = Self.magic.count + 16
    guard bytes.starts(with: Self.magic), bytes.count >= start else { return nil }
    let length = Self.number(bytes[Self.magic.count...].prefix(8))
    let sum = Self.number(bytes[(Self.magic.count + 8)...].prefix(8))
    guard length <= UInt64(bytes.count - start) else { return nil }
    var place = start + Int(length)
    guard let table = try? JSON.parse(Array(bytes[start..<place])), case .string(let name)? = table["model"],
      case .string(let commit)? = table["commit"], case .array(let files)? = table["files"],
      case .array(let rows)? = table["entries"]
    else { return nil }
    self.name = name
    self.commit = commit
    self.files = files.compactMap { if case .string(let text) = $0 { text } else { nil } }
    var parts = [bytes[start..<place]]
    for row in rows {
      guard case .string(let name)? = row["name"], case .bool(let isHeader)? = row["header"],
        case .integer(let count)? = row["bytes"], count >= 0, count <= bytes.count - place
      else { return nil }
      var size: Int?
      if case .integer(let number)? = row["size"] { size = number }
      parts.append(bytes[place..<place + count])
      entries.append(Entry(name: name, isHeader: isHeader, size: size, bytes: bytes[place..<place + count]))
      place += count
    }
    guard place == bytes.count, Self.sum(parts) == sum else { return nil }
  }

  private static func sum(_ parts: [ArraySlice<UInt8>]) -> UInt64 {
    var sum = HubChecksum()
    for part in parts { part.withUnsafeBytes { sum.add($0) } }
    return sum.value
  }

  private static func word(_ number: UInt64) -> [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
  }

  private static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 {
    bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }
}
