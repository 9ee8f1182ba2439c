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
  private(set) var sums: [Cell: Sum] = [:]
  /// What each file holds, by the name that an index has for it.
  private(set) var contents: [String: Content] = [:]
  /// The names of all tensors.
  private(set) var names = NameSet()
  private var kinds: [UInt64: TensorKind] = [:]

  /// Tensors that are alike in all that counts.
  struct Cell: Hashable, Sendable {
    var kind: TensorKind
    var dtype: TensorDType
    /// The decoder layer that they are in; nil outside of layers.
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
    var last: (cell: Cell, sum: Sum)?
    var content = Content()
    let found = try SafetensorsHeader.read(header, file: path ?? file, fileSize: fileSize) { tensor in
      let hash = NameHash.of(tensor.name)
      content.tensors += 1
      content.fingerprint &+= hash
      guard names.insert(hash) else {
        duplicates.add(tensor)
        return
      }
      let pattern = NamePatternHash(tensor.name)
      let key = pattern.hash ^ NameHash.mixed(UInt64(tensor.dtype.rank))
      let kind: TensorKind
      if let known = kinds[key] {
        kind = known
      } else {
        kind = TensorKind(name: String(decoding: tensor.name, as: UTF8.self), dtype: tensor.dtype)
        kinds[key] = kind
      }
      let cell = Cell(kind: kind, dtype: tensor.dtype, layer: kind.isInLayer ? pattern.number : nil)
      // Neighbours mostly fall into one cell, such as the experts of a layer.
      if last?.cell != cell {
        if let last { sums[last.cell] = last.sum }
        last = (cell, sums[cell] ?? Sum())
      }
      last?.sum.add(tensor)
    }
    if let last { sums[last.cell] = last.sum }
    files += 1
    tensors += content.tensors
    contents[file] = content
    data += found
    guard data <= Bytes(1 << 50) else {
      throw CheckpointError(file: path ?? file, problem: .header("is one too many: no checkpoint is that large"))
    }
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

extension TensorDType {
  /// Its place among the types.
  fileprivate var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

/// A name with its numbers left out, so that the tensors of all layers and experts are told what they are together, and
/// the first number, which is that of the layer.
private struct NamePatternHash {
  var hash: UInt64
  var number: Int?

  init(_ name: Slice<UnsafeBufferPointer<UInt8>>) {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    var first: Int?
    // The number that a part of the name has been so far; -1 where it is none.
    var digits = 0
    var length = 0
    func part() -> Bool { digits >= 0 && length > 0 }
    for byte in name {
      if byte == Ascii.point {
        if part(), first == nil { first = digits }
        (digits, length) = (0, 0)
        hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3
        continue
      }
      length += 1
      if Ascii.zero...Ascii.nine ~= byte, digits >= 0, length < 10 {
        digits = 10 * digits + Int(byte - Ascii.zero)
        continue
      }
      digits = -1
      hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3
    }
    if part(), first == nil { first = digits }
    self.hash = NameHash.mixed(hash)
    number = first
  }
}
