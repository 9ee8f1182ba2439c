package import Plimsoll

/// What the headers of a checkpoint add up to, file by file, before anything is known of its config.
///
///     var tally = CheckpointTally()
///     let length = try SafetensorsHeader.length(ofFirst8: start, file: "a.safetensors", fileSize: size)
///     try tally.add(header: json, file: "a.safetensors", fileSize: size)
///     let account = tally.account(for: shape)
package struct CheckpointTally: Sendable {
  /// Files that were added.
  package private(set) var files = 0
  /// Tensors of all of them.
  package private(set) var tensors = 0
  /// What all of them take in the files.
  package private(set) var data = Bytes.zero
  /// What stands in a file again that another has already; vLLM loads both into one place.
  private(set) var duplicates = Sum()
  private(set) var cells: [(cell: Cell, sum: Sum)] = []
  private var cellPlaces = NameTable()
  /// What each file holds, by the name that an index has for it.
  private(set) var contents: [String: Content] = [:]
  /// In which file each tensor was first.
  private var names = NameTable()
  private var kinds: [TensorKind] = []
  private var kindPlaces = NameTable()

  /// Tensors that are alike in all that counts.
  struct Cell: Hashable, Sendable {
    var kind: TensorKind
    var dtype: TensorDType
    /// The decoder layer that they are in, all from 4096 on as one; nil outside of layers.
    var layer: Int?
  }

  /// What tensors come to.
  package struct Sum: Hashable, Sendable {
    package var tensors = 0
    /// Elements as the file types them.
    package var elements = 0
    package var bytes = Bytes.zero
  }

  /// How many tensors a file has, and the sum of their hashes.
  struct Content: Hashable, Sendable {
    var tensors = 0
    var fingerprint: UInt64 = 0
  }

  package init() {}

  /// Adds the header of one file.
  ///
  /// - Parameters:
  ///   - header: The JSON, without the 8 bytes before it.
  ///   - file: Its name in the checkpoint, as an index has it.
  ///   - path: The name for messages, where that is another.
  ///   - fileSize: How long the whole file is, where it is known.
  package mutating func add(
    header: UnsafeRawBufferPointer, file: String, path: String? = nil, fileSize: Bytes?
  ) throws(CheckpointError) {
    var content = Content()
    let number = UInt32(truncatingIfNeeded: files)
    let found = try SafetensorsHeader.read(header, file: path ?? file, fileSize: fileSize) { tensor in
      content.tensors += 1
      content.fingerprint &+= tensor.hash
      if let first = names.insert(tensor.hash, number) {
        duplicates.add(tensor)
        return first != number
      }
      cells[place(of: tensor)].sum.add(tensor)
      return true
    }
    files += 1
    tensors += content.tensors
    contents[file] = content
    data += found
    guard data <= Bytes(1 << 50) else {
      throw CheckpointError(file: path ?? file, problem: .header("is one too many: no checkpoint is that large"))
    }
  }

  private static let mostPatterns = 1 << 14

  /// Where the sum is that a tensor goes into.
  private mutating func place(of tensor: SafetensorsHeader.Tensor) -> Int {
    let pattern = NamePatternHash(tensor.name)
    var key = NameHash.mixed(pattern.hash ^ UInt64(tensor.dtype.rawValue) << 56)
    var known = kindPlaces.value(of: key)
    // A checkpoint has hundreds of patterns; of one that has more the rest is told apart by type alone.
    let isOneOfMany = known == nil && kinds.count >= Self.mostPatterns
    if isOneOfMany {
      key = UInt64(tensor.dtype.rawValue) + 1
      known = kindPlaces.value(of: key)
    }
    let kind = known.map(Int.init) ?? kinds.count
    if known == nil {
      _ = kindPlaces.insert(key, UInt32(truncatingIfNeeded: kind))
      let name = isOneOfMany ? "" : String(decoding: tensor.name, as: UTF8.self)
      kinds.append(TensorKind(name: name, dtype: tensor.dtype))
    }
    let layer = kinds[kind].isInLayer ? pattern.number.map { min($0, 4096) } : nil
    let cellKey = NameHash.mixed(UInt64(kind) << 16 | UInt64(layer.map { $0 + 1 } ?? 0))
    if let known = cellPlaces.insert(cellKey, UInt32(truncatingIfNeeded: cells.count)) { return Int(known) }
    cells.append((Cell(kind: kinds[kind], dtype: tensor.dtype, layer: layer), Sum()))
    return cells.count - 1
  }

  /// The same for the first `count` bytes of an array; nil for all of them.
  package mutating func add(
    header: [UInt8], count: Bytes? = nil, file: String, path: String? = nil, fileSize: Bytes?
  ) throws(CheckpointError) {
    var failure: CheckpointError?
    header.withUnsafeBytes { bytes in
      let bytes = UnsafeRawBufferPointer(rebasing: bytes.prefix(count?.count ?? header.count))
      do throws(CheckpointError) {
        try add(header: bytes, file: file, path: path, fileSize: fileSize)
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
  }
}

extension CheckpointTally.Sum {
  fileprivate mutating func add(_ tensor: SafetensorsHeader.Tensor) {
    tensors += 1
    elements += tensor.elements
    bytes += tensor.bytes
  }

  static func += (lhs: inout Self, rhs: Self) {
    lhs.tensors += rhs.tensors
    lhs.elements += rhs.elements
    lhs.bytes += rhs.bytes
  }
}

/// A name with its numbers left out, so that the tensors of all layers and experts are told what they are together, and
/// the first number, which is that of the layer.
private struct NamePatternHash {
  var hash: UInt64
  var number: Int?

  init(_ name: UnsafeBufferPointer<UInt8>) {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    var first = -1
    // The number that a part of the name has been so far; -1 where it is none.
    var digits = 0
    var length = 0
    for byte in name {
      if byte == Ascii.point {
        if first < 0, digits >= 0, length > 0 { first = digits }
        digits = 0
        length = 0
      } else {
        length += 1
        if digits >= 0, byte &- Ascii.zero < 10, length < 10 {
          digits = 10 &* digits &+ Int(byte &- Ascii.zero)
          continue
        }
        digits = -1
      }
      hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3
    }
    if first < 0, digits >= 0, length > 0 { first = digits }
    self.hash = NameHash.mixed(hash)
    number = first < 0 ? nil : first
  }
}
