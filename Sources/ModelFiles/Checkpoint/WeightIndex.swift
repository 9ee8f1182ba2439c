package import Plimsoll

/// `model.safetensors.index.json`: which file holds which tensor.
///
/// vLLM takes from it only which files there are (`model_loader/weight_utils.py filter_duplicate_safetensors_files`);
/// it is read in one pass, since that of DeepSeek-V3 has 92,000 names.
package struct WeightIndex: Sendable {
  package static let name = "model.safetensors.index.json"
  /// The most that is read of one.
  package static let longest = Bytes.mib(256)

  /// A file, and what the index says that it holds.
  package struct Shard: Hashable, Sendable {
    package var name: String
    package var tensors = 0
    /// The sum of the tensors' hashes, which does not depend on their order.
    var fingerprint: UInt64 = 0
  }

  /// In the order of their names.
  package private(set) var shards: [Shard] = []

  /// - Throws: ``CheckpointError`` where it is no index, maps a tensor twice, or names a file that is not beside it.
  package init(_ bytes: [UInt8], file: String) throws(CheckpointError) {
    var found: [Shard] = []
    var places: [String: Int] = [:]
    var last: (hash: UInt64, place: Int) = (0, -1)
    var names = NameTable()
    try Self.scan(bytes, file: file) { name, shard in
      let hash = NameHash.of(name)
      guard names.insert(hash, 0) == nil else { return false }
      let shardHash = NameHash.of(shard)
      if last.place < 0 || last.hash != shardHash {
        let text = String(decoding: shard, as: UTF8.self)
        let place = places[text] ?? found.count
        if place == found.count {
          found.append(Shard(name: text))
          places[text] = place
        }
        last = (shardHash, place)
      }
      found[last.place].tensors += 1
      found[last.place].fingerprint &+= hash
      return true
    }
    for shard in found where shard.name.utf8.contains(Ascii.slash) || !shard.name.hasSuffix(".safetensors") {
      throw CheckpointError(
        file: file,
        problem: .index("names '\(CheckpointError.shortened(shard.name))', which is no safetensors file beside it"))
    }
    guard !found.isEmpty else { throw CheckpointError(file: file, problem: .index("lists no file")) }
    shards = found.ordered { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
  }

  /// Calls `body` with each tensor's name and that of its file, as long as it returns true; false is a tensor twice.
  static func scan(
    _ bytes: [UInt8], file: String,
    _ body: (_ name: UnsafeBufferPointer<UInt8>, _ shard: UnsafeBufferPointer<UInt8>) -> Bool
  ) throws(CheckpointError) {
    var failure: CheckpointError?
    bytes.withUnsafeBufferPointer { buffer in
      var reader = JSONReader(buffer)
      do throws(JSONError) {
        if let problem = try reader.weightMap(body) { failure = CheckpointError(file: file, problem: .index(problem)) }
      } catch {
        failure = CheckpointError(file: file, problem: .index("is no JSON: " + error.message))
      }
    }
    if let failure { throw failure }
  }
}

extension JSONReader {
  /// - Returns: What is wrong with the index, where it is JSON; nil for nothing.
  fileprivate mutating func weightMap(
    _ body: (UnsafeBufferPointer<UInt8>, UnsafeBufferPointer<UInt8>) -> Bool
  ) throws(JSONError) -> String? {
    var hasMap = false
    var problem: String?
    skipSpace()
    guard skip(Ascii.openBrace) else { return "is no object" }
    try members { reader, key throws(JSONError) in
      guard reader.holds("weight_map", in: key) else { return try reader.skipValue() }
      guard !hasMap else {
        problem = "has two lists of weights (weight_map)"
        return try reader.skipValue()
      }
      hasMap = true
      guard reader.skip(Ascii.openBrace) else {
        problem = "has a weight_map that is no object"
        return try reader.skipValue()
      }
      try reader.members { reader, name throws(JSONError) in
        guard reader.position < reader.count, reader.bytes[reader.position] == Ascii.quote else {
          problem = "has a tensor '\(reader.text(name))' whose file is no string"
          return try reader.skipValue()
        }
        let file = try reader.skipString().range
        if !body(reader.slice(name), reader.slice(file)) { problem = "lists the tensor '\(reader.text(name))' twice" }
      }
    }
    skipSpace()
    guard position == count else { throw unexpected(.end) }
    return problem ?? (hasMap ? nil : "has no list of weights (weight_map)")
  }

  private func text(_ range: Range<Int>) -> String {
    CheckpointError.shortened(String(decoding: bytes[range], as: UTF8.self))
  }

  /// Calls `body` at the value of each member of an object whose brace has been read.
  private mutating func members(
    _ body: (inout JSONReader, Range<Int>) throws(JSONError) -> Void
  ) throws(JSONError) {
    skipSpace()
    if skip(Ascii.closeBrace) { return }
    while true {
      let key = try skipString().range
      skipSpace()
      guard skip(Ascii.colon) else { throw unexpected(.colon) }
      skipSpace()
      try body(&self, key)
      skipSpace()
      if skip(Ascii.closeBrace) { return }
      guard skip(Ascii.comma) else { throw unexpected(.commaOrObjectEnd) }
      skipSpace()
    }
  }
}
