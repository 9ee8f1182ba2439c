/// What was read, where it is no log of vLLM.
package enum LogKind: Hashable, Sendable {
  case empty, compressed, binary
  /// Of another engine, by its name.
  case engine(String)

  /// - Parameter start: The first bytes, as they came.
  init?(_ start: [UInt8]) {
    // gzip, zstd, zip, xz and bzip2.
    let compressed: [[UInt8]] = [
      [0x1F, 0x8B], [0x28, 0xB5, 0x2F, 0xFD], [0x50, 0x4B, 0x03, 0x04], [0xFD, 0x37, 0x7A, 0x58, 0x5A],
      [0x42, 0x5A, 0x68],
    ]
    if start.isEmpty {
      self = .empty
    } else if compressed.contains(where: { start.starts(with: $0) }) {
      self = .compressed
    } else if start.contains(0) || start.starts(with: "%PDF-".utf8) {
      self = .binary
    } else {
      return nil
    }
  }
}

extension LogReader {
  /// What was read, where nothing in it is known of vLLM; nil for text of unknown kind.
  package var kind: LogKind? { report.otherEngine.map { .engine($0) } ?? (utf16 == nil ? LogKind(start) : nil) }
}
