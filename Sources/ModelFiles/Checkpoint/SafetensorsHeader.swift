package import Plimsoll

/// The header of a safetensors file: 8 bytes with its length, little-endian, and JSON that says of each tensor what type
/// and shape it has and where its bytes lie.
///
/// It is read in one pass, without a tree and without a text for each tensor, and checked as the safetensors crate does
/// (0.6 `tensor.rs read_metadata, Metadata::validate`): types that exist, sizes that follow from them, and data that
/// begin at 0, follow each other without hole or overlap, and end where the file ends.
package enum SafetensorsHeader {
  /// What comes before the JSON: its length.
  package static let prefix = Bytes(8)
  /// The longest that a header may be (`MAX_HEADER_SIZE`).
  package static let longest = Bytes(100_000_000)
  /// The most data that a file is believed to have, so that sums over files stay numbers.
  static let mostData = Bytes(1 << 46)

  /// What a header says of one tensor. The name is valid during the call that it is handed to.
  struct Tensor {
    /// In UTF-8, without escapes.
    let name: UnsafeBufferPointer<UInt8>
    /// The name as a number.
    let hash: UInt64
    let dtype: TensorDType
    let elements: Int
    let bytes: Bytes
  }

  /// How long the JSON is, from the first 8 bytes of a file.
  ///
  /// - Parameter fileSize: How long the whole file is, where it is known.
  package static func length(
    ofFirst8 start: [UInt8], file: String, fileSize: Bytes?
  ) throws(CheckpointError) -> Bytes {
    guard start.count >= prefix.count else {
      throw CheckpointError(file: file, problem: .cut(has: Bytes(start.count), needs: prefix + Bytes(2)))
    }
    let length = start[..<8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard length <= UInt64(longest.count) else {
      let other = start.withUnsafeBytes(CheckpointError.Lookalike.init)
      throw CheckpointError(file: file, problem: other.map { .isOther($0) } ?? .headerLength(length))
    }
    let bytes = Bytes(Int(length))
    if let fileSize, fileSize - prefix < bytes {
      throw CheckpointError(file: file, problem: .cut(has: fileSize, needs: prefix + bytes))
    }
    return bytes
  }

  /// Reads the JSON of a header, and says how many bytes of data its tensors have together.
  ///
  /// - Parameters:
  ///   - json: The header without the 8 bytes before it.
  ///   - fileSize: How long the whole file is, where it is known.
  ///   - body: Called for each tensor in the order in which they are written; false where one of that name was there.
  @discardableResult
  static func read(
    _ json: UnsafeRawBufferPointer, file: String, fileSize: Bytes?, _ body: (Tensor) -> Bool
  ) throws(CheckpointError) -> Bytes {
    var reader = SafetensorsReader(json.bindMemory(to: UInt8.self), file: file)
    let data = try reader.read(body)
    let end = prefix + Bytes(json.count) + data
    if let fileSize, fileSize != end { throw CheckpointError(file: file, problem: .fileSize(fileSize, ends: end)) }
    return data
  }
}
